"""`responses.LANGUAGE.dta`: the table for Stata 14 and later, with labels in one language and extended missing values.

A missing code -1 to -8 becomes Stata's .a to .h, which no calculation takes for a number; each has a label. Texts keep
their codes, "-7" too: Stata knows neither labels nor missing values of texts. The dictionary of every language comes
from pyreadstat, the cells, which are the same in all of them, are laid out here, once.
Source: Stata help `dta`, sections 4 (missing values), 5.3, 5.10; `limits`: variable labels of 80 characters, value
labels of 32,000 bytes.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pyreadstat

from selfhelp_survey.core.answers import MissingCode
from selfhelp_survey.core.record import RecordValue
from selfhelp_survey.research.formats.dta_layout import Layout, dated, with_cells, with_names
from selfhelp_survey.research.formats.labels import cut_to_bytes, cut_to_characters
from selfhelp_survey.research.formats.read_back import as_whole, demand, has_same_cells, reading
from selfhelp_survey.research.formats.source import FormatSource
from selfhelp_survey.research.formats.statistical_labels import WRITTEN, ColumnLabels, column_labels, title

NAME = "responses.LANGUAGE.dta"
LABEL_CHARACTERS, VALUE_BYTES, TITLE_CHARACTERS = 80, 32_000, 80
LETTERS: dict[RecordValue, str] = {int(code): chr(ord("a") - 1 - int(code)) for code in MissingCode}
"""The letter of each missing code: "a" for -1, as in Stata's .a."""
_CODES: dict[Any, RecordValue] = {letter: code for code, letter in LETTERS.items()}
_HIGHEST_LONG = 2_147_483_620
_LONG_MISSING = 2_147_483_621
"""The system missing value of a `long`; .a is one more, .b two."""
_DOUBLE_MISSING, _DOUBLE_STEP = 0x7FE0_0000_0000_0000, 1 << 40
"""The bits of the system missing value of a `double`, and what they grow by for .a, .b and so on."""
_ROWS_AT_ONCE = 20_000


def path_of(directory: Path, language: str) -> Path:
    """The file of a language."""
    return directory / NAME.replace("LANGUAGE", language)


def write(source: FormatSource, directory: Path) -> None:
    """Make the file of every language."""
    cells = b"".join(_cells(source.frame))
    for language in source.languages:
        path = path_of(directory, language)
        dictionary = _dictionary(source, language, path)
        with path.open("wb") as file:
            file.writelines(with_cells(dictionary, cells, rows=source.frame.height))


def check(source: FormatSource, directory: Path) -> None:
    """Raises ReleaseRefused unless every file, read back, holds the source's cells, labels and missing values."""
    first = path_of(directory, source.languages[0])
    with reading(first):
        demand(has_same_cells(source, lambda start, size: _read(first, source, (start, size))), first)
        whole = _part_with_cells(first)
    for language in source.languages:
        path = path_of(directory, language)
        with reading(path):
            demand(_part_with_cells(path) == whole and _labels_in(path) == _expected(source, language), path)


def _dictionary(source: FormatSource, language: str, path: Path) -> bytes:
    """A file of one row, which says everything but the cells. It is written under short names, `v0` and so on."""
    columns = column_labels(source, language)
    numeric = {f"v{place}": column for place, column in enumerate(columns) if column.is_numeric}
    pyreadstat.write_dta(
        _one_row(source.frame), path, version=14, file_label=cut_to_characters(title(source), TITLE_CHARACTERS),
        column_labels=[cut_to_characters(column.label, LABEL_CHARACTERS) for column in columns],
        variable_value_labels={name: _value_labels(column) for name, column in numeric.items()},
        missing_user_values={name: list(LETTERS.values()) for name in numeric},
    )  # fmt: skip
    names, labelled = [column.name for column in columns], [column.is_numeric for column in columns]
    return dated(with_names(path.read_bytes(), names, labelled), WRITTEN)


def _value_labels(column: ColumnLabels) -> dict[Any, str]:
    return {LETTERS.get(code, code): cut_to_bytes(label, VALUE_BYTES) for code, label in column.values.items()}


