"""The exit survey: what it asks, with which values, and how its quasi-identifiers are generalised."""

from pathlib import Path

import pytest

from selfhelp_survey.authoring.yaml_reader import read_questionnaire, read_with_warnings
from selfhelp_survey.core.codebook import codebook
from selfhelp_survey.core.document import document_of, questionnaire_in
from selfhelp_survey.core.linter import lint
from selfhelp_survey.core.questionnaire import CODED, GeneralisationHierarchy, QuestionType, Role
from tests.unit.questionnaires.exit_survey import IDS, LANGUAGES, OPENERS, ids, short, source, substantive, survey

# --- What it asks


def test_survey__read__has_no_warning() -> None:
    assert read_with_warnings(source(), source="exit_survey.yaml").warnings == ()


def test_survey__linter__finds_nothing() -> None:
    assert [str(finding) for finding in lint(survey())] == []


def test_survey__as_document_and_back__is_the_same() -> None:
    assert questionnaire_in(document_of(survey())) == survey()


def test_survey__questions__are_the_45_of_the_outline() -> None:
    assert sorted(short(question) for question in survey().questions()) == sorted(IDS)


def test_survey__openers__are_all_known_to_these_tests() -> None:
    conditions = [page.relevance for page in survey().pages]
    conditions += [question.relevance for question in survey().questions()]
    assert {name for condition in conditions if condition for name in condition.names} == set(OPENERS)


def test_variables__names__are_short_and_unique() -> None:
    names = [variable.name for variable in codebook(survey())]
    assert len(set(names)) == len(names)
    assert all(len(name) <= 32 for name in names)


def test_variables__harmonised_names__are_short_and_unique() -> None:
    names = [variable.harmonised for variable in codebook(survey()) if variable.harmonised]
    assert len(set(names)) == len(names)
    assert all(len(name) <= 32 for name in names)


def test_variables__items_shared_with_the_sister_surveys__have_a_harmonised_name() -> None:
    shared = ids("a2 a3 a4 h1 h2 h3 h4 h5 b1 b2 e1 e2 e3 w1 w2 w3 w4 w5 w6 w7 l1 l2 l3 t1 t2 t3 t4")
    assert {short(question) for question in survey().questions() if question.harmonised} == shared


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (Role.CONTROL, "c1 c2 q1"),
        (Role.QUASI_IDENTIFIER, "a2 a3 a4 p3"),
        (Role.SENSITIVE, "p8 k1 k2 h1 h2 h3 h4 h5 w1 w2 w3 w4 w5 w6 w7 l1 l2"),
        (Role.FREE_TEXT, "o1"),
    ],
)
def test_roles__of_questions__are_those_of_the_outline(role: Role, expected: str) -> None:
    assert {short(question) for question in survey().questions() if question.role is role} == ids(expected)


# --- Values


def test_values__codes__count_from_1() -> None:
    for question in survey().questions():
        codes = substantive(question)
        assert sorted(codes) == list(range(1, len(codes) + 1)), question.name


def test_values__plain_yes_and_no__are_1_and_2() -> None:
    codes = {
        (value.label.in_language("en"), value.code)
        for question in survey().questions()
        for value in question.values
        if value.label.in_language("en") in {"Yes", "No"}
    }
    assert codes == {("Yes", 1), ("No", 2)}


def test_values__prefer_not_to_say__everywhere_but_adulthood_and_consent() -> None:
    without = {question.name for question in survey().questions() if not question.refusable}
    assert without == {"c1_adult", "c2_consent"}
    for question in survey().questions():
        assert question.type not in CODED or (-2 in question.codes) == question.refusable


def test_values__not_sure__only_where_it_is_an_answer() -> None:
    assert {short(question) for question in survey().questions() if -3 in question.codes} == {"p3", "w5", "t1"}


def test_values__none_of_these__stands_alone() -> None:
    exclusive = {
        short(question): {code for code in question.exclusive_codes if code >= 0}
        for question in survey().questions()
        if question.type is QuestionType.MULTIPLE
    }
    assert {name: codes for name, codes in exclusive.items() if codes} == {
        "p5": {7}, "p8": {6}, "f2": {7}, "e1": {10}, "e2": {7}, "w4": {12}, "l2": {7}, "t4": {10},
    }  # fmt: skip


def test_values__prefer_not_to_say_among_several__stands_alone() -> None:
    multiple = [question for question in survey().questions() if question.type is QuestionType.MULTIPLE]
    assert all(-2 in question.exclusive_codes for question in multiple)


def test_scales__points__are_four_or_five() -> None:
    for question in survey().questions():
        if question.type in {QuestionType.SCALE, QuestionType.MATRIX}:
            assert len(substantive(question)) in {4, 5}, question.name


