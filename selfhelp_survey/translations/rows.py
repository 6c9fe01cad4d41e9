"""The rows of a file that came back from a translator."""

import re
from dataclasses import dataclass

REVISION = re.compile(r"revision ([0-9a-f]{12}(?: [0-9a-f]{12})*)")


@dataclass(frozen=True, kw_only=True)
class ExchangeRow:
    """One text as it came back.

    `where` is the row or entry in the file. `revision` is what it was exported from, "" where the file lost it.
    `problem` says what is wrong with the cell or entry itself, "" where nothing is.
    """

    where: str
    name: str
    source: str
    target: str
    revision: str = ""
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class ExchangeFile:
    """What came back: the language it says it is in, "" where it says none, and its rows in order."""

    language: str
    rows: tuple[ExchangeRow, ...]
