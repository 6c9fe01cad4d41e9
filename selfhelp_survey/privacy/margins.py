"""Several tables of the same people as one system of numbers that add up.

A sub-total of one table is often a cell of another: both are the same number here, whatever table shows it. A variable
with a single category says nothing, so that its category and "all" are one number too.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from selfhelp_survey.privacy.rule import Label
from selfhelp_survey.privacy.table import Codes
from selfhelp_survey.privacy.tables import EVERYBODY, Cell, TableSpec

Key = frozenset[tuple[str, Label]]


@dataclass(frozen=True, kw_only=True)
class Equations:
    """Sums that are zero: `factors[i]` times the number in `columns[i]` belongs to the sum `rows[i]`."""

    rows: Codes
    columns: Codes
    factors: NDArray[np.float64]
    count: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Margins:
    """The different numbers that tables show, and how they add up: each of `sums` is a total and its parts."""

    keys: tuple[Key, ...]
    sums: tuple[tuple[int, tuple[int, ...]], ...]
    constants: frozenset[str]

    def place(self, cell: Cell) -> int:
        """The place of a table's cell among the numbers."""
        return self._places[_key(cell, self.constants)]

    @cached_property
    def _places(self) -> Mapping[Key, int]:
        return {key: place for place, key in enumerate(self.keys)}

    @cached_property
    def equations(self) -> Equations:
        """The sums: parts minus total is zero."""
        entries = [(row, total, -1.0) for row, (total, _) in enumerate(self.sums)]
        entries += [(row, part, 1.0) for row, (_, parts) in enumerate(self.sums) for part in parts]
        rows, columns, factors = zip(*entries, strict=True) if entries else ((), (), ())
        return Equations(
            rows=np.array(rows, dtype=np.int64), columns=np.array(columns, dtype=np.int64),
            factors=np.array(factors, dtype=np.float64), count=len(self.sums),
        )  # fmt: skip


def margins_of(specs: Sequence[TableSpec]) -> Margins:
    """The numbers of these tables in the order in which they are first met, and every sum along one variable."""
    constants = frozenset(name for spec in specs for name, labels in spec.categories if len(labels) == 1)
    places: dict[Key, int] = {}
    for spec in specs:
        for cell in spec.cells():
            places.setdefault(_key(cell, constants), len(places))
    sums = dict.fromkeys(found for spec in specs for found in _sums(spec, places, constants))
    return Margins(keys=tuple(places), sums=tuple(sums), constants=constants)


def _sums(
    spec: TableSpec, places: Mapping[Key, int], constants: frozenset[str]
) -> Iterator[tuple[int, tuple[int, ...]]]:
    labels = dict(spec.categories)
    for cell in spec.cells():
        total = _key(cell, constants)
        for name, label in cell:
            if label == EVERYBODY and name not in constants:
                yield places[total], tuple(places[total | {(name, one)}] for one in labels[name])


def _key(cell: Cell, constants: frozenset[str]) -> Key:
    return frozenset(pair for pair in cell if pair[1] != EVERYBODY and pair[0] not in constants)


def are_without_ring(tables: Sequence[Sequence[str]]) -> bool:
    """True where tables that agree with each other, two by two, always come from some set of people.

    Only then is an interval that is found table by table all that the tables tell together. Variables that stand in one
    table only, and tables inside another one, are taken away until nothing is left.
    Source: Atserias and Kolaitis 2021, "Structure and Complexity of Bag Consistency", theorem 2 (acyclic schemas);
    Graham 1979, Yu and Ozsoyoglu 1979 (the reduction).
    """
    left = [set(table) for table in tables]
    while True:
        shared = {name for name in set().union(*left) if sum(name in table for table in left) > 1}
        reduced: list[set[str]] = []
        for table in sorted((table & shared for table in left), key=len, reverse=True):
            if not any(table <= larger for larger in reduced):
                reduced.append(table)
        if len(reduced) <= 1:
            return True
        if sorted(map(sorted, reduced)) == sorted(map(sorted, left)):
            return False
        left = reduced
