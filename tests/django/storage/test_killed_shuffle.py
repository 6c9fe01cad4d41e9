"""The shuffle killed at any point, and several at once: every response is in exactly one place (T-44)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from selfhelp_survey.collection import LEAST_BATCH

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).parents[3]
LEAST_STATEMENTS = 10


def shuffler(errand: str, *, rows: int) -> Any:
    """What came of an errand that another process ran on this test's database."""
    database = {name: connection.settings_dict[name] for name in ("NAME", "USER", "HOST", "OPTIONS")}
    connection.close()
    order = json.dumps({"errand": errand, "rows": rows, "database": database}, default=str)
    command = [sys.executable, "-m", "tests.django.storage.shuffler", order]
    return json.loads(subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout)


def test_shuffle__killed_before_and_after_each_statement__keeps_every_row_in_one_place() -> None:
    outcomes = shuffler("killed_at_each_statement", rows=12)
    *killed, last = outcomes
    assert len(killed) > 2 * LEAST_STATEMENTS
    assert not last["killed"]
    assert {(each["killed"], each["lost"], each["doubled"]) for each in killed} == {(True, 0, 0)}
    assert (last["lost"], last["doubled"], last["moved"]) == (0, 0, 12 * len(outcomes))


def test_shuffle__killed_at_any_time__keeps_every_row_in_one_place() -> None:
    outcomes = shuffler("killed_at_any_time", rows=30)
    assert {(each["lost"], each["doubled"]) for each in outcomes} == {(0, 0)}


def test_shuffle__several_at_once__move_each_row_once_and_in_no_small_batch() -> None:
    outcome = shuffler("together", rows=400)
    assert outcome["ended"] == [0] * len(outcome["ended"])
    assert (outcome["lost"], outcome["doubled"], outcome["moved"]) == (0, 0, 400)
    assert sum(outcome["sizes"]) == 400
    assert min(outcome["sizes"]) >= LEAST_BATCH
