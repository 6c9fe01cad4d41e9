"""A progress line for work that takes longer than two seconds."""

import time
from collections.abc import Iterator, Sequence
from typing import TypeVar

from django.core.management.base import OutputWrapper

Item = TypeVar("Item")
PATIENCE = 2.0
INTERVAL = 0.5
WIDTH = 30


def progress(items: Sequence[Item], out: OutputWrapper, doing: str) -> Iterator[Item]:
    """The items, one by one; once two seconds have passed, a line on `out` shows how far it has come."""
    start = shown = time.monotonic()
    for done, item in enumerate(items):
        now = time.monotonic()
        if now - start > PATIENCE and now - shown > INTERVAL:
            shown = now
            out.write(_bar(done, len(items), doing), ending="\r")
            out.flush()
        yield item
    if shown != start:
        out.write(_bar(len(items), len(items), doing))


def _bar(done: int, total: int, doing: str) -> str:
    filled = WIDTH * done // total
    return f"{doing} [{'#' * filled}{'.' * (WIDTH - filled)}] {done} of {total}"
