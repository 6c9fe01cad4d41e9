"""Tables that are fit to be published. Pictures, HTML, CSV and JSON are made from these and from nothing else, so what
is withheld here is withheld everywhere.
"""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Why a cell shows no figure."""

    SHOWN = "shown"
    WITHHELD = "withheld"
    """Too few people, or it would give away a cell of too few people."""
    NOT_ASKED = "not asked"
    """This instrument does not carry the variable."""
    NOT_COMPARABLE = "not comparable"
    """The catalogue calls it a proxy somewhere: described, not tested."""
    REFUSED = "refused"
    """The data do not carry this figure; a note of the table says why."""


class Format(StrEnum):
    """How a column is to be read and written."""

    LABEL = "label"
    COUNT = "count"
    """People; whole, or rounded where the table says so."""
    SHARE = "share"
    """0 to 1; shown as a percentage with one decimal."""
    NUMBER = "number"
    """A statistic, shown with three significant digits."""
    P_VALUE = "p value"
    """0 to 1, shown with three decimals, or < 0.001."""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One figure or label. `value` is None exactly where `state` is not SHOWN."""

    value: int | float | str | None
    state: State = State.SHOWN

    def __post_init__(self) -> None:
        if (self.value is None) != (self.state is not State.SHOWN):
            raise ValueError("a cell holds a value exactly where it is shown")


@dataclass(frozen=True, kw_only=True)
class Column:
    """`key` names it in CSV and JSON (a-z, 0-9, _); `heading` is for people, in the report's language."""

    key: str
    heading: str
    format: Format


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table of the report. `name` is its file's stem; `caption` restates what it counts, no more."""

    name: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"{self.name}: a row has not as many cells as there are columns")

    def column(self, key: str) -> tuple[Cell, ...]:
        """The cells of one column. Raises KeyError."""
        places = {column.key: place for place, column in enumerate(self.columns)}
        return tuple(row[places[key]] for row in self.rows)


class ChartKind(StrEnum):
    """The pictures there are."""

    DOTS = "dots"
    """Shares with intervals, one row a label: needs columns `label`, `share`, `low`, `high`, and may have `sample`."""
    FOREST = "forest"
    """Odds ratios with intervals on a logarithmic scale: `label`, `odds_ratio`, `low`, `high`."""
    HEAT = "heat"
    """A share for each pair of `row` and `column`: `row`, `column`, `share`."""
    ALLUVIAL = "alluvial"
    """Flows between stages: `from_stage`, `from`, `to_stage`, `to`, `count`."""


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A picture of a table: drawn from its shown cells only. `description` says in words what kind of picture it is."""

    kind: ChartKind
    title: str
    description: str
    table: str


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part of the report; `notes` stand under its title (caveats)."""

    name: str
    title: str
    tables: tuple[Table, ...] = ()
    charts: tuple[Chart, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Report:
    """The whole, in one language. `facts` are pairs of a term and what it is: releases read, threshold, languages."""

    language: str
    title: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    caveats: tuple[str, ...]
