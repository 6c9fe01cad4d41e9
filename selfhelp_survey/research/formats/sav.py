"""`responses.LANGUAGE.sav`: the table for SPSS, with labels in one language and the missing codes declared.

The cells are the same in every language, so they are written once: the file of each further language is its own
dictionary and the cells of the first one. SPSS knows one range of missing numbers a variable, here -8 to -1, or up to
three missing texts.
Source of every place and size: PSPP developer's guide, System File Format; IBM SPSS Statistics, Variable labels (256
bytes) and VALUE LABELS (120 bytes).
"""

import hashlib
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pyreadstat

from selfhelp_survey.core.answers import MissingCode
from selfhelp_survey.research.formats.labels import cut_to_bytes
from selfhelp_survey.research.formats.read_back import as_whole, demand, has_same_cells, reading
from selfhelp_survey.research.formats.source import FormatSource
from selfhelp_survey.research.formats.statistical_labels import (
    HIGHEST_MISSING,
    LOWEST_MISSING,
    MONTHS,
    WRITTEN,
    ColumnLabels,
    column_labels,
    title,
)

NAME = "responses.LANGUAGE.sav"
LABEL_BYTES, VALUE_BYTES, TITLE_BYTES = 256, 120, 64
MOST_MISSING_TEXTS = 3
_USUAL_MISSING_TEXTS = tuple(
    str(int(code)) for code in (MissingCode.NOT_IN_VERSION, MissingCode.WITHHELD, MissingCode.NOT_CODABLE)
)
"""The missing codes that what the software notes itself can have."""
_ROWS = slice(80, 84)
"""`ncases`: after the record type (4), the product (60), layout, case size, compression and weight (4 each)."""
_MADE = slice(92, 109)
"""`creation_date` (9) and `creation_time` (8): after `ncases` and the bias (8)."""
_COUNTED = struct.pack("<iiiiq", 7, 16, 8, 2, 1)
"""How the record of the number of cases begins, the last one of a dictionary: its types, sizes and byte order."""


def path_of(directory: Path, language: str) -> Path:
    """The file of a language."""
    return directory / NAME.replace("LANGUAGE", language)


def write(source: FormatSource, directory: Path) -> None:
    """Make the file of every language."""
    first, *others = (path_of(directory, language) for language in source.languages)
    write_whole(source, source.languages[0], first)
    whole = first.read_bytes()
    rows, cells = whole[_ROWS], whole[_cells_start(whole) :]
    for language, path in zip(source.languages[1:], others, strict=True):
        _write(source, language, _widest_row(source.frame), path)
        alone = path.read_bytes()
        path.write_bytes(_dated(alone[: _cells_start(alone)], rows) + cells)


def write_whole(source: FormatSource, language: str, path: Path) -> None:
    """Make the file of one language, cells and all, without the time at which that was done."""
    _write(source, language, source.frame, path)
    with path.open("rb+") as file:
        head = file.read(_MADE.stop)
        file.seek(0)
        file.write(_dated(head, head[_ROWS]))


def check(source: FormatSource, directory: Path) -> None:
    """Raises ReleaseRefused unless every file, read back, holds the source's cells, labels and missing codes."""
    first = path_of(directory, source.languages[0])
    with reading(first):
        demand(has_same_cells(source, lambda start, size: _read(first, source, (start, size))), first)
        whole = _part_with_cells(first)
    for language in source.languages:
        path = path_of(directory, language)
        with reading(path):
            demand(_part_with_cells(path) == whole and _dictionary_of(path) == _expected(source, language), path)


def _write(source: FormatSource, language: str, frame: pl.DataFrame, path: Path) -> None:
    columns = column_labels(source, language)
    numbers = [column.name for column in columns if column.is_numeric]
    pyreadstat.write_sav(
        frame.with_columns(pl.col(numbers).cast(pl.Float64)), path, row_compress=True,
        file_label=cut_to_bytes(title(source), TITLE_BYTES),
        column_labels={column.name: cut_to_bytes(column.label, LABEL_BYTES) for column in columns},
        variable_value_labels={column.name: _value_labels(column) for column in columns},
        missing_ranges={column.name: _missing(column, source) for column in columns},
        variable_measure={column.name: column.measure for column in columns},
        variable_format=dict.fromkeys(numbers, "F8.0"),
    )  # fmt: skip