def _one_row(frame: pl.DataFrame) -> pl.DataFrame:
    """One row of the types that the frame's cells have. Letters may stand in it only where it holds objects."""
    return pl.DataFrame(
        [
            pl.Series(f"v{place}", ["x" * _width(cells)]) if cells.dtype == pl.String
            else pl.Series(f"v{place}", [0 if _is_long(cells) else 0.0], dtype=pl.Object)
            for place, cells in enumerate(frame.iter_columns())
        ]
    )  # fmt: skip


def _width(texts: pl.Series) -> int:
    """The bytes of the longest text, at least one."""
    return max((len(text.encode()) for text in texts.unique()), default=1)


def _is_long(numbers: pl.Series) -> bool:
    """True where Stata's whole numbers of four bytes hold them all."""
    return numbers.is_empty() or int(numbers.max()) <= _HIGHEST_LONG  # type: ignore[arg-type]


def _cells(frame: pl.DataFrame) -> Iterator[bytes]:
    """The rows as the file holds them: little-endian, one after the other, nothing between."""
    names = [f"{place}" for place in range(frame.width)]
    row = np.dtype(list(zip(names, map(_type, frame.get_columns()), strict=True)))
    for part in frame.iter_slices(_ROWS_AT_ONCE):
        laid = np.empty(part.height, dtype=row)
        for name, column in zip(names, part.get_columns(), strict=True):
            laid[name] = _laid(column, row[name])
        yield laid.tobytes()


def _type(column: pl.Series) -> str:
    if column.dtype == pl.String:
        return f"S{_width(column)}"
    return "<i4" if _is_long(column) else "<f8"


def _laid(column: pl.Series, kind: np.dtype[Any]) -> npt.NDArray[Any]:
    if column.dtype == pl.String:
        return np.array([text.encode() for text in column], dtype=kind)
    numbers = column.to_numpy()
    is_missing = (numbers >= int(MissingCode.NOT_CODABLE)) & (numbers < 0)
    if kind.kind == "i":
        return np.where(is_missing, _LONG_MISSING - numbers, numbers)
    missing = (_DOUBLE_MISSING - numbers * _DOUBLE_STEP).view(np.float64)
    return np.where(is_missing, missing, numbers.astype(np.float64))


def _part_with_cells(path: Path) -> tuple[int, bytes]:
    """The number of rows and a digest of the cells, as they stand in the file."""
    layout = Layout.of(path.read_bytes())
    return layout.rows, hashlib.sha256(layout.cells).digest()


def _read(path: Path, source: FormatSource, rows: tuple[int, int]) -> pl.DataFrame:
    """Some rows, with the codes for the letters of missing values."""
    start, size = rows
    held, _ = pyreadstat.read_dta(path, user_missing=True, output_format="dict", row_offset=start, row_limit=size)
    return pl.DataFrame({name: _coded(cells, name in source.numeric) for name, cells in held.items()})


def _coded(cells: list[Any], is_numeric: bool) -> pl.Series:
    if not (cells and is_numeric):
        return pl.Series(cells, dtype=pl.Int64 if is_numeric else pl.String)
    return as_whole(pl.Series([_CODES.get(cell, cell) for cell in cells], strict=False))


def _labels_in(path: Path) -> dict[str, Any]:
    _, held = pyreadstat.read_dta(path, metadataonly=True, user_missing=True, output_format="dict")
    return {
        "title": held.file_label, "columns": held.column_names, "labels": held.column_labels,
        "values": held.variable_value_labels, "sets": held.variable_to_label,
    }  # fmt: skip


def _expected(source: FormatSource, language: str) -> dict[str, Any]:
    columns = column_labels(source, language)
    numeric = [column for column in columns if column.is_numeric]
    return {
        "title": cut_to_characters(title(source), TITLE_CHARACTERS), "columns": [column.name for column in columns],
        "labels": [cut_to_characters(column.label, LABEL_CHARACTERS) for column in columns],
        "values": {column.name: _value_labels(column) for column in numeric},
        "sets": {column.name: column.name for column in numeric},
    }  # fmt: skip
