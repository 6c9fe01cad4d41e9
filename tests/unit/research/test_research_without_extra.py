"""The workstation's command where the package was installed without the extra [research]."""

from __future__ import annotations

import re
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

from selfhelp_survey.research.__main__ import LIBRARIES

ROOT = Path(__file__).parents[3]
WITHOUT = (
    "import sys; sys.modules[{library!r}] = None; from selfhelp_survey.research.__main__ import main; sys.exit(main())"
)


@pytest.mark.parametrize("library", ["numpy", "tqdm"])
def test_command__library_of_the_extra_missing__says_in_one_sentence_what_to_install(library: str) -> None:
    command = [sys.executable, "-c", WITHOUT.format(library=library), "plan", "--help"]
    ended = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", cwd=ROOT, check=False)
    told = f'selfhelp-research: {library} is not installed here: pip install "selfhelp-survey[research]"\n'
    assert (ended.returncode, ended.stderr) == (2, told)


def test_libraries__are_those_of_the_extra() -> None:
    settings = ConfigParser()
    settings.read(ROOT / "setup.cfg", "utf-8")
    lines = settings["options.extras_require"]["research"].split()
    assert {re.split(r"[\[<>=]", line)[0] for line in lines} == LIBRARIES
