"""`responses.csv`: UTF-8 without BOM, commas, one header line of variable names, codes only, never an empty cell."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TextIO

from selfhelp_survey.core.record import RecordValue
from selfhelp_survey.errors import ReleaseRefused
from selfhelp_survey.research.errors import VerificationError
from selfhelp_survey.research.formats.cells import refuse_all_but_codes

NAME = "responses.csv"


def write_rows(file: TextIO, columns: Sequence[str], rows: Iterable[Sequence[RecordValue]]) -> int:
    """The number of rows written. Raises ReleaseRefused rather than leave a cell empty, or write one that could run."""
    writer = csv.writer(file, lineterminator="\n")
    refuse_all_but_codes(columns)
    writer.writerow(columns)
    count = 0
    for row in rows:
        if len(row) != len(columns) or "" in row:
            raise ReleaseRefused("A record has an empty cell: report this, nothing was released.")
        refuse_all_but_codes(row)
        writer.writerow(row)
        count += 1
    return count


def read_header(path: Path) -> tuple[str, ...]:
    """The variable names in the first line. Raises VerificationError where there is none."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return tuple(next(csv.reader(file), ()))
    except (UnicodeDecodeError, csv.Error):
        raise VerificationError(f"{path.name} is not the table that was written: fetch the original.") from None


def read_rows(path: Path) -> Iterator[tuple[str, ...]]:
    """The rows as they are written, cells as text. Raises VerificationError at a row of another shape."""
    with path.open(encoding="utf-8", newline="") as file:
        try:
            reader = csv.reader(file, strict=True)
            width = len(next(reader, ()))
            for row in reader:
                if len(row) != width or "" in row:
                    raise VerificationError(f"{path.name}, line {reader.line_num}, has an empty or missing cell.")
                yield tuple(row)
        except (UnicodeDecodeError, csv.Error):
            raise VerificationError(f"{path.name} is not the table that was written: fetch the original.") from None


def as_written(value: str) -> RecordValue:
    """The value of a cell: a whole number where it reads as one that was written so, else the text."""
    digits = value.removeprefix("-")
    is_number = digits.isascii() and digits.isdigit() and (digits == "0" or not digits.startswith("0"))
    return int(value) if is_number else value
