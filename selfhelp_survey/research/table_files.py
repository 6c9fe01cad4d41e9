"""Any table and its generalisation hierarchies, read from files. A fault names file, line and column, never a value.

A table is read row by row and only the distinct combinations of the columns asked for are kept, with their counts.
"""

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import numpy as np
from tqdm import tqdm

from selfhelp_survey.errors import SurveyError, UsageError
from selfhelp_survey.privacy.hierarchy import Hierarchy, first_split
from selfhelp_survey.privacy.table import Contingency, Table

DELIMITERS = (",", ";", "\t")  # where a header splits equally well, the first
HIERARCHY_DELIMITER = ";"  # as ARX writes them
MOST_COMBINATIONS = 3_000_000  # about 1 GB while they are counted
MOST_CELL_CHARACTERS = 131_072  # what Python's csv reader takes in one cell


class TableFileError(SurveyError):
    """A table or a hierarchy cannot be read."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """A record of a file and the line it ends on, from 1."""

    number: int
    cells: tuple[str, ...]


def read_combinations(path: Path, hierarchies: Sequence[Hierarchy], sensitive: str | None) -> Contingency:
    """The distinct combinations of the quasi-identifiers, and of the sensitive attribute behind them, with counts.

    UTF-8, with or without a byte order mark; commas, semicolons or tabs, whichever splits the header into most columns;
    quoted cells; a header line. An empty cell is a value like any other.
    Raises: TableFileError for a file that is not such a table, or has a value that a hierarchy lacks; UsageError for a
    column that is not there.
    """
    names = [*(hierarchy.name for hierarchy in hierarchies), *([] if sensitive is None else [sensitive])]
    leaves: list[set[object]] = [set(hierarchy.leaves) for hierarchy in hierarchies]
    lines = _lines(path, _delimiter(path))
    header = _header(path, next(lines, None), names)
    places = [header.index(name) for name in names]
    counts: Counter[tuple[str, ...]] = Counter()
    for line in tqdm(lines, desc=path.name, unit=" rows", delay=2, disable=None):
        if len(line.cells) != len(header):
            cells = f"{len(line.cells)} cells where the header has {len(header)}"
            raise TableFileError(f"{path}, line {line.number}: {cells}.")
        found = tuple(line.cells[place] for place in places)
        if found not in counts:
            _refuse_unknown(path, line, names=names, cells=list(zip(found, leaves, strict=False)))
            _refuse_too_many(path, line, len(counts))
        counts[found] += 1
    return Contingency(
        combinations=Table.from_rows(names, counts), counts=np.array(list(counts.values()), dtype=np.int64)
    )


def read_hierarchies(folder: Path, names: Sequence[str]) -> tuple[Hierarchy, ...]:
    """The hierarchy of each column, from the one file `*_hierarchy_<column>.csv` of the folder.

    Semicolons, no header, one row for each value, level 0 first; the number of rows is the size of the domain.
    Raises: TableFileError for a file that is missing, there twice, ragged, not nested, or names a value twice.
    """
    if not folder.is_dir():
        raise TableFileError(f"There is no directory {folder}.")
    return tuple(_read_hierarchy(_hierarchy_file(folder, name), name) for name in names)


def _hierarchy_file(folder: Path, name: str) -> Path:
    found = sorted(path for path in folder.iterdir() if path.name.endswith(f"_hierarchy_{name}.csv"))
    if len(found) != 1:
        there = "is no file" if not found else "are several files"
        raise TableFileError(f"In {folder} there {there} *_hierarchy_{name}.csv: each quasi-identifier needs one.")
    return found[0]


def _read_hierarchy(path: Path, name: str) -> Hierarchy:
    lines = list(_lines(path, HIERARCHY_DELIMITER))
    if not lines:
        raise TableFileError(f"{path} is empty: a hierarchy has a row for each value of {name}.")
    seen: set[str] = set()
    for line in lines:
        if len(line.cells) != len(lines[0].cells):
            found = f"{len(line.cells)} levels where the first line has {len(lines[0].cells)}"
            raise TableFileError(f"{path}, line {line.number}: {found}.")
        if line.cells[0] in seen:
            raise TableFileError(f"{path}, line {line.number}: the value of level 0 stands in an earlier line already.")
        seen.add(line.cells[0])
    levels = tuple(zip(*(line.cells for line in lines), strict=True))
    if (split := first_split(levels)) is not None:
        level, leaf = split
        raise TableFileError(
            f"{path}, line {lines[leaf].number}: level {level} splits a category of level {level - 1}, so the levels "
            f"of {name} do not nest."
        )
    return Hierarchy(name=name, levels=levels)


def _header(path: Path, line: Line | None, names: Sequence[str]) -> tuple[str, ...]:
    if line is None:
        raise TableFileError(f"{path} is empty: its first line names the columns.")
    if len(set(line.cells)) != len(line.cells):
        raise TableFileError(f"{path}, line {line.number}: the header names a column twice.")
    missing = [name for name in names if name not in line.cells]
    if missing:
        raise UsageError(f"{path} has no column {', '.join(missing)}.")
    return line.cells


def _refuse_unknown(path: Path, line: Line, *, names: Sequence[str], cells: Sequence[tuple[str, set[object]]]) -> None:
    for name, (cell, leaves) in zip(names, cells, strict=False):
        if cell not in leaves:
            raise TableFileError(
                f"{path}, line {line.number}, column {name}: the hierarchy has no row for this value; add one."
            )


def _refuse_too_many(path: Path, line: Line, combinations: int) -> None:
    if combinations >= MOST_COMBINATIONS:
        raise TableFileError(
            f"{path}, line {line.number}: more than {MOST_COMBINATIONS:,} distinct combinations are too many for this "
            "command; name fewer quasi-identifiers, or coarsen them first."
        )


def _delimiter(path: Path) -> str:
    """What splits the header into most columns."""
    with _text(path) as file:
        header = file.readline(MOST_CELL_CHARACTERS)
    return max(DELIMITERS, key=lambda delimiter: len(next(csv.reader([header], delimiter=delimiter), [])))


def _lines(path: Path, delimiter: str) -> Iterator[Line]:
    """The records of a file. Empty lines may only stand at its end."""
    with _text(path) as file:
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        empty = 0
        try:
            for cells in reader:
                if empty and cells:
                    raise TableFileError(f"{path}, line {empty}: an empty line.")
                if any(len(cell) > MOST_CELL_CHARACTERS for cell in cells):  # csv's own limit is anybody's to change
                    raise csv.Error
                if cells:
                    yield Line(number=reader.line_num, cells=tuple(cells))
                else:
                    empty = empty or reader.line_num
        except csv.Error:
            raise TableFileError(
                f"{path}, line {reader.line_num}: a quote that does not close, or a cell of more than "
                f"{MOST_CELL_CHARACTERS:,} characters."
            ) from None


@contextmanager
def _text(path: Path) -> Iterator[TextIO]:
    if path.exists() and not path.is_file():  # it is read twice: a pipe would wait for ever
        raise TableFileError(f"{path} is not a file: save the table as one.")
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield file
    except UnicodeDecodeError:
        raise TableFileError(f"{path}, line {_undecodable_line(path)}: not UTF-8; save the file as UTF-8.") from None


def _undecodable_line(path: Path) -> int:
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                return number
    return 1
