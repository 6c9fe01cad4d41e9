"""Privacy criteria: one function each, a flag for every class that says whether it may be released."""

from collections.abc import Sequence

import numpy as np

from selfhelp_survey.privacy.classes import Classes
from selfhelp_survey.privacy.rule import SensitiveItem, is_missing
from selfhelp_survey.privacy.table import Codes, Column, Flags, Table, combination_index


def is_k_anonymous(classes: Classes, k: int) -> Flags:
    """For each class, whether at least k records share it.

    Source: Sweeney 2002, k-anonymity: a model for protecting privacy, definition 3.
    """
    return classes.sizes >= k


def is_distinct_diverse(classes: Classes, table: Table, item: SensitiveItem, *, l: int) -> Flags:  # noqa: E741
    """For each class, whether it holds at least min(l, values the item can take) distinct values of the item.

    Missing values: a missing code is not a value. A row counts only if every part of the item has one. So a class in
    which one row answered and the rest did not is refused: who knows that somebody answered would know the answer.
    A class in which no row has any part of a value has no answer to give away, and passes; that the question was
    routed past or declined by all is then visible, so the question that decides the route is named as an item itself
    where it is sensitive. A pattern with some missing parts neither counts as a value nor lets its class pass as empty.

    Source: Machanavajjhala et al. 2007, l-diversity: privacy beyond k-anonymity, section 4 (distinct l-diversity).
    """
    columns = [table.column(name) for name in item.variables]
    missing = [missing_rows(column) for column in columns]
    answered = ~np.logical_or.reduce(missing)
    touched = ~np.logical_and.reduce(missing)
    number = len(classes.sizes)
    has_any = np.bincount(classes.index[touched], minlength=number) > 0
    distinct = _distinct_patterns(classes, columns, answered)
    return (distinct >= item.needed(l)) | ~has_any


def missing_rows(column: Column) -> Flags:
    """For each row, whether its cell is a missing code."""
    by_code = np.array([is_missing(label) for label in column.labels], dtype=np.bool_)
    return by_code[column.codes]


def _distinct_patterns(classes: Classes, columns: Sequence[Column], answered: Flags) -> Codes:
    pattern, first = combination_index(columns, rows=len(classes.index))
    pairs = np.unique(classes.index[answered] * max(len(first), 1) + pattern[answered])
    return np.bincount(pairs // max(len(first), 1), minlength=len(classes.sizes)).astype(np.int64)
