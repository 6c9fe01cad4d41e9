"""The linear solver that audits and suppresses tables: HiGHS, through scipy."""

import numpy as np

from selfhelp_survey.privacy.intervals import LinearProblem, Numbers

_WHOLE = 1e-6  # HiGHS keeps its constraints to 1e-7
_INFEASIBLE = 2


def solve(problem: LinearProblem) -> Numbers | None:
    """The whole numbers of least cost, or None where there are none.

    Two-way tables give whole numbers by themselves; only where a linear solution is not whole is a second one looked
    for among whole numbers. Raises ArithmeticError where the solver gives up.
    """
    found = _solve(problem, is_whole=False)
    if found is None or np.abs(found - np.rint(found)).max(initial=0.0) <= _WHOLE:
        return found
    return _solve(problem, is_whole=True)


def _solve(problem: LinearProblem, *, is_whole: bool) -> Numbers | None:
    from scipy.optimize import linprog  # here, for it takes long to load and few commands need it
    from scipy.sparse import csr_array

    sums = problem.equations
    shape = (sums.count, len(problem.cost))
    found = linprog(
        problem.cost, bounds=np.column_stack([problem.lower, problem.upper]), method="highs",
        A_eq=csr_array((sums.factors, (sums.rows, sums.columns)), shape=shape) if sums.count else None,
        b_eq=np.zeros(sums.count) if sums.count else None, integrality=np.full(len(problem.cost), int(is_whole)),
        options={"mip_rel_gap": 0.0} if is_whole else {},
    )  # fmt: skip
    if found.status == _INFEASIBLE:
        return None
    if not found.success:
        raise ArithmeticError("The solver found no bounds for these tables: report this, nothing was released.")
    return np.asarray(found.x, dtype=np.float64)
