"""The last release of a series has coarser levels: the database takes it, and the views tell it apart."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from selfhelp_survey.research.command_line import run
from selfhelp_survey.research.ledger import open_ledger
from selfhelp_survey.research.pushing import push_release
from selfhelp_survey.research.verify import verify_release
from tests.store.support import Database
from tests.unit.research.conftest import Station
from tests.unit.research.survey import PLAN, new_workstation, response, responses

pytestmark = pytest.mark.postgresql


def test_push__last_release_at_coarser_levels__is_taken_and_its_labels_are_its_own(
    database: Database, tmp_path: Path
) -> None:
    key, private = new_workstation(tmp_path)
    station = Station(root=tmp_path, key=key, private=private)
    station.receive(responses(12))
    assert station.release("first") == 0
    station.receive([response(100 + place, age=1 + place % 3, language="es") for place in range(12)])
    closing = ("close", station.plan(PLAN), "--out", tmp_path / "last", "--level", "age=2", "--yes", "tiny")
    assert run(station.with_key(*closing)) == 0
    with open_ledger(station.ledger, private) as ledger:
        for name in ("first", "last"):
            release = verify_release(tmp_path / name, [private.public])
            assert push_release(release, database.admin, ledger, progress=lambda _rows: None).pushed
    with psycopg.connect(database.dsn("test_reader")) as connection:
        query = "select release, age, age_label, count(*) from research.tiny group by 1, 2, 3 order by 1, 2"
        found = connection.execute(query).fetchall()
    assert found == [(1, 1, "young", 12), (2, -7, "Withheld for anonymity", 12)]
