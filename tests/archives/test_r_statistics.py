"""R, as it is here, still says what the golden numbers of the statistics say."""

from __future__ import annotations

import json
import shutil
from typing import Any

import pytest

from tests.archives.conftest import run
from tests.unit.research.comparison.golden import DIRECTORY


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    directory = tmp_path_factory.mktemp("golden")
    for name in ("records.csv", "golden.r"):
        shutil.copy(DIRECTORY / name, directory)
    figures: dict[str, Any] = json.loads(run("Rscript", "--vanilla", "golden.r", within=directory))
    return figures


def test_golden_script__run_by_r__says_what_the_golden_numbers_say(told: dict[str, Any]) -> None:
    golden = json.loads((DIRECTORY / "golden.json").read_text("utf-8"))
    assert told.keys() == golden.keys()
    for name in golden.keys() - {"version"}:
        assert told[name].keys() == golden[name].keys()
        for key, figures in golden[name].items():
            assert _flat(told[name][key]) == pytest.approx(_flat(figures), rel=1e-6, abs=1e-9), (name, key)


def _flat(figures: Any) -> list[float]:
    return [part for each in figures for part in _flat(each)] if isinstance(figures, list) else [figures]
