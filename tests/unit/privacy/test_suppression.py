"""Withheld counts, and the attacks on them: each attack also against a way that it breaks, so that it can fail."""

import numpy as np
import pytest

from selfhelp_survey.errors import UsageError
from selfhelp_survey.privacy.intervals import CEILING, Seen, View, intervals, weak_places
from selfhelp_survey.privacy.margins import margins_of
from selfhelp_survey.privacy.suppression import Counted, suppression
from selfhelp_survey.privacy.table import Table
from selfhelp_survey.privacy.tables import EVERYBODY, Cell, totals
from selfhelp_survey.research.interval_bounds import solve
from tests.unit.privacy.suppressed import Row, counted, is_total, published, rows_of, spec

CATEGORIES = {"tongue": ("en", "es", "fi"), "quarter": ("Q1", "Q2", "Q3"), "help": (0, 1)}
TONGUES, BOTH = spec(CATEGORIES, "tongue"), spec(CATEGORIES, "tongue", "quarter")
MIXED: dict[Row, int] = {
    ("en", "Q1"): 40, ("en", "Q2"): 35, ("en", "Q3"): 30, ("es", "Q1"): 21, ("es", "Q2"): 3, ("es", "Q3"): 22,
    ("fi", "Q1"): 15, ("fi", "Q2"): 18, ("fi", "Q3"): 19,
}  # fmt: skip


def bounds(held: Counted, view: View, cell: Cell) -> tuple[int, int]:
    """The least and largest that an attacker finds for a cell."""
    place = held.margins.place(cell)
    if not view.withheld[place]:
        return int(held.counts[place]), int(held.counts[place])
    return next((low, high) for found, low, high in intervals(view, solve) if found == place)


@pytest.mark.parametrize(("count", "is_primary"), [(1, True), (9, True), (10, False), (11, False)])
def test_primary__count_around_the_threshold__is_withheld_below(count: int, is_primary: bool) -> None:
    held = counted([TONGUES], rows_of({("en",): 50, ("es",): count}), threshold=10)
    assert held.primary()[held.margins.place((("tongue", "es"),))] == is_primary


@pytest.mark.parametrize(("is_open", "is_primary"), [(True, False), (False, True)])
def test_primary__empty_cell__is_withheld_where_it_is_a_secret(is_open: bool, is_primary: bool) -> None:
    rows = rows_of({("en",): 50, ("es",): 20})
    held = counted([TONGUES], rows, threshold=10, is_open=lambda cell: is_open or is_total(cell))
    assert held.primary()[held.margins.place((("tongue", "fi"),))] == is_primary


def test_primary__secret_cell_under_an_open_empty_total__is_shown_for_there_is_no_choice() -> None:
    table = spec(CATEGORIES, "tongue", "help")
    rows = rows_of({("en", 0): 50, ("en", 1): 20, ("es", 0): 12})
    held = counted([table], rows, threshold=10, is_open=lambda cell: dict(cell)["help"] == EVERYBODY)
    primary = held.primary()
    assert not primary[held.margins.place((("tongue", "fi"), ("help", 1)))]
    assert primary[held.margins.place((("tongue", "es"), ("help", 1)))]


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (1, 10, True),
        (1, 9, False),
        (2, 10, False),
        (2, 11, True),
        (0, 9, False),
        (0, 10, True),
        (30, 38, False),
        (30, 39, True),
    ],
)
def test_protected__interval__holds_ten_counts_and_reaches_ten(low: int, high: int, expected: bool) -> None:
    seen = Seen(low=np.array([low]), high=np.array([high]))
    assert bool(seen.protected(10)[0]) == expected


def test_suppression__nothing_small__withholds_nothing() -> None:
    held = counted([BOTH], rows_of(dict.fromkeys(MIXED, 10)), threshold=10)
    assert not suppression(held, solve).any()


def test_suppression__one_small_cell_inside__takes_four_and_leaves_the_margins() -> None:
    held = counted([BOTH], rows_of(MIXED), threshold=10)
    withheld = suppression(held, solve)
    assert withheld.sum() == 4
    assert all(len(held.margins.keys[place]) == 2 for place in np.flatnonzero(withheld))


def test_attack__subtracting_from_sub_totals__finds_the_count_where_only_small_ones_are_withheld() -> None:
    held = counted([BOTH], rows_of(MIXED), threshold=10)
    cell: Cell = (("tongue", "es"), ("quarter", "Q2"))
    naive = published(held, held.primary())
    assert bounds(held, naive, cell) == (3, 3)
    assert list(weak_places(naive, 10, solve)) == [held.margins.place(cell)]
    ours = published(held)
    low, high = bounds(held, ours, cell)
    assert low <= 1 < 10 <= high
    assert list(weak_places(ours, 10, solve)) == []


def test_attack__table_of_the_same_people_beside_it__finds_the_count_where_each_is_withheld_alone() -> None:
    rows = rows_of(MIXED)
    alone = counted([BOTH], rows, threshold=30)
    together = counted([TONGUES, BOTH, spec(CATEGORIES, "quarter")], rows, threshold=30)
    assert set(together.margins.keys) == set(alone.margins.keys)
    withheld = suppression(together, solve)
    for table in (TONGUES, spec(CATEGORIES, "quarter")):
        for cell in table.cells():
            inside = tuple((name, dict(cell).get(name, EVERYBODY)) for name in BOTH.variables)
            assert withheld[together.margins.place(cell)] == withheld[together.margins.place(inside)]
    assert list(weak_places(published(together), 30, solve)) == []


