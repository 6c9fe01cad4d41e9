"""Catalogue, modules and the drafts of the sister surveys fit together, and changed nothing of the exit survey."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import pytest

from selfhelp_survey.authoring.modules import MODULES, module_questions
from selfhelp_survey.authoring.shipped import shipped_catalogue
from selfhelp_survey.authoring.yaml_reader import read_with_warnings
from selfhelp_survey.authoring.yaml_writer import write_questionnaire
from selfhelp_survey.core.codebook import codebook
from selfhelp_survey.core.document import content_hash, document_of, questionnaire_in
from selfhelp_survey.core.linter_catalogue import lint_against
from selfhelp_survey.core.questionnaire import Questionnaire, QuestionType
from tests.unit.questionnaires.exit_survey import source, survey

SISTERS = ("help_us_to_help_you", "no_need_for_help")
EXIT_SURVEY = "5bc47c46c1609eb0743d4556b2885fe8b56d30c2d25e3eb23f55c23149008b92"
"""The hash of its document before any of its questions stood in a module."""

each_sister = pytest.mark.parametrize("name", SISTERS)


@cache
def text_of(name: str) -> str:
    return (files("selfhelp_survey") / "questionnaires" / f"{name}.yaml").read_text("utf-8")


@cache
def sister(name: str) -> Questionnaire:
    return read_with_warnings(text_of(name), source=name).questionnaire


# --- The exit survey


def test_exit_survey__with_modules__is_the_same_to_the_byte() -> None:
    assert content_hash(document_of(survey())) == EXIT_SURVEY


def test_exit_survey__every_harmonised_question__comes_from_a_module_and_no_module_has_another() -> None:
    held = {name for module in MODULES for name in module_questions(module)}
    assert {question.name for question in survey().questions() if question.harmonised} == held
    assert source().count("- include: ") == len(held)


# --- The catalogue


def test_catalogue__columns__are_those_of_the_exit_surveys_codebook() -> None:
    asked = {each.harmonised for each in codebook(survey()) if each.harmonised and each.question_name}
    assert {column for variable in shipped_catalogue() for column in variable.columns} == asked


def test_catalogue__labels_of_values_and_rows__are_those_of_the_exit_survey() -> None:
    for question in survey().questions():
        if question.harmonised:
            variable = shipped_catalogue().variable(question.harmonised)
            asked = [(value.code, value.exclusive) for value in question.values if value.code >= 0]
            assert [(value.code, value.exclusive) for value in variable.values] == asked
            for value in variable.values:
                assert (
                    dict(value.label.translations).items() <= dict(question.label_of(value.code).translations).items()
                )
            pairs = zip(variable.rows, question.rows, strict=True)
            assert all(
                dict(row.label.translations).items() <= dict(own.label.translations).items() for row, own in pairs
            )
            assert variable.hierarchy == question.hierarchy


@pytest.mark.parametrize("name", ["exit_survey", *SISTERS])
def test_catalogue__instruments__are_what_each_questionnaire_asks(name: str) -> None:
    questionnaire = survey() if name == "exit_survey" else sister(name)
    asked = {question.harmonised for question in questionnaire.questions() if question.harmonised}
    assert {variable.name for variable in shipped_catalogue() if variable.carried_by(name)} == asked


def test_catalogue__what_is_not_identical_or_only_proposed__says_why() -> None:
    for variable in shipped_catalogue():
        for held in variable.instruments:
            assert (held.note is None) == (held.instrument == "exit_survey"), (variable.name, held.instrument)


def test_catalogue__identical__has_the_time_reference_of_the_exit_survey() -> None:
    for variable in shipped_catalogue():
        times = {held.time_reference for held in variable.instruments if held.comparability == "identical"}
        assert len(times) == 1, variable.name


# --- The drafts


@each_sister
def test_sister__read_and_linted__has_no_problem_and_no_warning(name: str) -> None:
    reading = read_with_warnings(text_of(name), source=name)
    assert reading.warnings == ()
    assert [str(finding) for finding in lint_against(reading.questionnaire, shipped_catalogue())] == []


@each_sister
def test_sister__is_marked_as_a_draft__in_every_form_it_takes(name: str) -> None:
    draft = sister(name)
    assert draft.is_draft
    assert (draft.code, draft.sample) == (name, name)
    assert questionnaire_in(document_of(draft)) == draft
    assert read_with_warnings(write_questionnaire(draft), source=name).questionnaire == draft


def test_document__of_what_is_no_draft__does_not_mention_it() -> None:
    assert '"draft"' not in document_of(survey())
    assert '"draft":true' in document_of(sister("no_need_for_help"))


@each_sister
def test_sister__asks_no_text_and_demands_nothing_but_adulthood_and_consent(name: str) -> None:
    questions = list(sister(name).questions())
    assert not [question.name for question in questions if question.type is QuestionType.TEXT]
    assert [question.name for question in questions if question.required] == ["c1_adult", "c2_consent"]
    assert all(question.refusable or question.required for question in questions)


@each_sister
def test_sister__harmonised_questions__all_come_from_modules(name: str) -> None:
    asked = sum(1 for question in sister(name).questions() if question.harmonised)
    assert text_of(name).count("- include: ") == asked


@each_sister
def test_sister__hierarchies__are_those_of_the_exit_survey(name: str) -> None:
    for hierarchy in sister(name).hierarchies:
        if hierarchy.name != "language":
            ours, theirs = hierarchy.levels, survey().hierarchy(hierarchy.name).levels
            assert [[(each.code, each.members) for each in level] for level in ours] == [
                [(each.code, each.members) for each in level] for level in theirs
            ]


@each_sister
def test_sister__names_no_variable_otherwise_than_the_exit_survey(name: str) -> None:
    known = {each.name: each.harmonised for each in codebook(survey())}
    assert all(known[each.name] == each.harmonised for each in codebook(sister(name)))
