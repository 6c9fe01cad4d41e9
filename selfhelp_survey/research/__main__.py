"""`selfhelp-research`, also `python -m selfhelp_survey.research`."""

import sys

from selfhelp_survey.research.command_line import run


def main() -> int:
    """Run the command that the arguments name; the exit code is 0 done, 1 refused, 2 wrong use."""
    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
