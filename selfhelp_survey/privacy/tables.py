"""Totals: a fixed set of tables from one closed batch, each count rounded to 5 on its own, or withheld where small.

The set of tables and their categories are fixed with the series, before data; there are no filters. Sub-totals are
counted and rounded on their own too, so a rounded table does not add up, and nothing can be got back by subtraction.
How small counts are withheld instead stands in `suppression`. A release counts only its own new rows: it is never
cumulative.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import product

from selfhelp_survey.errors import ReleaseRefused, UsageError
from selfhelp_survey.privacy.rule import Label
from selfhelp_survey.privacy.table import Table, contingency

ROUNDING_BASE = 5  # Statistics agencies' usual base; here with no suppressed cells to find
MINIMUM_NEW_ROWS = 10  # ONS Longitudinal Study: 10 for published tables
EVERYBODY = "all"
WITHHELD = -7  # what stands in a table where a count is withheld for anonymity

Cell = tuple[tuple[str, Label], ...]


@dataclass(frozen=True, kw_only=True)
class TableSpec:
    """One table: its name, and for each variable every category it shows (missing codes included)."""

    name: str
    categories: tuple[tuple[str, tuple[Label, ...]], ...]

    def __post_init__(self) -> None:
        if any(EVERYBODY in labels or len(set(labels)) != len(labels) for _, labels in self.categories):
            raise UsageError(f"The table {self.name} names a category twice, or one called {EVERYBODY}.")

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables the table crosses."""
        return tuple(name for name, _ in self.categories)

    def cells(self) -> Iterator[Cell]:
        """Every cell, sub-totals included, the last variable changing fastest and "all" last."""
        for combination in product(*((*labels, EVERYBODY) for _, labels in self.categories)):
            yield tuple(zip(self.variables, combination, strict=True))


@dataclass(frozen=True, kw_only=True)
class TotalCell:
    """One cell: the category of each variable ("all" in sub-totals) and its count: rounded, true, or -7 if withheld."""

    table: str
    cell: Cell = field(default=())
    count: int


def round_to_base(count: int, base: int = ROUNDING_BASE) -> int:
    """The multiple of an odd base nearest to a count: 0-2 become 0, 3-7 become 5."""
    if count < 0 or base < 1 or base % 2 == 0:
        raise UsageError("Counts are rounded from zero up, to an odd base.")
    return (count + base // 2) // base * base


def totals(table: Table, specs: Sequence[TableSpec], *, minimum: int = MINIMUM_NEW_ROWS) -> tuple[TotalCell, ...]:
    """Every cell of every table, empty ones and sub-totals included, each rounded on its own.

    Missing values and Raises: as `true_counts`.
    """
    return tuple(replace(held, count=round_to_base(held.count)) for held in true_counts(table, specs, minimum=minimum))


def true_counts(table: Table, specs: Sequence[TableSpec], *, minimum: int) -> tuple[TotalCell, ...]:
    """Every cell of every table with its true count: never to be published as it is.

    Missing values: missing codes are categories and must be listed like any other.
    Raises: ReleaseRefused under `minimum` new rows; UsageError for a value that no category covers.
    """
    if table.rows < minimum:
        raise ReleaseRefused(f"Totals need at least {minimum} new responses; wait for more.")
    return tuple(cell for spec in specs for cell in _cells(table, spec))


def _cells(table: Table, spec: TableSpec) -> list[TotalCell]:
    counts = _margins(table, spec)
    return [
        TotalCell(table=spec.name, cell=cell, count=counts.get(tuple(label for _, label in cell), 0))
        for cell in spec.cells()
    ]


def _margins(table: Table, spec: TableSpec) -> dict[tuple[Label, ...], int]:
    """True counts of every cell and sub-total."""
    found = contingency(table, spec.variables)
    columns = [column.values() for column in found.combinations.columns]
    counts: dict[tuple[Label, ...], int] = {}
    for place, count in enumerate(found.counts.tolist()):
        labels = [column[place] for column in columns]
        if any(label not in known for label, (_, known) in zip(labels, spec.categories, strict=True)):
            raise UsageError(f"The table {spec.name} lacks a category that the data hold.")
        for cell in product(*((label, EVERYBODY) for label in labels)):
            counts[cell] = counts.get(cell, 0) + count
    return counts
