"""A small disk of its own for a test, that can really be full."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

BLOCK = 4096
_STOPPER = "stopper"


@dataclass(frozen=True, kw_only=True)
class SmallDisk:
    """A mounted file system of a few megabytes."""

    place: Path

    def fill(self) -> None:
        """Leave no room at all."""
        with (self.place / _STOPPER).open("ab", buffering=0) as stopper, contextlib.suppress(OSError):
            while True:
                stopper.write(bytes(BLOCK))

    def make_room(self) -> None:
        """As it was before it was filled."""
        (self.place / _STOPPER).unlink()

    def take_no_writes(self) -> None:
        """Mounted anew, for reading only."""
        _run("mount", "-o", "remount,ro", str(self.place))


@contextlib.contextmanager
def small_disk(place: Path, *, megabytes: int, owner: str = "root") -> Iterator[SmallDisk]:
    """A disk of this size in this folder, which it makes. Raises AssertionError where mounting is not permitted."""
    place.mkdir()
    _run("mount", "-t", "tmpfs", "-o", f"size={megabytes}m,uid={_id_of(owner)}", "tmpfs", str(place))
    try:
        yield SmallDisk(place=place)
    finally:
        _run("umount", "--lazy", str(place))


def _id_of(user: str) -> str:
    return subprocess.run(["id", "-u", user], check=True, capture_output=True, text=True).stdout.strip()


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise AssertionError(
            f"a full disk is tried on a real one, and `{' '.join(command)}` was not permitted here: run these tests as "
            f"root, in a container with CAP_SYS_ADMIN ({done.stderr.strip()})"
        )
