# ruff: noqa: RUF001 - letters and digits of other scripts are what is tested
"""What is spotted in a text, and where: a table. Flags help whoever reads; they never decide."""

from itertools import pairwise

import pytest

from selfhelp_survey.research.texts.check_digits import is_finnish, is_iban, is_luhn, is_spanish, is_swedish
from selfhelp_survey.research.texts.legible import STRANGE, folded, legible
from selfhelp_survey.research.texts.patterns import FEWEST_DIGITS, FlagKind, flags_in
from selfhelp_survey.research.texts.redaction import is_empty, stretches_of, without

pytestmark = pytest.mark.once

# Every number and name here is made up or published as an example by the authority that issues such numbers.
SPOTTED = (
    ("mail somebody.else@example.org, thanks", FlagKind.MAIL, "somebody.else@example.org"),
    ("(a+b@mail.example.co.uk)", FlagKind.MAIL, "a+b@mail.example.co.uk"),
    ("name (at) host dot com is mine", FlagKind.MAIL, "name (at) host dot com"),
    ("somebody at example dot com", FlagKind.MAIL, "somebody at example dot com"),
    ("alguien arroba ejemplo punto com", FlagKind.MAIL, "alguien arroba ejemplo punto com"),
    ("joku miukumauku esimerkki piste fi", FlagKind.MAIL, "joku miukumauku esimerkki piste fi"),
    ("ｊｏｋｕ＠example．org", FlagKind.MAIL, "ｊｏｋｕ＠example．org"),
    ("call +358 40 123 4567 now", FlagKind.PHONE, "+358 40 123 4567"),
    ("soita ０４０１２３４５６７", FlagKind.PHONE, "０４０１２３４５６７"),
    ("اتصل ٠٤٠١٢٣٤٥٦٧ بي", FlagKind.PHONE, "٠٤٠١٢٣٤٥٦٧"),
    ("tel (09) 123-4567", FlagKind.PHONE, "09) 123-4567"),
    ("see https://example.org/a?b=c.", FlagKind.LINK, "https://example.org/a?b=c"),
    ("it was on example.com", FlagKind.LINK, "example.com"),
    ("join discord.gg/abc", FlagKind.LINK, "discord.gg/abc"),
    ("at " + "a2" * 28 + ".onion there", FlagKind.LINK, "a2" * 28 + ".onion"),
    ("at " + "b7" * 28, FlagKind.LINK, "b7" * 28),
    ("I am @some_one there", FlagKind.HANDLE, "@some_one"),
    ("my telegram is shadow_cat", FlagKind.HANDLE, "telegram is shadow_cat"),
    ("Signal: cat.12", FlagKind.HANDLE, "Signal: cat.12"),
    ("nimimerkki on kissa", FlagKind.HANDLE, "nimimerkki on kissa"),
    ("mi usuario es gato", FlagKind.HANDLE, "usuario es gato"),
    ("it was u/somebody1", FlagKind.HANDLE, "u/somebody1"),
    ("add me cat#1234", FlagKind.HANDLE, "cat#1234"),
    ("write @cat:matrix.example", FlagKind.HANDLE, "@cat:matrix.example"),
    ("My name is Somebody", FlagKind.NAME, "My name is Somebody"),
    ("olen nimeltäni Joku", FlagKind.NAME, "olen nimeltäni Joku"),
    ("I live at 12 Long Oak Street", FlagKind.STREET, "12 Long Oak Street"),
    ("Esimerkkikatu 5 B", FlagKind.STREET, "Esimerkkikatu 5 B"),
    ("asun Mallitiellä 12", FlagKind.STREET, "Mallitiellä 12"),
    ("Exempelgatan 12", FlagKind.STREET, "Exempelgatan 12"),
    ("Musterstraße 3", FlagKind.STREET, "Musterstraße 3"),
    ("vivo en calle Mayor 12", FlagKind.STREET, "calle Mayor 12"),
    ("Avda. de la Paz, nº 4", FlagKind.STREET, "Avda. de la Paz, nº 4"),
    ("12 rue Exemple", FlagKind.STREET, "12 rue Exemple"),
    ("شارع الملك 12", FlagKind.STREET, "شارع الملك 12"),
    ("P.O. Box 123", FlagKind.STREET, "P.O. Box 123"),
    ("hetu 131052-308T", FlagKind.IDENTITY, "131052-308T"),
    ("hetu 131052X308T", FlagKind.IDENTITY, "131052X308T"),
    ("hetu 131052a308t", FlagKind.IDENTITY, "131052a308t"),
    ("hetu 131052\u2013308T", FlagKind.IDENTITY, "131052\u2013308T"),
    ("nr 811228-9874", FlagKind.IDENTITY, "811228-9874"),
    ("nr 198112289874", FlagKind.IDENTITY, "198112289874"),
    ("nr 701063-2391", FlagKind.IDENTITY, "701063-2391"),
    ("DNI 12345678Z", FlagKind.IDENTITY, "12345678Z"),
    ("NIE x-1234567-l", FlagKind.IDENTITY, "x-1234567-l"),
    ("SSN 078-05-1120", FlagKind.IDENTITY, "078-05-1120"),
    ("CPR 010190-1234", FlagKind.IDENTITY, "010190-1234"),
    ("FI21 1234 5600 0007 85", FlagKind.ACCOUNT, "FI21 1234 5600 0007 85"),
    ("gb82WEST12345698765432", FlagKind.ACCOUNT, "gb82WEST12345698765432"),
    ("4111 1111 1111 1111", FlagKind.CARD, "4111 1111 1111 1111"),
    ("5555-5555-5555-4444", FlagKind.CARD, "5555-5555-5555-4444"),
    ("on 12.5.1985 I", FlagKind.DATE, "12.5.1985"),
    ("5/12/85", FlagKind.DATE, "5/12/85"),
    ("1985-05-12", FlagKind.DATE, "1985-05-12"),
    ("12 May 1985", FlagKind.DATE, "12 May 1985"),
    ("May 12, 1985", FlagKind.DATE, "May 12, 1985"),
    ("12 de mayo de 1985", FlagKind.DATE, "12 de mayo de 1985"),
    ("12. toukokuuta 1985", FlagKind.DATE, "12. toukokuuta 1985"),
    ("I was born in 1985", FlagKind.DATE, "born in 1985"),
    ("olen syntynyt vuonna 1985", FlagKind.DATE, "syntynyt vuonna 1985"),
    ("case 123456 there", FlagKind.DIGITS, "123456"),
    ("wallet bc1qar0srrr7xfkvy5l643lydnw9re59gtzz", FlagKind.CODE, "bc1qar0srrr7xfkvy5l643lydnw9re59gtzz"),
    ("from 192.168.10.12", FlagKind.PLACE, "192.168.10.12"),
    ("60.1699, 24.9384", FlagKind.PLACE, "60.1699, 24.9384"),
)
NOT_SPOTTED = (
    "", "The exercises helped me a lot.", "I was 17 in 2009, now 33.", "10/10, 5-6 times", "e.g. more help at night",
    "Less text.More pictures.", "I tried 3 times a day for 2 years", "at night or at work, dot", "page 12, line 3",
    "it may be better", "Más ayuda por la noche, por favor.", "Enemmän apua öisin, kiitos!", "Mer hjälp på natten.",
    "مزيد من المساعدة ليلا", "5.5 of 10", "24/7", "A-B-C", "12345",
)  # fmt: skip


