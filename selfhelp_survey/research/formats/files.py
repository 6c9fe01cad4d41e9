"""New files of a release: made once, and on the disk before anybody relies on them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, TextIO

WORKING = "working"
"""The directory inside an unfinished release for what a library needs only while it writes."""


@contextmanager
def new_text(path: Path) -> Iterator[TextIO]:
    """A new UTF-8 file whose lines end as they are written. Raises FileExistsError rather than overwrite."""
    with path.open("x", encoding="utf-8", newline="") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def new_binary(path: Path) -> Iterator[BinaryIO]:
    """A new file of bytes. Raises FileExistsError rather than overwrite."""
    with path.open("xb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def write_text(path: Path, text: str) -> None:
    """Make a new file that holds this text."""
    with new_text(path) as file:
        file.write(text)


def sync_file(path: Path) -> None:
    """Make sure that what a library wrote into a file is on the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_directory(directory: Path) -> None:
    """Make sure that the names in a directory are on the disk, where the system can (Windows opens no directory)."""
    with suppress(PermissionError):
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
