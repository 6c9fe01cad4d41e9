"""Sheets as tables of texts: a workbook taken apart into cells that know their place, and put together from them."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import openpyxl
from openpyxl.cell import WriteOnlyCell

from selfhelp_survey.authoring.problems import letters_of, quoted
from selfhelp_survey.authoring.section import Findings
from selfhelp_survey.authoring.source_tree import Place
from selfhelp_survey.authoring.xlsform.archive import check_archive, refusal
from selfhelp_survey.errors import QuestionnaireError

MAXIMUM_ROWS = 5_000
MAXIMUM_COLUMNS = 400
MAXIMUM_SHEETS = 30
LONGEST_CELL = 32_767
"""Characters that a cell holds. Source: Microsoft, Excel specifications and limits."""
_LARGEST_NUMBER = 10**15
_NARROW, _WIDE = 18, 50
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_TO_ESCAPE = re.compile(r"[\x00-\x08\x0b-\x1f]|_(?=x[0-9A-Fa-f]{4}_)")
_ROW = re.compile(rb"<(?:\w+:)?row(\s[^<>]*)>")
_IS_HIDDEN = re.compile(rb"""\shidden\s*=\s*["'](?:1|true)["']""")
_NUMBER = re.compile(rb"""\sr\s*=\s*["']([0-9]{1,7})["']""")
_UNWRITABLE = re.compile(r"[\ud800-\udfff\ufffe\uffff]")
_FIRST_DAY_OF_ZIP = (1980, 1, 1, 0, 0, 0)

Table = Sequence[Sequence[str | int | None]]


@dataclass(frozen=True)
class Cell:
    """What stands in a cell, as text, and where."""

    text: str
    place: Place


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """The rows of a sheet that hold anything, the header first; each knows its cells by column, from 1.

    `is_hidden` and `hidden_rows`, their numbers, tell of what a spreadsheet program does not show.
    """

    name: str
    rows: tuple[Mapping[int, Cell], ...]
    is_hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()


def read_sheets(content: bytes, findings: Findings, *, source: str) -> dict[str, Sheet]:
    """The sheets of a workbook by their names in small letters; formulas, dates and errors in cells are noted.

    So is a name that stands twice, since `survey` and `Survey ` are one to whoever reads them; the first one counts.

    Raises ProblemsFound for a workbook that cannot be opened or goes beyond the limits.
    """
    check_archive(content, source=source)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        if len(book.worksheets) > MAXIMUM_SHEETS:
            raise refusal(f"the workbook has more than {MAXIMUM_SHEETS} sheets", source=source)
        sheets = [_sheet(worksheet, findings, source) for worksheet in book.worksheets]
    except QuestionnaireError:
        raise
    except Exception as error:  # openpyxl raises whatever a damaged part leads to
        raise refusal("the workbook is damaged, or is none", source=source) from error
    return _by_name(sheets, findings)


def _by_name(sheets: Sequence[Sheet], findings: Findings) -> dict[str, Sheet]:
    found: dict[str, Sheet] = {}
    for sheet in sheets:
        if sheet.name in found:
            message = f"there are two sheets of the name {quoted(sheet.name)}, but for spaces and capitals"
            findings.error("Q102", Place(1, 1, sheet.name), message, fix="Keep one of them, or rename the other")
        found.setdefault(sheet.name, sheet)
    return found


def _sheet(worksheet: Any, findings: Findings, source: str) -> Sheet:
    name = str(worksheet.title).strip().lower()
    worksheet.reset_dimensions()
    rows = []
    for cells in worksheet.iter_rows():
        row = {cell.place.column: cell for cell in _cells(cells, name, findings)}
        if row:
            rows.append(row)
            _check_reach(row, name, source)
    is_hidden = worksheet.sheet_state != "visible"
    return Sheet(name=name, rows=tuple(rows), is_hidden=is_hidden, hidden_rows=_hidden_rows(worksheet))


def _hidden_rows(worksheet: Any) -> frozenset[int]:
    """The numbers of rows that are hidden, by hand or by a filter: openpyxl reads them only with everything else."""
    with worksheet._get_source() as part:
        rows = (found[1] for found in _ROW.finditer(part.read()) if _IS_HIDDEN.search(found[1]))
        return frozenset(int(number[1]) for row in rows if (number := _NUMBER.search(row)))


def _check_reach(row: Mapping[int, Cell], name: str, source: str) -> None:
    last = row[max(row)].place
    if last.line > MAXIMUM_ROWS or last.column > MAXIMUM_COLUMNS:
        message = f"a sheet reaches beyond row {MAXIMUM_ROWS:,} or column {letters_of(MAXIMUM_COLUMNS)}"
        fix = "Split the questionnaire, or delete what stands far out"
        raise refusal(message, source=source, fix=fix, place=last)


def _cells(cells: Sequence[Any], sheet: str, findings: Findings) -> Iterator[Cell]:
    for cell in cells:
        if cell.value is None:
            continue
        place = Place(cell.row, cell.column, sheet)
        if cell.data_type in {"f", "d", "e"}:
            what = {"f": "a formula", "d": "a date", "e": "an error"}[cell.data_type]
            findings.error("Q107", place, f"{what} stands in this cell", fix="Write the text or number itself; for "
                           "a text that begins with =, or looks like a date, set the cell to 'Text' first")  # fmt: skip
            continue
        text = _as_text(cell.value)
        if text.strip():
            yield Cell(text, place)


def _as_text(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer() and abs(value) < _LARGEST_NUMBER:
            return str(int(value))
        case _:
            return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), str(value))


def workbook_of(tables: Mapping[str, Table]) -> bytes:
    """A workbook with these sheets, each a table with its header in the first row.

    The same tables always give the same bytes: no author, no date. Raises QuestionnaireError for a text that no cell
    can hold.
    """
    escaped = {name: [[_escaped(content) for content in row] for row in rows] for name, rows in tables.items()}
    book = openpyxl.Workbook(write_only=True)
    for name, rows in escaped.items():
        worksheet = book.create_sheet(name)
        worksheet.freeze_panes = "A2"
        for number, header in enumerate(rows[0], start=1):
            worksheet.column_dimensions[letters_of(number)].width = _WIDE if "::" in str(header) else _NARROW
        for row in rows:
            worksheet.append([_written(worksheet, value) for value in row])
    stream = io.BytesIO()
    book.save(stream)
    return _without_clock(stream.getvalue())


def _escaped(content: str | int | None) -> str | int | None:
    if not isinstance(content, str):
        return content
    text = _TO_ESCAPE.sub(lambda found: f"_x{ord(found[0]):04X}_", content)
    if len(text) > LONGEST_CELL or _UNWRITABLE.search(text):
        raise QuestionnaireError(f"a text is longer than the {LONGEST_CELL:,} characters of a cell, or holds a "
                                 "character that no workbook can; export as .yaml instead")  # fmt: skip
    return text


def _written(worksheet: Any, content: str | int | None) -> Any:
    if not isinstance(content, str):
        return content
    cell = WriteOnlyCell(worksheet, content)
    cell.data_type, cell.number_format = "s", "@"  # also where it begins with = or reads like a date
    return cell


_NAMELESS = b"""<?xml version="1.0" encoding="UTF-8"?>
<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>"""


def _without_clock(content: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            part = zipfile.ZipInfo(name, _FIRST_DAY_OF_ZIP)
            part.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(part, _NAMELESS if name == "docProps/core.xml" else old.read(name))
    return stream.getvalue()
