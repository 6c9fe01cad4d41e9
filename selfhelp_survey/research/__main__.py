"""`selfhelp-research`, also `python -m selfhelp_survey.research`."""

import io
import sys


def main() -> int:
    """Run the command that the arguments name; the exit code is 0 done, 1 refused, 2 wrong use."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # Windows writes into files and pipes in the encoding of its country
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        from selfhelp_survey.research.command_line import run
    except KeyboardInterrupt:
        print("selfhelp-research: Stopped before it began.", file=sys.stderr)
        return 1
    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
