"""Each quasi-identifier of a table at each of its levels: its categories, their shares and how many records have them.

These one-dimensional figures are small whatever the table, and bound the loss of every node of the lattice.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from selfhelp_survey.errors import UsageError
from selfhelp_survey.privacy.hierarchy import Hierarchy
from selfhelp_survey.privacy.table import Codes, Column

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Level:
    """The categories of one level that occur in the table, numbered from 0.

    `category`: for each code of the column its category. `share`: for each category its part of the hierarchy's
    leaves, 0-1. `records`: for each category the records that have it.
    """

    category: Codes
    share: Floats
    records: Codes

    @property
    def size(self) -> int:
        """The number of categories that occur."""
        return len(self.records)


@dataclass(frozen=True, kw_only=True, eq=False)
class Scale:
    """One quasi-identifier: its levels, and `domain`, the number of leaves of its hierarchy, occurring or not."""

    name: str
    levels: tuple[Level, ...]
    domain: int

    def lift(self, lower: int, upper: int) -> Codes:
        """For each category of a level the one it becomes at a higher level."""
        return self._lifts[lower][upper - lower]

    @cached_property
    def shares(self) -> Floats:
        """For each level the sum of the share of every record's category, in records."""
        return np.array([float(level.records @ level.share) for level in self.levels])

    @cached_property
    def bits(self) -> Floats:
        """For each level the bits that tell every record's leaf, given its category."""
        leaves = self.levels[0].records
        within = [level.records[self.lift(0, number)] / leaves for number, level in enumerate(self.levels)]
        return np.array([float(leaves @ np.log2(part)) for part in within])

    @cached_property
    def _lifts(self) -> tuple[tuple[Codes, ...], ...]:
        return tuple(
            tuple(_parents(lower, upper) for upper in self.levels[number:]) for number, lower in enumerate(self.levels)
        )


def scale(column: Column, hierarchy: Hierarchy, counts: Codes) -> Scale:
    """The scale of a column in which row i stands for `counts[i]` records.

    Missing values: a missing code is a leaf like any other.
    Raises: UsageError where the hierarchy lacks a label that occurs (the label is never named).
    """
    occurring, codes = np.unique(column.codes, return_inverse=True)
    places = {leaf: place for place, leaf in enumerate(hierarchy.leaves)}
    labels = [column.labels[code] for code in occurring.tolist()]
    unknown = sum(label not in places for label in labels)
    if unknown:
        raise UsageError(f"The hierarchy of {column.name} lacks {unknown} value(s) of the data; add them as leaves.")
    leaf_of = np.array([places[label] for label in labels], dtype=np.int64)
    records = _totals(codes.reshape(-1).astype(np.int64), counts, len(occurring))
    of_code = np.zeros(len(column.labels), dtype=np.int64)
    of_code[occurring] = np.arange(len(occurring), dtype=np.int64)
    levels = tuple(
        _level(hierarchy.codes(number), leaf_of, records=records, of_code=of_code)
        for number in range(hierarchy.top + 1)
    )
    return Scale(name=column.name, levels=levels, domain=len(hierarchy.leaves))


def _parents(lower: Level, upper: Level) -> Codes:
    parents = np.zeros(lower.size, dtype=np.int64)
    if lower.size:
        parents[lower.category] = upper.category
    return parents


def _level(category_of_leaf: Codes, leaf_of: Codes, *, records: Codes, of_code: Codes) -> Level:
    leaves = np.bincount(category_of_leaf)
    categories, numbered = np.unique(category_of_leaf[leaf_of], return_inverse=True)
    numbered = numbered.reshape(-1).astype(np.int64)
    return Level(
        category=numbered[of_code] if numbered.size else of_code,
        share=leaves[categories] / len(category_of_leaf),
        records=_totals(numbered, records, len(categories)),
    )


def _totals(index: Codes, weights: Codes, size: int) -> Codes:
    return np.bincount(index, weights=weights, minlength=size).astype(np.int64)
