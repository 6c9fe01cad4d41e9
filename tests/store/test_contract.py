"""What every store does alike: memory, directory and PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from selfhelp_survey.errors import StoreError
from selfhelp_survey.research_store.directory import DirectoryStore
from selfhelp_survey.research_store.interface import DiversityItem, ResearchStore, TotalRow
from selfhelp_survey.research_store.memory import MemoryStore
from tests.store.support import GOOD, Database, a_package, a_series

TOTALS = {
    "records": (), "rows": 1, "digests": (b"a", b"b", b"c"),
    "totals": (TotalRow(table="age", cell={"age": 1}, count=5),),
}  # fmt: skip


@pytest.fixture(params=["memory", "directory", pytest.param("postgres", marks=pytest.mark.postgresql)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ResearchStore:
    made: dict[str, Callable[[], ResearchStore]] = {
        "memory": MemoryStore,
        "directory": lambda: DirectoryStore(tmp_path / "store"),
        "postgres": lambda: request.getfixturevalue("database").admin,
    }
    store = made[request.param]()
    store.init()
    return store


def kept(store: ResearchStore) -> list[tuple[Any, ...]]:
    return sorted(tuple(record.items()) for record in store.read_records("exit-1"))


def test_push__good_release__can_be_read_back(store: ResearchStore) -> None:
    store.register_series(a_series())
    result = store.push(a_package())
    assert (result.pushed, result.rows) == (True, 6)
    assert kept(store) == sorted(tuple(record.items()) for record in GOOD)
    assert [(known.number, known.manifest_digest) for known in store.known_releases("exit-1")] == [
        (1, a_package().manifest_digest)
    ]


def test_push__second_time__changes_nothing(store: ResearchStore) -> None:
    store.register_series(a_series())
    store.push(a_package())
    assert store.push(a_package()).pushed is False
    assert len(kept(store)) == 6


def test_push__same_number_other_manifest__is_refused(store: ResearchStore) -> None:
    store.register_series(a_series())
    store.push(a_package())
    with pytest.raises(StoreError, match="never changes"):
        store.push(a_package(manifest={"n": "other"}))


def test_push__response_already_released__refuses_the_whole_release(store: ResearchStore) -> None:
    store.register_series(a_series())
    store.push(a_package())
    with pytest.raises(StoreError, match="already in the store"):
        store.push(a_package(number=2, digests=(b"1-0", b"v", b"w", b"x", b"y", b"z")))
    assert len(kept(store)) == 6
    assert len(store.known_releases("exit-1")) == 1


def test_push__response_already_in_another_series__is_refused(store: ResearchStore) -> None:
    store.register_series(a_series())
    store.register_series(a_series(series="exit-2"))
    store.push(a_package())
    with pytest.raises(StoreError, match="already in"):
        store.push(a_package(series="exit-2"))


def test_push__second_release__is_appended(store: ResearchStore) -> None:
    store.register_series(a_series())
    store.push(a_package())
    store.push(a_package(number=2))
    assert len(kept(store)) == 12


def test_push__unknown_series__is_refused(store: ResearchStore) -> None:
    with pytest.raises(StoreError, match="no series"):
        store.push(a_package())


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"records": GOOD[:5]}, id="class-of-k-minus-1"),
        pytest.param({"records": ({"age": 1, "change": 1},) * 3}, id="not-diverse"),
        pytest.param({"records": tuple({"age": 1, "change": change} for change in (1, -1, -2))}, id="one-answered"),
        pytest.param({"records": ({"change": 1}, {"change": 2}, {"change": 2})}, id="variable-missing"),
        pytest.param({"records": tuple({**record, "town": 1} for record in GOOD)}, id="variable-too-many"),
        pytest.param({"records": tuple({**record, "change": None} for record in GOOD)}, id="null"),
        pytest.param({"records": tuple({**record, "change": "\0"} for record in GOOD)}, id="nul-character"),
        pytest.param({"records": (), "rows": 0, "digests": ()}, id="empty"),
        pytest.param({"rows": 7}, id="fewer-rows-than-announced"),
        pytest.param({"digests": (b"1",)}, id="fewer-digests-than-rows"),
        pytest.param({"digests": (b"1",) * 6}, id="a-digest-twice"),
        pytest.param({"kind": "synthetic"}, id="another-kind"),
        pytest.param({"totals": TOTALS["totals"]}, id="totals-in-a-series-of-records"),
    ],
)
def test_push__broken_promise__is_refused_and_leaves_nothing(store: ResearchStore, changes: dict[str, Any]) -> None:
    store.register_series(a_series())
    with pytest.raises(StoreError):
        store.push(a_package(**changes))
    assert store.known_releases("exit-1") == ()
    assert kept(store) == []


def test_push__class_where_nobody_answered__is_accepted(store: ResearchStore) -> None:
    store.register_series(a_series())
    assert store.push(a_package(records=({"age": 1, "change": -4},) * 3)).pushed


def test_push__multiple_question__counts_patterns(store: ResearchStore) -> None:
    item = DiversityItem(name="help", variables=("a", "b"), needed=2)
    store.register_series(a_series(variables=("age", "a", "b"), diversity=(item,)))
    half = tuple({"age": 1, "a": a, "b": b} for a, b in ((1, 0), (1, -6), (1, 0)))
    with pytest.raises(StoreError):
        store.push(a_package(records=half))
    assert store.push(a_package(records=(*half, {"age": 1, "a": 0, "b": 1}))).pushed


def test_push__totals__can_be_read_back(store: ResearchStore) -> None:
    store.register_series(a_series(form="totals", diversity=()))
    store.push(a_package(**TOTALS))
    assert list(store.read_totals("exit-1")) == [TotalRow(table="age", cell={"age": 1}, count=5)]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"totals": (TotalRow(table="age", cell={"age": 1}, count=6),)}, id="not-rounded"),
        pytest.param({"totals": (), "rows": 0}, id="empty"),
        pytest.param({"digests": (b"a", b"b")}, id="under-the-minimum"),
        pytest.param({"records": GOOD}, id="records-in-a-series-of-totals"),
    ],
)
def test_push__bad_totals__are_refused(store: ResearchStore, changes: dict[str, Any]) -> None:
    store.register_series(a_series(form="totals", diversity=()))
    with pytest.raises(StoreError):
        store.push(a_package(**{**TOTALS, **changes}))
    assert store.known_releases("exit-1") == ()


def test_register_series__again__changes_nothing(store: ResearchStore) -> None:
    assert store.register_series(a_series()) is True
    assert store.register_series(a_series()) is False


def test_register_series__other_k__is_refused(store: ResearchStore) -> None:
    store.register_series(a_series())
    with pytest.raises(StoreError, match="registered otherwise"):
        store.register_series(a_series(k=5))


def test_find_series__registered__gives_it_back(store: ResearchStore) -> None:
    store.register_series(a_series())
    assert store.find_series("exit-1") == a_series()


@pytest.mark.parametrize("name", ["../other", "Exit", "", "1st"])
def test_series_registration__name_that_is_no_folder_name__is_refused(name: str) -> None:
    with pytest.raises(StoreError, match="lower-case"):
        a_series(series=name)


def test_series_registration__k_two__is_refused() -> None:
    with pytest.raises(StoreError, match="k >= 3"):
        a_series(k=2)


def test_directory__crash_before_the_rename__leaves_no_release(tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path / "store")
    store.init()
    store.register_series(a_series())
    (tmp_path / "store" / "exit-1" / ".unfinished-x").mkdir()
    assert store.known_releases("exit-1") == ()
    assert store.push(a_package()).pushed


def test_directory__changed_file__is_noticed(tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path / "store")
    store.init()
    store.register_series(a_series())
    store.push(a_package())
    (tmp_path / "store" / "exit-1" / "release-0001" / "records.jsonl").write_text("")
    with pytest.raises(StoreError, match="changed"):
        list(store.read_records("exit-1"))


def test_directory__made_by_a_newer_program__is_left_alone(tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path / "store")
    store.init()
    store.register_series(a_series())
    (tmp_path / "store" / "store.json").write_text('{"layout": 2}')
    for way in (lambda: store.push(a_package()), lambda: store.known_releases("exit-1"), store.init):
        with pytest.raises(StoreError, match="newer selfhelp-survey"):
            way()


def test_directory__system_that_opens_no_folder__is_written_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows."""
    really_open = os.open

    def open_no_folder(path: str | Path, flags: int, mode: int = 0o777, **more: Any) -> int:
        if Path(path).is_dir():
            raise PermissionError
        return really_open(path, flags, mode, **more)

    monkeypatch.setattr(os, "open", open_no_folder)
    store = DirectoryStore(tmp_path / "store")
    store.init()
    store.register_series(a_series())
    assert store.push(a_package()).pushed


