"""The files of one release, written under a temporary name and moved into place in one step."""

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from selfhelp_survey.errors import UsageError
from selfhelp_survey.privacy.tables import TotalCell
from selfhelp_survey.research.audit import check_rows
from selfhelp_survey.research.formats import manifest, report, responses_csv
from selfhelp_survey.research.formats.codebook_json import CorrectedLabels
from selfhelp_survey.research.formats.every import are_release_files, check_every, write_every
from selfhelp_survey.research.formats.files import sync_directory, write_text
from selfhelp_survey.research.formats.report_html import report_html
from selfhelp_survey.research.formats.source import FormatSource
from selfhelp_survey.research.plan import Output
from selfhelp_survey.research.records import Row
from selfhelp_survey.research.series import Series
from selfhelp_survey.research.versions import Instrument
from selfhelp_survey.sealing.keys import PrivateKey


@dataclass(frozen=True, kw_only=True)
class ReleaseContent:
    """Everything that decides the bytes of a release: the same content and key give the same files.

    `rows` come in the order in which they are written, `ways` beside them: how each row's version asks the columns,
    which no file holds. `summary` holds `rows`, `held_back`, `not_usable`, `hashes` and `columns`; `levels` too where
    they are higher than the series'. `counted` and `labels` are for editions: see `FormatSource`.
    """

    series: Series
    instrument: Instrument
    number: int
    rows: tuple[Row, ...]
    ways: tuple[int, ...]
    summary: dict[str, Any]
    counted: tuple[TotalCell, ...] = ()
    labels: CorrectedLabels = field(default_factory=dict)

    @property
    def source(self) -> FormatSource:
        """What every format of this release is written from."""
        description = manifest.describe(self.series, number=self.number, summary=self.summary)
        return FormatSource(
            series=self.series.at(description["levels"]), instrument=self.instrument, description=description,
            rows=self.rows, counted=self.counted, labels=self.labels,
        )  # fmt: skip


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
    is_ours = partial.is_dir() and not partial.is_symlink()
    if not is_ours or not are_release_files(path.name for path in partial.iterdir()):
        raise UsageError(f"{partial} is in the way and not an unfinished release: move it away.")
    shutil.rmtree(partial)


def write_partial(content: ReleaseContent, out: Path, private: PrivateKey) -> str:
    """The SHA-256 of the manifest, once every file stands on the disk under the temporary name.

    What was written is read back and checked against the series' criteria before it is signed. Stopped or failed,
    nothing of it is left. Raises ReleaseRefused.
    """
    discard_partial(out)
    directory = partial_of(out)
    directory.mkdir(mode=0o700)
    try:
        return _write_whole(content, directory, private)
    except BaseException:
        shutil.rmtree(directory, ignore_errors=True)
        raise


def _write_whole(content: ReleaseContent, directory: Path, private: PrivateKey) -> str:
    source = content.source
    write_every(source, directory)
    if content.series.plan.output is Output.RECORDS:
        check_rows(directory / responses_csv.NAME, content.series, ways=content.ways)
    check_every(source, directory)
    _write_report(content, directory)
    names = [path.name for path in directory.iterdir()]
    data = manifest.write_manifest(source.description, directory, names=names, private=private)
    write_text(directory / manifest.NAME, data.decode())
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


def _write_report(content: ReleaseContent, directory: Path) -> None:
    shown = report.report_of(content.source, content.summary)
    write_text(directory / report.JSON_NAME, report.report_json(shown))
    write_text(directory / report.HTML_NAME, report_html(shown))
