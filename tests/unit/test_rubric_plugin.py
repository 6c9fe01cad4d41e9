"""What `rubric.json` says of a point: it passes only when all its tests were run and passed."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.rubric.evidence import SAID
from tests.rubric.plugin import Rubric


def _rubric(tests: dict[str, list[int]], file: Path = Path("unused")) -> Rubric:
    rubric = Rubric(file)
    rubric.points = tests
    return rubric


def _run(rubric: Rubric, test: str, outcome: str = "passed", *said: tuple[int, str]) -> None:
    for when in ("setup", "call", "teardown"):
        report = pytest.TestReport(
            nodeid=test, location=("", 0, ""), keywords={}, longrepr=None, when=when,
            outcome=outcome if when == "call" else "passed",  # type: ignore[arg-type]
            user_properties=[(SAID, list(one)) for one in said],
        )  # fmt: skip
        rubric.pytest_runtest_logreport(report)


def test_line__no_test_names_the_point__was_not_run() -> None:
    assert _rubric({}).line(3) == {"point": 3, "pass": False, "evidence": "not run"}


def test_line__its_test_was_left_out__was_not_run() -> None:
    assert _rubric({"a": [3]}).line(3) == {"point": 3, "pass": False, "evidence": "not run"}


def test_line__all_tests_passed__passes_with_what_they_said() -> None:
    rubric = _rubric({"a": [3, 4], "b": [3]})
    _run(rubric, "a", "passed", (3, "small"), (4, "few"))
    _run(rubric, "b", "passed", (0, "light"))
    assert rubric.line(3) == {"point": 3, "pass": True, "evidence": "small; light; 2 of 2 tests passed"}
    assert rubric.line(4)["evidence"] == "few; 1 of 1 tests passed"


@pytest.mark.parametrize("outcome", ["failed", "skipped"])
def test_line__one_test_did_not_pass__fails_and_names_it(outcome: str) -> None:
    rubric = _rubric({"a": [3], "b": [3]})
    _run(rubric, "a")
    _run(rubric, "b", outcome)
    assert rubric.line(3) == {"point": 3, "pass": False, "evidence": "failed: b; 1 of 2 tests passed"}


def test_line__one_test_was_left_out__fails_and_names_it() -> None:
    rubric = _rubric({"a": [3], "b": [3]})
    _run(rubric, "a")
    assert rubric.line(3) == {"point": 3, "pass": False, "evidence": "not run: b; 1 of 2 tests passed"}


def test_session_finish__worker__passes_on_what_it_collected() -> None:
    worker, controller = _rubric({"a": [3]}), _rubric({})
    output: dict[str, object] = {}
    worker.pytest_sessionfinish(SimpleNamespace(config=SimpleNamespace(workeroutput=output)))  # type: ignore[arg-type]
    controller.pytest_testnodedown(SimpleNamespace(workeroutput=json.loads(json.dumps(output))))
    assert controller.points == {"a": [3]}


def test_session_finish__controller__writes_every_point_in_order(tmp_path: Path) -> None:
    rubric = _rubric({"a": [3]}, tmp_path / "rubric.json")
    _run(rubric, "a")
    rubric.pytest_sessionfinish(SimpleNamespace(config=SimpleNamespace()))  # type: ignore[arg-type]
    lines = json.loads((tmp_path / "rubric.json").read_text("utf-8"))
    assert [line["point"] for line in lines] == list(range(1, 35))
    assert [line["point"] for line in lines if line["pass"]] == [3]


def test_session_finish__none_of_the_rubrics_tests_there__keeps_the_last_file(tmp_path: Path) -> None:
    _rubric({}, tmp_path / "rubric.json").pytest_sessionfinish(
        SimpleNamespace(config=SimpleNamespace())  # type: ignore[arg-type]
    )
    assert not (tmp_path / "rubric.json").exists()
