"""What this survey must never ask, and what makes it hard to answer; both sides of every threshold."""

from __future__ import annotations

import dataclasses

import pytest

from selfhelp_survey.core.linter import Finding, Weight, lint
from selfhelp_survey.core.linter_rules import (
    MOST_PAGES,
    MOST_PAGES_AT_LEAST,
    MOST_PAGES_OF_PART_ONE,
    MOST_ROWS,
    MOST_TEXTS,
)
from selfhelp_survey.core.linter_words import MOST_WORDS
from selfhelp_survey.core.questionnaire import Question, Questionnaire
from selfhelp_survey.core.text import Text
from tests.unit.core.small import matrix, multiple, of_pages, page, single, text, words


def codes(questionnaire: Questionnaire) -> set[str]:
    return {finding.code for finding in lint(questionnaire)}


def asking(wording: str, language: str = "en", *, name: str = "q1") -> Questionnaire:
    label = Text.of({"en": "x", language: wording})
    return of_pages(page("a", dataclasses.replace(single(name), label=label)))


@pytest.mark.parametrize(
    ("language", "wording"),
    [
        ("en", "What is your name?"), ("en", "Your e-mail address"), ("en", "Which town do you live in?"),
        ("en", "When were you born?"), ("en", "Have the police contacted you?"),
        ("en", "Which search words did you use?"),
        ("en", "Your phone number"), ("en", "What is your occupation?"), ("en", "The web address of the site"),
        ("es", "¿Cuál es su nombre?"), ("es", "Su correo electrónico"), ("es", "¿En qué ciudad vive?"),
        ("es", "Fecha de nacimiento"), ("es", "¿Le detuvo la policía?"), ("es", "Palabras de búsqueda"),
        ("fi", "Mikä on nimesi?"), ("fi", "Sähköpostiosoitteesi"), ("fi", "Missä kaupungissa asut?"),
        ("fi", "Syntymäaikasi"), ("fi", "Onko poliisi ollut yhteydessä?"), ("fi", "Mitä hakusanoja käytit?"),
        ("sv", "Ditt namn"), ("sv", "Din e-postadress"), ("sv", "I vilken stad bor du?"), ("sv", "När är du född?"),
        ("sv", "Har polisen kontaktat dig?"), ("sv", "Vilka sökord använde du?"),
        ("ar", "ما اسمك؟"), ("ar", "بريدك الإلكتروني"), ("ar", "في أي مدينة تعيش؟"), ("ar", "متى ولدت؟"),
        ("ar", "هل اتصلت بك الشرطة؟"), ("ar", "ما كلمات البحث التي استخدمتها؟"), ("ar", "رقم هاتفك"), ("ar", "مهنتك"),
    ],
)  # fmt: skip
def test_lint__label_asks_for_something_identifying__is_an_error(language: str, wording: str) -> None:
    assert "L105" in codes(asking(wording, language))


@pytest.mark.parametrize(
    "wording",
    ["How old are you?", "In which part of the world do you live?", "What helped you most?", "Was the text clear?",
     "Did you come from an address that somebody gave you?", "Have you named a goal?"],
)  # fmt: skip
def test_lint__ordinary_label__is_not_objected_to(wording: str) -> None:
    assert lint(asking(wording)) == ()


def test_lint__row_of_a_matrix__is_looked_at_too() -> None:
    asked = dataclasses.replace(matrix("g", "g_home_town"), label=text("Which?"))
    assert "L104" in codes(of_pages(page("a", asked)))


@pytest.mark.parametrize(("name", "is_found"), [("a1_email", True), ("home_town", True), ("a1_townhall", False)])
def test_lint__variable_name__as_whole_words(name: str, is_found: bool) -> None:
    assert ("L104" in codes(asking("x", name=name))) is is_found


@pytest.mark.parametrize(
    "name", ["select", "with", "byte", "id", "state", "pk", "user", "str9", "str2045", "if", "function", "na", "ctid"]
)
def test_lint__reserved_word_as_name__is_an_error(name: str) -> None:
    assert "L106" in codes(asking("x", name=name))


@pytest.mark.parametrize("name", ["str2046", "selected", "if1", "a1_with", "nap"])
def test_lint__name_that_only_resembles_a_reserved_word__is_none(name: str) -> None:
    assert codes(asking("x", name=name)) == set()


