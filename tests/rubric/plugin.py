"""Writes `rubric.json` at the top of the checkout after a run: point, pass, evidence. Load it with `-p`.

With xdist the workers collect and run, and the controller hears of it: the points of every test when a worker ends,
the outcomes in the reports.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.rubric.evidence import ROOT, SAID

POINTS = range(1, 35)
FILE = ROOT / "rubric.json"
COLLECTED = "rubric_points"
NOT_RUN = "not run"


class Rubric:
    """What is known of each test: its points, whether it passed (by node id), and what it said."""

    def __init__(self, file: Path = FILE) -> None:
        self.file = file
        self.points: dict[str, list[int]] = {}
        self.outcomes: dict[str, list[str]] = {}
        self.said: dict[str, list[tuple[int, str]]] = {}

    @pytest.hookimpl(tryfirst=True)  # before `-k` and `--deselect` take tests away: those count as not run
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Note the points of every test there is."""
        for item in items:
            named = [int(number) for mark in item.iter_markers("rubric") for number in mark.args]
            if named:
                self.points[item.nodeid] = named

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note how a test's set-up, call or tear-down went; what it said is complete in the last of the three."""
        self.outcomes.setdefault(report.nodeid, []).append(f"{report.when} {report.outcome}")
        self.said[report.nodeid] = [(int(said[0]), str(said[1])) for name, said in _said(report) if name == SAID]

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """A worker passes on what it collected; whoever hears the reports writes the file."""
        output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
        if output is not None:
            output[COLLECTED] = self.points
            return
        if not self.points:  # somebody ran other tests only: the last evidence stays
            return
        text = json.dumps([self.line(point) for point in POINTS], indent=1, ensure_ascii=False)
        self.file.write_text(text + "\n", encoding="utf-8")

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """A worker of xdist has ended."""
        self.points |= getattr(node, "workeroutput", {}).get(COLLECTED, {})

    def line(self, point: int) -> dict[str, int | bool | str]:
        """One line of the file: the point passes when every test that names it was run and passed."""
        tests = [test for test, points in self.points.items() if point in points]
        failed = [test for test in tests if "call passed" not in self.outcomes.get(test, ()) or self._has_failed(test)]
        said = _unique(words for test in sorted(tests) for of, words in self.said.get(test, ()) if of in {0, point})
        return {"point": point, "pass": bool(tests) and not failed, "evidence": self._evidence(tests, failed, said)}

    def _has_failed(self, test: str) -> bool:
        return any(outcome.endswith("failed") for outcome in self.outcomes[test])

    def _evidence(self, tests: Sequence[str], failed: Sequence[str], said: Sequence[str]) -> str:
        if not any(test in self.outcomes for test in tests):
            return NOT_RUN
        unhappy = [f"{'failed' if test in self.outcomes else NOT_RUN}: {test}" for test in failed]
        return "; ".join([*unhappy, *said, f"{len(tests) - len(failed)} of {len(tests)} tests passed"])


def _said(report: pytest.TestReport) -> Iterable[tuple[str, Any]]:
    return report.user_properties


def _unique(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(words))


def pytest_configure(config: pytest.Config) -> None:
    """Begin."""
    config.pluginmanager.register(Rubric(), "rubric")
