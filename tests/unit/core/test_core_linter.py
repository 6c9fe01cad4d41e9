"""What this survey must never ask, and what makes it hard to answer; both sides of every threshold."""

from __future__ import annotations

import dataclasses

import pytest

from selfhelp_survey.core.comparison import ChangeKind, comparable_variables, differences
from selfhelp_survey.core.linter import MOST_PAGES, MOST_ROWS, MOST_TEXTS, MOST_WORDS, Weight, lint
from selfhelp_survey.core.questionnaire import Question, Questionnaire
from selfhelp_survey.core.text import Text
from selfhelp_survey.core.wordings import complete_languages, filled_in, with_texts, wording_hash, wordings_of
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


@pytest.mark.parametrize(("number", "is_found"), [(MOST_PAGES, False), (MOST_PAGES + 1, True)])
def test_lint__pages__both_sides(number: int, is_found: bool) -> None:
    assert ("L201" in codes(of_pages(*(page(f"p{nth}") for nth in range(number))))) is is_found


@pytest.mark.parametrize(("number", "is_found"), [(MOST_ROWS, False), (MOST_ROWS + 1, True)])
def test_lint__matrix_rows__both_sides(number: int, is_found: bool) -> None:
    assert ("L202" in codes(of_pages(page("a", matrix("g", *(f"g_{nth}" for nth in range(number))))))) is is_found


@pytest.mark.parametrize(("number", "is_found"), [(MOST_WORDS, False), (MOST_WORDS + 1, True)])
def test_lint__words_in_a_sentence__both_sides(number: int, is_found: bool) -> None:
    assert ("L203" in codes(asking("Short one. " + " ".join(["word"] * number) + "."))) is is_found


def test_lint__two_things_at_once__is_a_warning() -> None:
    (finding,) = lint(asking("Were you calm and/or rested?"))
    assert (finding.code, finding.weight) == ("L204", Weight.WARNING)


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


# -- what changed ------------------------------------------------------------------------------------------------------

BEFORE = of_pages(page("a", single("q1"), multiple("m", 1, 2)), page("b", single("q2", "${q1} = 1")))


def after(*questions: Question, relevant: str = "${q1} = 1") -> Questionnaire:
    return of_pages(page("a", *questions), page("b", single("q2", relevant)))


def test_differences__the_same__none() -> None:
    assert differences(BEFORE, BEFORE) == ()
    assert all(comparable_variables(BEFORE, BEFORE).values())


def test_differences__reworded__stays_comparable() -> None:
    now = after(dataclasses.replace(single("q1"), label=text("y")), multiple("m", 1, 2))
    (change,) = differences(BEFORE, now)
    assert (change.kind, change.where) == (ChangeKind.REWORDED, "pages.a.questions.q1.label")
    assert all(comparable_variables(BEFORE, now).values())


def test_differences__another_value__is_not_comparable() -> None:
    now = after(single("q1", codes=(1, 2, 3, -2)), multiple("m", 1, 2))
    assert [(change.kind, change.is_comparable) for change in differences(BEFORE, now)] == [(ChangeKind.CHANGED, False)]
    assert [name for name, same in comparable_variables(BEFORE, now).items() if not same] == ["q1"]


def test_differences__others_are_asked__is_not_comparable() -> None:
    now = after(single("q1"), multiple("m", 1, 2), relevant="${q1} = 2")
    assert not comparable_variables(BEFORE, now)["q2"]


def test_differences__added_and_removed__both_told() -> None:
    now = after(single("q1"), single("q9"))
    assert [(change.kind, change.where) for change in differences(BEFORE, now)] == [
        (ChangeKind.ADDED, "q9"), (ChangeKind.REMOVED, "m"),
    ]  # fmt: skip


def test_differences__new_language__stays_comparable() -> None:
    more = {"fi": "z"}
    now = with_texts(BEFORE, lambda _key, old: Text.of(dict(old.translations) | more), languages=("en", "fi"))
    assert [(change.kind, change.where, change.message) for change in differences(BEFORE, now)] == [
        (ChangeKind.ADDED, "languages", "fi")
    ]
    assert all(comparable_variables(BEFORE, now).values())


# -- texts under their keys --------------------------------------------------------------------------------------------


def test_wordings_of__questionnaire__has_every_text_once() -> None:
    assert list(wordings_of(BEFORE).values()) == list(BEFORE.texts())
    assert "pages.b.questions.q2.values.-2" in wordings_of(BEFORE)


def test_filled_in__placeholder__reads_in_its_language() -> None:
    asked = of_pages(page("a", dataclasses.replace(single("q1"), label=text("{contact}, {other}"))))
    filled = filled_in(asked, {"contact": {"en": "Us"}})
    assert filled.pages[0].questions[0].label.in_language("en") == "Us, {other}"


def test_complete_languages__preferred_first__others_by_name() -> None:
    texts = [Text.of({"en": "a", "fi": "b", "ar": "c"}), Text.of({"en": "a", "fi": "b", "ar": "c", "sv": "d"})]
    assert complete_languages(texts, preferred=("fi", "sv")) == ("fi", "ar", "en")


def test_wording_hash__other_language_changed__stays() -> None:
    both = with_texts(BEFORE, lambda _key, _text: Text.of({"en": "a", "fi": "b"}), languages=("en", "fi"))
    changed = with_texts(both, lambda _key, _text: Text.of({"en": "a", "fi": "c"}))
    assert wording_hash(both, "en") == wording_hash(changed, "en")
    assert wording_hash(both, "fi") != wording_hash(changed, "fi")
