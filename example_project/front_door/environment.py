"""The environments of this checkout, kept fresh with the standard library alone. `python3 tests` uses them too."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
METADATA = ("setup.cfg", "pyproject.toml")
VENV_PACKAGE = "python3-venv"


class EnvironmentRefused(Exception):  # noqa: N818 - the name says what happened
    """The environment could not be made; the message says what to do."""


def say(text: str) -> None:
    """Print one line at once, also when the output is a pipe."""
    print(text, flush=True)


@dataclass(frozen=True, kw_only=True)
class Environment:
    """A virtual environment of this checkout: its folder, and versions it must hold exactly (`name==version`).

    `maker` is the Python that makes it, and whose version it has.
    """

    folder: Path = VENV
    pins: tuple[str, ...] = ()
    maker: Path = Path(sys.executable)

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    @property
    def stamp(self) -> Path:
        """What the environment was made from, written when it was whole."""
        return self.folder / "selfhelp-survey.json"


EVERYDAY = Environment()


def made_environment(extras: frozenset[str], environment: Environment = EVERYDAY) -> Path:
    """The Python of an environment, with the package installed (editable) and at least these extras.

    A second call changes nothing and takes milliseconds, until setup.cfg or pyproject.toml changes.

    Raises: EnvironmentRefused.
    """
    with _one_at_a_time():
        if not _has_working_pip(environment):
            _make_venv(environment)
        wanted = extras | _installed_extras(environment)
        if _stamp(environment, wanted) != _read_stamp(environment):
            _install(environment, wanted)
    return environment.python


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Hold the checkout while an environment changes, so that two commands started together do not collide."""
    with (ROOT / METADATA[0]).open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _has_working_pip(environment: Environment) -> bool:
    command = [str(environment.python), "-c", "import sys, pip; sys.exit(sys.version_info < (3, 11))"]
    return environment.python.exists() and subprocess.run(command, capture_output=True, check=False).returncode == 0


def _make_venv(environment: Environment) -> None:
    is_this = environment.maker == Path(sys.executable)
    if is_this and importlib.util.find_spec("ensurepip") is None:
        install_debian_packages({VENV_PACKAGE: "this Python cannot make a virtual environment without it"})
    folder = environment.folder
    say(f"Making the environment in {folder.name}")
    shutil.rmtree(folder, ignore_errors=True)
    if subprocess.run([str(environment.maker), "-m", "venv", str(folder)], check=False).returncode:
        shutil.rmtree(folder, ignore_errors=True)
        raise EnvironmentRefused(f"No environment could be made with {environment.maker} -m venv {folder}; see above.")


def _install(environment: Environment, extras: frozenset[str]) -> None:
    names = ",".join(sorted(extras))
    pinned = f", {len(environment.pins)} of its libraries at fixed versions," if environment.pins else ""
    say(f"Installing the package{pinned} and its extras ({names}) into {environment.folder.name}; "
        "a first time takes a minute or two")  # fmt: skip
    environment.stamp.unlink(missing_ok=True)
    pip = [str(environment.python), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    if subprocess.run([*pip, "-e", f"{ROOT}[{names}]", *environment.pins], check=False).returncode:
        raise EnvironmentRefused("The packages could not be installed; pip says why above. Is there a network?")
    environment.stamp.write_text(json.dumps(_stamp(environment, extras)))


def _stamp(environment: Environment, extras: frozenset[str]) -> dict[str, object]:
    """What an environment was made from: a digest of the metadata, the pins and where it lies, and the extras."""
    digest = hashlib.sha256(str(ROOT).encode())
    for name in METADATA:
        digest.update((ROOT / name).read_bytes())
    digest.update("".join(environment.pins).encode())
    return {"digest": digest.hexdigest(), "extras": sorted(extras)}


def _read_stamp(environment: Environment) -> dict[str, object]:
    try:
        return dict(json.loads(environment.stamp.read_text()))
    except (OSError, ValueError):
        return {}


def _installed_extras(environment: Environment) -> frozenset[str]:
    extras = _read_stamp(environment).get("extras")
    return frozenset(map(str, extras)) if isinstance(extras, list) else frozenset()


def install_debian_packages(reasons: dict[str, str]) -> None:
    """Say which Debian packages are missing and why, then install them.

    Raises: EnvironmentRefused, naming the exact command, when this user may not or this system has no apt-get.
    """
    say("Debian packages needed:")
    for package, reason in reasons.items():
        say(f"  {package:<14} {reason}")
    names = sorted(reasons)
    refused = EnvironmentRefused(f"Install them first, then run this again:\n  sudo apt-get install {' '.join(names)}")
    if not shutil.which("apt-get"):
        raise refused
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if as_root and not _may_sudo():
        raise refused
    say(f"Installing {', '.join(names)}")
    apt_get = [*as_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    subprocess.run([*apt_get, "update"], check=False)
    install = [*apt_get, "install", "-y", "--no-install-recommends", *names]
    if subprocess.run(install, check=False, stdout=subprocess.DEVNULL).returncode:
        raise refused


def _may_sudo() -> bool:
    sudo = shutil.which("sudo")
    if not sudo:
        return False
    return subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0
