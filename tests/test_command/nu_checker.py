"""The Nu HTML checker, which judges HTML as browsers read it: a Java program out of the npm registry.

It lies in `.venv`, and goes with it. Standard library only.
"""

from __future__ import annotations

import shutil
import subprocess

from example_project.front_door.environment import VENV, EnvironmentRefused, say

VERSION = "26.9.27"
FOLDER = VENV / "nu-checker"
JAR = FOLDER / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
STAMP = FOLDER / VERSION


def install_nu_checker() -> None:
    """Fetch the checker unless it is here. Raises: EnvironmentRefused."""
    if STAMP.exists() and JAR.exists():
        return
    npm = shutil.which("npm")
    if npm is None:
        raise EnvironmentRefused("The HTML checker comes from the npm registry: apt-get install npm")
    say(f"Installing the HTML checker (vnu-jar {VERSION}) into {VENV.name}")
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    words = [npm, "install", "--prefix", str(FOLDER), "--ignore-scripts", "--no-audit", "--no-fund", "--silent",
             f"vnu-jar@{VERSION}"]  # fmt: skip
    if subprocess.run(words, check=False).returncode or not JAR.exists():
        raise EnvironmentRefused("The HTML checker could not be installed; npm says why above. Is there a network?")
    STAMP.touch()