@pytest.mark.parametrize(("text", "kind", "words"), SPOTTED)
def test_flags_in__something_that_points_at_a_person__is_spotted_where_it_stands(
    text: str, kind: FlagKind, words: str
) -> None:
    assert [(flag.kind, text[flag.start : flag.end]) for flag in flags_in(text)] == [(kind, words)]


@pytest.mark.parametrize("text", NOT_SPOTTED)
def test_flags_in__ordinary_words__are_not(text: str) -> None:
    assert flags_in(text) == ()


def test_flags_in__several__come_in_their_order_and_none_inside_another() -> None:
    text = "a@example.org then 040 123 4567 then https://example.org/040123456789"
    found = flags_in(text)
    assert [flag.kind for flag in found] == [FlagKind.MAIL, FlagKind.PHONE, FlagKind.LINK]
    assert all(one.end <= other.start for one, other in pairwise(found))


@pytest.mark.parametrize(("digits", "is_spotted"), [(FEWEST_DIGITS - 1, False), (FEWEST_DIGITS, True)])
def test_flags_in__around_the_fewest_digits__spots_a_long_number(*, digits: int, is_spotted: bool) -> None:
    assert bool(flags_in("7" * digits)) is is_spotted


HOSTILE = ("1", "a@", "a ", "1 ", "1 a b ", "calle a ", "FI21 ", "1.1.", "(", "a1", "a at ", "katu", "a-", "may 1 ",
           "telegram is ", "@a:", "4111 ", "ａ", "avda ", "1/1/", "born ")  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_flags_in__very_long_hostile_text__comes_to_an_end(piece: str) -> None:
    """A pattern that tries every way to split such a text would never end."""
    text = piece * (6_000 // len(piece))
    assert all(0 <= flag.start < flag.end <= len(text) for flag in flags_in(text))


# --- check digits: right once, and wrong with every other last character ---------------------------------------------


@pytest.mark.parametrize(
    ("check", "number", "last"),
    [
        (is_luhn, "4111111111111111", "0123456789"),
        (is_finnish, "131052-308T", "0123456789ABCDEFHJKLMNPRSTUVWXY"),
        (is_swedish, "8112289874", "0123456789"),
        (is_spanish, "12345678Z", "TRWAGMYFPDXBNJZSQVHLCKE"),
        (is_spanish, "X1234567L", "TRWAGMYFPDXBNJZSQVHLCKE"),
    ],
)
def test_check_digit__of_a_published_example__is_right_and_every_other_is_wrong(
    check: object, number: str, last: str
) -> None:
    assert callable(check)
    assert [character for character in last if check(number[:-1] + character)] == [number[-1]]


def test_is_iban__of_a_published_example__is_right_and_every_other_is_wrong() -> None:
    right = [f"{check:02}" for check in range(2, 99) if is_iban(f"FI{check:02}12345600000785")]
    assert right == ["21"]


@pytest.mark.parametrize("number", ["8113289873", "8112329878"])
def test_is_swedish__no_such_day__is_none(number: str) -> None:
    assert is_luhn(number)
    assert not is_swedish(number)


# --- one form --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[31mb", f"a{STRANGE}[31mb"),
        ("a\u202eb\u2066c", f"a{STRANGE}b{STRANGE}c"),
        ("a\x9bb\x00\x7f", f"a{STRANGE}b{STRANGE}{STRANGE}"),
        ("a\ud800b\ue000", f"a{STRANGE}b{STRANGE}"),
        ("sof\u00adt\u200b\ufeff", "soft"),
        ("a\r\nb\rc\u2028d\u0085e", "a\nb\nc\nd\ne"),
        ("a\tb ", "a b"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d🚀 🏳️", "👩\u200d🚀 🏳️"),
        ("åäö ñ العربية 漢字", "åäö ñ العربية 漢字"),
    ],
)
def test_legible__anything__shows_words_and_marks_what_must_not_be_shown(text: str, shown: str) -> None:
    assert legible(text) == shown
    assert legible(shown) == shown


