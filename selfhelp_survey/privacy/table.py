"""Tables as integer codes: what every measure and criterion of this room works on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from selfhelp_survey.errors import UsageError
from selfhelp_survey.privacy.rule import Label

Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]
LARGEST_KEY = 2**62  # a mixed-radix key stays a signed 64-bit integer


@dataclass(frozen=True, kw_only=True, eq=False)
class Column:
    """One variable: a code per row, and the label each code stands for. 1 and "1" are two labels.

    A missing value is a label like any other here.
    """

    name: str
    codes: Codes
    labels: tuple[Label, ...]

    def __post_init__(self) -> None:
        if self.codes.size and not 0 <= int(self.codes.min()) <= int(self.codes.max()) < len(self.labels):
            raise UsageError(f"The column {self.name} has a code without a label.")
        self.codes.setflags(write=False)

    def values(self) -> tuple[Label, ...]:
        """The label of each row."""
        return tuple(self.labels[code] for code in self.codes.tolist())


@dataclass(frozen=True, kw_only=True, eq=False)
class Table:
    """Columns of equal length; the order of the rows is kept."""

    columns: tuple[Column, ...]
    rows: int

    def __post_init__(self) -> None:
        if any(column.codes.shape != (self.rows,) for column in self.columns):
            raise UsageError("The columns of a table differ in length.")
        if len({column.name for column in self.columns}) != len(self.columns):
            raise UsageError("A table names a column twice.")

    @classmethod
    def from_rows(cls, names: Sequence[str], rows: Iterable[Sequence[Label]]) -> "Table":
        """The table of these rows, each with one label per name."""
        listed = [tuple(row) for row in rows]
        if any(len(row) != len(names) for row in listed):
            raise UsageError("A row has more or fewer values than the table has columns.")
        columns = tuple(_encoded(name, [row[place] for row in listed]) for place, name in enumerate(names))
        return cls(columns=columns, rows=len(listed))

    def column(self, name: str) -> Column:
        """The column of this name. Raises: UsageError if there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise UsageError(f"The table has no column {name}.")

    def take(self, rows: Codes) -> "Table":
        """The table of the rows at these positions, in this order."""
        columns = tuple(Column(name=c.name, codes=c.codes[rows], labels=c.labels) for c in self.columns)
        return Table(columns=columns, rows=len(rows))


@dataclass(frozen=True, kw_only=True, eq=False)
class Contingency:
    """Distinct combinations of some columns, and how many rows have each: `counts` follows `combinations`."""

    combinations: Table
    counts: Codes


def contingency(table: Table, names: Sequence[str]) -> Contingency:
    """The distinct combinations of the named columns with their counts; missing codes combine like any label."""
    columns = tuple(table.column(name) for name in names)
    index, first = combination_index(columns, rows=table.rows)
    part = Table(columns=columns, rows=table.rows)
    return Contingency(combinations=part.take(first), counts=np.bincount(index, minlength=len(first)).astype(np.int64))


def combination_index(columns: Sequence[Column], *, rows: int) -> tuple[Codes, Codes]:
    """For each row the number of its combination, and for each combination its first row.

    Combinations are numbered from 0 in the order of their codes. Without columns all rows share combination 0.
    """
    key, size = np.zeros(rows, dtype=np.int64), 1
    for column in columns:
        width = max(len(column.labels), 1)
        if size > LARGEST_KEY // width:
            key, size = _renumbered(key)
        key, size = key * width + column.codes, size * width
    _, first, index = np.unique(key, return_index=True, return_inverse=True)
    return index.astype(np.int64).reshape(rows), first.astype(np.int64)


def _renumbered(key: Codes) -> tuple[Codes, int]:
    distinct, index = np.unique(key, return_inverse=True)
    return index.astype(np.int64).reshape(key.shape), len(distinct)


def _encoded(name: str, values: Sequence[Label]) -> Column:
    # Keyed by type too, or 1 and True, or a subclass of str, would share a code.
    numbers: dict[tuple[type, Label], int] = {}
    codes = [numbers.setdefault((type(value), value), len(numbers)) for value in values]
    return Column(name=name, codes=np.array(codes, dtype=np.int64), labels=tuple(label for _, label in numbers))
