"""Broken or quiet on SQLite: the file gone, its disk full, its disk read-only. Real processes on a real small disk."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.small_disk import SmallDisk, small_disk
from tests.faults.told import probe_of, status_of
from tests.journeys.demo_site import ROOT, environment_without_tests, prepared_demo

MEGABYTES = 16


@dataclass(frozen=True, kw_only=True)
class FileSite:
    """The example on a disk of its own."""

    disk: SmallDisk
    is_wal: bool

    @property
    def file(self) -> Path:
        """Its database."""
        return self.disk.place / "var" / "example.sqlite3"

    def manage(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A management command in a process of its own, to its end."""
        running = self.start(*words)
        out, err = running.communicate(timeout=60)
        return subprocess.CompletedProcess(running.args, running.returncode, out, err)

    def start(self, *words: str) -> subprocess.Popen[str]:
        """A management command in a process of its own."""
        environment = {**environment_without_tests(), "EXAMPLE_VAR": str(self.file.parent)}
        command = [sys.executable, "-m", "example_project.manage", *words]
        return subprocess.Popen(
            command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a site that is open, with its timers on time."""
    return prepared_demo(tmp_path_factory.mktemp("demo"), tmp_path_factory).var


@pytest.fixture(params=["delete", "wal"])
def file_site(made: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[FileSite]:
    """A copy of it on a small disk, with SQLite's journal kept in either way."""
    with small_disk(tmp_path / "disk", megabytes=MEGABYTES) as disk:
        shutil.copytree(made, disk.place / "var")
        site = FileSite(disk=disk, is_wal=request.param == "wal")
        _keep_journal(site, request.param)
        site.manage("survey_purge").check_returncode()
        yield site


def _keep_journal(site: FileSite, mode: str) -> None:
    import sqlite3

    connection = sqlite3.connect(site.file)
    assert connection.execute(f"PRAGMA journal_mode = {mode}").fetchone() == (mode,)
    connection.close()


def test_status__disk_has_room__is_well_and_probe_walks(file_site: FileSite) -> None:
    told = status_of(file_site.manage)
    assert (told.code, told.codes) == (0, [])
    assert probe_of(file_site.manage)[0] == 0


def test_probe__others_write_at_the_same_time__nobody_fails(file_site: FileSite) -> None:
    commands = ("survey_probe", "survey_probe", "survey_status", "survey_purge")
    running = [file_site.start(command) for command in commands]
    said = [process.communicate(timeout=60) for process in running]
    assert [process.returncode for process in running] == [0] * len(commands), said


def test_status__disk_full__says_so_and_probe_too(file_site: FileSite) -> None:
    file_site.disk.fill()
    told = status_of(file_site.manage)
    assert (told.code, told.codes) == (1, ["disk_full"])
    assert set(told.facts["failures"]) == {"database" if file_site.is_wal else "writing"}
    code, words = probe_of(file_site.manage)
    assert code == 1
    assert ("could not do this" if file_site.is_wal else "answered 503") in words
    file_site.disk.make_room()
    assert status_of(file_site.manage).code == 0


def test_status__room_for_less_than_a_draft__is_full_already(file_site: FileSite) -> None:
    file_site.disk.fill()
    with (file_site.disk.place / "stopper").open("r+b") as stopper:
        stopper.truncate(stopper.seek(0, 2) - 32_768)
    told = status_of(file_site.manage)
    assert told.codes == ["disk_full"]
    assert told.facts["failures"]["writing"]["state"] == "SQLITE_FULL"
    assert told.facts["entries"][0]["state"] == "open"


def test_status__file_missing__says_so_and_makes_no_empty_one(file_site: FileSite) -> None:
    for left in file_site.file.parent.glob("example.sqlite3*"):
        left.unlink()
    told = status_of(file_site.manage)
    assert (told.code, told.codes) == (1, ["database_unreachable"])
    assert "FileNotFoundError" in told.words
    assert str(file_site.file.parent) not in told.words
    assert told.facts["keys"]["configured"] == 2
    assert not file_site.file.exists()


def test_status__empty_file__is_not_migrated(file_site: FileSite) -> None:
    for left in file_site.file.parent.glob("example.sqlite3*"):
        left.unlink()
    file_site.file.touch()
    assert status_of(file_site.manage).codes == ["not_migrated"]


def test_status__file_that_is_no_database__does_not_answer(file_site: FileSite) -> None:
    for left in file_site.file.parent.glob("example.sqlite3*"):
        left.unlink()
    file_site.file.write_bytes(b"no database" * 1000)
    told = status_of(file_site.manage)
    assert told.codes == ["database_unreachable"]
    assert "SQLITE_NOTADB" in told.words


@pytest.mark.parametrize("file_site", ["delete"], indirect=True)
def test_status__disk_mounted_for_reading_only__takes_no_writes(file_site: FileSite) -> None:
    file_site.disk.take_no_writes()
    told = status_of(file_site.manage)
    assert (told.code, told.codes) == (1, ["read_only"])
    assert told.facts["entries"][0]["state"] == "open"
    assert probe_of(file_site.manage)[0] == 1
