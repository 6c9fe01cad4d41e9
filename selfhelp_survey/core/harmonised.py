"""The catalogue of harmonised variables: what the exit survey and its two sister surveys measure alike, and how far.

Questionnaires, crosswalks and the comparison of the samples all read it; nobody else says what a harmonised name means.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from selfhelp_survey.core.questionnaire import NAME, QuestionType, Row, Value
from selfhelp_survey.core.text import Text
from selfhelp_survey.errors import QuestionnaireError

TIME_REFERENCES = (
    "now", "up to now", "before the programme", "the first time", "since the first time", "the last two weeks",
    "from now on",
)  # fmt: skip
"""Over which time a question may ask, in the words of the catalogue's file."""


class Comparability(StrEnum):
    """How far what an instrument asks is what the catalogue describes.

    Source: the distinction follows Granda, Wolf and Hadorn, "Harmonizing survey data", in Harkness et al., Survey
    Methods in Multinational, Multiregional, and Multicultural Contexts (2010), chapter 17: input harmonisation, output
    harmonisation, and a substitute.
    """

    IDENTICAL = "identical"
    """The same question, values and time reference; a wording may differ as little as a translation does."""
    COMPARABLE = "comparable"
    """Another question or other values that were recoded without a guess; compare with care."""
    PROXY = "proxy"
    """Something related that stands in for it: described side by side, never tested for a difference."""


@dataclass(frozen=True, kw_only=True)
class Carried:
    """That an instrument carries a variable: how far, over which time, and what a reader has to know."""

    instrument: str
    comparability: Comparability
    time_reference: str
    note: Text | None = None


@dataclass(frozen=True, kw_only=True)
class HarmonisedVariable:
    """One variable of the catalogue.

    `values` are the substantive codes with their labels; a multiple variable has one 0/1 column for each, named like
    the columns of a multiple question (`multiple_columns`), a matrix one column for each of its `rows`. Missing values
    are the eight codes of every record. `instruments` says who carries it: no entry means not asked there (-6).
    """

    name: str
    type: QuestionType
    label: Text
    values: tuple[Value, ...]
    rows: tuple[Row, ...] = ()
    hierarchy: str | None = None
    instruments: tuple[Carried, ...] = ()

    def __post_init__(self) -> None:
        _demand(NAME.fullmatch(self.name) is not None, f"'{self.name}' is not a variable name")
        codes = [value.code for value in self.values]
        _demand(len(set(codes)) == len(codes) and all(code >= 0 for code in codes), f"{self.name}: codes do not fit")
        _demand(bool(self.rows) == (self.type is QuestionType.MATRIX), f"{self.name}: rows go with a matrix only")
        carriers = [held.instrument for held in self.instruments]
        _demand(len(set(carriers)) == len(carriers), f"{self.name}: an instrument stands twice")

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The harmonised columns: the name itself, one for each value of a multiple, one for each row of a matrix."""
        if self.type is QuestionType.MULTIPLE:
            return tuple(f"{self.name}_{value.code:02d}" for value in self.values)
        return tuple(row.name for row in self.rows) or (self.name,)

    def carried_by(self, instrument: str) -> Carried | None:
        """How this instrument carries the variable; None where it does not."""
        return next((held for held in self.instruments if held.instrument == instrument), None)


@dataclass(frozen=True, kw_only=True)
class HarmonisedCatalogue:
    """All harmonised variables, in the order of the report: who, help-seeking, pathways, how they are, services."""

    languages: tuple[str, ...]
    variables: tuple[HarmonisedVariable, ...]

    def __post_init__(self) -> None:
        columns = [column for variable in self.variables for column in variable.columns]
        _demand(len(set(columns)) == len(columns), "a harmonised name stands twice")

    @cached_property
    def _by_column(self) -> dict[str, HarmonisedVariable]:
        return {column: variable for variable in self.variables for column in variable.columns}

    @cached_property
    def _by_name(self) -> dict[str, HarmonisedVariable]:
        return {variable.name: variable for variable in self.variables}

    def __iter__(self) -> Iterator[HarmonisedVariable]:
        return iter(self.variables)

    def variable(self, name: str) -> HarmonisedVariable:
        """The variable of this name. Raises KeyError."""
        return self._by_name[name]

    def home_of(self, column: str) -> HarmonisedVariable | None:
        """The variable that a harmonised column belongs to; None where the catalogue has no such column."""
        return self._by_column.get(column)


def _demand(condition: bool, otherwise: str) -> None:
    if not condition:
        raise QuestionnaireError(otherwise)
