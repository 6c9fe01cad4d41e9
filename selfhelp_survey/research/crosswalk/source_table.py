"""A sister survey's export, row by row: only the columns that a plan names are ever looked at.

A message names row and column, never what stands in a cell. Rows count as a spreadsheet counts them: the header is 1.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, NamedTuple

from selfhelp_survey.authoring.problems import quoted
from selfhelp_survey.errors import UsageError
from selfhelp_survey.research.crosswalk.errors import CrosswalkRefused
from selfhelp_survey.research.crosswalk.plan import Layout, plain

Cell = str | date
DELIMITERS = (";", ",", "\t")
MOST_COLUMNS = 5000
LONGEST_HEADER = 1_000_000
"""Characters of a first row: 5000 columns with names of 200."""
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class SourceRow(NamedTuple):
    """One row of the file: its number, and what stands in the wanted columns, in NFC without white space around."""

    number: int
    cells: Mapping[str, Cell]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """The columns to read. In `dates` a cell of a workbook may hold a date; anywhere else that is a mistake."""

    columns: Sequence[str]
    dates: frozenset[str] = frozenset()


def read_table(path: Path, layout: Layout, wanted: Wanted) -> Iterator[SourceRow]:
    """The rows of a CSV file or workbook, one by one.

    Raises CrosswalkRefused for a file that is not what the plan says, UsageError for a kind of file that is not read.
    """
    match path.suffix.lower():
        case ".csv" | ".tsv" | ".txt":
            yield from _read_csv(path, layout, wanted)
        case ".xlsx":
            yield from _read_workbook(path, layout, wanted)
        case _:
            raise UsageError(f"{path.name}: give the export as .csv or .xlsx.")


def _read_workbook(path: Path, layout: Layout, wanted: Wanted) -> Iterator[SourceRow]:
    try:
        from selfhelp_survey.research.crosswalk.source_workbook import read_workbook
    except ImportError:
        raise UsageError('Workbooks need one more library: pip install "selfhelp-survey[xlsform]".') from None
    yield from read_workbook(path, layout, wanted)


def _read_csv(path: Path, layout: Layout, wanted: Wanted) -> Iterator[SourceRow]:
    encoding = _encoding_of(path, layout)
    try:
        with path.open(encoding=encoding, newline="") as file:
            delimiter = layout.delimiter or _delimiter_of(file, path.name)
            yield from _rows(csv.reader(file, delimiter=delimiter, strict=True), path.name, wanted)
    except UnicodeError:
        raise CrosswalkRefused(f"{path.name} is not written in {encoding.removesuffix('-sig')}: name its `encoding` "
                               "in the plan (utf-8, utf-16 or cp1252).") from None  # fmt: skip


def _encoding_of(path: Path, layout: Layout) -> str:
    """The plan's encoding; without one UTF-8, or UTF-16 where the file begins with the mark of it."""
    with path.open("rb") as file:
        begins_with = file.read(2)
    if layout.encoding:
        return "utf-8-sig" if layout.encoding == "utf-8" else layout.encoding
    return "utf-16" if begins_with in _UTF_16 else "utf-8-sig"


def _delimiter_of(file: IO[str], name: str) -> str:
    """The only delimiter that stands in the header outside quotes. Raises CrosswalkRefused for none or two."""
    bare = "".join(_header(file, name).split('"')[::2])
    file.seek(0)
    found = [delimiter for delimiter in DELIMITERS if delimiter in bare]
    if len(found) != 1:
        raise CrosswalkRefused(f"{name}: its first row does not show what stands between columns: name the "
                               '`delimiter` in the plan (";", "," or tab).')  # fmt: skip
    return found[0]


def _header(file: IO[str], name: str) -> str:
    """The first row, which goes on over several lines where a quote is open. Raises CrosswalkRefused for a long one."""
    lines, length, quotes = list[str](), 0, 0
    while line := file.readline(LONGEST_HEADER + 1):
        lines.append(line)
        length += len(line)
        quotes += line.count('"')
        if length > LONGEST_HEADER:
            raise CrosswalkRefused(f"{name}: its first row does not end within {LONGEST_HEADER:,} characters: is there "
                                   "a quote too many, or none that closes?")  # fmt: skip
        if quotes % 2 == 0:
            break
    return "".join(lines)


def _rows(lines: Iterator[list[str]], name: str, wanted: Wanted) -> Iterator[SourceRow]:
    number = 0
    try:
        header = next(lines, [])
        number = 1
        places = places_of([plain(cell) for cell in header], name, wanted)
        for line in lines:
            number += 1
            if not line:
                continue
            if len(line) != len(header):
                raise CrosswalkRefused(f"{name}, row {number} has {len(line)} columns and the header {len(header)}: "
                                       "is something cut off, or the delimiter another one?")  # fmt: skip
            yield SourceRow(number, {column: plain(line[place]) for column, place in places.items()})
    except csv.Error:
        raise CrosswalkRefused(f"{name}, row {number + 1} cannot be read: its quotes do not close, or a cell is too "
                               "long.") from None  # fmt: skip


def places_of(header: Sequence[str], name: str, wanted: Wanted) -> dict[str, int]:
    """Where each wanted column stands, from 0. Raises CrosswalkRefused for those that are missing or stand twice."""
    if len(header) > MOST_COLUMNS:
        raise CrosswalkRefused(f"{name} has more than {MOST_COLUMNS} columns: export fewer.")
    lost = [_lost(column, header) for column in wanted.columns if header.count(column) != 1]
    if lost:
        found = sum(column in header for column in wanted.columns)
        lost.append(f"the first row has {len(header)} columns, {found} of the {len(wanted.columns)} that the plan "
                    "names are among them; is the header missing?")  # fmt: skip
        raise CrosswalkRefused("\n".join(f"{name}: {message}" for message in lost))
    return {column: header.index(column) for column in wanted.columns}


def _lost(column: str, header: Sequence[str]) -> str:
    """What is wrong with a column. Of the first row it tells nothing else: without a header that is somebody's row."""
    if column in header:
        return f"the column {quoted(column)} stands twice in the first row: rename one of them in the export."
    near = next((cell for cell in header if _bare(cell) == _bare(column)), None)
    hint = f" Did you mean {quoted(near)}?" if near is not None else ""
    return f"there is no column {quoted(column)} in the first row.{hint}"


def _bare(text: str) -> str:
    """The text without case and white space."""
    return "".join(text.split()).casefold()
