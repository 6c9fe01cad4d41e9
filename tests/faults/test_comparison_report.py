"""The disk is full while a report is written: nothing of it is left, and once there is room it goes through."""

from __future__ import annotations

from pathlib import Path

import pytest

from selfhelp_survey.research.comparison.writing.report_files import ReportPlaces, write_report
from tests.faults.small_disk import small_disk
from tests.unit.research.comparison.reports import a_report


def test_write_report__disk_full__leaves_nothing_and_can_be_repeated(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", megabytes=1) as disk:
        folder = disk.place / "reports"
        folder.mkdir()
        places = ReportPlaces(page=folder / "report.html")
        disk.fill()
        with pytest.raises(OSError, match="No space left"):
            write_report(a_report(), "# models\n", places)
        assert list(folder.iterdir()) == []
        disk.make_room()
        write_report(a_report(), "# models\n", places)
        assert {path.name for path in folder.iterdir()} == {"report.html", "report.files"}
