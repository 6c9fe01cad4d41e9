"""From answers to the research store, through the example project's own command."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from selfhelp_survey.research.command_line import run
from tests.journeys.demo_site import DemoSite, prepared_demo
from tests.postgres_server import running_postgres


@pytest.fixture(scope="module")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> DemoSite:
    """The example project as it is before anybody answered, not served."""
    return prepared_demo(tmp_path_factory.mktemp("release"), tmp_path_factory)


@pytest.fixture
def research_database() -> Iterator[str]:
    """A connection string for an empty PostgreSQL database."""
    with running_postgres() as server:
        with psycopg.connect(server.dsn(dbname="postgres"), autocommit=True) as connection:
            connection.execute("CREATE DATABASE research_data")
        yield server.dsn(dbname="research_data")


def test_release__nothing_answered__is_refused_with_the_way_out(demo_folder: DemoSite) -> None:
    refused = demo_folder.release("--out", str(demo_folder.var / "none"))
    assert refused.returncode == 1
    assert "Too few new responses" in refused.stderr
    assert "--synthetic" in refused.stderr
    assert not (demo_folder.var / "none").exists()


def test_release__300_made_up_surveys__arrive_in_postgresql_with_no_class_under_k(
    demo_folder: DemoSite, research_database: str
) -> None:
    out = demo_folder.var / "release"
    done = demo_folder.release("--synthetic", "300", "--out", str(out), "--store", research_database)
    assert done.returncode == 0, done.stderr
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["kind"] == "synthetic"
    assert run(["verify", str(out), "--key", str(demo_folder.var / "keys" / "first.pub")]) == 0
    assert _smallest_class(out, manifest["quasi_identifiers"]) >= manifest["k"] == 5
    with psycopg.connect(research_database) as connection:
        columns = ", ".join(f"record->>'{name}'" for name in manifest["quasi_identifiers"])
        smallest, rows = connection.execute(
            f"SELECT min(size), sum(size) FROM (SELECT count(*) AS size FROM research.response GROUP BY {columns}) AS c"  # noqa: S608
        ).fetchone() or (0, 0)
    assert smallest >= 5
    assert rows == manifest["rows"] > 150
    again = demo_folder.release("--out", str(demo_folder.var / "again"), "--store", research_database)
    assert again.returncode == 1  # only made-up answers are there, and they never count as real ones


def _smallest_class(release: Path, quasi_identifiers: list[str]) -> int:
    with (release / "responses.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert all(cell != "" for row in rows for cell in row.values())
    assert not (release / "responses.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    return min(Counter(tuple(row[name] for name in quasi_identifiers) for row in rows).values())


def test_release__host_restored_from_an_old_backup__releases_nobody_twice(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    site = prepared_demo(tmp_path, tmp_path_factory)
    site.answer(60)
    database = site.var / "example.sqlite3"
    backup = database.read_bytes()
    first = site.release("--synthetic", "40", "--out", str(site.var / "one"))
    assert first.returncode == 0, first.stderr
    assert "100 new, 0 received before" in first.stdout
    database.write_bytes(backup)
    second = site.release("--synthetic", "40", "--out", str(site.var / "two"))
    assert second.returncode == 0, second.stderr
    assert "40 new, 60 received before" in second.stdout
