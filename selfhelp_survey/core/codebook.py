"""The codebook: what every variable of a record means, in every language."""

from collections.abc import Iterator
from dataclasses import dataclass

from selfhelp_survey.core.questionnaire import (
    SYSTEM_VARIABLES,
    Page,
    Question,
    Questionnaire,
    QuestionType,
    Role,
    Value,
)
from selfhelp_survey.core.record import multiple_names
from selfhelp_survey.core.text import Text

__all__ = ["SYSTEM_QUASI_IDENTIFIERS", "SYSTEM_VARIABLES", "Variable", "codebook", "universe"]

SYSTEM_QUASI_IDENTIFIERS = ("language", "channel", "quarter")
"""What an outsider could know of any respondent without asking them (design: quasi-identifiers)."""


@dataclass(frozen=True, kw_only=True)
class Variable:
    """One column of a record.

    `question_name` is None for what the software itself notes (language, channel, quarter, entry, version).
    `universe` is the condition under which the question is asked, "" for everybody. `values` holds the substantive
    codes and the missing codes that can be chosen; `item` tells to which answer of a multiple question or matrix the
    variable belongs.
    """

    name: str
    role: Role
    label: Text | None = None
    item: Text | None = None
    question_name: str | None = None
    type: QuestionType | None = None
    values: tuple[Value, ...] = ()
    hierarchy: str | None = None
    harmonised: str | None = None
    universe: str = ""


def codebook(questionnaire: Questionnaire) -> tuple[Variable, ...]:
    """Every variable of a record of this questionnaire, in the order of the record."""
    return (*_system_variables(questionnaire), *_asked_variables(questionnaire))


def _system_variables(questionnaire: Questionnaire) -> Iterator[Variable]:
    known = {hierarchy.name for hierarchy in questionnaire.hierarchies}
    for name in SYSTEM_VARIABLES:
        role = Role.QUASI_IDENTIFIER if name in SYSTEM_QUASI_IDENTIFIERS else Role.INSENSITIVE
        yield Variable(name=name, role=role, hierarchy=name if name in known else None, harmonised=name)


def _asked_variables(questionnaire: Questionnaire) -> Iterator[Variable]:
    for page in questionnaire.pages:
        for question in page.questions:
            yield from _variables_of(page, question)


def _variables_of(page: Page, question: Question) -> Iterator[Variable]:
    items: dict[str, Text | None]
    if question.type is QuestionType.MULTIPLE:
        items = {name: question.label_of(code) for code, name in multiple_names(question).items()}
    elif question.rows:
        items = {row.name: row.label for row in question.rows}
    else:
        items = dict.fromkeys(question.answer_names)
    for name, item in items.items():
        yield Variable(
            name=name, role=question.role, label=question.label, item=item, question_name=question.name,
            type=question.type, values=question.values, hierarchy=question.hierarchy,
            harmonised=_harmonised_name(question, name), universe=universe(page, question),
        )  # fmt: skip


def _harmonised_name(question: Question, name: str) -> str | None:
    if question.harmonised is None or name == question.name:
        return question.harmonised
    return question.harmonised + "_" + name.removeprefix(question.name).lstrip("_")


def universe(page: Page, question: Question) -> str:
    """The condition under which the question is asked, in the expression language; "" for everybody."""
    sources = [condition.source for condition in (page.relevance, question.relevance) if condition]
    return " and ".join(f"({source})" if len(sources) > 1 else source for source in sources)