def _value_labels(column: ColumnLabels) -> dict[Any, str]:
    return {code: cut_to_bytes(label, VALUE_BYTES) for code, label in column.values.items()}


def _missing(column: ColumnLabels, source: FormatSource) -> list[Any]:
    if column.is_numeric:
        return [{"lo": LOWEST_MISSING, "hi": HIGHEST_MISSING}]
    return list(missing_texts(source.frame[column.name]))


def missing_texts(cells: pl.Series) -> tuple[str, ...]:
    """The missing codes that a column of texts declares: those it holds and the usual ones, three at most."""
    every = [str(int(code)) for code in MissingCode]
    held = set(cells.filter(cells.is_in(every)).unique().to_list())
    wanted = dict.fromkeys([*(code for code in every if code in held), *_USUAL_MISSING_TEXTS])
    return tuple(wanted)[:MOST_MISSING_TEXTS]


def _widest_row(frame: pl.DataFrame) -> pl.DataFrame:
    """One row whose texts are as wide as those of the frame, so that its dictionary is that of the frame."""
    return frame.select(
        pl.lit(max(frame[name], key=len, default="")).alias(name) if kind == pl.String else pl.lit(0).alias(name)
        for name, kind in frame.schema.items()
    )  # fmt: skip


def _dated(head: bytes, rows: bytes) -> bytes:
    """The beginning of a file with this number of rows, and with the moment that every release names."""
    made = f"{WRITTEN:%d} {MONTHS[WRITTEN.month - 1]} {WRITTEN:%y%H:%M:%S}".encode()
    return head[: _ROWS.start] + rows + head[_ROWS.stop : _MADE.start] + made + head[_MADE.stop :]


def _cells_start(data: bytes) -> int:
    """Where the part begins that is the same in every language: the number of cases, then the cells.

    No label holds the bytes that are looked for: they are no text.
    """
    return data.index(_COUNTED)


def _part_with_cells(path: Path) -> tuple[bytes, bytes]:
    """The number of rows, and a digest of the number of cases and the cells, as they stand in the file."""
    data = path.read_bytes()
    return data[_ROWS], hashlib.sha256(memoryview(data)[_cells_start(data) :]).digest()


def _read(path: Path, source: FormatSource, rows: tuple[int, int]) -> pl.DataFrame:
    """Some rows; the type of a column tells whether it held numbers."""
    start, size = rows
    frame, _ = pyreadstat.read_sav(path, user_missing=True, output_format="polars", row_offset=start, row_limit=size)
    return source.frame.clear() if frame.is_empty() else frame.select(map(as_whole, frame.get_columns()))


def _dictionary_of(path: Path) -> dict[str, Any]:
    _, held = pyreadstat.read_sav(path, metadataonly=True, user_missing=True, output_format="polars")
    return {
        "title": held.file_label, "columns": held.column_names, "labels": held.column_labels,
        "values": held.variable_value_labels, "missing": held.missing_ranges, "measures": held.variable_measure,
    }  # fmt: skip


def _expected(source: FormatSource, language: str) -> dict[str, Any]:
    columns = column_labels(source, language)
    return {
        "title": cut_to_bytes(title(source), TITLE_BYTES), "columns": [column.name for column in columns],
        "labels": [cut_to_bytes(column.label, LABEL_BYTES) for column in columns],
        "values": {column.name: _value_labels(column) for column in columns},
        "missing": {column.name: list(_ranges(_missing(column, source))) for column in columns},
        "measures": {column.name: column.measure for column in columns},
    }  # fmt: skip


def _ranges(missing: list[Any]) -> Iterator[dict[str, Any]]:
    for one in missing:
        yield one if isinstance(one, dict) else {"lo": one, "hi": one}
