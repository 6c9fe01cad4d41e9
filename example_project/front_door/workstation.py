"""The research workstation of the demo: the real `selfhelp-research`, as a process of its own that knows no Django."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


class Refused(Exception):  # noqa: N818 - the name says what happened
    """The workstation refused, and has said why. `code` is its exit code."""

    def __init__(self, code: int) -> None:
        super().__init__(f"selfhelp-research ended with {code}; its reason stands above.")
        self.code = code


@dataclass(frozen=True, kw_only=True)
class Workstation:
    """One research key on one machine: its folder, and the file with its passphrase (a demo has one)."""

    folder: Path
    passphrase: Path

    @property
    def key(self) -> Path:
        """The key file, where `keygen` puts it."""
        return self.folder / "research-key.json"

    @property
    def public_key(self) -> str:
        """The public half as a settings file names it."""
        from selfhelp_survey.sealing.key_file import load_public_key

        return load_public_key(self.key).text

    def make_key(self) -> None:
        """Make the key and its ledger, the first time. Raises: Refused."""
        if not self.key.exists():
            self._run("keygen", "--out", str(self.folder), "--passphrase-file", str(self.passphrase))

    def answer(self, challenge: Path, answer: Path) -> None:
        """Answer the web host's challenge. Raises: Refused."""
        self._run("prove-key", str(challenge), "--out", str(answer), *self._own)

    def receive(self, bundle: Path, receipt: Path) -> None:
        """Open a bundle into the ledger, and write the receipt. Raises: Refused."""
        self._run("receive", str(bundle), "--receipt", str(receipt), *self._own)

    def release(self, plan: Path, folder: Path, store: str) -> None:
        """Make the next release of a series. Raises: Refused, also when too little is there."""
        self._run("release", str(plan), "--out", str(folder), "--store", store, *self._own)

    def push(self, folder: Path, store: str) -> None:
        """Load a finished release into the research store. Raises: Refused."""
        self._run("push", str(folder), "--store", store, *self._own)

    def prepare_store(self, store: str) -> None:
        """Make the research store, or bring it up to date. Raises: Refused."""
        self._run("init-store", store)

    @property
    def _own(self) -> tuple[str, ...]:
        return ("--key", str(self.key), "--passphrase-file", str(self.passphrase))

    def _run(self, command: str, *arguments: str) -> None:
        """Run one command. Its messages and progress go straight to the reader."""
        program = Path(sys.executable).with_name("selfhelp-research")
        done = subprocess.run([str(program), command, *arguments], check=False)
        if done.returncode:
            raise Refused(done.returncode)
