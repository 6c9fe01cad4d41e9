"""A web host installs by the hash-locked list, outside the checkout, and the example's checks pass there."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from tests.journeys.demo_site import ROOT, environment_without_tests
from tests.lock.files import LOCKED, read_locked

HASHES_DIFFER = "DO NOT MATCH THE HASHES"
SOURCES = ("setup.cfg", "pyproject.toml", "MANIFEST.in", "README.md", "LICENSE", "CHANGELOG.md", "SECURITY.md")


def run(words: Sequence[str | Path], folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**environment_without_tests(), "PIP_DISABLE_PIP_VERSION_CHECK": "1", **variables}
    return subprocess.run(
        list(map(str, words)), cwd=folder, env=environment, text=True, capture_output=True, check=False, timeout=300
    )


def done(words: Sequence[str | Path], folder: Path, **variables: str) -> str:
    """What the command printed, after it ended well."""
    ended = run(words, folder, **variables)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The locked files themselves, fetched once, checked by pip against their hashes."""
    folder = tmp_path_factory.mktemp("shelf")
    done([sys.executable, "-m", "pip", "download", "-q", "--require-hashes", "-r", LOCKED, "-d", folder], folder)
    return folder


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as a wheel, built from a copy, so that nothing lies in the checkout afterwards."""
    folder = tmp_path_factory.mktemp("build")
    for name in SOURCES:
        shutil.copy(ROOT / name, folder)
    for name in ("selfhelp_survey", "locale"):
        shutil.copytree(ROOT / name, folder / name, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
    done([sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder / "dist", folder], folder)
    (built,) = (folder / "dist").glob("*.whl")
    return built


def empty_host(folder: Path) -> Path:
    """The Python of a host that has nothing installed yet."""
    done([sys.executable, "-m", "venv", folder / "venv"], folder)
    return folder / "venv" / "bin" / "python"


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A host on which every installation is refused, and which stays empty for the next."""
    return empty_host(tmp_path_factory.mktemp("untouched"))


def from_shelf(shelf: Path) -> list[str | Path]:
    return ["-m", "pip", "install", "-q", "--no-index", "--find-links", shelf, "--require-hashes"]


def installed(host: Path) -> dict[str, str]:
    listed = json.loads(done([host, "-m", "pip", "list", "--format", "json"], host.parent))
    return {canonicalize_name(each["name"]): each["version"] for each in listed}


def test_host__installed_by_hashes__has_exactly_the_locked_and_passes_the_checks(
    shelf: Path, wheel: Path, tmp_path: Path
) -> None:
    host = empty_host(tmp_path)
    bare = set(installed(host))
    done([host, *from_shelf(shelf), "-r", LOCKED], tmp_path)
    done([host, "-m", "pip", "install", "-q", "--no-index", "--no-deps", wheel], tmp_path)
    done([host, "-m", "pip", "check"], tmp_path)
    packages = [one for one in read_locked(LOCKED.read_text("utf-8")) if one.is_for_this_python]
    have = {name: version for name, version in installed(host).items() if name not in bare}
    assert have.pop("selfhelp-survey")
    assert have == {package.name: package.version for package in packages}

    site = tmp_path / "site" / "example_project"
    shutil.copytree(ROOT / "example_project", site, ignore=shutil.ignore_patterns("var", "__pycache__"))
    said = done([host, site / "manage.py", "check"], tmp_path, EXAMPLE_VAR=str(tmp_path / "var"))
    assert "System check identified" in said
    where = done([host, "-c", "import selfhelp_survey; print(*selfhelp_survey.__path__)"], tmp_path)
    assert Path(where.strip()).is_relative_to(tmp_path / "venv")


def test_host__one_hash_changed__installs_nothing(shelf: Path, untouched: Path, tmp_path: Path) -> None:
    (package,) = (one for one in read_locked(LOCKED.read_text("utf-8")) if one.name == "sqlparse")
    text = LOCKED.read_text("utf-8")
    for content in package.hashes:
        text = text.replace(content, ("0" if content[0] != "0" else "1") + content[1:])
    (tmp_path / "changed.txt").write_text(text, "utf-8")
    bare = installed(untouched)
    refused = run([untouched, *from_shelf(shelf), "-r", tmp_path / "changed.txt"], tmp_path)
    assert refused.returncode == 1
    assert HASHES_DIFFER in refused.stderr
    assert "sqlparse" in refused.stderr
    assert installed(untouched) == bare


def test_host__package_without_hash__installs_nothing(shelf: Path, untouched: Path, tmp_path: Path) -> None:
    entries = LOCKED.read_text("utf-8").split("\nsqlparse==")
    rest = entries[1].split("\n    # via", 1)[1]
    (tmp_path / "shorter.txt").write_text(f"{entries[0]}\n    # via{rest}", "utf-8")
    bare = installed(untouched)
    refused = run([untouched, *from_shelf(shelf), "-r", tmp_path / "shorter.txt"], tmp_path)
    assert refused.returncode == 1
    assert "sqlparse" in refused.stderr
    assert installed(untouched) == bare
