"""Passphrases, from a file that only its owner reads, or typed."""

import getpass
import sys
from pathlib import Path

from selfhelp_survey.errors import UsageError

LONGEST = 4096  # bytes


def ask_passphrase(file: Path | None, *, is_new: bool = False) -> str:
    """The passphrase in the first line of a file, or typed at the prompt (twice for a new key). Raises UsageError."""
    if file is not None:
        return _in_file(file)
    if not sys.stdin.isatty():
        raise UsageError("Nobody is here to type the passphrase: give --passphrase-file FILE.")
    typed = getpass.getpass("Passphrase of the research key: ")
    if is_new and getpass.getpass("The same once more: ") != typed:
        raise UsageError("The two passphrases differ: try again.")
    return typed


def _in_file(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return opened.read(LONGEST).decode("utf-8-sig").split("\n", 1)[0].rstrip("\r")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"The passphrase file {file.name} cannot be read as text.") from error
