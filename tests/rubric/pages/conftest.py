"""Fixtures of the points that are about pages: a site in five languages, and all its screens."""

from __future__ import annotations

import contextlib
import fcntl
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.browsers import Browsing
from tests.rubric.pages.every_screen import Screen, all_screens
from tests.rubric.pages.site import Site, running_site

Screens = Callable[[str], list[Screen]]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site, made once for each process of the run."""
    with running_site(tmp_path_factory.mktemp("pages")) as served:
        yield served


@pytest.fixture(scope="session")
def screens(site: Site, chromium: Browsing, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Screens:
    """All screens in a language. Met once in a run: the first process that asks keeps them for the other."""
    folder = tmp_path_factory.getbasetemp()
    folder = folder if worker_id == "master" else folder.parent

    def met(language: str) -> list[Screen]:
        with _alone(folder / f"screens-{language}.json") as kept:
            if not kept.exists():
                found = [asdict(screen) for screen in all_screens(chromium, site, language)]
                kept.write_text(json.dumps(found), "utf-8")
            return [Screen(**values) for values in json.loads(kept.read_text("utf-8"))]

    return met


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[Path]:
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield path
