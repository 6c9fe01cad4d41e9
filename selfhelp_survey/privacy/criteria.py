"""Privacy criteria: a flag for every class that says whether it may be released.

The functions serve the rule of a series. The dataclasses are the criteria that a search for the least generalisation
can be asked for. Such a criterion also names a weaker one, `may_hold_below`, that is *monotone*: the records of
the classes that fail it can only become more in every specialisation. Only this one may rule out nodes unseen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import floor, isfinite, log
from typing import ClassVar

import numpy as np

from selfhelp_survey.errors import UsageError
from selfhelp_survey.privacy.classes import Classes
from selfhelp_survey.privacy.diversity import (
    ClassCounts,
    distinct_values,
    grassberger,
    log_total_entropy,
    most_and_tail,
    natural,
)
from selfhelp_survey.privacy.rule import SensitiveItem, is_missing
from selfhelp_survey.privacy.table import Codes, Column, Flags, Table, combination_index

TIE = 1e-13  # of N log N: wider than the rounding of a sum of logarithms, narrower than any true difference of them


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


@dataclass(frozen=True, kw_only=True)
class KAnonymity:
    """At least k records share each class; 1 allows any table.

    Monotone: joining classes only makes them larger.
    Source: Sweeney 2002, k-anonymity: a model for protecting privacy, definition 3.
    """

    k: int
    needs_sensitive: ClassVar[bool] = False
    is_monotone_unsuppressed: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if self.k < 1:
            raise UsageError("k is a number of records, at least 1.")

    def holds(self, classes: ClassCounts) -> Flags:
        """For each class, whether it may be released."""
        return classes.sizes >= self.k

    def may_hold_below(self, classes: ClassCounts) -> Flags:
        """For each class, whether the monotone part holds: here the criterion itself."""
        return self.holds(classes)


@dataclass(frozen=True, kw_only=True)
class DistinctDiversity:
    """At least l distinct sensitive values in each class. A missing code is a value like any other here.

    Monotone: joining classes only adds values.
    Source: Machanavajjhala et al. 2007, l-diversity: privacy beyond k-anonymity, section 4.
    """

    l: int  # noqa: E741 - the literature's name
    needs_sensitive: ClassVar[bool] = True
    is_monotone_unsuppressed: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if self.l < 1:
            raise UsageError("l is a number of distinct values, at least 1.")

    def holds(self, classes: ClassCounts) -> Flags:
        """For each class, whether it may be released."""
        return distinct_values(classes.value_counts, classes.starts) >= self.l

    def may_hold_below(self, classes: ClassCounts) -> Flags:
        """For each class, whether the monotone part holds: here the criterion itself."""
        return self.holds(classes)


class Estimator(StrEnum):
    """How entropy is estimated from the counts of a class."""

    SHANNON = "shannon"
    GRASSBERGER = "grassberger"


@dataclass(frozen=True, kw_only=True)
class EntropyDiversity:
    """Entropy of at least log l among the sensitive values of each class, and at least floor(l) distinct ones.

    Monotone only in the second part: once records may be suppressed, a class that fails can spoil the one it is
    joined with. Shannon's entropy is concave, so it is monotone where nothing may be suppressed; Grassberger's
    estimate is not even then.
    Source: Machanavajjhala et al. 2007, section 4 (entropy l-diversity); the second part as in ARX.
    """

    l: float  # noqa: E741
    estimator: Estimator = Estimator.SHANNON
    needs_sensitive: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if not (isfinite(self.l) and self.l >= 1):
            raise UsageError("l of entropy diversity is a number from 1 up.")
        object.__setattr__(self, "estimator", Estimator(self.estimator))

    @property
    def is_monotone_unsuppressed(self) -> bool:
        """Whether, with no suppression, every generalisation of a node that holds it holds it too."""
        return self.estimator is Estimator.SHANNON

    def holds(self, classes: ClassCounts) -> Flags:
        """For each class, whether it may be released. Ties at log l hold, whatever the last bits of the logarithms."""
        logarithm = natural if self.estimator is Estimator.SHANNON else grassberger
        entropy, whole = log_total_entropy(classes.value_counts, classes.starts, logarithm)
        enough = entropy >= classes.sizes * log(self.l) - TIE * np.abs(whole)
        return enough & self.may_hold_below(classes)

    def may_hold_below(self, classes: ClassCounts) -> Flags:
        """For each class, whether it has as many distinct values as the whole part of l: the monotone part."""
        return distinct_values(classes.value_counts, classes.starts) >= floor(self.l)


@dataclass(frozen=True, kw_only=True)
class RecursiveDiversity:
    """In each class the most frequent value is rarer than c times all values from the l-th most frequent on.

    Monotone where nothing may be suppressed; else only in that a class needs l distinct values.
    Source: Machanavajjhala et al. 2007, section 4 (recursive (c,l)-diversity).
    """

    c: float
    l: int  # noqa: E741 - the literature's name
    needs_sensitive: ClassVar[bool] = True
    is_monotone_unsuppressed: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if not (isfinite(self.c) and self.c > 0) or self.l < 1:
            raise UsageError("Recursive diversity needs c above 0 and l of at least 1.")

    def holds(self, classes: ClassCounts) -> Flags:
        """For each class, whether it may be released."""
        most, tail = most_and_tail(classes.value_counts, classes.starts, self.l)
        return most < self.c * tail

    def may_hold_below(self, classes: ClassCounts) -> Flags:
        """For each class, whether it has l distinct values: the monotone part."""
        return distinct_values(classes.value_counts, classes.starts) >= self.l


Criterion = KAnonymity | DistinctDiversity | EntropyDiversity | RecursiveDiversity
