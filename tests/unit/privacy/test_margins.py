"""Tables as one system of numbers."""

import pytest

from selfhelp_survey.privacy.margins import are_without_ring, margins_of
from selfhelp_survey.privacy.tables import EVERYBODY
from tests.unit.privacy.suppressed import spec

CATEGORIES = {"age": (1, 2), "tongue": ("en", "fi", "sv"), "sample": ("exit",)}


def test_margins_of__cell_shown_by_two_tables__is_one_number() -> None:
    margins = margins_of([spec(CATEGORIES, "age"), spec(CATEGORIES, "age", "tongue")])
    assert len(margins.keys) == 3 * 4
    assert margins.place((("age", 1),)) == margins.place((("age", 1), ("tongue", EVERYBODY)))


def test_margins_of__variable_with_one_category__is_one_number_with_everybody() -> None:
    margins = margins_of([spec(CATEGORIES, "sample"), spec(CATEGORIES, "sample", "age")])
    assert len(margins.keys) == 3
    assert margins.place((("sample", "exit"), ("age", 2))) == margins.place((("sample", EVERYBODY), ("age", 2)))
    assert len(margins.sums) == 1


def test_margins_of__two_way_table__has_a_sum_for_each_line() -> None:
    assert len(margins_of([spec(CATEGORIES, "age", "tongue")]).sums) == 3 + 4


@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        ([], True),
        ([["a"], ["b"]], True),
        ([["a", "b"], ["b", "c"], ["c", "d"]], True),
        ([["a", "b"], ["b", "c"], ["c", "a"]], False),
        ([["a", "b"], ["b", "c"], ["c", "a"], ["a", "b", "c"]], True),
        ([["a", "b"], ["b", "c"], ["c", "d"], ["d", "a"]], False),
        ([["a", "b", "x"], ["b", "c", "y"], ["c", "a", "z"], ["q"]], False),
        ([["a", "b"], ["b", "a"], ["a"], []], True),
    ],
)
def test_are_without_ring__tables__are_judged_by_what_they_share(tables: list[list[str]], expected: bool) -> None:
    assert are_without_ring(tables) == expected
