"""Which Python goes with which Django."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from example_project.front_door.environment import ROOT, Environment

PYTHONS = ("3.11", "3.12", "3.13")
DJANGOS = {"5.2": "3.10", "6.0": "3.12", "6.1": "3.12"}
"""Series of Django, each with the oldest Python it runs on. Source: Django's FAQ, "What Python version can I use?"."""
FOLDER = ROOT / ".venv-matrix"


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A Python and a series of Django, each as major.minor. Raises ValueError for two that do not go together."""

    python: str
    django: str

    def __post_init__(self) -> None:
        if self.python not in PYTHONS or not is_possible(self.python, self.django):
            raise ValueError(f"Django {self.django} is not tested with Python {self.python}")

    @property
    def name(self) -> str:
        """For a folder, a file or a table: py313-django61."""
        return f"py{self.python}-django{self.django}".replace(".", "")

    def environment(self, maker: Path) -> Environment:
        """The environment of this interpreter, in which the newest Django of the series takes the place of another."""
        folder = FOLDER / self.name.partition("-")[0]
        return Environment(folder=folder, pins=(f"Django=={self.django}.*",), maker=maker)


def is_possible(python: str, django: str) -> bool:
    """Whether this Django is supported and runs on this Python."""
    return django in DJANGOS and _numbers(python) >= _numbers(DJANGOS[django])


def pairs(pythons: Sequence[str], djangos: Sequence[str]) -> tuple[Pair, ...]:
    """Every possible pair of these, by Python and then by Django."""
    return tuple(
        Pair(python=python, django=django)
        for python in PYTHONS
        for django in DJANGOS
        if python in pythons and django in djangos and is_possible(python, django)
    )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))
