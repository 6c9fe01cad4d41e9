"""A newcomer: the repository cloned into an empty folder, the README's command, nothing prepared."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.journeys.demo_site import ROOT, environment_without_tests, free_port


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The committed state, in a folder of its own."""
    folder = tmp_path_factory.mktemp("newcomer") / "selfhelp_survey"
    subprocess.run(["git", "clone", "-q", str(ROOT), str(folder)], check=True, capture_output=True)
    return folder


@pytest.mark.timeout(900)
def test_clone__release_with_made_up_answers__makes_its_own_environment_and_a_release(clone: Path) -> None:
    command = [sys.executable, "example_project", "release", "--synthetic", "150", "--out", "out"]
    done = subprocess.run(
        command, cwd=clone, env=environment_without_tests(), capture_output=True, text=True, check=False, timeout=800
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads((clone / "out" / "manifest.json").read_text())["kind"] == "synthetic"
    assert (clone / ".venv" / "bin" / "selfhelp-research").exists()
    assert not _changed_files(clone)


@pytest.mark.timeout(900)
def test_clone__served_then_ctrl_c__ends_cleanly(clone: Path) -> None:
    command = [sys.executable, "example_project", "--port", str(free_port())]
    process = subprocess.Popen(
        command, cwd=clone, env=environment_without_tests(), text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert process.stdout is not None
    shown = ""
    while "Ctrl-C stops it" not in shown:
        line = process.stdout.readline()
        assert line, shown
        shown += line
    time.sleep(2)
    os.kill(process.pid, signal.SIGINT)
    rest, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "Traceback" not in shown + rest


def _changed_files(clone: Path) -> str:
    """What git sees beside the clone's own files and the folder asked for."""
    status = subprocess.run(["git", "status", "--short"], cwd=clone, check=True, capture_output=True, text=True).stdout
    return status.replace("?? out/\n", "")
