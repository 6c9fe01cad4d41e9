"""The second half of `python3 tests`, inside `.venv`: run the phases, sum up, say the totals on the last line."""

from __future__ import annotations

import signal
import sys
from types import FrameType

from tests.test_command.command_line import parsed
from tests.test_command.run import run_phases
from tests.test_command.summary import exit_code, summary

INTERRUPTED = 130


def main(words: list[str]) -> int:
    """The exit code of the whole run."""
    signal.signal(signal.SIGTERM, _interrupt)
    order = parsed(words)
    try:
        outcomes = run_phases(order)
    except KeyboardInterrupt:
        print("\nInterrupted: nothing is left running.", flush=True)
        return INTERRUPTED
    print(summary(outcomes), flush=True)
    return exit_code(outcomes)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
