"""kill -9 at every stage: nothing half-written, nothing lost, nobody released twice, and the same bytes in the end."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.unit.research.conftest import Station
from tests.unit.research.survey import PASSPHRASE, PLAN, responses

pytestmark = [pytest.mark.every_format, pytest.mark.once]

KILLED_AT = """
import os, signal, sys
from pathlib import Path
from selfhelp_survey.research.ledger import open_ledger
from selfhelp_survey.research.plan_reader import read_plan_file
from selfhelp_survey.research.release import Workstation, make_release
from selfhelp_survey.sealing.key_file import load_private_key

key, passphrase, plan, out, stage = sys.argv[1:]
private = load_private_key(Path(key), passphrase=passphrase)
def die(reached):
    if reached == stage:
        os.kill(os.getpid(), signal.SIGKILL)
with open_ledger(Path(key).with_suffix(".ledger"), private) as ledger:
    make_release(read_plan_file(Path(plan)), Path(out), Workstation(ledger=ledger, private=private, checkpoint=die))
"""


def release_killed_at(station: Station, stage: str, name: str = "out") -> None:
    """Make a release in a process of its own that is killed at a stage."""
    arguments = [station.key, PASSPHRASE, station.plan(PLAN), station.root / name, stage]
    ended = subprocess.run([sys.executable, "-c", KILLED_AT, *map(str, arguments)], check=False)
    assert ended.returncode == -signal.SIGKILL


def content(directory: Path) -> dict[str, bytes]:
    """Every file of a directory."""
    return {path.name: path.read_bytes() for path in directory.iterdir()}


@pytest.mark.parametrize("stage", ["written", "prepared", "named"])
def test_release__killed_at_a_stage__next_call_ends_with_the_same_bytes(station: Station, stage: str) -> None:
    station.receive(responses(20))
    backup = station.backup()
    station.release("twin")
    station.restore(backup)
    release_killed_at(station, stage)
    assert station.release("out") == 0
    assert content(station.root / "out") == content(station.root / "twin")
    assert not (station.root / "out.partial").exists()
    assert station.release("second") == 1  # everybody has been released


@pytest.mark.parametrize("stage", ["prepared", "named"])
def test_release__killed_and_its_files_lost__is_made_again_from_the_ledger(station: Station, stage: str) -> None:
    station.receive(responses(20))
    release_killed_at(station, stage)
    found = station.root / ("out.partial" if stage == "prepared" else "out")
    before = content(found)
    shutil.rmtree(found)
    assert station.release("out") == 0
    assert content(station.root / "out") == before


def test_release__killed_after_prepared_then_called_elsewhere__completes_and_releases_nobody_again(
    station: Station,
) -> None:
    station.receive(responses(20))
    release_killed_at(station, "prepared")
    assert station.release("elsewhere") == 1
    assert station.verify("out") == 0


def test_release__killed_before_it_was_prepared__leaves_everybody_pending(station: Station) -> None:
    station.receive(responses(20))
    release_killed_at(station, "written")
    assert not (station.root / "out").exists()
    assert station.release("elsewhere") == 0
    assert len(station.rows("elsewhere")) == 20


def test_release__something_strange_under_the_temporary_name__is_left_alone(station: Station) -> None:
    station.receive(responses(20))
    strange = station.root / "out.partial"
    strange.mkdir()
    (strange / "thesis.txt").write_text("mine")
    assert station.release("out") == 2
    assert content(strange) == {"thesis.txt": b"mine"}


def test_release__killed_by_the_clock__is_whole_or_absent(station: Station) -> None:
    station.receive(responses(300))
    station.plan()
    command = [sys.executable, "-m", "selfhelp_survey.research",
               *station.with_key("release", station.root / "plan.yaml", "--out", station.root / "out")]  # fmt: skip
    running = subprocess.Popen(command)
    deadline = time.monotonic() + 30
    while not list(station.root.glob("out*")) and time.monotonic() < deadline:
        time.sleep(0.001)
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    if (station.root / "out").exists():
        assert station.verify("out") == 0
    assert station.release("out") == 0
    assert station.verify("out") == 0
    assert len(station.rows("out")) == 300


def test_receive__killed_while_it_keeps_rows__keeps_none_and_can_be_called_again(station: Station) -> None:
    path = station.bundle(responses(400))
    command = [sys.executable, "-m", "selfhelp_survey.research",
               *station.with_key("receive", path, "--receipt", path.with_suffix(".receipt"))]  # fmt: skip
    running = subprocess.Popen(command)
    journal = Path(f"{station.ledger}-journal")
    deadline = time.monotonic() + 30
    while not (journal.exists() and journal.stat().st_size) and running.poll() is None and time.monotonic() < deadline:
        time.sleep(0.001)
    os.kill(running.pid, signal.SIGKILL) if running.poll() is None else None
    running.wait()
    path.with_suffix(".receipt").unlink(missing_ok=True)
    assert station.receive_file(path) == 0
    assert station.release("out") == 0
    assert len(station.rows("out")) == 400


def test_receive__killed_before_the_receipt__second_call_writes_it(station: Station) -> None:
    path = station.bundle(responses(12))
    station.receive_file(path)
    receipt = path.with_suffix(".receipt")
    first = receipt.read_bytes()
    receipt.unlink()
    assert station.receive_file(path) == 0
    assert receipt.read_bytes() == first
