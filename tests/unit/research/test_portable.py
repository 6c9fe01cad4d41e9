"""A workstation is often a laptop with Windows: nothing here may need another system."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.docs.pages import ROOT
from tests.unit.research.conftest import Station
from tests.unit.research.survey import PLAN, responses
from tests.unit.research.without_posix import ATTRIBUTES, MODULES, NEEDED_HERE

pytestmark = pytest.mark.once

ROOMS = ("core", "privacy", "sealing", "authoring", "research", "research_store")
PATHS = sorted(path for room in ROOMS for path in (ROOT / "selfhelp_survey" / room).rglob("*.py"))
SOURCES = [(path, ast.parse(path.read_text("utf-8"))) for path in PATHS]
TEXT_CALLS = {"read_text", "write_text"}


def named(tree: ast.Module) -> Iterator[str]:
    """Every module that is imported, and every attribute of `os` that is used."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield f"{node.value.id}.{node.attr}"


def texts_without_encoding(tree: ast.Module) -> Iterator[int]:
    """The lines that read or write a text file in whatever encoding the system happens to have."""
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    for call in calls:
        is_text = isinstance(call.func, ast.Attribute) and call.func.attr in TEXT_CALLS
        if is_text and not any(keyword.arg == "encoding" for keyword in call.keywords):
            yield call.lineno


def test_workstation__sources__name_nothing_that_windows_lacks() -> None:
    lacking = {*MODULES, *(f"os.{name}" for name in (*ATTRIBUTES, *NEEDED_HERE))}
    found = {path.name: lacking.intersection(named(tree)) for path, tree in SOURCES}
    assert {name: words for name, words in found.items() if words} == {}


def test_workstation__text_files__are_read_and_written_in_a_named_encoding() -> None:
    found = {path.name: list(texts_without_encoding(tree)) for path, tree in SOURCES}
    assert {name: lines for name, lines in found.items() if lines} == {}


def without_posix(*words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.unit.research.without_posix", *map(str, words)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_workstation__without_posix__goes_from_bundle_to_store(station: Station, tmp_path: Path) -> None:
    bundle = station.bundle(responses(20))
    store, out = tmp_path / "store", tmp_path / "out"
    commands = (
        station.with_key("receive", bundle, "--receipt", tmp_path / "receipt"),
        station.with_key("release", station.plan(PLAN), "--out", out),
        ["verify", str(out), "--key", str(station.key)],
        ["init-store", str(store)],
        station.with_key("push", out, "--store", store),
    )
    for words in commands:
        done = without_posix(*words)
        assert (words[0], done.returncode, done.stderr) == (words[0], 0, "")
    assert len(station.rows("out")) == 20


def test_pretence__what_is_taken_away__is_there_otherwise() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import fcntl, os; os.open(os.curdir, os.O_RDONLY)"], capture_output=True, check=False
    )
    assert done.returncode == 0
    assert without_posix("--help").returncode == 0