@pytest.mark.postgresql
def test_database__roles__are_usable(database: Database) -> None:
    database.admin.register_series(a_series())
    assert database.writer.push(a_package()).pushed
    assert len(list(database.reader.read_records("exit-1"))) == 6


def test_store__two_series_and_releases__are_listed_and_read_one_by_one(store: ResearchStore) -> None:
    assert store.series_names() == ()
    store.register_series(a_series())
    store.register_series(a_series(series="exit-0"))
    store.push(a_package())
    other = tuple({**record, "age": 7} for record in GOOD)
    store.push(a_package(number=2, records=other))
    assert store.series_names() == ("exit-0", "exit-1")
    assert store.held_releases("exit-0") == ()
    held = store.held_releases("exit-1")
    assert [(one.number, one.manifest, one.codebook) for one in held] == [
        (1, {"n": 1}, {"age": "Age"}), (2, {"n": 2}, {"age": "Age"}),
    ]  # fmt: skip
    assert {record["age"] for record in store.read_records("exit-1", 1)} == {1, 2}
    assert {record["age"] for record in store.read_records("exit-1", 2)} == {7}
    assert list(store.read_records("exit-1", 3)) == []


def test_store__totals_of_two_releases__are_read_one_by_one(store: ResearchStore) -> None:
    store.register_series(a_series(form="totals"))
    store.push(a_package(**TOTALS))
    more = {**TOTALS, "digests": (b"d", b"e", b"f"), "totals": (TotalRow(table="age", cell={"age": 1}, count=10),)}
    store.push(a_package(number=2, **more))
    assert [row.count for row in store.read_totals("exit-1", 1)] == [5]
    assert [row.count for row in store.read_totals("exit-1", 2)] == [10]
    assert len(list(store.read_totals("exit-1"))) == 2


@pytest.mark.parametrize("shared", [False, True])
def test_push__two_variables_of_one_harmonised_name__are_refused(store: ResearchStore, shared: bool) -> None:
    named = [{"name": name, "harmonised": None} for name in ("a", "b")]
    named += [{"name": "age", "harmonised": "age"}, {"name": "change", "harmonised": "age" if shared else "use"}]
    store.register_series(a_series())
    if not shared:
        assert store.push(a_package(codebook={"variables": named})).pushed
        return
    with pytest.raises(StoreError, match="harmonised name"):
        store.push(a_package(codebook={"variables": named}))
    assert store.known_releases("exit-1") == ()
