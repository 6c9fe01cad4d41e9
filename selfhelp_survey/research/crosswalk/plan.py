"""A crosswalk plan: which column of a sister survey's export holds what, and what each of its values means."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from selfhelp_survey.core.answers import MissingCode
from selfhelp_survey.core.expression import Expression
from selfhelp_survey.core.harmonised import HarmonisedVariable
from selfhelp_survey.core.questionnaire import QuestionType
from selfhelp_survey.core.response import Channel, Mark

MISSING_NAMES: Mapping[str, MissingCode] = {
    "prefer_not_to_say": MissingCode.PREFER_NOT_TO_SAY, "not_sure": MissingCode.NOT_SURE,
    "not_asked": MissingCode.NOT_ASKED, "not_codable": MissingCode.NOT_CODABLE,
}  # fmt: skip
"""What a plan calls the missing values that a source value can stand for."""
BLANK_NAMES: Mapping[str, MissingCode] = {
    "left_blank": MissingCode.LEFT_BLANK, "prefer_not_to_say": MissingCode.PREFER_NOT_TO_SAY,
    "not_sure": MissingCode.NOT_SURE, "not_codable": MissingCode.NOT_CODABLE,
}  # fmt: skip
"""What a blank cell can stand for. That nobody was asked follows from `relevant` and needs no name here."""


def plain(text: str) -> str:
    """The text as source values and column names are compared: Unicode NFC, no white space around it, nothing else."""
    return unicodedata.normalize("NFC", text).strip()


Coding = Mapping[str, int]
"""From a source value (see `plain`) to a code of the catalogue or one of the missing codes; "" is the blank cell."""


class OneColumn(NamedTuple):
    """A single value in one column; with a delimiter, several values in one cell."""

    column: str
    delimiter: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are read."""
        return (self.column,)


class SeveralColumns(NamedTuple):
    """A multiple answer over several columns, each with a value of its own or blank."""

    columns: tuple[str, ...]


class TickedColumns(NamedTuple):
    """A multiple answer with one column an option: the code that each column stands for when it is ticked."""

    codes: Mapping[str, int]
    ticked: frozenset[str]
    unticked: frozenset[str]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are read."""
        return tuple(self.codes)


Source = OneColumn | SeveralColumns | TickedColumns


@dataclass(frozen=True, kw_only=True)
class MappedAnswer:
    """Where one answer comes from: that of a variable, or of one row of a matrix, under its name in the catalogue."""

    name: str
    source: Source
    coding: Coding

    @property
    def codes(self) -> frozenset[int]:
        """The codes of the catalogue that can come out of it."""
        ticked = self.source.codes.values() if isinstance(self.source, TickedColumns) else ()
        return frozenset(code for code in (*self.coding.values(), *ticked) if code >= 0)


@dataclass(frozen=True, kw_only=True)
class MappedVariable:
    """A harmonised variable that a version asks. `relevance` says who was asked it, in harmonised names and codes."""

    target: HarmonisedVariable
    answers: tuple[MappedAnswer, ...]
    relevance: Expression | None = None

    @property
    def is_multiple(self) -> bool:
        """True where several codes can stand together."""
        return self.target.type is QuestionType.MULTIPLE

    @property
    def row_names(self) -> tuple[str, ...]:
        """The rows of a matrix that are asked, in the catalogue's order; none for any other variable."""
        mapped = {answer.name for answer in self.answers}
        return tuple(row.name for row in self.target.rows if row.name in mapped)

    @property
    def options(self) -> tuple[int, ...]:
        """The codes that can come out of a multiple variable: an option nobody was offered is -6, not "not chosen".

        Of any other variable all codes of the catalogue.
        """
        codes = tuple(value.code for value in self.target.values)
        if not self.is_multiple:
            return codes
        reached = {code for answer in self.answers for code in answer.codes}
        return tuple(code for code in codes if code in reached)


def layers(variables: Iterable[MappedVariable]) -> tuple[tuple[MappedVariable, ...], ...]:
    """The variables such that each condition names those of earlier layers only, each layer in the given order.

    What names an unknown variable, or leads in a circle, is in no layer.
    """
    found: list[tuple[MappedVariable, ...]] = []
    known, waiting = set[str](), list(variables)
    while ready := tuple(each for each in waiting if each.relevance is None or each.relevance.names <= known):
        found.append(ready)
        known |= {answer.name for each in ready for answer in each.answers}
        waiting = [each for each in waiting if each not in ready]
    return tuple(found)


@dataclass(frozen=True, kw_only=True)
class Admission:
    """Which rows may be taken: those with one of these values in this column; every row, where `reason` says why."""

    column: str = ""
    values: frozenset[str] = frozenset()
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class LanguageSource:
    """The language of a row: always the same, or told by a column."""

    constant: str = ""
    column: str = ""
    values: Mapping[str, str] | None = None


@dataclass(frozen=True, kw_only=True)
class QuarterSource:
    """The quarter of a row: always the same, or that of a date, which is read as `format` (strptime) and forgotten."""

    constant: str = ""
    column: str = ""
    format: str = ""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How the file is written. Blank: UTF-8 (or UTF-16 with its mark), the delimiter of the header, the only sheet."""

    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""


@dataclass(frozen=True, kw_only=True)
class SurveyVersion:
    """One version of the sister survey, as one export of it looks: its columns, and what stands in them.

    `row_id` is the column that tells rows apart, "" where there is none.
    """

    name: str
    language: LanguageSource
    quarter: QuarterSource
    admissions: tuple[Admission, ...]
    variables: tuple[MappedVariable, ...]
    layout: Layout = Layout()
    row_id: str = ""

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Every column that is read, once. All others are never looked at."""
        return tuple(dict.fromkeys(column for column in self._columns() if column))

    def _columns(self) -> Iterator[str]:
        yield from (self.row_id, self.language.column, self.quarter.column)
        yield from (admission.column for admission in self.admissions)
        for variable in self.variables:
            for answer in variable.answers:
                yield from answer.source.columns

    @property
    def asked(self) -> tuple[object, ...]:
        """What is asked, of whom, with which options: exports of one version agree in it, whatever their language."""
        return tuple(
            (each.target.name, each.relevance.source if each.relevance else "", each.options, each.row_names)
            for each in self.variables
        )


@dataclass(frozen=True, kw_only=True)
class CrosswalkPlan:
    """A whole plan: the instrument and its sample, what the responses are marked with, and the versions."""

    instrument: str
    sample: str
    kind: Mark
    channel: Channel
    entry: str
    versions: tuple[SurveyVersion, ...]
