"""`python3 tests matrix`, inside `.venv`: one pair after another, then a table."""

from __future__ import annotations

import signal
import sys
import tempfile
from functools import partial
from pathlib import Path
from types import FrameType

from example_project.front_door.environment import made_environment, say
from tests.matrix.interpreters import find_interpreter, how_to_get
from tests.matrix.order import parsed
from tests.matrix.pairs import Pair
from tests.matrix.table import Row, exit_code, table
from tests.test_command.phases import Phase
from tests.test_command.run import outcome_of

EXTRAS = frozenset({"report", "research", "test"})
INTERRUPTED = 130


def main(words: list[str]) -> int:
    """The exit code: 1 when anything failed or could not be run."""
    signal.signal(signal.SIGTERM, _interrupt)
    order = parsed(words)
    try:
        rows = [run_pair(pair, phases, order.options) for pair, phases in order.runs]
    except KeyboardInterrupt:
        print("\nInterrupted: nothing is left running.", flush=True)
        return INTERRUPTED
    print(table(rows), flush=True)
    return exit_code(rows)


def run_pair(pair: Pair, phases: tuple[Phase, ...], options: tuple[str, ...]) -> Row:
    """The pair with what came of each phase; with nothing where its Python is missing."""
    maker = find_interpreter(pair.python)
    if maker is None:
        say(f"\n== {pair.name}: not run, there is no Python {pair.python}: {how_to_get(pair.python)}")
        return Row(pair=pair)
    outcomes = []
    python = partial(made_environment, EXTRAS, pair.environment(maker))
    with tempfile.TemporaryDirectory(prefix="selfhelp-matrix-") as folder:
        for phase in phases:
            say(f"\n== {pair.name} {phase.name}: {phase.purpose}")
            outcomes.append(outcome_of(phase, options, Path(folder) / f"{phase.name}.xml", python=python))
    return Row(pair=pair, outcomes=tuple(outcomes))


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
