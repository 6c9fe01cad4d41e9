"""From one row of an export to harmonised answers. Nothing is guessed: a value that the plan does not name is unmapped.

Every source value ends in exactly one of three ways: mapped to a code of the catalogue, missing for a reason that the
plan names, or unmapped. Values are compared whole, after Unicode NFC and without white space around them; neither case
nor spelling is forgiven.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from selfhelp_survey.core.answers import AnswerValue, MissingCode
from selfhelp_survey.core.response import quarter_of
from selfhelp_survey.research.crosswalk.plan import (
    Admission,
    LanguageSource,
    MappedAnswer,
    MappedVariable,
    OneColumn,
    QuarterSource,
    TickedColumns,
    plain,
)
from selfhelp_survey.research.crosswalk.source_table import Cell

_BLANK, _NOT_ASKED, _NOT_CODABLE = MissingCode.LEFT_BLANK, MissingCode.NOT_ASKED, MissingCode.NOT_CODABLE
FIRST_YEAR, LAST_YEAR = 2000, 2099
"""Quarters read 20..Q. everywhere; a date outside is a mistake of the export or of `format`."""


class Conflict(StrEnum):
    """What a row cannot mean although each of its values is known."""

    ASKED_ANYHOW = "has an answer, though `relevant` says it was not asked"
    NOT_ASKED_ANYHOW = "says it was not asked, though `relevant` says it was"
    CANNOT_STAND_TOGETHER = "holds values that cannot stand together"


@dataclass(kw_only=True)
class Harmonised:
    """What a row came to: its answers, the source values that are unmapped by column, and what conflicts by variable.

    A variable with either has the answer "not codable" (-8), or none where it was not asked: for the plan's author to
    accept, or not.
    """

    answers: dict[str, AnswerValue] = field(default_factory=dict)
    unmapped: list[tuple[str, str]] = field(default_factory=list)
    conflicts: list[tuple[str, Conflict]] = field(default_factory=list)


def harmonise(cells: Mapping[str, Cell], variables: Iterable[MappedVariable]) -> Harmonised:
    """The answers in these cells. `variables` stand in an order in which each condition looks back only."""
    found = Harmonised()
    for variable in variables:
        is_asked = variable.relevance is None or variable.relevance.is_true(found.answers)
        for answer in variable.answers:
            given = _answer(_codes(cells, answer, found), variable)
            if is_asked:
                _note_asked(found, variable, answer.name, given)
            else:
                _note_unasked(found, answer, given)
    return found


def _codes(cells: Mapping[str, Cell], answer: MappedAnswer, found: Harmonised) -> tuple[int, ...]:
    """The codes of every value of an answer that is not blank; unmapped ones are noted, and -8."""
    codes = []
    for column, text, ticked in _values(cells, answer):
        code = ticked if ticked is not None else answer.coding.get(text)
        if code is None:
            found.unmapped.append((column, _told(answer, text, str(cells[column]))))
            code = int(_NOT_CODABLE)
        codes.append(code)
    return tuple(codes) or (answer.coding.get("", int(_BLANK)),)


def _told(answer: MappedAnswer, text: str, cell: str) -> str:
    """The value that is unmapped: of words parted by spaces the whole cell, for it may be a sentence."""
    is_spaced = isinstance(answer.source, OneColumn) and answer.source.delimiter == " "
    return cell if is_spaced and any(map(str.isalpha, text)) else text


def _values(cells: Mapping[str, Cell], answer: MappedAnswer) -> Iterator[tuple[str, str, int | None]]:
    """Column and text of each value that is not blank, and its code where the column alone tells it."""
    source = answer.source
    for column in source.columns:
        cell = str(cells[column])
        if isinstance(source, TickedColumns):
            if cell not in source.unticked:
                yield column, cell, source.codes[column] if cell in source.ticked else None
        elif isinstance(source, OneColumn) and source.delimiter:
            yield from ((column, text, None) for text in map(plain, cell.split(source.delimiter)) if text)
        elif cell:
            yield column, cell, None


def _answer(codes: tuple[int, ...], variable: MappedVariable) -> int | tuple[int, ...] | None:
    """One code, or all of a multiple answer in order; one missing code; None for what cannot stand together."""
    different = sorted(set(codes))
    if int(_NOT_CODABLE) in different:
        return int(_NOT_CODABLE)  # of a part nobody knows which option it was: so the whole is not codable
    if different[0] < 0:
        return different[0] if len(different) == 1 else None
    exclusive = {value.code for value in variable.target.values if value.exclusive}
    if len(different) > 1 and not exclusive.isdisjoint(different):
        return None
    return tuple(different)


def _note_asked(found: Harmonised, variable: MappedVariable, name: str, given: int | tuple[int, ...] | None) -> None:
    if given is None or given == _NOT_ASKED:
        conflict = Conflict.CANNOT_STAND_TOGETHER if given is None else Conflict.NOT_ASKED_ANYHOW
        found.conflicts.append((name, conflict))
        given = int(_NOT_CODABLE)
    if given != _BLANK:
        found.answers[name] = _as_answer(given, is_multiple=variable.is_multiple)


def _note_unasked(found: Harmonised, answer: MappedAnswer, given: int | tuple[int, ...] | None) -> None:
    """What was not asked has no answer, and the record reads -4; a blank cell means no more than that here."""
    if given not in (_BLANK, _NOT_ASKED, _NOT_CODABLE, answer.coding.get("")):
        found.conflicts.append((answer.name, Conflict.ASKED_ANYHOW))


def _as_answer(given: int | tuple[int, ...], *, is_multiple: bool) -> AnswerValue:
    if is_multiple:
        return given if isinstance(given, tuple) else (given,)
    return given[0] if isinstance(given, tuple) else given


def is_admitted(cells: Mapping[str, Cell], admissions: Iterable[Admission]) -> bool:
    """True where the row is that of an adult who agreed, and of whoever else the plan demands. Blank is no yes."""
    return all(each.reason or str(cells[each.column]) in each.values for each in admissions)


def language_of(cells: Mapping[str, Cell], source: LanguageSource) -> str | None:
    """The language of the row; None where its column holds a value that the plan does not name."""
    if source.constant:
        return source.constant
    return (source.values or {}).get(str(cells[source.column]))


def quarter_in(cells: Mapping[str, Cell], source: QuarterSource) -> str | None:
    """The quarter of the row; None where its column holds no date as the plan writes it. The date is not kept."""
    if source.constant:
        return source.constant
    cell = cells[source.column]
    try:
        day = cell if isinstance(cell, date) else datetime.strptime(cell, source.format)
    except ValueError:
        return None
    return quarter_of(day.year, day.month) if FIRST_YEAR <= day.year <= LAST_YEAR else None
