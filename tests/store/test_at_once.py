"""Two people push at the same moment: what both bring is loaded once, and nobody's is lost."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from filelock import FileLock

from selfhelp_survey.errors import StoreError
from selfhelp_survey.research_store.directory import LOCK, DirectoryStore
from selfhelp_survey.research_store.interface import ReleasePackage, ResearchStore
from selfhelp_survey.research_store.memory import MemoryStore
from selfhelp_survey.research_store.statements import query
from tests.store.support import Database, a_described_series, a_package, a_series

MODULES = "tests.store.test_at_once"
LONG = 30.0


def push_and_tell(store: ResearchStore, package: ReleasePackage) -> str:
    """What the pusher is told."""
    try:
        return f"pushed: {store.push(package).pushed}"
    except StoreError as refusal:
        return str(refusal)


def main(kind: str, place: str, number: str) -> None:
    """A pusher in a process of its own: it says that it is there, then pushes."""
    store: ResearchStore = DirectoryStore(Path(place))
    if kind == "postgres":
        from selfhelp_survey.research_store.postgres import PostgresStore

        store = PostgresStore(place)
    print("here", flush=True)
    print(push_and_tell(store, a_package(number=int(number))))


class Gate:
    """Holds every pusher back until all of them wait, so that they really meet."""

    def __init__(self, store: ResearchStore, kind: str, place: str) -> None:
        self.store, self.kind, self.place = store, kind, place

    @contextmanager
    def closed(self, waiting: int) -> Iterator[None]:
        """Nobody can load inside the block; it ends once so many wait."""
        if self.kind == "directory":
            with FileLock(Path(self.place) / LOCK):
                yield
            return
        with psycopg.connect(self.place.replace("test_writer", "postgres")) as connection:
            connection.execute(query("lock_loading"))
            yield
            _wait_for(lambda: _held_back(connection) == waiting)


def _held_back(connection: psycopg.Connection) -> int:
    row = connection.execute(
        "select count(*) from pg_locks where locktype = 'advisory' and not granted"
        " and database = (select oid from pg_database where datname = current_database())"
    ).fetchone()
    return int(row[0]) if row else 0


def _wait_for(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LONG
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert is_so()


@pytest.fixture(params=["directory", pytest.param("postgres", marks=pytest.mark.postgresql)])
def gate(request: pytest.FixtureRequest, tmp_path: Path) -> Gate:
    """A store of each kind that several programs can reach, with one series."""
    if request.param == "postgres":
        database: Database = request.getfixturevalue("database")
        database.admin.register_series(a_series())
        return Gate(database.writer, "postgres", database.dsn("test_writer"))
    store = DirectoryStore(tmp_path / "store")
    store.init()
    store.register_series(a_series())
    return Gate(store, "directory", str(tmp_path / "store"))


def told_to_processes(gate: Gate, *numbers: int) -> list[str]:
    """What pushers of these releases are told, each a program of its own, all let go at once."""
    call = f"import sys; from {MODULES} import main; main(*sys.argv[1:])"
    with gate.closed(len(numbers)):
        pushers = [
            subprocess.Popen(
                [sys.executable, "-c", call, gate.kind, gate.place, str(number)], stdout=subprocess.PIPE, text=True
            )
            for number in numbers
        ]
        assert all(pusher.stdout and pusher.stdout.readline() == "here\n" for pusher in pushers)
    return sorted(pusher.communicate(timeout=LONG)[0].strip() for pusher in pushers)


def told_to_threads(gate: Gate, *packages: ReleasePackage) -> list[str]:
    """What pushers of these releases are told, let go at once."""
    with ThreadPoolExecutor(len(packages)) as pool:
        with gate.closed(len(packages)):
            pushes = [pool.submit(push_and_tell, gate.store, package) for package in packages]
        return sorted(push.result(timeout=LONG) for push in pushes)


def test_push__two_programs_push_the_same_release__one_loads_and_the_other_finds_it_there(gate: Gate) -> None:
    assert told_to_processes(gate, 1, 1) == ["pushed: False", "pushed: True"]
    assert len(list(_admin(gate).read_records("exit-1"))) == 6


def test_push__many_threads_push_the_same_release__one_loads(gate: Gate) -> None:
    assert told_to_threads(gate, *[a_package()] * 4) == ["pushed: False"] * 3 + ["pushed: True"]


def test_push__two_releases_of_a_series__both_are_loaded(gate: Gate) -> None:
    assert told_to_threads(gate, a_package(), a_package(number=2)) == ["pushed: True"] * 2
    assert [known.number for known in gate.store.known_releases("exit-1")] == [1, 2]


def test_push__two_ledgers_made_a_release_of_one_number__the_second_is_refused(gate: Gate) -> None:
    other = a_package(manifest={"made": "elsewhere"}, digests=(b"u", b"v", b"w", b"x", b"y", b"z"))
    told = told_to_threads(gate, a_package(), other)
    assert told == ["Release 1 of series exit-1 is in the store with other content; a release never changes.",
                    "pushed: True"]  # fmt: skip


def test_push__two_ledgers_release_the_same_person__the_second_is_refused(gate: Gate) -> None:
    other = a_package(number=2, digests=(b"1-0", b"v", b"w", b"x", b"y", b"z"))
    told = told_to_threads(gate, a_package(), other)
    assert told == ["A response of this release is already in the store. Check the ledger; nothing was loaded.",
                    "pushed: True"]  # fmt: skip


def test_memory__same_release_twice__is_the_same(tmp_path: Path) -> None:
    store = MemoryStore()
    store.register_series(a_series())
    assert [push_and_tell(store, a_package()) for _ in range(2)] == ["pushed: True", "pushed: False"]


def test_directory__writer_is_killed__the_store_is_not_locked_for_ever(tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path / "store")
    store.init()
    store.register_series(a_series())
    hold = "import sys, time, filelock; filelock.FileLock(sys.argv[1]).acquire(); print(1, flush=True); time.sleep(60)"
    lock = str(tmp_path / "store" / LOCK)
    writer = subprocess.Popen([sys.executable, "-c", hold, lock], stdout=subprocess.PIPE, text=True)
    assert writer.stdout
    assert writer.stdout.readline() == "1\n"
    writer.kill()
    writer.communicate()
    assert store.push(a_package()).pushed


def test_directory__writer_never_ends__is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("selfhelp_survey.research_store.directory.PATIENCE_SECONDS", 0)
    store = DirectoryStore(tmp_path / "store")
    store.init()
    with FileLock(tmp_path / "store" / LOCK), pytest.raises(StoreError, match="Another program has been writing"):
        store.register_series(a_series())


@pytest.mark.postgresql
def test_register_series__two_owners_at_once__the_view_has_the_variables_of_both(database: Database) -> None:
    one = a_described_series(variables=("age", "change", "mood"))
    other = a_described_series(series="exit-2", variables=("age", "change", "help"))
    with ThreadPoolExecutor(3) as pool:
        with psycopg.connect(database.dsn("postgres")) as connection:
            connection.execute(query("lock_layout"))
            made = [pool.submit(database.admin.register_series, series) for series in (one, other, one)]
            _wait_for(lambda: _held_back(connection) == len(made))
        assert sorted(registered.result(timeout=LONG) for registered in made) == [False, True, True]
    with database.connect("test_reader") as connection:
        assert connection.execute("select mood, help from research.exit_survey").fetchall() == []


@pytest.mark.postgresql
def test_push__server_prefers_another_isolation__is_loaded_all_the_same(database: Database) -> None:
    database.admin.register_series(a_series())
    with database.connect("postgres") as connection:
        connection.execute(f"alter database {database.name} set default_transaction_isolation = 'repeatable read'")
    assert database.writer.push(a_package()).pushed


def _admin(gate: Gate) -> ResearchStore:
    """Somebody who may read what the writer may only add to."""
    if gate.kind == "directory":
        return gate.store
    from selfhelp_survey.research_store.postgres import PostgresStore

    return PostgresStore(gate.place.replace("test_writer", "postgres"))
