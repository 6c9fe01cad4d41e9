"""The rubric's site as a process of its own, and what can happen to its database while it runs."""

from __future__ import annotations

import contextlib
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.journeys.demo_site import ROOT, environment_without_tests, free_port

START_SECONDS = 60
CAP = 500  # DRAFT_CAP of the settings


@dataclass(frozen=True, kw_only=True)
class Site:
    """A served site: its address, and the folder with its database."""

    origin: str
    folder: Path

    def address(self, language: str, entry: str, step: str = "") -> str:
        """The address of a page, with anything that follows it; "" is the start."""
        name, mark, rest = step.partition("?")
        return f"{self.origin}/feedback/{language}/{entry}/" + (f"{name.rstrip('/')}/" if name else "") + mark + rest

    def forget_drafts(self) -> None:
        """Delete every draft, as when their time is over."""
        self._run("DELETE FROM selfhelp_survey_draft")

    def ask_another(self, entry: str, questionnaire: str) -> None:
        """From now on this entry leads to another questionnaire."""
        self._run("UPDATE selfhelp_survey_entry SET questionnaire = ? WHERE code = ?", questionnaire, entry)

    @contextlib.contextmanager
    def full(self) -> Iterator[None]:
        """As many drafts as the site allows."""
        self._run(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) INSERT INTO "
            "selfhelp_survey_draft (id, state, sealed, purge_hour) "
            "SELECT randomblob(16), 'open', x'00', datetime('now', '+1 day') FROM n", CAP,
        )  # fmt: skip
        try:
            yield
        finally:
            self.forget_drafts()

    @contextlib.contextmanager
    def busy(self) -> Iterator[None]:
        """Too many begin and send in this minute."""
        (self.folder / "busy").touch()
        try:
            yield
        finally:
            (self.folder / "busy").unlink()

    @contextlib.contextmanager
    def out_of_order(self) -> Iterator[None]:
        """The table of drafts cannot be reached."""
        self._run("ALTER TABLE selfhelp_survey_draft RENAME TO elsewhere")
        try:
            yield
        finally:
            self._run("ALTER TABLE elsewhere RENAME TO selfhelp_survey_draft")

    def _run(self, sql: str, *values: object) -> None:
        with contextlib.closing(sqlite3.connect(self.folder / "rubric.sqlite3", timeout=20)) as database, database:
            database.execute(sql, values)


@contextlib.contextmanager
def running_site(folder: Path) -> Iterator[Site]:
    """The site, made in this folder and served on a free port until the context ends."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    variables = {**environment_without_tests(), "RUBRIC_FOLDER": str(folder)}
    with (folder / "log").open("w") as log:
        command = [sys.executable, "-m", "tests.rubric.pages.serve_site", str(port)]
        process = subprocess.Popen(command, cwd=ROOT, env=variables, stdout=log, stderr=log)
        try:
            site = Site(origin=f"http://127.0.0.1:{port}", folder=folder)
            _wait_for(site, process)
            yield site
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)


def _wait_for(site: Site, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(urllib.error.URLError, OSError):
            urllib.request.urlopen(site.origin, timeout=2).close()  # noqa: S310 - our own server
            return
        time.sleep(0.1)
    raise AssertionError(f"the rubric's site did not start:\n{(site.folder / 'log').read_text()}")