@pytest.mark.parametrize("name", ["b1", "h1_wish", "p7_helpful"])
def test_scales__extent__runs_from_little_to_much(name: str) -> None:
    question = next(question for question in survey().questions() if question.name == name)
    labels = [value.label.in_language("en") for value in question.values if value.code >= 0]
    assert (labels[0], labels[-1]) == ("Not at all", "Very much")


def test_places__codes__mean_the_same_wherever_asked() -> None:
    first, since, seen = (
        {value.code: value.label for value in survey().home_of(name)[1].values}
        for name in ("w3_first_place", "w4_places_since", "t2_where")
    )
    assert first == seen
    assert first.items() < since.items()


# --- Hierarchies


def level_0(name: str) -> set[int | str]:
    if name == "language":
        return set(LANGUAGES)
    if name == "channel":
        return {"clear", "anonymous"}
    question = next(question for question in survey().questions() if question.hierarchy == name)
    return {code for code in question.codes if code >= 0}


def classes(hierarchy: GeneralisationHierarchy, level: int) -> list[set[int | str]]:
    categories = hierarchy.levels[level - 1]
    named: set[int | str] = {code for category in categories for code in category.members}
    return [level_0(hierarchy.name) - named if category.rest else set(category.members) for category in categories]


def test_hierarchies__every_quasi_identifier__has_one() -> None:
    quasi = {v.name: v.hierarchy for v in codebook(survey()) if v.role is Role.QUASI_IDENTIFIER}
    assert quasi == {
        "language": "language", "channel": "channel", "quarter": None,  # quarter is built in
        "a2_age": "age", "a3_gender": "gender", "a4_region": "region", "p3_browser": "browser",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["age", "gender", "region", "browser", "language", "channel", "first_age"])
def test_hierarchies__each_level__joins_whole_classes_of_the_one_below(name: str) -> None:
    hierarchy = survey().hierarchy(name)
    below = [{code} for code in level_0(name)]
    for level in range(1, hierarchy.top):
        above = classes(hierarchy, level)
        assert sorted(map(str, set().union(*above))) == sorted(map(str, level_0(name)))
        assert sum(map(len, above)) == len(level_0(name))
        assert all(sum(lower <= upper for upper in above) == 1 for lower in below)
        below = above


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("age", [["18-29", "30-39", "40-49", "50 or older"], ["18-29", "30-49", "50 or older"],
                 ["18-29", "30 or older"]]),
        ("gender", [["Man", "Woman or another gender"]]),
        ("region", [["Europe", "Latin America and the Caribbean", "Elsewhere"]]),
        ("language", [["English", "Spanish", "Another language"]]),
    ],
)  # fmt: skip
def test_hierarchies__levels__are_those_of_the_outline(name: str, labels: list[list[str]]) -> None:
    levels = survey().hierarchy(name).levels
    assert [
        [category.label.in_language("en").replace("\u2013", "-") for category in level] for level in levels
    ] == labels


# --- Long questions


def test_matrices__rows__are_at_most_8_and_the_long_one_stands_alone() -> None:
    matrices = [question for question in survey().questions() if question.type is QuestionType.MATRIX]
    assert {short(question): len(question.rows) for question in matrices} == {"p6": 4, "b1": 8}
    assert [question.name for question in survey().home_of("b1_fear")[0].questions] == ["b1"]


def test_free_text__is_one_short_field_with_a_warning_and_nearly_alone() -> None:
    texts = [question for question in survey().questions() if question.type is QuestionType.TEXT]
    assert [(question.name, question.maximum_length) for question in texts] == [("o1_better", 500)]
    assert texts[0].hint is not None
    assert len(survey().home_of("o1_better")[0].questions) == 2


def test_free_text__switched_off_in_one_step__leaves_44_questions_and_every_page() -> None:
    assert source().count("enabled: true") == 1
    without = read_questionnaire(source().replace("enabled: true", "enabled: false"), source="exit_survey.yaml")
    assert len(list(without.questions())) == 44
    assert [page.name for page in without.pages] == [page.name for page in survey().pages]


# --- Documentation


def test_documentation__reference_page__lists_every_question_with_its_role_and_page() -> None:
    page_text = (Path(__file__).parents[3] / "docs" / "reference" / "exit-survey.md").read_text(encoding="utf-8")
    rows = [line for line in page_text.splitlines() if line.startswith("| ")]
    for page in survey().pages:
        for question in page.questions:
            row = next((line for line in rows if f"| `{question.name}` |" in line), "")
            assert f"| {question.role} |" in row, question.name
            assert f"`{question.harmonised}`" in row or question.harmonised is None
