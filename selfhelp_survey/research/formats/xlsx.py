"""`responses.xlsx` and `totals.xlsx`: one workbook for people, of codes, variables, value labels and missing codes.

Nothing in it can be a formula or a link: texts are written as texts whatever they begin with, and one that begins like
a formula stays a text when somebody edits it (Excel's quote prefix). Numbers, such as the code -1, are numbers.
Source: Ecma Office Open XML Part 1, sections 18.3.1.4 (c), 18.3.1.40 (f) and 18.8.45 (quotePrefix); OWASP, "CSV
Injection".
"""

import json
import shutil
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format as CellFormat
from xlsxwriter.worksheet import Worksheet

from selfhelp_survey.core.record import RecordValue
from selfhelp_survey.errors import ReleaseRefused
from selfhelp_survey.research.formats import totals_csv
from selfhelp_survey.research.formats.files import WORKING
from selfhelp_survey.research.formats.labels import cut_to_characters
from selfhelp_survey.research.formats.read_back import demand, reading
from selfhelp_survey.research.formats.sheet_xml import SHEETS, ExpectedCells, refuse_acting, rows_in
from selfhelp_survey.research.formats.source import FormatSource
from selfhelp_survey.research.formats.statistical_labels import WRITTEN, title
from selfhelp_survey.research.formats.workbook_texts import Sheet, explanations

NAME, TOTALS_NAME = "responses.xlsx", "totals.xlsx"
MOST_ROWS, MOST_COLUMNS, MOST_CHARACTERS = 1_048_576, 16_384, 32_767
"""Source: Microsoft, "Excel specifications and limits"."""
_LIKE_A_FORMULA = tuple("=+-@|%\t\r\n\uff1d\uff0b\uff0d\uff20")
_FIRST_SHEET = f"{SHEETS}sheet1.xml"
_SAFE = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
Rows = Iterable[Sequence[RecordValue]]


@dataclass(frozen=True, kw_only=True)
class _Main:
    """The first sheet: the table itself. In a column of texts every cell is written as one, missing codes too."""

    name: str
    header: Sequence[str]
    rows: Sequence[Sequence[RecordValue]]
    texts: frozenset[int]


def write(source: FormatSource, directory: Path) -> None:
    """Make the workbook of a table of records. Raises ReleaseRefused where Excel has not so many rows or columns."""
    _write(source, _records(source), directory / NAME)


def write_totals(source: FormatSource, directory: Path) -> None:
    """Make the workbook of tables of counts."""
    _write(source, _totals(source), directory / TOTALS_NAME)


def check(source: FormatSource, directory: Path) -> None:
    """Raises ReleaseRefused unless the workbook, read back, holds the source's cells and no formula anywhere."""
    _check(_records(source), directory / NAME)


def check_totals(source: FormatSource, directory: Path) -> None:
    """The same for tables of counts."""
    _check(_totals(source), directory / TOTALS_NAME)


def _records(source: FormatSource) -> _Main:
    texts = frozenset(place for place, name in enumerate(source.columns) if name not in source.numeric)
    return _Main(name="responses", header=source.columns, rows=source.rows, texts=texts)


def _totals(source: FormatSource) -> _Main:
    rows = [(held.table, json.dumps(dict(held.cell), separators=(",", ":")), held.count) for held in source.cells]
    return _Main(name="totals", header=totals_csv.COLUMNS, rows=rows, texts=frozenset({0, 1}))


def _write(source: FormatSource, main: _Main, path: Path) -> None:
    if len(main.rows) >= MOST_ROWS or len(main.header) > MOST_COLUMNS:
        raise ReleaseRefused(f"{path.name} cannot hold so many rows or columns: release fewer variables or in parts.")
    with _new_workbook(path) as book:
        book.set_properties({"title": title(source), "created": WRITTEN})
        looks = _Looks(head=book.add_format({"bold": True}), quoted=book.add_format({"quote_prefix": True}))
        _fill_main(book.add_worksheet(main.name), main, looks)
        for sheet in explanations(source):
            _fill(book.add_worksheet(sheet.name), sheet, looks)


@contextmanager
def _new_workbook(path: Path) -> Iterator[xlsxwriter.Workbook]:
    """A workbook that is written when the block ends; what lies about meanwhile lies beside it, and is taken away."""
    working = path.parent / WORKING
    working.mkdir()
    try:
        with xlsxwriter.Workbook(str(path), {**_SAFE, "tmpdir": str(working)}) as book:
            yield book
    finally:
        shutil.rmtree(working, ignore_errors=True)


@dataclass(frozen=True, kw_only=True)
class _Looks:
    """How cells look: those of a header, and texts that begin like a formula."""

    head: CellFormat
    quoted: CellFormat


def _fill_main(sheet: Worksheet, main: _Main, looks: _Looks) -> None:
    _head(sheet, main.header, looks)
    write_number, write_string = sheet.write_number, sheet.write_string
    numbers = [place for place in range(len(main.header)) if place not in main.texts]
    for number, row in enumerate(main.rows, 1):
        for place in main.texts:
            write_string(number, place, *_text(str(row[place]), looks))
        for place in numbers:
            write_number(number, place, row[place])


def _fill(sheet: Worksheet, told: Sheet, looks: _Looks) -> None:
    for place, width in enumerate(told.widths):
        sheet.set_column(place, place, width)
    _head(sheet, told.header, looks)
    for number, row in enumerate(told.rows, 1):
        for place, value in enumerate(row):
            if isinstance(value, int):
                sheet.write_number(number, place, value)
            else:
                sheet.write_string(number, place, *_text(value, looks))


def _head(sheet: Worksheet, header: Sequence[str], looks: _Looks) -> None:
    sheet.freeze_panes(1, 0)
    for place, name in enumerate(header):
        sheet.write_string(0, place, name, looks.head)


def _text(text: str, looks: _Looks) -> tuple[str] | tuple[str, CellFormat]:
    """A text as it is written, marked as one where it begins like a formula."""
    kept = cut_to_characters(text, MOST_CHARACTERS)
    return (kept, looks.quoted) if kept.startswith(_LIKE_A_FORMULA) else (kept,)


def _check(main: _Main, path: Path) -> None:
    with reading(path), zipfile.ZipFile(path) as book:
        for member in book.namelist():
            if member.startswith(SHEETS) and member != _FIRST_SHEET:
                refuse_acting(book, member)
        with closing(rows_in(book, _FIRST_SHEET)) as rows:
            demand(all(held == wanted for held, wanted in zip(rows, _expected(main), strict=True)), path)


def _expected(main: _Main) -> Iterator[list[bytes]]:
    """The cells of each row as they should stand in the sheet, the header first."""
    texts, numbers = ExpectedCells(are_texts=True), ExpectedCells(are_texts=False)
    yield [texts[name] for name in main.header]
    columns = [texts if place in main.texts else numbers for place in range(len(main.header))]
    for row in main.rows:
        yield [cells[value] for cells, value in zip(columns, row, strict=True)]
