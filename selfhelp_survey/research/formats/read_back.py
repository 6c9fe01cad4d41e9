"""Tables written, read back from the bytes, and held against what they were written from."""

import struct
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl
import pyreadstat
from xlsxwriter.exceptions import XlsxWriterException

from selfhelp_survey.errors import ReleaseRefused
from selfhelp_survey.research.formats.source import FormatSource

CELLS_AT_ONCE = 4_000_000
"""How many cells are held as Python values while a file is read: about 130 MB."""

_UNREADABLE = (
    pyreadstat.ReadstatError, pl.exceptions.PolarsError, zipfile.BadZipFile, struct.error, ValueError, KeyError,
)  # fmt: skip
"""What the readers raise at a file that is none of their kind; their words may quote a cell."""

_UNWRITTEN = (pyreadstat.ReadstatError, pl.exceptions.PolarsError, XlsxWriterException)
"""What the writers raise instead of an OSError; their words may quote a cell too."""

ReadRows = Callable[[int, int], pl.DataFrame]
"""Reads rows of a file: the place of the first one, how many; at the end of the file fewer come back."""


def demand(is_as_written: bool, path: Path) -> None:
    """Raises ReleaseRefused, which names the file and no value, unless what was read back is what was to be written."""
    if not is_as_written:
        raise ReleaseRefused(
            f"{path.name}, read back, is not what was to be written: report this, nothing was released."
        )


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Where a file is read back. A file that cannot be read is refused, and the reader's own words are not repeated."""
    try:
        yield
    except _UNREADABLE:
        is_readable = False
    else:
        is_readable = True
    demand(is_readable, path)


@contextmanager
def writing(name: str) -> Iterator[None]:
    """Where a file is written. Raises ReleaseRefused in place of what a writer says of a disk that takes no more."""
    try:
        yield
    except _UNWRITTEN:
        is_written = False
    else:
        is_written = True
    if not is_written:
        raise ReleaseRefused(f"{name} cannot be written: look at the disk, then call again; nothing was released.")


def as_whole(cells: pl.Series) -> pl.Series:
    """The numbers as whole ones where they all are; anything else as it is."""
    is_whole = cells.dtype == pl.Float64 and not cells.is_empty() and bool((cells % 1 == 0).all())
    return cells.cast(pl.Int64) if is_whole and not cells.has_nulls() else cells


def has_same_cells(source: FormatSource, read: ReadRows) -> bool:
    """True where every cell of every row is the source's, in the same order, and no row is left over."""
    frame, step = source.frame, max(1, CELLS_AT_ONCE // max(1, len(source.columns)))
    starts = range(0, max(1, frame.height), step)
    return all(is_same(frame.slice(start, step), read(start, step)) for start in starts) and _ends(frame, read)


def is_same(frame: pl.DataFrame, held: pl.DataFrame) -> bool:
    """True where names, types and cells are the same: `equals` alone takes 1.0 for 1."""
    return frame.schema == held.schema and frame.equals(held)


def _ends(frame: pl.DataFrame, read: ReadRows) -> bool:
    return frame.is_empty() or read(frame.height, 1).is_empty()
