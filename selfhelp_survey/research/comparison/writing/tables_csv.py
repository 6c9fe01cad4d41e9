"""Every table of the report as a CSV file: UTF-8, commas, one header line, never an empty cell."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from selfhelp_survey.research.comparison.table import Cell, Column, Format, Table
from selfhelp_survey.research.formats.files import new_text

NOTHING = "NA"
"""What stands where a figure is not shown; R and pandas read it as missing. The column behind it says why."""
STATE = "_state"
_RUNS = ("=", "+", "-", "@", "\t", "\r")
"""What a label may not begin with in a spreadsheet. Source: OWASP, CSV Injection."""


def file_name(table: Table) -> str:
    """How the file of a table is called, in letters that every system takes."""
    return f"{plain_name(table.name)}.csv"


def plain_name(name: str) -> str:
    """The name in a-z, 0-9 and _."""
    return re.sub("[^a-z0-9_]+", "_", name.lower())


def write_table(table: Table, directory: Path) -> None:
    """Make the file of this table. Each column of figures has one behind it that says why a figure is not shown."""
    with new_text(directory / file_name(table)) as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header(table))
        writer.writerows(rows(table))


def header(table: Table) -> tuple[str, ...]:
    """The names of the columns."""
    return tuple(name for column in table.columns for name in _names(column))


def rows(table: Table) -> Iterator[tuple[str, ...]]:
    """The rows under them."""
    for row in table.rows:
        pairs = zip(table.columns, row, strict=True)
        yield tuple(text for column, cell in pairs for text in _texts(column, cell))


def _names(column: Column) -> tuple[str, ...]:
    return (column.key,) if column.format is Format.LABEL else (column.key, column.key + STATE)


def _texts(column: Column, cell: Cell) -> tuple[str, ...]:
    if column.format is Format.LABEL:
        return (cell.state.value if cell.value is None else _label(str(cell.value)),)
    return (NOTHING if cell.value is None else str(cell.value), cell.state.value)


def _label(text: str) -> str:
    """A label that a spreadsheet takes for text, on one line."""
    line = " ".join(text.split()) or NOTHING
    return f"'{line}" if line.startswith(_RUNS) else line
