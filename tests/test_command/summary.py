"""What came of a run: totals out of pytest's reports, a table, and the plain last line."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Totals:
    """How many tests passed, failed (errors in set-up or tear-down included) and were skipped."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of one phase. Totals only where pytest ran."""

    phase: str
    seconds: float
    passed: bool
    totals: Totals | None = None


def read_totals(report: Path) -> Totals | None:
    """The totals of pytest's XML report, each test counted once; None when there is no readable report."""
    try:
        root = ET.parse(report).getroot()  # noqa: S314 - written by our own pytest a moment ago
    except (OSError, ET.ParseError):
        return None
    marks: dict[tuple[str, str], set[str]] = {}
    for case in root.iter("testcase"):
        name = (case.get("classname", ""), case.get("name", ""))
        marks.setdefault(name, set()).update(child.tag for child in case)
    failed = sum(bool({"failure", "error"} & tags) for tags in marks.values())
    skipped = sum("skipped" in tags and not {"failure", "error"} & tags for tags in marks.values())
    return Totals(passed=len(marks) - failed - skipped, failed=failed, skipped=skipped)


def summary(outcomes: Sequence[Outcome]) -> str:
    """The closing table, what failed, and the totals alone on the last line."""
    rows = [f"{'phase':<12}{'result':<9}{'passed':>8}{'failed':>8}{'skipped':>9}{'seconds':>9}"]
    rows += [_row(outcome) for outcome in outcomes]
    unhappy = [outcome.phase for outcome in outcomes if not outcome.passed]
    verdict = f"Failed: {', '.join(unhappy)}" if unhappy else "Everything that ran is well"
    total = _total(outcomes)
    return "\n".join(["", *rows, "", verdict, f"{total.passed} passed, {total.failed} failed"])


def exit_code(outcomes: Sequence[Outcome]) -> int:
    """0 when every phase passed; 1 when one failed, or when pytest was asked and no test was executed at all."""
    asked = any(outcome.totals is not None for outcome in outcomes)
    total = _total(outcomes)
    nothing_tested = asked and not total.passed + total.failed
    return int(nothing_tested or not all(outcome.passed for outcome in outcomes))


def _row(outcome: Outcome) -> str:
    result = "passed" if outcome.passed else "FAILED"
    if outcome.totals is None:
        return f"{outcome.phase:<12}{result:<9}{'':>25}{outcome.seconds:>9.1f}"
    counts = outcome.totals
    return (
        f"{outcome.phase:<12}{result:<9}{counts.passed:>8}{counts.failed:>8}{counts.skipped:>9}{outcome.seconds:>9.1f}"
    )


def _total(outcomes: Sequence[Outcome]) -> Totals:
    every = [outcome.totals for outcome in outcomes if outcome.totals is not None]
    return Totals(
        passed=sum(totals.passed for totals in every),
        failed=sum(totals.failed for totals in every),
        skipped=sum(totals.skipped for totals in every),
    )