def test_attack__counts_of_all_releases_subtracted__finds_one_person_where_they_pile_up() -> None:
    first, second = rows_of(MIXED), rows_of({**MIXED, ("en", "Q1"): 1})
    seen = [counted([BOTH], rows, threshold=10) for rows in (first, first + second)]
    cell: Cell = (("tongue", "en"), ("quarter", "Q1"))
    shown = [bounds(held, published(held), cell) for held in seen]
    assert shown == [(40, 40), (41, 41)]  # counted again each time: the difference is one person
    own = counted([BOTH], second, threshold=10)
    low, high = bounds(own, published(own), cell)
    assert low <= 1 < 10 <= high


def test_suppression__old_and_new_release_together__tell_no_more_than_each_alone() -> None:
    old, new = (counted([BOTH], rows_of(counts), threshold=10) for counts in (MIXED, {**MIXED, ("fi", "Q3"): 4}))
    for held in (old, new):
        view = published(held)
        assert not ((held.counts > 0) & (held.counts < 10) & ~view.withheld).any()
        assert list(weak_places(view, 10, solve)) == []


def test_suppression__empty_cells__cover_nobody() -> None:
    rows = rows_of({("en", "Q1"): 40, ("en", "Q2"): 30, ("es", "Q1"): 3, ("es", "Q2"): 25})
    held = counted([BOTH], rows, threshold=10)
    withheld = suppression(held, solve)
    assert not withheld[held.counts == 0].any()
    assert list(weak_places(published(held, withheld), 10, solve)) == []


def test_suppression__secret_empty_cells__do_not_protect_people_from_who_knows_that_they_are_empty() -> None:
    table = spec(CATEGORIES, "tongue", "help")
    rows = rows_of({("en", 0): 30, ("en", 1): 25, ("es", 0): 22, ("fi", 0): 21, ("fi", 1): 3})
    held = counted([table], rows, threshold=10, is_open=lambda cell: dict(cell)["help"] == EVERYBODY)
    withheld = suppression(held, solve)
    empty = held.counts == 0
    assert withheld[empty].any()
    known = View(
        margins=held.margins, lower=np.where(withheld & ~empty, 1, held.counts),
        upper=np.where(withheld & ~empty, CEILING, held.counts),
    )  # fmt: skip
    assert list(weak_places(known, 10, solve)) == []


def test_suppression__everybody_in_one_small_table__is_withheld_whole() -> None:
    held = counted([BOTH], rows_of({("en", "Q1"): 6, ("es", "Q2"): 5}), threshold=10)
    withheld = suppression(held, solve)
    assert withheld[held.counts > 0].all()
    assert list(weak_places(published(held, withheld), 10, solve)) == []


def test_suppression__rows_in_another_order__gives_the_same_pattern() -> None:
    rows = rows_of(MIXED)
    patterns = [suppression(counted([BOTH], held, threshold=20), solve) for held in (rows, rows[::-1])]
    assert (patterns[0] == patterns[1]).all()


def test_suppression__each_example__is_told_to_progress() -> None:
    heard: list[int] = []
    suppression(counted([BOTH], rows_of(MIXED), threshold=10), solve, progress=heard.append)
    assert heard
    assert set(heard) == {1}


def test_weak_places__counts_that_contradict_each_other__are_refused() -> None:
    margins = margins_of([TONGUES])
    counts, withheld = np.array([5, 5, 5, 12]), np.array([True, False, False, False])
    lower, upper = np.where(withheld, 5, counts), np.where(withheld, CEILING, counts)
    with pytest.raises(UsageError, match="contradict"):
        list(weak_places(View(margins=margins, lower=lower, upper=upper), 3, solve))


@pytest.mark.parametrize("changes", [{"threshold": 1}, {"counts": np.array([1])}, {"open_empty": np.array([True])}])
def test_counted__sizes_or_threshold_that_make_no_sense__are_refused(changes: dict[str, object]) -> None:
    given: dict[str, object] = {
        "margins": margins_of([TONGUES]), "counts": np.zeros(4, dtype=np.int64),
        "open_empty": np.zeros(4, dtype=np.bool_), "threshold": 2,
    }  # fmt: skip
    Counted(**given)  # type: ignore[arg-type]
    with pytest.raises(UsageError):
        Counted(**{**given, **changes})  # type: ignore[arg-type]


def test_rounding__cells_and_total_together__may_tell_a_small_count_and_the_docs_say_so() -> None:
    """What rounding leaves open, and suppression does not: four cells of two people each, and their total of eight."""
    fourfold = spec({"tongue": ("en", "es", "fi", "sv")}, "tongue")
    rows = rows_of({(tongue,): 2 for tongue in ("en", "es", "fi", "sv")})
    cells = totals(Table.from_rows(["tongue"], rows), [fourfold], minimum=8)
    assert [held.count for held in cells] == [0, 0, 0, 0, 10]
    rounded = np.array([held.count for held in cells])
    view = View(margins=margins_of([fourfold]), lower=np.maximum(rounded - 2, 0), upper=rounded + 2)
    assert [(low, high) for _, low, high in intervals(view, solve)][:4] == [(2, 2)] * 4
    held = counted([fourfold], rows, threshold=8)
    assert list(weak_places(published(held), 8, solve)) == []
