"""Fixtures of the checks' tests."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Called with a name, makes an empty package of that name that can be imported until the test is over.

    It stands for the real one: the checks go by the name alone.
    """
    made: list[str] = []

    def make(name: str) -> None:
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").touch()
        made.append(name)
        importlib.invalidate_caches()

    monkeypatch.syspath_prepend(tmp_path)
    yield make
    for name in [each for each in sys.modules if each.partition(".")[0] in made]:
        del sys.modules[name]
