"""What a store takes of totals whose small counts are withheld: 0, the threshold and more, and -7."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from selfhelp_survey.errors import StoreError
from selfhelp_survey.research_store.directory import DirectoryStore
from selfhelp_survey.research_store.interface import ReleasePackage, ResearchStore, TotalRow
from tests.store.support import Database, a_package, a_series


@pytest.fixture(params=["directory", pytest.param("postgres", marks=pytest.mark.postgresql)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ResearchStore:
    made: dict[str, Callable[[], ResearchStore]] = {
        "directory": lambda: DirectoryStore(tmp_path / "store"),
        "postgres": lambda: request.getfixturevalue("database").admin,
    }
    store = made[request.param]()
    store.init()
    return store


def register(store: ResearchStore, **plan: object) -> None:
    store.register_series(a_series(form="totals", diversity=(), plan={"plan": plan}))


def totals(*counts: int) -> ReleasePackage:
    rows = tuple(TotalRow(table="age", cell={"age": age}, count=count) for age, count in enumerate(counts))
    return a_package(records=(), rows=len(rows), digests=(b"a", b"b", b"c"), totals=rows)


def test_push__withheld_totals__are_taken_with_what_may_be_shown(store: ResearchStore) -> None:
    register(store, protection="suppression", threshold=10)
    assert store.push(totals(-7, 0, 10, 11)).pushed
    assert [row.count for row in store.read_totals("exit-1")] == [-7, 0, 10, 11]


@pytest.mark.parametrize("count", [1, 5, 9, -1, -5])
def test_push__total_under_the_threshold__is_refused(store: ResearchStore, count: int) -> None:
    register(store, protection="suppression", threshold=10)
    with pytest.raises(StoreError):
        store.push(totals(20, count))
    assert store.known_releases("exit-1") == ()


@pytest.mark.parametrize("plan", [{}, {"protection": "rounding", "threshold": 10}, {"threshold": 10}])
def test_push__total_of_a_rounded_series__is_neither_withheld_nor_exact(
    store: ResearchStore, plan: dict[str, object]
) -> None:
    register(store, **plan)
    for count in (-7, 11):
        with pytest.raises(StoreError):
            store.push(totals(20, count))
    assert store.push(totals(5, 20)).pushed


@pytest.mark.parametrize("threshold", [{}, {"threshold": 2}])
def test_push__series_that_withholds_under_no_threshold__takes_nothing(
    store: ResearchStore, threshold: dict[str, object]
) -> None:
    register(store, protection="suppression", **threshold)
    with pytest.raises(StoreError):
        store.push(totals(20))


@pytest.mark.postgresql
def test_push__withheld_totals_by_the_writer_role__are_checked_and_taken(database: Database) -> None:
    register(database.admin, protection="suppression", threshold=10)
    with pytest.raises(StoreError, match="withheld as its series promises"):
        database.writer.push(totals(9, 20))
    assert database.writer.push(totals(-7, 20)).pushed
