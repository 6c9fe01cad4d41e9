"""The files of a report: the page, and beside it a directory with tables, all numbers, and the script of the models.

They are written under another name, and come to their place whole or not at all.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from selfhelp_survey.errors import UsageError
from selfhelp_survey.research.comparison.table import Report
from selfhelp_survey.research.comparison.writing import numbers_json, tables_csv
from selfhelp_survey.research.comparison.writing.html import TABLES, report_html
from selfhelp_survey.research.comparison.writing.r_script import NAME as R_SCRIPT
from selfhelp_survey.research.formats.files import sync_directory, write_text

_PAGE = "page.html"


@dataclass(frozen=True, kw_only=True)
class ReportPlaces:
    """Where a report goes: its page, and the directory beside it."""

    page: Path

    @property
    def directory(self) -> Path:
        """The directory of the other files: report.html has report.files."""
        return self.page.with_suffix(".files")

    @property
    def partial(self) -> Path:
        """Where everything is written first."""
        return self.page.with_suffix(".partial")

    def refuse_existing(self) -> None:
        """Raises UsageError where the report cannot be written without touching something else."""
        if self.page.suffix not in {".html", ".htm"}:
            raise UsageError(f"The report is a page: let its name end in .html, like {self.page.stem}.html.")
        if not self.page.parent.is_dir():
            raise UsageError(f"There is no directory {self.page.parent}: make it first.")
        for place in (self.page, self.directory, self.partial):
            if os.path.lexists(place):
                raise UsageError(f"There is already something at {place}: choose another name, or move it away.")


def write_report(report: Report, script: str, places: ReportPlaces) -> None:
    """Write the report and the script of its models. Stopped or failed, nothing of it is left.

    The page comes last: where it is, everything is. Raises UsageError and OSError.
    """
    places.refuse_existing()
    places.partial.mkdir()
    with _gone_if_it_fails(places.partial):
        _write_all(report, script, places.partial)
        places.partial.rename(places.directory)
    with _gone_if_it_fails(places.directory):
        (places.directory / _PAGE).rename(places.page)
    sync_directory(places.page.parent)


@contextmanager
def _gone_if_it_fails(directory: Path) -> Iterator[None]:
    try:
        yield
    except BaseException:
        shutil.rmtree(directory, ignore_errors=True)
        raise


def _write_all(report: Report, script: str, directory: Path) -> None:
    tables = directory / TABLES
    tables.mkdir()
    for section in report.sections:
        for table in section.tables:
            tables_csv.write_table(table, tables)
    write_text(directory / numbers_json.NAME, numbers_json.numbers_json(report))
    write_text(directory / R_SCRIPT, script)
    write_text(directory / _PAGE, report_html(report))
    sync_directory(tables)
    sync_directory(directory)
