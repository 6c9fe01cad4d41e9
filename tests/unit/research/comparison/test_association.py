"""Tests on a table: which one, on what, and against slow twins."""

from collections.abc import Iterator
from itertools import product
from math import comb

import numpy as np
import pytest
from numpy.testing import assert_allclose

from selfhelp_survey.research.comparison.statistics.association import (
    Method,
    adjusted_residuals,
    cramers_v,
    holm,
    independence,
    is_sparse,
    kruskal_wallis,
)

Rows = list[list[int]]


@pytest.mark.parametrize(
    ("table", "sparse"),
    [
        ([[5, 5], [5, 5]], False),
        ([[5, 5], [4, 5]], True),  # 4.26 is one of four
        ([[2, 10, 10, 10, 10], [4, 20, 20, 20, 20]], False),  # 2 and 4 under 5: just a fifth
        ([[2, 4, 10, 10, 10], [4, 8, 20, 20, 20]], True),  # three of ten
        ([[1, 10, 10, 10, 10], [9, 90, 90, 90, 90]], False),  # 1 is the only one under 5
        ([[1, 10, 10, 10, 10], [8, 90, 90, 90, 90]], True),  # 0.9 is
    ],
)
def test_is_sparse__around_cochrans_limits__takes_their_side(table: Rows, sparse: bool) -> None:
    assert is_sparse(table) is sparse


@pytest.mark.parametrize("table", [[[3, 0], [4, 0]], [[0, 0], [4, 2]], [[0, 0], [0, 0]], [[1, 2, 3]]])
def test_tests__fewer_than_two_rows_or_columns_hold_somebody__have_nothing_to_say(table: Rows) -> None:
    assert independence(table, seed=1) is None
    assert kruskal_wallis(table) is None
    assert cramers_v(table) is None


def test_independence__an_empty_row_and_column__change_nothing() -> None:
    padded = [[30, 0, 20, 10], [0, 0, 0, 0], [10, 0, 20, 30]]
    assert independence(padded, seed=1) == independence([[30, 20, 10], [10, 20, 30]], seed=1)


@pytest.mark.parametrize("table", [[[3, 1, 2], [0, 4, 1]], [[2, 2], [1, 0], [0, 3]], [[6, 0, 1], [0, 5, 1]]])
def test_independence__small_table__agrees_with_every_table_counted_out(table: Rows) -> None:
    found = independence(table, draws=20_000, seed=3)
    assert found
    assert found.method is Method.EXACT_SIMULATED
    assert found.p == pytest.approx(_counted_out(table), abs=0.014)


def test_independence__same_seed__says_the_same() -> None:
    table = [[3, 1, 2], [0, 4, 1]]
    assert independence(table, draws=5000, seed=3) == independence(table, draws=5000, seed=3)
    assert independence(table, draws=5000, seed=3) != independence(table, draws=5000, seed=4)


def test_independence__no_random_table_is_as_rare__p_is_not_nothing() -> None:
    found = independence(np.diag([4, 4, 4, 4, 4]), draws=99, seed=1)
    assert found
    assert found.p == 0.01


def _counted_out(table: Rows) -> float:
    """Fisher, Freeman and Halton's p: the tables with these margins that are at most as probable, one by one."""
    columns = [sum(column) for column in zip(*table, strict=True)]
    rows = [sum(row) for row in table]
    weights = [_ways(held) for held in _tables(rows, columns)]
    observed = _ways(table)
    return sum(weight for weight in weights if weight <= observed) / sum(weights)


def _tables(rows: list[int], columns: list[int]) -> Iterator[Rows]:
    if not rows:
        yield from [[]] if not any(columns) else []
        return
    for row in product(*(range(column + 1) for column in columns)):
        if sum(row) == rows[0]:
            left = [column - cell for column, cell in zip(columns, row, strict=True)]
            yield from ([list(row), *rest] for rest in _tables(rows[1:], left))


def _ways(table: Rows) -> int:
    ways = 1
    for column in zip(*table, strict=True):
        left = sum(column)
        for cell in column:
            ways *= comb(left, cell)
            left -= cell
    return ways


def test_kruskal_wallis__same_share_in_every_group__finds_nothing() -> None:
    found = kruskal_wallis([[10, 20, 30], [20, 40, 60]])
    assert found
    assert found.statistic == pytest.approx(0, abs=1e-9)


def test_cramers_v__perfect_and_no_association__is_one_and_nothing() -> None:
    assert cramers_v([[50, 0], [0, 50]]) == pytest.approx(1)
    assert cramers_v([[25, 25], [25, 25]]) == 0
    assert cramers_v([[1, 0], [0, 1]]) is None


def test_cramers_v__worked_by_hand__is_that() -> None:
    # chi-square is 100 * 0.16 = 16, phi squared 0.16 - 1/99, the smaller side 2 - 1/99 less 1
    assert cramers_v([[35, 15], [15, 35]]) == pytest.approx(((0.16 - 1 / 99) / (1 - 1 / 99)) ** 0.5)


def test_cramers_v__nothing_goes_on_in_small_tables__is_smaller_on_average_than_without_the_correction() -> None:
    random = np.random.default_rng(5)
    tables = random.multinomial(60, [1 / 12] * 12, size=200).reshape(200, 3, 4)
    corrected = np.mean([cramers_v(table) or 0.0 for table in tables])
    assert corrected < 0.1 < np.mean([_plain_v(table) for table in tables])


def _plain_v(table: np.ndarray) -> float:
    awaited = np.outer(table.sum(1), table.sum(0)) / table.sum()
    return float(np.sqrt(((table - awaited) ** 2 / awaited).sum() / table.sum() / (min(table.shape) - 1)))


def test_adjusted_residuals__two_by_two__are_the_root_of_chi_square() -> None:
    found = adjusted_residuals([[35, 15], [15, 35]])
    assert_allclose(found, [[4, -4], [-4, 4]])


def test_adjusted_residuals__a_column_without_people__has_none() -> None:
    found = adjusted_residuals([[35, 0, 15], [15, 0, 35]])
    assert np.isnan(found[:, 1]).all()
    assert_allclose(found[:, 0], [4, -4])
    assert np.isnan(adjusted_residuals([[0, 0], [0, 0]])).all()


def test_holm__tests_that_did_not_take_place__are_not_of_the_family() -> None:
    assert_allclose(holm([0.03, np.nan, 0.01, np.nan]), [0.03, np.nan, 0.02, np.nan])


def test_holm__nothing_given__gives_nothing() -> None:
    assert holm([]).shape == (0,)


def test_holm__order_given__is_kept_and_p_never_falls_behind_a_smaller_one() -> None:
    assert_allclose(holm([0.9, 0.02, 0.021]), [0.9, 0.06, 0.06])
