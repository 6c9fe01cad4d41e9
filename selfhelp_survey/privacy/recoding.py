"""Carrying out a full-domain generalisation: every quasi-identifier at its level, failing classes left out."""

import numpy as np

from selfhelp_survey.errors import ReleaseRefused
from selfhelp_survey.privacy.diversity import class_counts
from selfhelp_survey.privacy.hierarchy import generalise
from selfhelp_survey.privacy.problem import Problem, Solution
from selfhelp_survey.privacy.table import Codes, Contingency, Flags, Table, combination_index


def recode(problem: Problem, solution: Solution) -> Contingency:
    """The generalised combinations with their counts, in the order of their categories.

    Columns: the quasi-identifiers in the order of the problem's hierarchies, then the sensitive attribute where the
    table has one. The records of classes that fail a criterion are not there.
    Raises: ReleaseRefused where other than the solution's number of records would be left out.
    """
    combinations, counts = problem.table.combinations, problem.table.counts
    names = [hierarchy.name for hierarchy in problem.hierarchies]
    columns = [
        generalise(combinations.column(hierarchy.name), hierarchy, level)
        for hierarchy, level in zip(problem.hierarchies, solution.levels, strict=True)
    ]
    owner, _ = combination_index(columns, rows=combinations.rows)
    kept = _may_go(problem, owner)[owner] if owner.size else np.zeros(0, dtype=np.bool_)
    if int(counts[~kept].sum()) != solution.suppressed:
        raise ReleaseRefused("Other records fail the criteria than the solution says: nothing was released.")
    columns += [column for column in combinations.columns if column.name not in names]
    index, first = combination_index(columns, rows=combinations.rows)
    totals = np.bincount(index, weights=np.where(kept, counts, 0), minlength=len(first)).astype(np.int64)
    recoded = Table(columns=tuple(columns), rows=combinations.rows)
    return Contingency(combinations=recoded.take(first[totals > 0]), counts=totals[totals > 0])


def _may_go(problem: Problem, owner: Codes) -> Flags:
    """For each class, whether it meets every criterion."""
    column = problem.sensitive
    classes = class_counts(owner, None if column is None else column.codes, problem.table.counts)
    fine = np.ones(len(classes.sizes), dtype=np.bool_)
    for criterion in problem.criteria:
        fine &= criterion.holds(classes)
    return fine
