"""The two research keys of the demo, made by the real `selfhelp-research keygen`.

On a real project they are made on the workstation alone, and the passphrase is in nobody's file.
"""

from __future__ import annotations

import secrets
from pathlib import Path

from example_project.front_door.workstation import Workstation

NAMES = ("first", "second")


def demo_workstations(var: Path) -> tuple[Workstation, ...]:
    """A workstation for each demo key, made the first time; `NAME.pub` then holds its public half.

    Raises: Refused.
    """
    passphrase = var / "keys" / "passphrase.txt"
    if not passphrase.exists():
        passphrase.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        passphrase.touch(mode=0o600)
        passphrase.write_text(secrets.token_urlsafe(24) + "\n")
    stations = tuple(Workstation(folder=var / "keys" / name, passphrase=passphrase) for name in NAMES)
    for station in stations:
        station.make_key()
        station.folder.with_suffix(".pub").write_text(station.public_key + "\n")
    return stations