def _found(*questions: Question) -> list[tuple[str, str]]:
    """Code and place of every error about these questions."""
    found = lint(of_pages(page("a", *questions)))
    return [(finding.code, finding.where.rpartition(".")[2]) for finding in found if finding.weight is Weight.ERROR]


def test_lint__reserved_word_as_row_or_harmonised_name__is_an_error_of_its_question() -> None:
    assert _found(matrix("g", "g_1", "using")) == [("L106", "g")]
    assert _found(single("q", harmonised="order")) == [("L106", "q")]


@pytest.mark.parametrize(("code", "is_found"), [(99, False), (100, True)])
def test_lint__multiple_question_of_29_characters__may_have_codes_of_two_digits(code: int, is_found: bool) -> None:
    assert _found(multiple("a" * 29, 1, code)) == ([("L110", "a" * 29)] if is_found else [])


@pytest.mark.parametrize(("length", "is_found"), [(29, False), (30, True)])
def test_lint__harmonised_name_of_a_multiple_question__leaves_room_for_its_codes(length: int, is_found: bool) -> None:
    asked = dataclasses.replace(multiple("m", 1), harmonised="h" * length)
    assert _found(asked) == ([("L110", "m")] if is_found else [])


@pytest.mark.parametrize(("length", "is_found"), [(28, False), (29, True)])
def test_lint__harmonised_name_of_a_matrix__leaves_room_for_its_rows(length: int, is_found: bool) -> None:
    asked = dataclasses.replace(matrix("g", "g_one"), harmonised="h" * length)
    assert _found(asked) == ([("L110", "g")] if is_found else [])


def test_lint__harmonised_name_of_two_variables__is_an_error_of_both() -> None:
    shared = [single("a", harmonised="age"), single("b", harmonised="age"), single("c", harmonised="age_2")]
    assert _found(*shared) == [("L111", "a"), ("L111", "b")]


def test_lint__harmonised_name_of_what_the_software_notes__is_an_error() -> None:
    assert ("L111", "q") in _found(single("q", harmonised="language"))


@pytest.mark.parametrize(("name", "is_found"), [("a_label", True), ("a_labels", False), ("label", False)])
def test_lint__name_of_the_column_of_another_label__is_an_error(name: str, is_found: bool) -> None:
    assert _found(single("a"), single(name)) == ([("L111", name)] if is_found else [])
    harmonised = (single("q", harmonised="a"), single("r", harmonised=name))
    assert _found(*harmonised) == ([("L111", "r")] if is_found else [])


def test_lint__names_of_32_characters_that_differ_in_the_last__are_fine() -> None:
    assert _found(single("a" * 31 + "1"), single("a" * 31 + "2")) == []


@pytest.mark.parametrize(("number", "is_found"), [(MOST_TEXTS, False), (MOST_TEXTS + 1, True)])
def test_lint__text_questions__both_sides(number: int, is_found: bool) -> None:
    asked = [words(f"w{nth}") for nth in range(number)]
    assert ("L102" in codes(of_pages(page("a", *asked)))) is is_found


def test_lint__hint_of_a_text__without_is_a_warning() -> None:
    told = words("w", hint=text("No names, please."))
    assert "L207" not in codes(of_pages(page("a", told)))
    assert "L207" in codes(of_pages(page("a", words("w"))))


def length_codes(part_one: int, part_two: int, *, relevant: str | None = None) -> set[str]:
    """What is said of a questionnaire with so many pages, of which those of part two stand under this condition."""
    first = [page(f"p{nth}", *([single("q")] if nth == 0 else [])) for nth in range(part_one)]
    second = [page(f"r{nth}", part=2, relevant=relevant) for nth in range(part_two)]
    return codes(of_pages(*first, *second))


@pytest.mark.parametrize(("more", "expected"), [(0, set[str]()), (1, {"L201"})])
def test_lint__longest_route__both_sides(more: int, expected: set[str]) -> None:
    part_one = MOST_PAGES_OF_PART_ONE
    assert length_codes(part_one, MOST_PAGES - part_one + more, relevant="${q} = 1") == expected


@pytest.mark.parametrize(("more", "expected"), [(0, set[str]()), (1, {"L206"})])
def test_lint__shortest_route__both_sides(more: int, expected: set[str]) -> None:
    assert length_codes(MOST_PAGES_OF_PART_ONE, MOST_PAGES_AT_LEAST - MOST_PAGES_OF_PART_ONE + more) == expected


