"""The rows of a table that a picture may draw: those in which every figure it needs is shown."""

from collections.abc import Sequence

from selfhelp_survey.research.comparison.table import Table

Shown = dict[str, int | float | str]


def shown_rows(table: Table, needed: Sequence[str], more: Sequence[str] = ()) -> list[Shown]:
    """By key the values of each row that shows all that is needed; of `more`, what the table has and shows.

    Raises KeyError where the table lacks a column that is needed.
    """
    keys = [column.key for column in table.columns]
    if not set(keys).issuperset(needed):
        raise KeyError(f"{table.name} lacks a column that its picture needs")
    wanted = {*needed, *more}
    rows = ({key: cell.value for key, cell in zip(keys, row, strict=True) if key in wanted} for row in table.rows)
    told = ({key: value for key, value in row.items() if value is not None} for row in rows)
    return [row for row in told if row.keys() >= set(needed)]


def number(value: int | float | str) -> float:
    """A figure of a shown cell. Raises TypeError for a label: then the table is not what its picture needs."""
    if isinstance(value, str):
        raise TypeError("a picture needs a figure where the table has a label")
    return float(value)
