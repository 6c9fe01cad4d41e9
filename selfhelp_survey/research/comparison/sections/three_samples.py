"""The section that sets the samples side by side: a test for each harmonised column that they carry comparably.

Everything is computed from counts that the report shows, so that no statistic tells more than they do.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from selfhelp_survey.core.harmonised import HarmonisedVariable
from selfhelp_survey.research.comparison.alignment import CommonCategory, common_categories
from selfhelp_survey.research.comparison.sections.writer import Row, Writer, absent, label, share
from selfhelp_survey.research.comparison.statistics.association import (
    Finding,
    adjusted_residuals,
    cramers_v,
    holm,
    independence,
)
from selfhelp_survey.research.comparison.table import Cell, Section, State, Table
from selfhelp_survey.research.comparison.views import SampleView, is_proxy

_FIGURES = 6


@dataclass(frozen=True, kw_only=True, eq=False)
class _Compared:
    """One column in the samples that can be tested: counts are samples x categories. No samples: nothing to test."""

    column: str
    views: tuple[SampleView, ...]
    labels: tuple[str, ...]
    counts: NDArray[np.int64]
    left_out: tuple[tuple[SampleView, State], ...]
    finding: Finding | None


def three_samples(writer: Writer, *, seed: int) -> Section:
    """Tests of every harmonised column, and for each variable where the samples differ. `seed` is of exact tests."""
    compared = {variable.name: tuple(_compared_columns(writer, variable, seed)) for variable in writer.catalogue}
    residuals = [_residuals(writer, name, held) for name, held in compared.items()]
    return Section(
        name="three_samples", title=writer.say("three.title"),
        tables=(_tests(writer, compared), *(table for table in residuals if table.rows)),
        notes=tuple(writer.say(f"three.{key}") for key in ("note", "proxy", "refused", "residual_note")),
    )  # fmt: skip


def _compared_columns(writer: Writer, variable: HarmonisedVariable, seed: int) -> Iterator[_Compared]:
    for column in variable.columns:
        yield _compared(writer, variable.name, column, seed)


def _compared(writer: Writer, variable: str, column: str, seed: int) -> _Compared:
    states = [(view, _state(writer, view, variable, column)) for view in writer.views]
    views = tuple(view for view, state in states if state is State.SHOWN)
    left_out = tuple((view, state) for view, state in states if state is not State.SHOWN)
    labels, counts = _merged(writer, column, views) if len(views) > 1 else ((), np.zeros((0, 0), dtype=np.int64))
    finding = independence(counts, seed=seed) if len(labels) > 1 else None
    return _Compared(column=column, views=views, labels=labels, counts=counts, left_out=left_out, finding=finding)


def _state(writer: Writer, view: SampleView, variable: str, column: str) -> State:
    """SHOWN where the sample can be tested, else why not."""
    if not view.has(column):
        return view.absence(column, writer.catalogue)
    if is_proxy(view, variable, writer.catalogue):
        return State.NOT_COMPARABLE
    if view.counts.is_rounded:
        return State.REFUSED
    return State.WITHHELD if not view.valid(column) else State.SHOWN


def _merged(writer: Writer, column: str, views: Sequence[SampleView]) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """The categories that all of these samples show, and the others together; counts are samples x categories."""
    categories = common_categories([view.words[column] for view in views])
    shown = [(category, _counts(column, category, views)) for category in categories]
    told = [(category, counts) for category, counts in shown if None not in counts]
    rows = [[count or 0 for count in counts] for _, counts in told]
    others = [(view.valid(column) or 0) - sum(row[place] for row in rows) for place, view in enumerate(views)]
    labels = [" / ".join(map(writer.text, category.labels)) for category, _ in told]
    if any(others):
        labels, rows = [*labels, writer.say("other")], [*rows, others]
    return tuple(labels), np.array(rows, dtype=np.int64).reshape(len(rows), len(views)).T


def _counts(column: str, category: CommonCategory, views: Sequence[SampleView]) -> list[int | None]:
    return [_sum(view, column, codes) for view, codes in zip(views, category.codes, strict=True)]


def _sum(view: SampleView, column: str, codes: Sequence[int]) -> int | None:
    counts = [view.count((column, code)) for code in codes]
    return None if None in counts else sum(count for count in counts if count is not None)


def _tests(writer: Writer, compared: dict[str, tuple[_Compared, ...]]) -> Table:
    tested = [(name, held) for name, columns in compared.items() for held in columns]
    adjusted = holm([held.finding.p if held.finding else np.nan for _, held in tested])
    rows = [_test_row(writer, name, held, float(p)) for (name, held), p in zip(tested, adjusted, strict=True)]
    tests = sum(held.finding is not None for _, held in tested)
    return Table(
        name="comparison", caption=writer.say("three.caption", tests=tests), rows=tuple(rows),
        columns=writer.columns("variable", "samples", "untested", "test", "categories", "statistic", "freedom",
                               "p_value", "p_holm", "cramers_v"),
    )  # fmt: skip


def _test_row(writer: Writer, variable: str, held: _Compared, adjusted: float) -> Row:
    left_out = [writer.say(f"why.{state.value}", sample=writer.sample(view.sample)) for view, state in held.left_out]
    named = (label(_name(writer, variable, held.column)),
             label(writer.names(held.views) or writer.say("none")),
             label("; ".join(left_out) or writer.say("none")))  # fmt: skip
    found = held.finding
    if found is None:
        return (*named, *(absent(_why(held)),) * (_FIGURES + 1))
    strength = cramers_v(held.counts)
    return (
        *named, label(writer.say(f"test.{found.method.value}")), Cell(value=len(held.labels)), _figure(found.statistic),
        _figure(found.freedom), Cell(value=found.p), Cell(value=adjusted), _figure(strength),
    )  # fmt: skip


def _why(held: _Compared) -> State:
    """Why a column has no test, the plainest reason first."""
    states = [state for _, state in held.left_out]
    if len(held.views) > 1 or State.REFUSED in states:
        return State.REFUSED
    return next((state for state in (State.NOT_COMPARABLE, State.WITHHELD) if state in states), State.NOT_ASKED)


def _figure(value: float | None) -> Cell:
    return absent(State.REFUSED) if value is None else Cell(value=value)


def _name(writer: Writer, variable: str, column: str) -> str:
    name = writer.variable(variable)
    return name if column == variable else f"{name}: {writer.item(column)}"


def _residuals(writer: Writer, variable: str, held: Sequence[_Compared]) -> Table:
    rows = [row for column in held if column.finding for row in _residual_rows(writer, variable, column)]
    return Table(
        name=f"differences_{variable}", caption=writer.say("three.residuals", variable=writer.variable(variable)),
        columns=writer.columns("label", "sample", "count", "share", "residual"), rows=tuple(rows),
    )  # fmt: skip


def _residual_rows(writer: Writer, variable: str, held: _Compared) -> Iterator[Row]:
    residuals = adjusted_residuals(held.counts)
    item = "" if held.column == variable else f"{writer.item(held.column)}: "
    for place, words in enumerate(held.labels):
        for row, view in enumerate(held.views):
            count, residual = int(held.counts[row, place]), float(residuals[row, place])
            yield (
                label(item + words), label(writer.sample(view.sample)), Cell(value=count),
                share(count, int(held.counts[row].sum())), _figure(None if np.isnan(residual) else residual),
            )  # fmt: skip
