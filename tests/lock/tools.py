"""The two tools as processes: uv finds versions and makes an environment, cyclonedx-bom describes it."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.lock.files import ROOT, without_markers

UV = (sys.executable, "-m", "uv")
CYCLONEDX = (sys.executable, "-m", "cyclonedx_py")
LOWEST_PYTHON = "3.11"
FIRST_LINE = "# Renewed by `python3 tests lock`; docs/how-to/update-dependencies.md says how to install it.\n"


class LockRefused(Exception):  # noqa: N818 - the name says what happened
    """The files could not be renewed and are as they were; the message says what to do."""


def missing_tools() -> list[str]:
    """The tools that this Python lacks."""
    return [name for name in ("uv", "cyclonedx_py") if importlib.util.find_spec(name) is None]


def find_versions(before: str, only: Sequence[str], folder: Path) -> str:
    """The text of the new locked file, for every platform and Python from 3.11 on, one version of each package.

    `before` is the file so far: what is not in `only` keeps its version, unless `only` is empty. Raises: LockRefused.
    """
    out = folder / "web-host.txt"
    out.write_text(before, "utf-8")
    upgrade = [word for name in only for word in ("--upgrade-package", name)] or ["--upgrade"]
    how = ["--universal", "--python-version", LOWEST_PYTHON, "--fork-strategy", "fewest", "--generate-hashes"]
    run([*UV, "pip", "compile", "-q", "setup.cfg", *how, *upgrade, "--no-header", "--no-config", "-o", str(out)])
    return FIRST_LINE + out.read_text("utf-8")


def describe(locked: str, folder: Path) -> dict[str, Any]:
    """What cyclonedx-bom says about an environment with exactly these packages. Raises: LockRefused."""
    everything, venv = folder / "everything.txt", folder / "venv"
    everything.write_text(without_markers(locked), "utf-8")
    run([*UV, "venv", "-q", "--no-config", "--python", sys.executable, str(venv)])
    install = [*UV, "pip", "install", "-q", "--no-config", "--python", str(venv / "bin" / "python")]
    run([*install, "--require-hashes", "--no-deps", "-r", str(everything)])
    found = run([*CYCLONEDX, "environment", "--output-reproducible", "--of", "JSON", str(venv)])
    return dict(json.loads(found))


def run(words: Sequence[str]) -> str:
    """What a tool wrote to its output. Its complaints go to the reader. Raises: LockRefused if it failed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(words, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise LockRefused("Nothing was changed; the reason stands above. Is there a network?")
    return done.stdout
