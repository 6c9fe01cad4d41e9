"""What must hold of any suppressed tables, against a twin that tries every set of people there could be."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selfhelp_survey.privacy.intervals import View, intervals
from selfhelp_survey.privacy.margins import are_without_ring, margins_of
from selfhelp_survey.privacy.rule import Label
from selfhelp_survey.privacy.table import Codes
from selfhelp_survey.research.interval_bounds import solve
from tests.unit.privacy.suppressed import counted, every_table, fitting, is_total, published, spec

SHAPES: dict[str, tuple[dict[str, tuple[Label, ...]], list[tuple[str, ...]]]] = {
    "2x2": ({"a": (0, 1), "b": (0, 1)}, [("a", "b")]),
    "2x3": ({"a": (0, 1), "b": (0, 1, 2)}, [("a", "b")]),
    "2x2x2": ({"a": (0, 1), "b": (0, 1), "c": (0, 1)}, [("a", "b", "c")]),
    "linked": ({"a": (0, 1), "b": (0, 1), "c": (0, 1)}, [("a", "b"), ("b", "c")]),
}
PEOPLE = 5
EVERY: dict[tuple[str, int], Codes] = {}


def tables_of(shape: str, people: int) -> Codes:
    """Every set of tables of this shape, made once."""
    categories, crossed = SHAPES[shape]
    margins = margins_of([spec(categories, *names) for names in crossed])
    return EVERY.setdefault((shape, people), every_table(margins, categories, people))


def twins_intervals(view: View, tables: Codes) -> list[tuple[int, int, int]]:
    """The least and largest of each withheld number over all tables that fit."""
    fits = fitting(view, tables)
    low, high = fits.min(axis=0), fits.max(axis=0)
    return [(int(place), int(low[place]), int(high[place])) for place in np.flatnonzero(view.withheld)]


@pytest.mark.parametrize("shape", SHAPES)
@settings(max_examples=12, deadline=None)
@given(st.data())
def test_intervals__any_pattern__are_those_of_all_tables_that_fit(shape: str, data: st.DataObject) -> None:
    tables = tables_of(shape, PEOPLE)
    counts = tables[data.draw(st.integers(0, len(tables) - 1))]
    categories, crossed = SHAPES[shape]
    margins = margins_of([spec(categories, *names) for names in crossed])
    withheld = np.array(data.draw(st.lists(st.booleans(), min_size=len(counts), max_size=len(counts))))
    view = View(margins=margins, lower=np.where(withheld, 0, counts), upper=np.where(withheld, PEOPLE, counts))
    assert list(intervals(view, solve)) == twins_intervals(view, tables)


THRESHOLD = 3
ROOM = THRESHOLD + 1  # so many people more than there are show every protection


@pytest.mark.parametrize("shape", ["2x2", "2x3", "linked"])
@settings(max_examples=12, deadline=None)
@given(st.data())
def test_suppression__any_counts__tell_no_withheld_one_to_within_the_threshold(shape: str, data: st.DataObject) -> None:
    categories, crossed = SHAPES[shape]
    rows = data.draw(st.lists(st.sampled_from(list(product(*categories.values()))), min_size=1, max_size=PEOPLE))
    secret = data.draw(st.booleans())
    held = counted(
        [spec(categories, *names) for names in crossed], rows, threshold=THRESHOLD,
        is_open=lambda cell: not secret or is_total(cell),
    )  # fmt: skip
    view = published(held)
    assert not ((held.counts > 0) & (held.counts < THRESHOLD) & ~view.withheld).any()
    for _, low, high in twins_intervals(view, tables_of(shape, PEOPLE + ROOM)):
        assert high >= THRESHOLD
        assert high - low >= THRESHOLD - 1


def test_intervals__tables_in_a_ring__miss_what_the_three_tell_together_so_that_plans_refuse_them() -> None:
    """a always equals b, and b equals c; so a equals c, which no two of the tables tell."""
    categories, ring = SHAPES["2x2x2"][0], [("a", "b"), ("b", "c"), ("a", "c")]
    assert not are_without_ring(ring)
    margins = margins_of([spec(categories, *names) for names in ring])
    tables = every_table(margins, categories, 2)
    alike = [margins.place((("a", value), ("b", value))) for value in (0, 1)]
    alike += [margins.place((("b", value), ("c", value))) for value in (0, 1)]
    (truth,) = tables[(tables[:, alike] == 1).all(axis=1)]
    withheld = np.array([{name for name, _ in key} == {"a", "c"} for key in margins.keys])
    view = View(margins=margins, lower=np.where(withheld, 0, truth), upper=np.where(withheld, 2, truth))
    assert {high - low for _, low, high in twins_intervals(view, tables)} == {0}
    assert {high - low for _, low, high in intervals(view, solve)} == {1}
