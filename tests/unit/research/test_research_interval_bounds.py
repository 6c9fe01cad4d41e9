"""The solver behind the tables: whole numbers, or none."""

import numpy as np

from selfhelp_survey.privacy.intervals import LinearProblem
from selfhelp_survey.privacy.margins import Equations
from selfhelp_survey.research.interval_bounds import solve


def pairs() -> Equations:
    """x0 + x1, x1 + x2 and x0 + x2 each equal x3, x4 and x5."""
    entries = [(row, column, 1.0) for row, two in enumerate(((0, 1), (1, 2), (0, 2))) for column in two]
    entries += [(row, 3 + row, -1.0) for row in range(3)]
    rows, columns, factors = zip(*entries, strict=True)
    return Equations(rows=np.array(rows), columns=np.array(columns), factors=np.array(factors), count=3)


def problem(low: list[float], high: list[float], cost: list[float]) -> LinearProblem:
    return LinearProblem(cost=np.array(cost), lower=np.array(low), upper=np.array(high), equations=pairs())


def test_solve__bounds_that_fit__gives_the_cheapest() -> None:
    found = solve(problem([0, 0, 0, 2, 3, 3], [9, 9, 9, 2, 3, 3], [1, 0, 0, 0, 0, 0]))
    assert found is not None
    assert found.round(6).tolist() == [1, 1, 2, 2, 3, 3]


def test_solve__nothing_fits__is_none() -> None:
    assert solve(problem([0, 0, 0, 9, 1, 1], [9, 9, 9, 9, 1, 1], [1, 0, 0, 0, 0, 0])) is None


def test_solve__only_halves_fit__is_none_for_people_are_whole() -> None:
    assert solve(problem([0, 0, 0, 1, 1, 1], [9, 9, 9, 1, 1, 1], [1, 0, 0, 0, 0, 0])) is None


def test_solve__halves_are_cheaper__gives_whole_numbers() -> None:
    found = solve(problem([0, 0, 0, 1, 1, 1], [9, 9, 9, 9, 9, 9], [1, 1, 1, 0, 0, 0]))
    assert found is not None
    assert (found == found.round()).all()
    assert found[:3].sum() == 2


def test_solve__nothing_adds_up__keeps_to_the_bounds() -> None:
    none = np.zeros(0, dtype=np.int64)
    free = Equations(rows=none, columns=none, factors=np.zeros(0), count=0)
    found = solve(LinearProblem(cost=np.array([-1.0]), lower=np.array([0.0]), upper=np.array([7.0]), equations=free))
    assert found is not None
    assert found.tolist() == [7.0]
