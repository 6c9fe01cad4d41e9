"""Grouping a contingency table at a node of the lattice, from a table that is grouped already where there is one.

Nothing here depends on the number of records: the work grows with the distinct combinations.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from selfhelp_survey.privacy.diversity import ClassCounts
from selfhelp_survey.privacy.lattice import Levels
from selfhelp_survey.privacy.scales import Scale
from selfhelp_survey.privacy.table import LARGEST_KEY, Codes, Flags

DENSE_FACTOR = 8  # keys are counted in an array while it holds at most this many cells for each row ...
DENSE_CELLS = 1 << 14  # ... or so few that it costs nothing; measured, as is where sorting becomes cheaper

DIGIT_BITS = 16
DIGIT = (1 << DIGIT_BITS) - 1


@dataclass(frozen=True, kw_only=True, eq=False)
class Rolled:
    """A contingency table with every quasi-identifier at some level.

    `columns`: for each quasi-identifier the category of each row at its level. `values`: the sensitive value of each
    row, numbered from 0, or none. `counts`: the records each row stands for.
    """

    levels: Levels
    columns: tuple[Codes, ...]
    values: Codes | None
    counts: Codes


@dataclass(frozen=True, kw_only=True, eq=False)
class NodeClasses(ClassCounts):
    """The equivalence classes of a node.

    `first`: for each class a row of `source`, the table that was grouped.
    """

    node: Levels
    source: Rolled
    first: Codes

    def categories(self, scales: Sequence[Scale], axis: int, chosen: Flags) -> Codes:
        """The category that each chosen class has in one quasi-identifier."""
        lower, upper = self.source.levels[axis], self.node[axis]
        categories = self.source.columns[axis][self.first[chosen]]
        return categories if lower == upper else scales[axis].lift(lower, upper)[categories]


def classes_at(rolled: Rolled, scales: Sequence[Scale], node: Levels) -> NodeClasses:
    """The classes of a node that generalises a table."""
    keys, size = _keys(rolled, scales, node)
    if rolled.values is None:
        first, sizes = grouped(keys, rolled.counts, size)
        starts = np.arange(len(sizes), dtype=np.int64)
        return NodeClasses(node=node, source=rolled, sizes=sizes, first=first, value_counts=sizes, starts=starts)
    width = int(rolled.values.max()) + 1 if rolled.values.size else 1
    if size > LARGEST_KEY // width:
        keys, size = _renumbered(keys)
    rows, counts = grouped(keys * width + rolled.values, rolled.counts, size * width)
    return _by_class(keys[rows], rows, counts=counts, made=(node, rolled))


def _by_class(keys: Codes, rows: Codes, *, counts: Codes, made: tuple[Levels, Rolled]) -> NodeClasses:
    starts = np.flatnonzero(np.diff(keys, prepend=-1) != 0)
    sizes = np.add.reduceat(counts, starts) if starts.size else counts[:0]
    node, source = made
    return NodeClasses(node=node, source=source, sizes=sizes, first=rows[starts], value_counts=counts, starts=starts)


def roll_up(rolled: Rolled, scales: Sequence[Scale], node: Levels) -> Rolled:
    """The table grouped at a node; its rows are in the order of their keys."""
    keys, size = _keys(rolled, scales, node)
    if rolled.values is not None:
        width = int(rolled.values.max()) + 1 if rolled.values.size else 1
        if size > LARGEST_KEY // width:
            keys, size = _renumbered(keys)
        keys, size = keys * width + rolled.values, size * width
    rows, counts = grouped(keys, rolled.counts, size)
    columns = tuple(
        column[rows] if lower == upper else scale.lift(lower, upper)[column[rows]]
        for column, scale, lower, upper in zip(rolled.columns, scales, rolled.levels, node, strict=True)
    )
    values = None if rolled.values is None else rolled.values[rows]
    return Rolled(levels=node, columns=columns, values=values, counts=counts)


def grouped(keys: Codes, counts: Codes, size: int) -> tuple[Codes, Codes]:
    """For each distinct key, ascending, a row that has it and the sum of the counts. Keys are under `size`."""
    rows = len(keys)
    if size <= max(DENSE_FACTOR * rows, DENSE_CELLS):
        totals = np.bincount(keys, weights=counts, minlength=size)
        row_of = np.empty(size, dtype=np.int64)
        row_of[keys] = np.arange(rows, dtype=np.int64)
        found = np.flatnonzero(totals != 0)  # on flags it is several times faster than on numbers
        return row_of[found], totals[found].astype(np.int64)
    order = _ascending(keys, size)
    starts = np.flatnonzero(np.diff(keys[order], prepend=-1) != 0)
    return order[starts], np.add.reduceat(counts[order], starts)


def _ascending(keys: Codes, size: int) -> Codes:
    """The order of keys under a size: a radix sort in digits of 16 bits, for which numpy's stable sort is linear."""
    order = np.argsort((keys & DIGIT).astype(np.uint16), kind="stable")
    for shift in range(DIGIT_BITS, size.bit_length(), DIGIT_BITS):
        digits = (keys[order] >> shift) & DIGIT
        order = order[np.argsort(digits.astype(np.uint16), kind="stable")]
    return order


def _keys(rolled: Rolled, scales: Sequence[Scale], node: Levels) -> tuple[Codes, int]:
    """A number under the returned size for each row, the same where rows share all categories of the node."""
    keys, size = np.zeros(len(rolled.counts), dtype=np.int64), 1
    for column, scale, lower, upper in zip(rolled.columns, scales, rolled.levels, node, strict=True):
        width = scale.levels[upper].size
        if width <= 1:
            continue
        if size > LARGEST_KEY // width:
            keys, size = _renumbered(keys)
        categories = column if lower == upper else scale.lift(lower, upper)[column]
        keys = keys * width + categories if size > 1 else categories
        size *= width
    return keys, size


def _renumbered(keys: Codes) -> tuple[Codes, int]:
    distinct, numbered = np.unique(keys, return_inverse=True)
    return numbered.reshape(-1).astype(np.int64), len(distinct)
