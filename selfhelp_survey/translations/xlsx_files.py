"""Workbooks, for translators with a spreadsheet: one row for each text, source beside translation."""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from selfhelp_survey.authoring.xlsform.archive import check_archive
from selfhelp_survey.errors import SurveyError
from selfhelp_survey.languages import RIGHT_TO_LEFT, named_language
from selfhelp_survey.translations.rows import REVISION, ExchangeFile, ExchangeRow
from selfhelp_survey.translations.units import TranslationUnit

SHEET = "texts"
HEADINGS = ("text", "where it stands", "source", "translation", "revision")
WIDTHS = (38, 32, 60, 60, 14)
AS_TEXT = "@"
MOST_ROWS = 20_000
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""Characters that cannot stand in a workbook."""
_TARGET = re.compile(r"translation \(([A-Za-z0-9-]+)\)")


def _openpyxl() -> Any:
    """The library. Raises SurveyError where it is not installed."""
    try:
        import openpyxl
    except ImportError:
        raise SurveyError("workbooks need openpyxl: pip install 'selfhelp-survey[translate]'") from None
    return openpyxl


def written(units: tuple[TranslationUnit, ...], language: str) -> bytes:
    """A workbook of these texts. Every cell is a text, so that nothing in it is taken for a formula or a date."""
    book = _openpyxl().Workbook()
    sheet = book.active
    sheet.title = SHEET
    headings = _headings(language)
    rows = ((unit.name, f"{unit.place} [{unit.source_language}]", unit.source, unit.target,
             f"revision {unit.revision}") for unit in units)  # fmt: skip
    for number, row in enumerate((headings, *rows), start=1):
        for column, words in enumerate(row, start=1):
            _put(sheet.cell(row=number, column=column), words)
    _lay_out(sheet, language)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _put(cell: Any, words: str) -> None:
    cell.value = _UNPRINTABLE.sub("", words) or None
    if cell.value:
        cell.data_type = "s"
    cell.number_format = AS_TEXT


def _lay_out(sheet: Any, language: str) -> None:
    styles = _openpyxl().styles
    order = 2 if named_language(language).direction == RIGHT_TO_LEFT else 1
    for column, width in zip("ABCDE", WIDTHS, strict=True):
        sheet.column_dimensions[column].width = width
        for cell in sheet[column]:
            cell.alignment = styles.Alignment(wrap_text=True, vertical="top", readingOrder=order * (column == "D"))
    for cell in sheet[1]:
        cell.font = styles.Font(bold=True)
    sheet.freeze_panes = "D2"


def read(content: bytes) -> ExchangeFile:
    """The texts of a workbook that came back. Raises SurveyError for what is no workbook of ours."""
    book = _opened(content)
    if SHEET not in book.sheetnames:
        raise SurveyError(f"the workbook has no sheet '{SHEET}': keep the sheet's name as it was exported")
    if book[SHEET].max_row > MOST_ROWS:
        raise SurveyError(f"the workbook has more than {MOST_ROWS:,} rows: keep those that were exported")
    rows = book[SHEET].iter_rows(max_col=len(HEADINGS))
    return ExchangeFile(language=_language_in([str(cell.value or "").strip() for cell in next(rows, ())]),
                        rows=tuple(_rows(rows)))  # fmt: skip


def _language_in(head: list[str]) -> str:
    """The language that the first row names. Raises SurveyError where it is not as it was exported."""
    found = [match for match in map(_TARGET.fullmatch, head) if match]
    language = found[0][1] if found else ""
    if head != _headings(language):
        raise SurveyError("the workbook's first row is not as it was exported: keep the headings and columns, "
                          f"which are {', '.join(HEADINGS)}")  # fmt: skip
    return language


def _headings(language: str) -> list[str]:
    return [f"translation ({language})" if name == "translation" else name for name in HEADINGS]


def _opened(content: bytes) -> Any:
    openpyxl = _openpyxl()
    check_archive(content, source="the workbook")
    try:
        return openpyxl.load_workbook(BytesIO(content))
    except Exception:  # openpyxl raises whatever a damaged part leads to
        raise SurveyError("this is no workbook: export it again, and save it as .xlsx") from None


def _rows(rows: Any) -> Iterator[ExchangeRow]:
    for number, cells in enumerate(rows, start=2):
        values = [_words(cell) for cell in cells]
        if not any(words for words, _ in values):
            continue
        (name, _), _, (source, _), (target, problem), (revision, _) = values
        found = REVISION.fullmatch(revision)
        yield ExchangeRow(where=f"row {number}", name=name, source=source, target=target, problem=problem,
                          revision=found[1] if found else "")  # fmt: skip


def _words(cell: Any) -> tuple[str, str]:
    """A cell's text, and what is wrong with it, "" where nothing is."""
    value = cell.value
    if cell.data_type == "f":
        return "", "holds a formula: write the text itself"
    if value is None or isinstance(value, str):
        return (value or "").replace("\r\n", "\n"), ""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value), ""
    return "", "holds a number, a date or true/false: format the cell as text, and write the text"
