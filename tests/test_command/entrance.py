"""The first half of `python3 tests`, standard library only: understand, make the environment, go on inside it."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from pathlib import Path

from example_project.front_door.environment import (
    ROOT,
    EnvironmentRefused,
    install_debian_packages,
    made_environment,
)
from tests.test_command.command_line import Order, UsageProblem, help_text, parsed
from tests.test_command.nu_checker import install_nu_checker

REFUSED = 2
INTERRUPTED = 130
DEBIAN_POSTGRESQL = Path("/usr/lib/postgresql")
SERVERS = "/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin"
R_FOREIGN = Path("/usr/lib/R/library/foreign")


def main(words: list[str]) -> int:
    """The exit code when something is refused; otherwise this process becomes the run inside `.venv`."""
    try:
        order = parsed(words)
        if order.wants_help:
            print(help_text())
            return 0
        missing = missing_packages(order)
        if missing:
            install_debian_packages(missing)
        python = made_environment(order.extras)
        if checks_html(order):
            install_nu_checker()
    except (UsageProblem, EnvironmentRefused) as refusal:
        print(refusal, file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        return INTERRUPTED
    os.chdir(ROOT)
    module = order.errand or "tests.test_command"
    os.execv(python, [str(python), "-m", module, *(order.options if order.errand else words)])  # noqa: S606


def checks_html(order: Order) -> bool:
    """Whether a phase of this order gives pages to the HTML checker."""
    return any(phase.needs_browsers for phase in order.phases)


def missing_packages(order: Order) -> dict[str, str]:
    """Debian package -> what it is for, of those that this order needs and this machine lacks."""
    wanted = {
        **_of_the_store(order),
        **_of_the_statistics(order),
        **_of_the_deployment(order),
        **_of_the_browsers(order),
    }
    return {package: reason for package, (present, reason) in wanted.items() if not present}


def _of_the_store(order: Order) -> dict[str, tuple[bool, str]]:
    if not any(phase.needs_debian_postgresql for phase in order.phases):
        return {}
    present = any(DEBIAN_POSTGRESQL.glob("*/bin/postgres"))
    return {"postgresql": (present, "a research store behind TLS; other tests bring a PostgreSQL without it")}


def _of_the_statistics(order: Order) -> dict[str, tuple[bool, str]]:
    if not any(phase.needs_statistics for phase in order.phases):
        return {}
    return {
        "r-base-core": (bool(shutil.which("Rscript")), "R, as researchers read a release with it"),
        "r-cran-foreign": (R_FOREIGN.is_dir(), "reads SPSS files in R"),
        "pspp": (bool(shutil.which("pspp")), "runs SPSS syntax, as SPSS does"),
    }


def _of_the_deployment(order: Order) -> dict[str, tuple[bool, str]]:
    if not any(phase.needs_deployment for phase in order.phases):
        return {}
    return {
        "nginx-light": (bool(shutil.which("nginx", path=SERVERS)), "runs the shipped configuration, on loopback"),
        "systemd": (bool(shutil.which("systemd-analyze")), "checks the shipped units and timers"),
        "tor": (bool(shutil.which("tor", path=SERVERS)), "checks the shipped torrc; it is never started"),
    }


def _of_the_browsers(order: Order) -> dict[str, tuple[bool, str]]:
    if not order.needs_browsers:
        return {}
    wanted = {
        "chromium": (bool(shutil.which("chromium")), "the browser most people use"),
        "firefox-esr": (bool(shutil.which("firefox-esr")), "the browser under Tor Browser"),
        "libatomic1": (_is_loadable("libatomic.so.1"), "the driver of Chromium does not start without it"),
    }
    if checks_html(order):
        wanted["default-jre-headless"] = (bool(shutil.which("java")), "runs the HTML checker")
        wanted["npm"] = (bool(shutil.which("npm")), "fetches the HTML checker")
    return wanted


def _is_loadable(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
