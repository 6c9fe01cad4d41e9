"""Running the phases one after another; a failure never stops the next one."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from example_project.front_door.environment import ROOT, EnvironmentRefused, say
from tests.test_command.command_line import Order
from tests.test_command.lowest import made_lowest_environment
from tests.test_command.phases import Phase
from tests.test_command.summary import Outcome, Totals, read_totals

NOTHING_COLLECTED = 5
PHASE_SECONDS = 1200
PATIENCE_SECONDS = 5
CRASHED = Totals(failed=1)
MAKER = (sys.executable, "-m", "tests.test_command.lowest")


def run_phases(order: Order) -> list[Outcome]:
    """What came of every phase, in order. PostgreSQL is started once, around the phases that need it."""
    outcomes = []
    with tempfile.TemporaryDirectory(prefix="selfhelp-tests-") as folder, lowest_made_meanwhile(order.phases):
        for place, phase in enumerate(order.phases, start=1):
            say(f"\n== {place}/{len(order.phases)} {phase.name}: {phase.purpose}")
            report = Path(folder) / f"{phase.name}.xml"
            python = made_lowest_environment if phase.at_lowest else _this_python
            outcomes.append(outcome_of(phase, order.options, report, python=python))
    return outcomes


@contextlib.contextmanager
def lowest_made_meanwhile(phases: Sequence[Phase]) -> Iterator[subprocess.Popen[bytes] | None]:
    """The process that makes the environment of the lowest versions beside the first phases, which leave a core idle.

    The phase that wants it waits for it, and makes it where that failed. None where no phase comes before that one.
    """
    if not phases or phases[0].at_lowest or not any(phase.at_lowest for phase in phases):
        yield None
        return
    maker = subprocess.Popen(MAKER, cwd=ROOT, start_new_session=True)
    try:
        yield maker
    finally:
        _end(maker)


def _this_python() -> Path:
    return Path(sys.executable)


def outcome_of(phase: Phase, options: tuple[str, ...], report: Path, *, python: Callable[[], Path]) -> Outcome:
    """What came of one phase in the environment of this Python, which is made first if need be."""
    start = time.monotonic()
    try:
        interpreter = python()
        with environment(phase) as variables:
            code = _run(command(phase, options, report, python=interpreter), variables)
    except (EnvironmentRefused, ImportError, OSError, RuntimeError, ValueError, subprocess.SubprocessError) as problem:
        say(f"{phase.name} could not be run: {problem}")
        code = 1
    seconds = time.monotonic() - start
    if not phase.has_tests:
        return Outcome(phase=phase.name, seconds=seconds, passed=code == 0)
    nothing_there = code == NOTHING_COLLECTED
    totals = Totals() if nothing_there else read_totals(report) or CRASHED
    passed = (code == 0 and not totals.failed) or (nothing_there and bool(options))
    return Outcome(phase=phase.name, seconds=seconds, passed=passed, totals=totals)


def command(phase: Phase, options: tuple[str, ...], report: Path, *, python: Path = Path(sys.executable)) -> list[str]:
    """The command of a phase, to be run from the checkout. Paths among the options replace the phase's folders."""
    start = [str(python), "-m", phase.module, *phase.arguments]
    if phase.module == "importlinter.cli":
        start = [str(python.with_name("lint-imports")), "--no-logo"]
    if not phase.has_tests:
        return start
    has_own_paths = any((ROOT / option.partition("::")[0]).exists() for option in options)
    folders = () if has_own_paths else tuple(folder for folder in phase.folders if (ROOT / folder).exists())
    return [*start, f"--junit-xml={report}", *folders, *options]


@contextlib.contextmanager
def environment(phase: Phase) -> Iterator[dict[str, str]]:
    """The environment variables of a phase, with PostgreSQL running if it wants that."""
    variables = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONUNBUFFERED": "1"}
    variables.pop("SELFHELP_TEST_PG_HOST", None)
    if phase.needs_browsers:
        variables["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright keeps a loop in the thread of the test
    elif phase.has_tests:
        variables["PYTHONDEVMODE"] = "1"
        variables["PYTHONMALLOC"] = (
            "pymalloc"  # its watch over memory is for authors of C; it takes a sixth of the time
        )
    if not phase.needs_postgresql:
        yield variables
        return
    from tests.postgres_server import running_postgres

    with running_postgres() as server:
        yield {**variables, "SELFHELP_TEST_PG_HOST": str(server.socket_dir)}


def _run(words: list[str], variables: dict[str, str]) -> int:
    """The exit code. The child has a process group of its own, so that nothing of it outlives an interruption."""
    child = subprocess.Popen(words, cwd=ROOT, env=variables, start_new_session=True)
    try:
        return child.wait(timeout=PHASE_SECONDS)
    except subprocess.TimeoutExpired:
        say(f"Stopped after {PHASE_SECONDS} seconds.")
        return 1
    finally:
        _end(child)


def _end(child: subprocess.Popen[bytes]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        if child.poll() is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(timeout=PATIENCE_SECONDS)
