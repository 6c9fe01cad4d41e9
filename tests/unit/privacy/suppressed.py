"""Tiny tables with withheld counts, for the tests of suppression and of what an attacker makes of it."""

from collections.abc import Callable, Iterator, Sequence
from itertools import product

import numpy as np

from selfhelp_survey.privacy.intervals import View, view_of
from selfhelp_survey.privacy.margins import Margins, margins_of
from selfhelp_survey.privacy.rule import Label
from selfhelp_survey.privacy.suppression import Counted, suppression
from selfhelp_survey.privacy.table import Codes, Flags, Table
from selfhelp_survey.privacy.tables import EVERYBODY, Cell, TableSpec, true_counts
from selfhelp_survey.research.interval_bounds import solve

Row = tuple[Label, ...]


def spec(categories: dict[str, tuple[Label, ...]], *names: str) -> TableSpec:
    """The table that crosses these variables."""
    return TableSpec(name=" x ".join(names), categories=tuple((name, categories[name]) for name in names))


def counted(
    specs: Sequence[TableSpec], rows: Sequence[Row], *, threshold: int, is_open: Callable[[Cell], bool] = lambda _: True
) -> Counted:
    """The true counts of the tables. The rows name the variables in the order in which the tables do."""
    names = list(dict.fromkeys(name for one in specs for name in one.variables))
    margins = margins_of(specs)
    counts, flags = np.zeros(len(margins.keys), dtype=np.int64), np.zeros(len(margins.keys), dtype=np.bool_)
    for held in true_counts(Table.from_rows(names, rows), specs, minimum=1):
        counts[margins.place(held.cell)] = held.count
        flags[margins.place(held.cell)] = is_open(held.cell)
    return Counted(margins=margins, counts=counts, open_empty=flags, threshold=threshold)


def published(held: Counted, withheld: Flags | None = None) -> View:
    """What an attacker sees of the counts: of a withheld one that could have been shown empty, that it is not."""
    flags = suppression(held, solve) if withheld is None else withheld
    return view_of(held.margins, held.counts, withheld=flags, least=held.open_empty.astype(np.int64))


def rows_of(counts: dict[Row, int]) -> list[Row]:
    """So many rows of each."""
    return [row for row, count in counts.items() for _ in range(count)]


def every_table(margins: Margins, categories: dict[str, tuple[Label, ...]], people: int) -> Codes:
    """All that the numbers of `margins` can be for at most so many people: one line for each way to place them.

    Slow and obvious: it fills the table that crosses all variables in every possible way, and adds up.
    """
    names = list(categories)
    joint = [frozenset(zip(names, labels, strict=True)) for labels in product(*categories.values())]
    fillings = np.array(list(_fillings(len(joint), people)), dtype=np.int64)
    belongs = np.array([[key <= cell for cell in joint] for key in margins.keys], dtype=np.int64)
    return fillings @ belongs.T


def _fillings(cells: int, people: int) -> Iterator[tuple[int, ...]]:
    if not cells:
        yield ()
        return
    for count in range(people + 1):
        for rest in _fillings(cells - 1, people - count):
            yield (count, *rest)


def fitting(view: View, tables: Codes) -> Codes:
    """Those of the tables that fit what was published."""
    return tables[((tables >= view.lower) & (tables <= view.upper)).all(axis=1)]


def is_total(cell: Cell) -> bool:
    """True for the count of everybody."""
    return all(label == EVERYBODY for _, label in cell)
