"""Pythons of this machine, found by trying: a name on the path may be a stand-in that runs nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

ASKS = "import ensurepip, sys; print('%d.%d' % sys.version_info[:2])"


def find_interpreter(version: str) -> Path | None:
    """A Python of exactly this major.minor that can make environments; None where there is none.

    Looked for on the path, and among those that pyenv keeps, the newest first.
    """
    return next((python for python in _candidates(version) if _is_one(python, version)), None)


def how_to_get(version: str) -> str:
    """What to type to have this Python."""
    return f"pyenv install {version}, or python{version} and python{version}-venv from your distribution"


def _candidates(version: str) -> Iterator[Path]:
    if on_path := shutil.which(f"python{version}"):
        yield Path(on_path)
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    kept = (root / "versions").glob(f"{version}.*/bin/python{version}")
    yield from sorted(kept, key=lambda path: _patch(path.parents[1].name), reverse=True)


def _patch(name: str) -> int:
    """The third number of a version, -1 for a name with something else there, such as a preview."""
    last = name.rpartition(".")[2]
    return int(last) if last.isdigit() else -1


def _is_one(python: Path, version: str) -> bool:
    try:
        asked = subprocess.run([python, "-c", ASKS], capture_output=True, text=True, check=False, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0 and asked.stdout.strip() == version
