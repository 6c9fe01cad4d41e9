"""The cells of a worksheet as they stand in a workbook, a row at a time, however large it is.

Only for sheets that were written here: every cell filled, numbers as `<v>`, texts in their place as `<t>`.
Source: Ecma Office Open XML Part 1, sections 18.3.1.73 (row), 18.3.1.4 (c), 18.3.1.53 (is), 18.18.11 (cell types).
"""

import re
import zipfile
from collections.abc import Generator
from contextlib import closing
from xml.sax.saxutils import escape

from selfhelp_survey.core.record import RecordValue

SHEETS = "xl/worksheets/"
_BLOCK = 1 << 20
_SEAM = 64
_END = b"</row>"
_CELL = re.compile(rb"<([vt]>[^<]*)<")
_ACTS = re.compile(rb'<(?:f|hyperlink|oleObject|control|legacyDrawing)[ />]| t="(?!inlineStr")[^"]*"')
"""What a spreadsheet calculates or follows, and every type of cell but numbers and texts in their place."""


class ExpectedCells(dict[RecordValue, bytes]):
    """How values stand in a sheet: texts as `t>` and the text, numbers as `v>` and their digits. Each is made once."""

    def __init__(self, *, are_texts: bool) -> None:
        super().__init__()
        self._are_texts = are_texts

    def __missing__(self, value: RecordValue) -> bytes:
        made = f"t>{escape(str(value))}" if self._are_texts else f"v>{value}"
        return self.setdefault(value, made.encode())


def rows_in(book: zipfile.ZipFile, member: str) -> Generator[list[bytes], None, None]:
    """The cells of each row as in `ExpectedCells`, from the first row on. Raises ValueError like `refuse_acting`."""
    rest = b""
    with closing(_blocks(book, member)) as blocks:
        for block in blocks:
            *rows, rest = (rest + block).split(_END)
            yield from map(_CELL.findall, rows)


def refuse_acting(book: zipfile.ZipFile, member: str) -> None:
    """Raises ValueError for a sheet that holds a formula, a link, or a cell that is neither a number nor a text."""
    for _block in _blocks(book, member):
        pass


def _blocks(book: zipfile.ZipFile, member: str) -> Generator[bytes, None, None]:
    """The sheet in blocks; each is searched with the end of the one before, so that nothing hides at a seam."""
    before = b""
    with book.open(member) as sheet:
        while block := sheet.read(_BLOCK):
            if _ACTS.search(before + block):
                raise ValueError("the sheet holds what is neither a number nor a text")
            before = block[-_SEAM:]
            yield block
