"""The files of one release, written under a temporary name and moved into place in one step."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from selfhelp_survey.errors import ReleaseRefused, UsageError
from selfhelp_survey.research import totals
from selfhelp_survey.research.audit import check_rows
from selfhelp_survey.research.formats import codebook_json, manifest, report, responses_csv, totals_csv
from selfhelp_survey.research.plan import Output
from selfhelp_survey.research.records import Row
from selfhelp_survey.research.series import Series
from selfhelp_survey.research.versions import Instrument
from selfhelp_survey.sealing.keys import PrivateKey

NAMES = frozenset(
    {responses_csv.NAME, totals_csv.NAME, codebook_json.NAME, report.HTML_NAME, report.JSON_NAME, manifest.NAME}
)


@dataclass(frozen=True, kw_only=True)
class ReleaseContent:
    """Everything that decides the bytes of a release: the same content and key give the same files.

    `rows` come in the order in which they are written, `ways` beside them: how each row's version asks the columns,
    which no file holds. `summary` holds `rows`, `held_back`, `not_usable`, `hashes` and `columns`.
    """

    series: Series
    instrument: Instrument
    number: int
    rows: tuple[Row, ...]
    ways: tuple[int, ...]
    summary: dict[str, Any]


def partial_of(out: Path) -> Path:
    """The temporary name of a release directory."""
    return out.with_name(out.name + ".partial")


def refuse_existing(out: Path) -> None:
    """Raises UsageError where a release cannot be written here without touching something else."""
    if os.path.lexists(out):
        raise UsageError(f"There is already something at {out}: choose another directory, nothing is overwritten.")
    if not out.parent.is_dir():
        raise UsageError(f"There is no directory {out.parent}: make it first.")


def discard_partial(out: Path) -> None:
    """Remove what an interrupted release left under the temporary name. Raises UsageError for anything else there."""
    partial = partial_of(out)
    if not os.path.lexists(partial):
        return
    if partial.is_symlink() or not partial.is_dir() or {path.name for path in partial.iterdir()} - NAMES:
        raise UsageError(f"{partial} is in the way and not an unfinished release: move it away.")
    shutil.rmtree(partial)


def write_partial(content: ReleaseContent, out: Path, private: PrivateKey) -> str:
    """The SHA-256 of the manifest, once every file stands on the disk under the temporary name.

    What was written is read back and checked against the series' criteria before it is signed. Raises ReleaseRefused.
    """
    discard_partial(out)
    directory = partial_of(out)
    directory.mkdir(mode=0o700)
    _write_table(content, directory)
    if content.series.plan.output is Output.RECORDS:
        check_rows(directory / responses_csv.NAME, content.series, ways=content.ways)
    description = manifest.describe(content.series, number=content.number, summary=content.summary)
    shown = report.report_of(description, content.summary)
    _write(directory / codebook_json.NAME, codebook_json.write_codebook(content.series, content.instrument))
    _write(directory / report.JSON_NAME, report.report_json(shown))
    _write(directory / report.HTML_NAME, report.report_html(shown))
    names = [path.name for path in directory.iterdir()]
    data = manifest.write_manifest(description, directory, names=names, private=private)
    _write(directory / manifest.NAME, data.decode())
    sync_directory(directory)
    return manifest.file_digest(directory / manifest.NAME)


def put_in_place(out: Path) -> None:
    """Give a finished release its name."""
    refuse_existing(out)
    partial_of(out).rename(out)
    sync_directory(out.parent)


def has_manifest(directory: Path, digest: str) -> bool:
    """True where the directory holds the manifest of this digest."""
    path = directory / manifest.NAME
    return path.is_file() and manifest.file_digest(path) == digest


def _write_table(content: ReleaseContent, directory: Path) -> None:
    if content.series.plan.output is Output.TOTALS:
        with _new_text(directory / totals_csv.NAME) as file:
            totals_csv.write_cells(file, totals.count_cells(content.rows, content.series, content.instrument))
        return
    with _new_text(directory / responses_csv.NAME) as file:
        written = responses_csv.write_rows(file, content.series.columns, content.rows)
    if written != content.summary["rows"]:
        raise ReleaseRefused("The number of rows written is not the number planned: report this, nothing was released.")


def _write(path: Path, text: str) -> None:
    with _new_text(path) as file:
        file.write(text)


@contextmanager
def _new_text(path: Path) -> Iterator[TextIO]:
    with path.open("x", encoding="utf-8", newline="") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def sync_directory(directory: Path) -> None:
    """Make sure that the names in a directory are on the disk."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
