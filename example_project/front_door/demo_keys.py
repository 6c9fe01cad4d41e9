"""The two research keys of the demo. On a real project they are made by `selfhelp-research keygen`, on the workstation
alone, and the passphrase is in nobody's file."""

from __future__ import annotations

import secrets
from pathlib import Path

from selfhelp_survey.sealing.key_file import save_private_key
from selfhelp_survey.sealing.keys import generate_private_key

NAMES = ("first", "second")
PASSPHRASE = "passphrase.txt"  # noqa: S105 - a file name


def made_demo_keys(folder: Path) -> tuple[Path, ...]:
    """The key files of the demo, made the first time; `NAME.pub` beside each holds the public key as text.

    Raises: SealingError.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    passphrase = folder / PASSPHRASE
    if not passphrase.exists():
        passphrase.touch(mode=0o600)
        passphrase.write_text(secrets.token_urlsafe(24) + "\n")
    for name in NAMES:
        if not (folder / f"{name}.key").exists():
            _make(folder / f"{name}.key", passphrase.read_text().strip())
    return tuple(folder / f"{name}.key" for name in NAMES)


def _make(path: Path, passphrase: str) -> None:
    private = generate_private_key()
    path.with_suffix(".pub").write_text(private.public.text + "\n")
    save_private_key(private, path, passphrase=passphrase)