@pytest.mark.parametrize(("more", "expected"), [(0, set[str]()), (1, {"L205"})])
def test_lint__part_one__both_sides(more: int, expected: set[str]) -> None:
    assert length_codes(MOST_PAGES_OF_PART_ONE + more, 0) == expected


@pytest.mark.parametrize(("number", "is_found"), [(MOST_ROWS, False), (MOST_ROWS + 1, True)])
def test_lint__matrix_rows__both_sides(number: int, is_found: bool) -> None:
    assert ("L202" in codes(of_pages(page("a", matrix("g", *(f"g_{nth}" for nth in range(number))))))) is is_found


@pytest.mark.parametrize(("number", "is_found"), [(MOST_WORDS, False), (MOST_WORDS + 1, True)])
def test_lint__words_in_a_sentence__both_sides(number: int, is_found: bool) -> None:
    assert ("L203" in codes(asking("Short one. " + " ".join(["word"] * number) + "."))) is is_found


@pytest.mark.parametrize("wording", [" ".join(["w"] * MOST_WORDS) + "؟ نعم", "a b. " * 15, "\n".join(["a b"] * 15)])
def test_lint__several_short_sentences__are_told_apart_in_any_script(wording: str) -> None:
    assert "L203" not in codes(asking(wording, "ar"))


TWO_THINGS = [
    ("en", "Were you calm and/or rested?"), ("en", "Did it help, and why?"), ("en", "Was it short? Was it clear?"),
    ("en", "Do you sleep well, and do you rest?"), ("es", "¿Le ayudó y por qué?"), ("es", "¿Leyó y/o escribió?"),
    ("fi", "Auttoiko se, ja miten?"), ("fi", "Nukutko hyvin ja oletko levännyt?"), ("sv", "Hjälpte det, och hur?"),
    ("sv", "Sover du, och har du vilat?"), ("ar", "هل ساعدك ذلك وكيف؟"), ("de", "War es kurz? War es klar?"),
]  # fmt: skip
ONE_THING = [
    ("en", "How are your thoughts and feelings?"), ("en", "Is it short or long?"), ("es", "¿Es corto o largo?"),
    ("fi", "Onko se lyhyt tai pitkä?"), ("sv", "Är den kort eller lång?"), ("ar", "هل هو قصير أو طويل؟"),
    ("de", "Hat es geholfen, und warum?"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "wording"), TWO_THINGS)
def test_lint__two_things_at_once__is_a_warning_at_that_language(language: str, wording: str) -> None:
    (finding,) = lint(asking(wording, language))
    assert (finding.code, finding.weight, finding.language) == ("L204", Weight.WARNING, language)


@pytest.mark.parametrize(("language", "wording"), ONE_THING)
def test_lint__one_thing_with_and_or_or__is_not_objected_to(language: str, wording: str) -> None:
    assert codes(asking(wording, language)) == set()


def test_lint__errors__come_before_warnings() -> None:
    found = lint(asking("Is it short? What is your name?"))
    assert [finding.weight for finding in found] == [Weight.ERROR, Weight.WARNING]


def test_finding__of_no_rule__refuses_to_exist() -> None:
    with pytest.raises(KeyError):
        Finding(code="L999", where="pages", message="x")


@pytest.mark.parametrize(("admits", "is_found"), [(None, True), ("${q1} = 1", False)])
def test_lint__required_question__only_where_it_admits(admits: str | None, is_found: bool) -> None:
    assert ("L107" in codes(of_pages(page("a", single("q1", required=True), admits=admits)))) is is_found


@pytest.mark.parametrize(("required", "is_found"), [(False, True), (True, False)])
def test_lint__question_that_admits__has_to_be_required(required: bool, is_found: bool) -> None:
    assert ("L109" in codes(of_pages(page("a", single("q1", required=required), admits="${q1} = 1")))) is is_found


def test_lint__admission__belongs_to_the_first_page() -> None:
    first = page("a", single("q1", required=True), admits="${q1} = 1")
    second = page("b", single("q2", required=True), admits="${q2} = 1")
    assert "L108" not in codes(of_pages(first, page("b", single("q2"))))
    assert "L108" in codes(of_pages(first, second))
