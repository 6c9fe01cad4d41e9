"""Reading free texts in the tests: made-up writers, and the `review` command with a person's lines typed in."""

import io
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from selfhelp_survey.core.response import Response
from selfhelp_survey.research.command_line import run
from selfhelp_survey.research.ledger import Ledger, open_ledger
from selfhelp_survey.research.texts.text_file import TextRow, read_texts
from tests.unit.research.conftest import Station
from tests.unit.research.survey import response


def writers(count: int, *, start: int = 0, **answers: object) -> list[Response]:
    """So many responses, each with a text that names its number in letters."""
    return [
        response(number, **{"words": wrote(number), **answers})  # type: ignore[arg-type]
        for number in range(start, start + count)
    ]


def wrote(number: int) -> str:
    """What the writer of this number wrote: no digits, so that nothing is spotted in it."""
    return "more help at night, says marker" + chr(97 + number // 26) + chr(97 + number % 26)


def review(station: Station, *options: str | Path, lines: Iterable[str] = ()) -> int:
    """The exit code of `review`, with these lines typed."""
    before = sys.stdin
    sys.stdin = io.StringIO("".join(f"{line}\n" for line in lines))
    try:
        return run(station.with_key("review", *options))
    finally:
        sys.stdin = before


@contextmanager
def opened(station: Station) -> Iterator[Ledger]:
    """The ledger with its key."""
    with open_ledger(station.ledger, station.private) as ledger:
        yield ledger


def held_words(station: Station) -> list[str]:
    """The words of every text in the ledger, in the order in which they are stored."""
    with opened(station) as ledger:
        return [held.text.words for held in ledger.texts.held()]


def states(station: Station) -> dict[str, int]:
    """How many texts are in each state."""
    counts: dict[str, int] = {}
    with opened(station) as ledger:
        for held in ledger.texts.held():
            counts[held.text.state] = counts.get(held.text.state, 0) + 1
    return counts


def raw(path: Path, query: str) -> list[tuple[object, ...]]:
    """What somebody without the key reads in a ledger file."""
    connection = sqlite3.connect(path)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def released(station: Station, name: str) -> list[TextRow]:
    """The lines of a text release."""
    return list(read_texts(station.root / name / "texts.csv"))