@pytest.mark.parametrize("text", ["٠١２３", "ＡＢｃ", "ﬁ ½ ㎏", "a\u2013b\u2212c", "İß", "👩\u200d🚀"])
def test_folded__any_script__keeps_every_place(text: str) -> None:
    assert len(folded(text)) == len(text)


def test_folded__digits_of_any_script__become_ascii() -> None:
    assert folded("٠١２３۴") == "01234"


# --- redaction -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stretches", "left"),
    [
        ([], "0123456789"),
        ([(0, 3)], "[removed]3456789"),
        ([(7, 10), (0, 3)], "[removed]3456[removed]"),
        ([(2, 5), (4, 6)], "01[removed]6789"),
        ([(2, 5), (5, 6)], "01[removed]6789"),
        ([(2, 8), (4, 6)], "01[removed]89"),
        ([(2, 4), (2, 4)], "01[removed]456789"),
        ([(0, 10)], "[removed]"),
    ],
)
def test_without__stretches__are_replaced_by_one_mark_each(stretches: list[tuple[int, int]], left: str) -> None:
    assert without("0123456789", stretches) == left


def test_stretches_of__words_with_signs__are_taken_as_they_stand() -> None:
    assert stretches_of("a.*", "a.* ab A.*") == ((0, 3), (7, 10))
    assert stretches_of("  ", "a b") == ()


@pytest.mark.parametrize(
    ("left", "empty"), [("[removed]", True), ("[removed], [removed].", True), ("a [removed]", False)]
)
def test_is_empty__marks_and_signs_alone__are_nothing(*, left: str, empty: bool) -> None:
    assert is_empty(left) is empty
