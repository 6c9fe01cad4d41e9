"""The two files of `requirements/`: where they lie, and what the locked one says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LOCKED = ROOT / "requirements" / "web-host.txt"
BILL = ROOT / "requirements" / "web-host.cdx.json"

_ENTRY = re.compile(r"(?m)^[a-z0-9](?:.*\\\n)*.*")
_MARKER = re.compile(r"(?m)^([a-z0-9][\w.-]*==[\w.]+) ;[^\\\n]*(?= \\)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})(?![0-9a-f])")


@dataclass(frozen=True, kw_only=True)
class Locked:
    """One package of the locked file: its exact version, and the SHA-256 of every file of that release, in order."""

    name: str
    requirement: Requirement
    hashes: tuple[str, ...]

    @property
    def version(self) -> str:
        """The one version that fits. Raises: ValueError for anything but a single `==`."""
        one, *more = self.requirement.specifier
        if more or one.operator != "==":
            raise ValueError(f"{self.name} is not locked to one version")
        return one.version

    @property
    def is_for_this_python(self) -> bool:
        """Whether pip installs it here: its condition is true, or it has none."""
        return self.requirement.marker is None or self.requirement.marker.evaluate()


def read_locked(text: str) -> tuple[Locked, ...]:
    """The packages of a locked file, as they stand there; names in their normal form (small letters, dashes)."""
    return tuple(_locked(entry) for entry in _ENTRY.findall(text))


def without_markers(text: str) -> str:
    """The locked file for every platform at once, so that whatever any host installs can be described on this one."""
    return _MARKER.sub(r"\1", text)


def _locked(entry: str) -> Locked:
    requirement = Requirement(entry.partition("\\\n")[0])
    hashes = tuple(sorted(_HASH.findall(entry)))
    return Locked(name=canonicalize_name(requirement.name), requirement=requirement, hashes=hashes)
