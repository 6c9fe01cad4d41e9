"""A web host outside the checkout: its Python, the locked packages and the wheel, made once for a whole test run."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from tests.journeys.demo_site import ROOT
from tests.journeys.fresh_site import done
from tests.lock.files import LOCKED

SOURCES = ("setup.cfg", "pyproject.toml", "MANIFEST.in", "README.md", "LICENSE", "CHANGELOG.md", "SECURITY.md")


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A folder that the processes of a test run share: the first that asks for it makes it."""
    base = factory.getbasetemp()
    root = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = root / name
    with FileLock(root / f"{name}.lock"):
        if not (folder / "whole").exists():
            folder.mkdir()
            make(folder)
            (folder / "whole").touch()
    return folder


def fetch(folder: Path) -> None:
    done([sys.executable, "-m", "pip", "download", "-q", "--require-hashes", "-r", LOCKED, "-d", folder], folder)


def build_wheel(folder: Path) -> None:
    """Build from a copy, so that nothing lies in the checkout afterwards."""
    for name in SOURCES:
        shutil.copy(ROOT / name, folder)
    for name in ("selfhelp_survey", "docs", "locale"):
        shutil.copytree(ROOT / name, folder / name, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
    done([sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder / "dist", folder], folder)


def empty_host(folder: Path) -> Path:
    """The Python of a host that has nothing installed yet."""
    done([sys.executable, "-m", "venv", folder / "venv"], folder)
    return folder / "venv" / "bin" / "python"


def from_shelf(shelf: Path) -> list[str | Path]:
    return ["-m", "pip", "install", "-q", "--no-index", "--find-links", shelf, "--require-hashes"]


def make_host(folder: Path, *, shelf: Path, wheel: Path) -> None:
    """The locked packages by their hashes, then the wheel, and nothing else."""
    python = empty_host(folder)
    done([python, *from_shelf(shelf), "-r", LOCKED], folder)
    done([python, "-m", "pip", "install", "-q", "--no-index", "--no-deps", wheel], folder)
