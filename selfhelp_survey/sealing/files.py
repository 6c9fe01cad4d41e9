"""Files that are whole or absent: written beside their place, then put there in one move."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from selfhelp_survey.errors import SealingError


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """A file, readable by its owner alone, that stands at `path` once the block ends well, and never before.

    Raises SealingError if something is there already or the disk refuses; then nothing of it is left behind.
    """
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        _refuse_existing(path)
        with open(part, "xb", opener=_open_private) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _put(part, path)
    except OSError as error:
        raise SealingError(f"The file {path.name} was not written: {error.strerror or 'writing failed'}.") from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _open_private(name: str, flags: int) -> int:
    return os.open(name, flags, 0o600)


def _refuse_existing(path: Path) -> None:
    if os.path.lexists(path):
        raise _exists(path)


def _exists(path: Path) -> SealingError:
    return SealingError(f"There is already a file {path.name}: choose another name, nothing is overwritten.")


def _put(part: Path, path: Path) -> None:
    """Give the finished file its name. A hard link cannot overwrite; memory sticks without links get a rename."""
    try:
        os.link(part, path)
    except FileExistsError:
        raise _exists(path) from None
    except OSError:
        _refuse_existing(path)
        part.rename(path)
    with suppress(OSError):  # some systems cannot open a folder; the file itself is already on the disk
        _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def existing_file(path: Path) -> Iterator[BinaryIO]:
    """A file open for reading. Raises SealingError if it is not there or the disk refuses."""
    try:
        with path.open("rb") as file:
            yield file
    except OSError as error:
        raise SealingError(f"The file {path.name} was not read: {error.strerror or 'reading failed'}.") from error
