"""What came of each pair, as a table and an exit code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tests.matrix.interpreters import how_to_get
from tests.matrix.pairs import Pair
from tests.test_command.summary import Outcome


@dataclass(frozen=True, kw_only=True)
class Row:
    """A pair with what came of its phases; without any, it was not run, because its Python is missing."""

    pair: Pair
    outcomes: tuple[Outcome, ...] = ()

    @property
    def was_run(self) -> bool:
        return bool(self.outcomes)


def exit_code(rows: Sequence[Row]) -> int:
    """0 where every pair was run and tested something, and all of it passed; else 1."""
    return int(not all(row.was_run and all(map(_is_well, row.outcomes)) for row in rows))


def table(rows: Sequence[Row]) -> str:
    """A line for each pair and phase, what is missing and how to get it, and the totals on the last line."""
    head = f"{'pair':<18}{'phase':<12}{'result':<9}{'passed':>8}{'failed':>8}{'skipped':>9}{'seconds':>9}"
    lines = [line for row in rows for line in _lines(row)]
    missing = sorted({row.pair.python for row in rows if not row.was_run})
    advice = [f"Python {version} is not on this machine: {how_to_get(version)}." for version in missing]
    return "\n".join(["", head, *lines, "", *advice, _totals(rows)])


def _is_well(outcome: Outcome) -> bool:
    return outcome.passed and outcome.totals is not None and outcome.totals.passed > 0


def _lines(row: Row) -> list[str]:
    if not row.was_run:
        return [f"{row.pair.name:<18}{'':<12}not run"]
    return [_line(row.pair, outcome) for outcome in row.outcomes]


def _line(pair: Pair, outcome: Outcome) -> str:
    result = "passed" if _is_well(outcome) else "FAILED"
    counts = outcome.totals
    told = f"{counts.passed:>8}{counts.failed:>8}{counts.skipped:>9}" if counts else " " * 25
    return f"{pair.name:<18}{outcome.phase:<12}{result:<9}{told}{outcome.seconds:>9.1f}"


def _totals(rows: Sequence[Row]) -> str:
    counted = [outcome.totals for row in rows for outcome in row.outcomes if outcome.totals]
    run = sum(row.was_run for row in rows)
    passed, failed = sum(totals.passed for totals in counted), sum(totals.failed for totals in counted)
    return f"{run} of {len(rows)} pairs run: {passed} passed, {failed} failed"
