"""The linter holds harmonised questions to the catalogue: name, type, codes, rows, and who asks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from selfhelp_survey.authoring.shipped import shipped_catalogue
from selfhelp_survey.core.linter import Weight
from selfhelp_survey.core.linter_catalogue import harmonised_findings, lint_against
from selfhelp_survey.core.questionnaire import Question, Questionnaire, QuestionType
from tests.unit.questionnaires.exit_survey import survey

CATALOGUE = shipped_catalogue()


def with_question(name: str, **changes: object) -> Questionnaire:
    """The exit survey with one question changed."""

    def changed(question: Question) -> Question:
        return replace(question, **changes) if question.name == name else question  # type: ignore[arg-type]

    pages = [replace(page, questions=tuple(map(changed, page.questions))) for page in survey().pages]
    return replace(survey(), pages=tuple(pages))


def codes(questionnaire: Questionnaire) -> list[str]:
    return [finding.code for finding in harmonised_findings(questionnaire, CATALOGUE)]


def question(name: str) -> Question:
    return next(each for each in survey().questions() if each.name == name)


def test_linter__questionnaire_as_the_catalogue_says__finds_nothing() -> None:
    assert codes(survey()) == []


def test_linter__name_that_the_catalogue_lacks__is_an_error_with_its_place_and_a_way_out() -> None:
    (finding,) = harmonised_findings(with_question("h1_wish", harmonised="wish"), CATALOGUE)
    assert (finding.code, finding.where, finding.weight) == (
        "L401", "pages.since.questions.h1_wish", Weight.ERROR,
    )  # fmt: skip
    assert "catalogue" in finding.fix


def test_linter__name_that_surveys_of_a_host_share__is_no_matter_of_the_catalogue() -> None:
    assert codes(replace(with_question("h1_wish", harmonised="wish"), code="somebody_elses")) == []


@pytest.mark.parametrize(("kept", "expected"), [(4, []), (3, ["L402"])])
def test_linter__a_code_less__is_an_error(kept: int, expected: list[str]) -> None:
    assert codes(with_question("h1_wish", values=question("h1_wish").values[:kept])) == expected


def test_linter__another_type__is_an_error() -> None:
    assert codes(with_question("h1_wish", type=QuestionType.SINGLE)) == ["L402"]


def test_linter__a_row_less__is_an_error() -> None:
    assert codes(with_question("b1", rows=question("b1").rows[:7])) == ["L402"]


def test_linter__other_labels__are_no_matter() -> None:
    values = tuple(replace(value, label=question("b1").label) for value in question("h1_wish").values)
    assert codes(with_question("h1_wish", values=values)) == []


@pytest.mark.parametrize(("code", "expected"), [
    ("no_need_for_help", ["L403", "L403", "L403"]), ("somebody_elses", []), ("exit_survey", []),
])  # fmt: skip
def test_linter__variable_that_this_questionnaire_is_not_said_to_ask__is_an_error(
    code: str, expected: list[str]
) -> None:
    assert codes(replace(survey(), code=code)) == expected


def test_lint_against__errors_of_both_kinds__come_first() -> None:
    long = replace(
        question("h1_wish").label, translations=(*question("h1_wish").label.translations[:3], ("sv", "a " * 30))
    )
    wrong = with_question("h1_wish", harmonised="wish", label=long)
    assert [(finding.code, finding.weight) for finding in lint_against(wrong, CATALOGUE)] == [
        ("L401", Weight.ERROR), ("L203", Weight.WARNING),
    ]  # fmt: skip
