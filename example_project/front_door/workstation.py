"""The research workstation of the demo: the real `selfhelp-research`, as a process of its own that knows no Django."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


class Refused(Exception):  # noqa: N818 - the name says what happened
    """The workstation refused, and has said why. `code` is its exit code."""

    def __init__(self, code: int) -> None:
        super().__init__(f"selfhelp-research ended with {code}")
        self.code = code


@dataclass(frozen=True, kw_only=True)
class Workstation:
    """One research key on one machine: its key file, and the file with its passphrase (a demo has one)."""

    key: Path
    passphrase: Path

    def answer(self, challenge: Path, answer: Path) -> None:
        """Answer the web host's challenge. Raises: Refused."""
        answer.write_text(self._run("prove-key", str(challenge)))

    def receive(self, bundle: Path, receipt: Path) -> None:
        """Open a bundle into the ledger, and write the receipt. Raises: Refused."""
        receipt.write_text(self._run("receive", str(bundle)))

    def plan(self, plan: Path) -> None:
        """Propose a series, once; it is frozen from then on. Raises: Refused."""
        if not plan.exists():
            self._run("plan", "--out", str(plan))

    def release(self, plan: Path, folder: Path) -> None:
        """Make the next release of a series. Raises: Refused, also when too little is there."""
        self._run("release", str(plan), "--out", str(folder))

    def push(self, folder: Path, store: str) -> None:
        """Load a finished release into the research store. Raises: Refused."""
        self._run("push", str(folder), "--store", store)

    def prepare_store(self, store: str) -> None:
        """Create the research schema in a PostgreSQL store, or bring it up to date. Raises: Refused."""
        self._run("init-store", store)

    def _run(self, command: str, *arguments: str) -> str:
        """What the command printed. Its messages and progress go straight to the reader."""
        program = Path(sys.executable).with_name("selfhelp-research")
        own = ("--key", str(self.key), "--passphrase-file", str(self.passphrase))
        words = [str(program), command, *arguments, *(() if command in {"push", "init-store"} else own)]
        done = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=False)
        if done.returncode:
            raise Refused(done.returncode)
        return done.stdout
