"""What a browser wrote into its profile folder, and where in it a marker stands."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from selfhelp_survey.leaks.search import hits_in

MOZLZ4 = b"mozLz40\0"
LEAST_MATCH = 4
LONG = 15


def traces(profile: Path, *markers: str) -> dict[str, set[str]]:
    """The files of the profile that hold each marker, in whatever encoding."""
    found: dict[str, set[str]] = {marker: set() for marker in markers}
    for path in profile.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            for hit in hits_in(_readable(data), *markers):
                found[markers[hit.marker]].add(path.relative_to(profile).as_posix())
    return found


def _readable(data: bytes) -> bytes:
    """The data, with what stands inside Firefox's own packing behind it."""
    return data + unpacked(data) if data.startswith(MOZLZ4) else data


def unpacked(data: bytes) -> bytes:
    """The contents of a `.jsonlz4` file: magic, size, then one LZ4 block. Source: LZ4 block format description."""
    block, out, place = data[len(MOZLZ4) + 4 :], bytearray(), 0
    while place < len(block):
        token, place = block[place], place + 1
        length, place = _length(block, place, token >> 4)
        out += block[place : place + length]
        place += length
        if place >= len(block):
            break
        distance, place = int.from_bytes(block[place : place + 2], "little"), place + 2
        length, place = _length(block, place, token & LONG)
        for _ in range(length + LEAST_MATCH):  # what is copied may reach into the copy itself
            out.append(out[-distance])
    return bytes(out)


def _length(block: bytes, place: int, short: int) -> tuple[int, int]:
    """A length that goes on in the following bytes for as long as they are 255, and the place behind it."""
    length = short
    while short == LONG:
        length, place = length + block[place], place + 1
        if block[place - 1] != 255:
            break
    return length, place


def table(file: Path, query: str) -> list[tuple[str, ...]]:
    """The rows of a query to one of the browser's own databases, none where it was never made."""
    if not file.exists():
        return []
    with contextlib.closing(sqlite3.connect(file)) as connection:
        return connection.execute(query).fetchall()


def sessions(profile: Path) -> Iterator[bytes]:
    """What Firefox remembers of its tabs, so that it could show them again."""
    for path in profile.rglob("*.*lz4"):
        if "session" in path.as_posix():
            yield unpacked(path.read_bytes())
