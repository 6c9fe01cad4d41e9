"""A question of a module stands where it is included, as if it were written there, or its problem is told there."""

from __future__ import annotations

import textwrap

import pytest

from selfhelp_survey.authoring.modules import MODULES, MOST_INCLUDES, module_questions
from selfhelp_survey.authoring.problems import Problem, ProblemsFound
from selfhelp_survey.authoring.yaml_reader import read_questionnaire, read_with_warnings
from selfhelp_survey.authoring.yaml_writer import write_questionnaire
from selfhelp_survey.core.questionnaire import Question
from tests.unit.docs.pages import fenced, text_of

HEAD = """\
questionnaire: tiny
languages: [en]
title: {en: A few questions}
prefer_not_to_say: {en: I prefer not to say}
not_sure: {en: Not sure}
lists:
  places:
    - {code: 1, label: {en: Mine}}
pages:
  - page: one
    title: {en: One}
    questions:
"""


def file(*includes: str, head: str = HEAD) -> str:
    """A questionnaire whose only page holds these entries."""
    return head + "".join(f"      - {include}\n" for include in includes)


def read(*includes: str, head: str = HEAD) -> list[Question]:
    return list(read_questionnaire(file(*includes, head=head), source="tiny.yaml").questions())


def problems(text: str) -> list[Problem]:
    with pytest.raises(ProblemsFound) as found:
        read_questionnaire(text, source="tiny.yaml")
    return list(found.value.problems)


def test_include__question_of_a_module__stands_whole_with_the_modules_list() -> None:
    (question,) = read("include: pathways.w3_first_place")
    assert (question.name, question.harmonised) == ("w3_first_place", "first_place")
    assert {value.code for value in question.values} == {*range(1, 12), -2}
    assert question.label.in_language("en") == "What type of place was it?"


def test_include__example_of_the_documentation__takes_questions_from_two_modules() -> None:
    (block,) = fenced(text_of("reference/questionnaire-file.md"), "yaml")
    gate = "{name: a1_reason, type: number, role: insensitive, label: {en: Which?}}"
    page = "  - page: two\n    title: {en: Two}\n" + textwrap.indent(block, "    ")
    gate_answers = read_questionnaire(file(gate) + page, source="tiny.yaml").page("two").questions
    assert [question.name for question in gate_answers] == ["w3_first_place", "h1_wish"]
    assert gate_answers[1].label.in_language("en") == "Before you found the programme, how much did you want to stop?"


def test_include__languages_that_the_questionnaire_lacks__are_left_out_without_a_warning() -> None:
    reading = read_with_warnings(file("include: pathways.w3_first_place"), source="tiny.yaml")
    assert reading.warnings == ()
    (question,) = reading.questionnaire.questions()
    assert question.label.languages == question.values[0].label.languages == {"en"}


def test_include__key_beside_it__takes_the_place_of_the_modules() -> None:
    (question,) = read("{include: pathways.w3_first_place, name: x1, label: {en: Where?}, values: places}")
    assert (question.name, question.label.in_language("en")) == ("x1", "Where?")
    assert [value.label.in_language("en") for value in question.values if value.code > 0] == ["Mine"]


def test_include__key_with_nothing_behind_it__takes_the_modules_away() -> None:
    (kept,) = read("include: pathways.w5_moved")
    (gone,) = read("{include: pathways.w5_moved, hint: , harmonised: }")
    assert kept.hint is not None
    assert (gone.hint, gone.harmonised) == (None, None)


def test_include__switched_off__is_left_out() -> None:
    questions = read("{include: wellbeing.l1_wellbeing, enabled: false}", "include: wellbeing.l3_someone")
    assert [question.name for question in questions] == ["l3_someone"]


def test_include__written_out_and_read_again__is_the_same_without_an_include() -> None:
    questionnaire = read_questionnaire(file("include: pathways.w5_moved"), source="tiny.yaml")
    written = write_questionnaire(questionnaire)
    assert "include" not in written
    assert read_questionnaire(written, source="again.yaml") == questionnaire


