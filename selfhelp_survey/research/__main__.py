"""`selfhelp-research`, also `python -m selfhelp_survey.research`."""

import io
import sys

LIBRARIES = frozenset({
    "filelock", "numpy", "polars", "psycopg", "pyreadstat", "scipy", "tqdm", "xlsxwriter",
})  # fmt: skip
"""What the extra [research] installs."""


def main() -> int:
    """Run the command that the arguments name; the exit code is 0 done, 1 refused, 2 wrong use."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # Windows writes into files and pipes in the encoding of its country
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        from selfhelp_survey.research.command_line import run
    except KeyboardInterrupt:
        return _tell("Stopped before it began.", 1)
    except ModuleNotFoundError as error:
        return _missing(error)
    try:
        return run(sys.argv[1:])
    except ModuleNotFoundError as error:  # some are needed by one command only
        return _missing(error)


def _missing(error: ModuleNotFoundError) -> int:
    """2 for a library of the extra, which is told; any other error goes on."""
    library = (error.name or "").partition(".")[0]
    if library not in LIBRARIES:
        raise error
    return _tell(f'{library} is not installed here: pip install "selfhelp-survey[research]"', 2)


def _tell(sentence: str, code: int) -> int:
    print(f"selfhelp-research: {sentence}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
