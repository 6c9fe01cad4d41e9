"""A release on the disk, and the programs that read it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from selfhelp_survey.research.formats.every import FORMATS
from selfhelp_survey.research.plan import Output
from tests.unit.research.documents import records

PATIENCE_SECONDS = 120


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every file of a release of records with hostile wordings; read only."""
    directory = tmp_path_factory.mktemp("release")
    for each in FORMATS:
        if Output.RECORDS in each.outputs:
            each.write(records(), directory)
    return directory


def run(program: str, *arguments: str, within: Path, locale: str = "C") -> str:
    """What the program writes, run in this directory; it ends well. The locale C knows nothing but ASCII."""
    found = shutil.which(program)
    assert found, f"{program} is missing: python3 tests archive installs it"
    ended = subprocess.run(
        [found, *arguments], cwd=within, capture_output=True, check=False, timeout=PATIENCE_SECONDS,
        env={"LC_ALL": locale, "PATH": "/usr/bin:/bin", "HOME": str(within)},
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr.decode()
    return ended.stdout.decode()