WRONG = [
    ("include: pathway.w3_first_place", "Q181", "'pathways'"),
    ("include: pathways.w3_first_plaice", "Q181", "'w3_first_place'"),
    ("include: ../../etc/passwd", "Q181", "Known here"),
    ("include: pathways", "Q112", "pathways.w3_first_place"),
    ("include: [pathways.w5_moved]", "Q112", "pathways.w3_first_place"),
    ("include: ", "Q112", "pathways.w3_first_place"),
    ("{include: pathways.w5_moved, type: multiple}", "Q182", "without 'include'"),
    ("{include: pathways.w5_moved, colour: red}", "Q110", "Known here"),
    ("{include: pathways.w5_moved, values: elsewhere}", "Q140", "Did you mean 'places'?|Known here"),
    ("include: help_seeking.h4_received", "Q151", ""),
    ("include: pathways.w1_first_age", "Q160", ""),
]


@pytest.mark.parametrize(("include", "code", "fix"), WRONG)
def test_include__that_cannot_be__is_told_at_its_line_with_a_way_out(include: str, code: str, fix: str) -> None:
    found = problems(file("include: wellbeing.l3_someone", include))
    told = [problem for problem in found if problem.code == code]
    assert [problem.line for problem in told] == [HEAD.count("\n") + 2], found
    assert any(words in told[0].fix for words in fix.split("|")), told[0].fix


def test_include__several_that_cannot_be__are_told_all_at_once() -> None:
    found = problems(file("include: a.b", "include: wellbeing.l9", "{include: wellbeing.l3_someone, type: single}"))
    first = HEAD.count("\n") + 1
    assert [(problem.code, problem.line) for problem in found] == [
        ("Q181", first), ("Q181", first + 1), ("Q182", first + 2),
    ]  # fmt: skip


def test_include__twice__is_a_name_that_stands_twice_unless_renamed() -> None:
    twice = problems(file("include: wellbeing.l3_someone", "include: wellbeing.l3_someone"))
    assert {problem.code for problem in twice} == {"Q131"}
    assert len(read("include: wellbeing.l3_someone", "{include: wellbeing.l3_someone, name: l4, harmonised: }")) == 2


def test_include__beside_a_question_of_the_same_name__is_a_name_that_stands_twice() -> None:
    own = "{name: l3_someone, type: number, role: insensitive, label: {en: How many?}}"
    assert {problem.code for problem in problems(file(own, "include: wellbeing.l3_someone"))} == {"Q131"}


def test_include__wording_missing_in_a_language__is_told_once_for_each_text_at_the_include() -> None:
    head = HEAD.replace("[en]", "[en, fi]").replace("{en: ", "{fi: Suomeksi, en: ")
    found = problems(file("include: help_seeking.h1_wish", head=head))
    assert [(problem.code, problem.line) for problem in found] == [("Q120", HEAD.count("\n") + 1)]
    beside = "{include: help_seeking.h1_wish, label: {en: How much?, fi: Paljonko?}}"
    assert len(read(beside, head=head)) == 1


def test_include__outside_a_list_of_questions__is_an_unknown_key() -> None:
    text = file("include: wellbeing.l3_someone").replace("title: {en: One}", "title: {en: One}\n    include: wellbeing")
    assert [problem.code for problem in problems(text)] == ["Q110"]


@pytest.mark.parametrize(("times", "refused"), [(MOST_INCLUDES, False), (MOST_INCLUDES + 1, True)])
def test_include__more_than_a_file_may_hold__is_refused(times: int, refused: bool) -> None:
    found = problems(file(*["include: wellbeing.l3_someone"] * times))
    assert [problem.code for problem in found if problem.code == "Q105"] == ["Q105"] * refused


def test_include__very_many__are_told_once() -> None:
    found = problems(file(*["include: wellbeing.l3_someone"] * (MOST_INCLUDES + 3)))
    assert [problem.code for problem in found].count("Q105") == 1


@pytest.mark.parametrize("word", ["../exit_survey", "glossary", ""])
def test_modules__word_that_is_none__opens_no_file(word: str) -> None:
    with pytest.raises(KeyError):
        module_questions(word)


@pytest.mark.parametrize("module", MODULES)
def test_modules__each__has_questions_written_in_english_and_spanish(module: str) -> None:
    head = HEAD.replace("[en]", "[en, es]").replace("{en: ", "{es: En español, en: ")
    needed = {"background": "age: [], gender: [], region: []", "pathways": "first_age: []"}.get(module, "")
    head = head.replace("pages:\n", f"hierarchies: {{{needed}}}\npages:\n")
    includes = [f"{{include: {module}.{name}, relevant: }}" for name in module_questions(module)]
    assert [question.name for question in read(*includes, head=head)] == list(module_questions(module))
