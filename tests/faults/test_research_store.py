"""The disk of a research store is full: nothing is half loaded, and once there is room the same push goes through."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from selfhelp_survey.errors import StoreError
from selfhelp_survey.research_store.directory import DirectoryStore
from selfhelp_survey.research_store.interface import ReleasePackage
from selfhelp_survey.research_store.postgres import PostgresStore
from tests.faults.small_disk import small_disk
from tests.postgres_server import running_postgres
from tests.store.support import GOOD, a_package, a_series

MANY = 2000


def large_package() -> ReleasePackage:
    """A release that needs more than the last page of a table."""
    return a_package(records=GOOD * MANY)


def test_push__disk_of_a_directory_store_full__leaves_nothing_and_can_be_repeated(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", megabytes=8) as disk:
        store = DirectoryStore(disk.place / "store")
        store.init()
        store.register_series(a_series())
        disk.fill()
        with pytest.raises(StoreError, match="No space left"):
            store.push(large_package())
        assert store.known_releases("exit-1") == ()
        assert [path.name for path in (disk.place / "store" / "exit-1").iterdir()] == ["series.json"]
        disk.make_room()
        assert store.push(large_package()).pushed


def test_push__disk_of_the_database_full__leaves_nothing_and_can_be_repeated() -> None:
    with (
        running_postgres() as server,
        small_disk(server.base / "disk", megabytes=32, owner="nobody" if server.as_nobody else "root") as disk,
    ):
        with psycopg.connect(server.dsn(), autocommit=True) as connection:
            connection.execute(f"create tablespace small location '{disk.place}'")
            connection.execute("create database store tablespace small")
        store = PostgresStore(server.dsn(dbname="store"))
        store.init()
        store.register_series(a_series())
        disk.fill()
        with pytest.raises(StoreError, match="disk of the store is full"):
            store.push(large_package())
        assert store.known_releases("exit-1") == ()
        disk.make_room()
        assert store.push(large_package()).pushed
        assert sum(1 for _ in store.read_records("exit-1")) == len(GOOD) * MANY
        server.stop("immediate")
