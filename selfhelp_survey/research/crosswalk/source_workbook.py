"""A sister survey's export as a workbook, row by row, looked at before it is opened."""

import io
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl

from selfhelp_survey.authoring.problems import letters_of, quoted
from selfhelp_survey.authoring.xlsform.archive import Limits, check_archive
from selfhelp_survey.errors import QuestionnaireError
from selfhelp_survey.research.crosswalk.errors import CrosswalkRefused
from selfhelp_survey.research.crosswalk.plan import Layout, plain
from selfhelp_survey.research.crosswalk.source_table import Cell, SourceRow, Wanted, places_of

LIMITS = Limits(file_bytes=100_000_000, unpacked_bytes=1_500_000_000, tags=60_000_000)
"""For an export: 30,000 rows of 100 columns take some 15 MB, 180 MB unpacked and 10 million tags. Cells are read one
row at a time; only the texts that cells share are held."""
LAST_ROW = 1_048_576
"""Source: Excel specifications and limits, "Total number of rows and columns on a worksheet"."""
_LARGEST_NUMBER = 10**15
_NOT_READ = {
    "f": "a formula: paste its value instead",
    "e": "an error: correct it in the export",
    "d": "a date, such as a program makes of 1-3: set the column to text and export again",
}


def read_workbook(path: Path, layout: Layout, wanted: Wanted) -> Iterator[SourceRow]:
    """The rows of one sheet. Raises CrosswalkRefused for a workbook or a cell that cannot be read."""
    content = path.read_bytes()
    try:
        check_archive(content, source=path.name, limits=LIMITS)
    except QuestionnaireError as error:
        raise CrosswalkRefused(str(error)) from None
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        yield from _rows(_sheet(book, layout.sheet, path.name), path.name, wanted)
    except CrosswalkRefused:
        raise
    except Exception as error:  # openpyxl raises whatever a damaged part leads to, and may quote it
        raise CrosswalkRefused(f"{path.name} is damaged, or is no workbook ({type(error).__name__}).") from None


def _sheet(book: Any, name: str, source: str) -> Any:
    sheets = {sheet.title: sheet for sheet in book.worksheets}
    if name in sheets:
        return sheets[name]
    if name or len(sheets) != 1:
        known = ", ".join(quoted(title) for title in sheets)
        raise CrosswalkRefused(f"{source} has the sheets {known}: name one of them as `sheet` in the plan.")
    return next(iter(sheets.values()))


def _rows(sheet: Any, source: str, wanted: Wanted) -> Iterator[SourceRow]:
    sheet.reset_dimensions()
    where = f"{source}, sheet {quoted(sheet.title)}"
    rows = sheet.iter_rows()
    header = [plain(_text(cell.value)) for cell in next(rows, ())]
    places = places_of(header, where, wanted)
    for number, cells in enumerate(rows, start=2):
        if number > LAST_ROW:
            raise CrosswalkRefused(f"{where} goes on after row {LAST_ROW:,}, the last that a sheet has: it is damaged.")
        if all(cell.value is None for cell in cells):
            continue
        if any(cell.value is not None for cell in cells[len(header) :]):
            raise CrosswalkRefused(f"{where}, row {number} has more columns than the header.")
        yield SourceRow(number, {column: _cell(cells, place, column in wanted.dates, f"{where}, row {number}")
                                 for column, place in places.items()})  # fmt: skip


def _cell(cells: Sequence[Any], place: int, may_be_date: bool, where: str) -> Cell:
    if place >= len(cells) or cells[place].value is None:
        return ""
    cell = cells[place]
    if may_be_date and isinstance(cell.value, date):
        return cell.value
    if cell.data_type in _NOT_READ:
        raise CrosswalkRefused(f"{where}, column {letters_of(place + 1)} holds {_NOT_READ[cell.data_type]}.")
    return plain(_text(cell.value))


def _text(value: object) -> str:
    """The value as the sheet shows it: whole numbers without a point."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer() and abs(value) < _LARGEST_NUMBER:
            return str(int(value))
        case _:
            return str(value)
