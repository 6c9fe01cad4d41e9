"""The example site as a process of its own, in a folder of its own, for whole journeys."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.made_once import made_once

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 90


@dataclass(frozen=True, kw_only=True)
class DemoSite:
    """A served example site: its address, where it keeps things, what it printed, and where its temp files go."""

    address: str
    var: Path
    log: Path
    temporary: Path

    def answer(self, count: int) -> None:
        """Answer this many surveys with made-up answers."""
        self._run("example_project.manage", "survey_synthesise", str(count)).check_returncode()

    def release(self, *words: str) -> subprocess.CompletedProcess[str]:
        """`python3 example_project release`, with the environment that is there already."""
        return self._run("example_project.front_door.release", "release", *words)

    def _run(self, module: str, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", module, *words]
        environment = _environment(self.var, self.temporary)
        return subprocess.run(
            command, cwd=ROOT, env=environment, text=True, capture_output=True, check=False, timeout=600
        )


def prepared_demo(folder: Path, factory: pytest.TempPathFactory) -> DemoSite:
    """The example project in this folder, not served: a copy of the one made from nothing in this test run."""
    site = DemoSite(address="", var=folder / "var", log=folder / "log", temporary=folder / "temporary")
    site.temporary.mkdir(parents=True)
    shutil.copytree(made_once(factory, "demo-site", _make_from_nothing) / "var", site.var)
    return site


def _make_from_nothing(folder: Path) -> None:
    """As a newcomer does: by serving it."""
    with _served(DemoSite(address="", var=folder / "var", log=folder / "log", temporary=folder / "temporary")):
        pass


@contextlib.contextmanager
def running_demo_site(folder: Path, factory: pytest.TempPathFactory, *, leave_url: str = "") -> Iterator[DemoSite]:
    """A copy of the site, served on a free port until the context ends."""
    with _served(prepared_demo(folder, factory), leave_url=leave_url) as site:
        yield site


@contextlib.contextmanager
def _served(site: DemoSite, *, leave_url: str = "") -> Iterator[DemoSite]:
    """The site with its address; it is made first where there is none."""
    site.temporary.mkdir(parents=True, exist_ok=True)
    port = free_port()
    command = [sys.executable, "-m", "example_project.front_door.site", "serve", "--port", str(port)]
    environment = {**_environment(site.var, site.temporary), "EXAMPLE_LEAVE_URL": leave_url}
    with site.log.open("w") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(address, process, site.log)
            yield replace(site, address=address)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)


def environment_without_tests() -> dict[str, str]:
    """This process's environment less what the test run put into it."""
    ours = ("DJANGO_", "EXAMPLE_", "SELFHELP_", "PYTEST_", "PYTHONDEVMODE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, "PYTHONUNBUFFERED": "1"}


def _environment(var: Path, temporary: Path) -> dict[str, str]:
    return {**environment_without_tests(), "EXAMPLE_VAR": str(var), "TMPDIR": str(temporary)}


def free_port() -> int:
    """A port of this machine that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        with contextlib.suppress(urllib.error.URLError, OSError):
            urllib.request.urlopen(f"{address}/en/", timeout=2).close()  # noqa: S310 - our own server
            return
        time.sleep(0.2)
    raise AssertionError(f"the example site did not start:\n{log.read_text()}")
