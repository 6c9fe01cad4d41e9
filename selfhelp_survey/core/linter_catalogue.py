"""What the linter says about harmonised names: whether a question asks what the catalogue says under its name."""

from collections.abc import Iterator

from selfhelp_survey.core.codebook import codebook
from selfhelp_survey.core.harmonised import HarmonisedCatalogue, HarmonisedVariable
from selfhelp_survey.core.linter import Finding, Weight, lint
from selfhelp_survey.core.questionnaire import Question, Questionnaire, QuestionType


def lint_against(questionnaire: Questionnaire, catalogue: HarmonisedCatalogue) -> tuple[Finding, ...]:
    """All findings, those about harmonised names among them; errors first, each kind in the order of the checks."""
    found = (*lint(questionnaire), *harmonised_findings(questionnaire, catalogue))
    return tuple(sorted(found, key=lambda finding: finding.weight is not Weight.ERROR))


def harmonised_findings(questionnaire: Questionnaire, catalogue: HarmonisedCatalogue) -> tuple[Finding, ...]:
    """What does not fit the catalogue, in the order of the questionnaire; nothing where no question is harmonised."""
    return tuple(_findings(questionnaire, catalogue))


def _findings(questionnaire: Questionnaire, catalogue: HarmonisedCatalogue) -> Iterator[Finding]:
    known = {variable.name: variable for variable in catalogue}
    instruments = {held.instrument for variable in catalogue for held in variable.instruments}
    for page in questionnaire.pages:
        for question in page.questions:
            if question.harmonised is None:
                continue
            where = f"pages.{page.name}.questions.{question.name}"
            variable = known.get(question.harmonised)
            if variable is None and questionnaire.code not in instruments:
                continue  # a host's own surveys may share names of their own
            if variable is None:
                yield Finding(code="L401", where=where,
                              message=f"the catalogue has no harmonised variable '{question.harmonised}'")  # fmt: skip
                continue
            yield from _unlike(where, question, variable, questionnaire)
            if questionnaire.code in instruments and variable.carried_by(questionnaire.code) is None:
                yield Finding(code="L403", where=where,
                              message=f"the catalogue does not say that '{questionnaire.code}' asks '{variable.name}'"
                              )  # fmt: skip


def _unlike(
    where: str, question: Question, variable: HarmonisedVariable, questionnaire: Questionnaire
) -> Iterator[Finding]:
    if question.type is not variable.type:
        yield _other(where, variable, f"is a {variable.type} question there")
        return
    asked = {value.code for value in question.values if value.code >= 0}
    listed = {value.code for value in variable.values}
    if asked != listed:
        codes = ", ".join(str(code) for code in sorted(asked ^ listed))
        yield _other(where, variable, f"has other codes there (they differ in {codes})")
    elif question.type is QuestionType.MATRIX and _columns(question, questionnaire) != set(variable.columns):
        yield _other(where, variable, f"has other rows there: {', '.join(variable.columns)}")


def _other(where: str, variable: HarmonisedVariable, told: str) -> Finding:
    return Finding(code="L402", where=where, message=f"'{variable.name}' {told}")


def _columns(question: Question, questionnaire: Questionnaire) -> set[str | None]:
    return {each.harmonised for each in codebook(questionnaire) if each.question_name == question.name}
