"""A web host outside the checkout: its Python, the locked packages, a server and the wheel, made once for a test run.

It is built by the Containerfile of the deployment guide, from its WORKDIR to what the site itself brings.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from pathlib import Path

from tests.deployment.guide import instructions
from tests.journeys.demo_site import ROOT
from tests.journeys.fresh_site import done
from tests.lock.files import LOCKED

SOURCES = ("setup.cfg", "pyproject.toml", "MANIFEST.in", "README.md", "LICENSE", "CHANGELOG.md", "SECURITY.md")


SERVER = ("gunicorn", "packaging")
SITE_COPIED = ("COPY", "manage.py gunicorn.conf.py ./")


def fetch(folder: Path) -> None:
    """The locked packages by their hashes, and the server that a site chooses for itself."""
    download: list[str | Path] = [sys.executable, "-m", "pip", "download", "-q", "-d", folder]
    done([*download, "--require-hashes", "-r", LOCKED], folder)
    done([*download, "--only-binary", ":all:", *SERVER], folder)


def build_wheel(folder: Path) -> None:
    """Build from a copy, so that nothing lies in the checkout afterwards."""
    for name in SOURCES:
        shutil.copy(ROOT / name, folder)
    for name in ("selfhelp_survey", "docs", "locale"):
        shutil.copytree(ROOT / name, folder / name, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
    done([sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder / "dist", folder], folder)


def empty_host(folder: Path) -> Path:
    """The Python of a host that has nothing installed yet."""
    done([sys.executable, "-m", "venv", folder / "venv"], folder)
    return folder / "venv" / "bin" / "python"


def from_shelf(shelf: Path) -> list[str | Path]:
    return ["-m", "pip", "install", "-q", "--no-index", "--find-links", shelf, "--require-hashes"]


def make_host(folder: Path, *, shelf: Path, wheel: Path) -> None:
    """What the Containerfile makes in its WORKDIR of what lies beside it; packages come from the shelf."""
    beside = folder / "beside"
    beside.mkdir()
    shutil.copy(LOCKED, beside / "web-host.txt")
    shutil.copy(wheel, beside)
    (beside / "server.txt").write_text("".join(_with_hash(name, shelf) for name in SERVER), "utf-8")
    build(folder, beside, steps_of_the_package(), PIP_NO_INDEX="1", PIP_FIND_LINKS=str(shelf))


def steps_of_the_package() -> list[tuple[str, str]]:
    """The instructions behind WORKDIR, up to the first that copies something of the site itself."""
    steps = instructions()
    begin = [word for word, _ in steps].index("WORKDIR") + 1
    return steps[begin : steps.index(SITE_COPIED)]


def steps_of_the_site() -> list[tuple[str, str]]:
    """The instructions behind those."""
    return instructions()[instructions().index(SITE_COPIED) :]


def build(folder: Path, beside: Path, steps: list[tuple[str, str]], **variables: str) -> None:
    """Copy and run, as an engine does, in this folder; `python` is this one. Other instructions do nothing here."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    for word, rest in steps:
        if word == "COPY":
            *sources, target = rest.split()
            assert all(list(beside.glob(source)) for source in sources), rest
            done(["sh", "-c", f"cp -r {' '.join(sources)} {folder / target}"], beside)
        elif word == "RUN":
            done(["sh", "-e", "-c", rest], folder, PATH=path, **variables)


def _with_hash(name: str, shelf: Path) -> str:
    (file,) = shelf.glob(f"{name}-*.whl")
    return f"{name}=={file.name.split('-')[1]} --hash=sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}\n"
