"""Rounded totals."""

import pytest

from selfhelp_survey.errors import ReleaseRefused, UsageError
from selfhelp_survey.privacy.table import Table
from selfhelp_survey.privacy.tables import EVERYBODY, TableSpec, round_to_base, totals

SPEC = TableSpec(name="help by age", categories=(("age", (1, 2, 3)), ("help", (0, 1, -1))))


@pytest.mark.parametrize(
    ("count", "rounded"), [(0, 0), (2, 0), (3, 5), (5, 5), (7, 5), (8, 10), (10, 10), (12, 10), (13, 15)]
)
def test_round_to_base__counts__go_to_the_nearest_five(count: int, rounded: int) -> None:
    assert round_to_base(count) == rounded


@pytest.mark.parametrize(("count", "base"), [(-1, 5), (1, 4), (1, 0)])
def test_round_to_base__negative_or_even_base__is_refused(count: int, base: int) -> None:
    with pytest.raises(UsageError):
        round_to_base(count, base)


def count_of(rows: list[tuple[int, int]], age: int | str, answer: int | str) -> int:
    cells = totals(Table.from_rows(["age", "help"], rows), [SPEC])
    return {cell.cell: cell.count for cell in cells}[(("age", age), ("help", answer))]


ROWS = [(1, 0)] * 3 + [(1, 1)] * 3 + [(2, -1)] * 6


def test_totals__subtotal__is_rounded_from_the_true_count() -> None:
    assert count_of(ROWS, 1, 0) + count_of(ROWS, 1, 1) == 10
    assert count_of(ROWS, 1, EVERYBODY) == 5
    assert count_of(ROWS, EVERYBODY, EVERYBODY) == 10


def test_totals__empty_category__is_shown_as_zero() -> None:
    assert count_of(ROWS, 3, 1) == 0


def test_totals__missing_code__is_a_category() -> None:
    assert count_of(ROWS, EVERYBODY, -1) == 5


def test_totals__cells__are_the_same_whatever_the_data() -> None:
    shapes = [
        [(cell.table, cell.cell) for cell in totals(Table.from_rows(["age", "help"], rows), [SPEC])]
        for rows in (ROWS, [(3, 1)] * 10)
    ]
    assert shapes[0] == shapes[1]
    assert len(shapes[0]) == 16


@pytest.mark.parametrize("size", [10, 11])
def test_totals__minimum_and_more__are_counted(size: int) -> None:
    assert totals(Table.from_rows(["age", "help"], [(1, 0)] * size), [SPEC])


def test_totals__one_under_the_minimum__is_refused() -> None:
    with pytest.raises(ReleaseRefused, match="at least 10"):
        totals(Table.from_rows(["age", "help"], [(1, 0)] * 9), [SPEC])


def test_totals__value_outside_the_categories__is_refused_without_naming_it() -> None:
    with pytest.raises(UsageError, match="lacks a category") as caught:
        totals(Table.from_rows(["age", "help"], [(97, 0)] * 10), [SPEC])
    assert "97" not in str(caught.value)


def test_table_spec__category_named_like_the_subtotal__is_refused() -> None:
    with pytest.raises(UsageError):
        TableSpec(name="x", categories=(("age", (1, EVERYBODY)),))
