"""The files of the deployment guides, as a reader copies them, and the unit files among them as systemd reads them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GUIDES = ROOT / "docs" / "how-to" / "deploy"
FILES = GUIDES / "files"
UNITS = sorted((FILES / "systemd").iterdir())


def text_of(name: str) -> str:
    """The text of a file that the guides ship."""
    return (FILES / name).read_text("utf-8")


def put_in_place(text: str, places: Mapping[str, object]) -> str:
    """The text with the places of this machine in it. Raises AssertionError where it does not name one of them."""
    for told, here in places.items():
        assert told in text, told
        text = text.replace(told, str(here))
    return text


@dataclass(frozen=True, kw_only=True)
class Unit:
    """A unit file: every line with a value, in order, as (section, key, value)."""

    lines: tuple[tuple[str, str, str], ...]

    def values(self, key: str) -> list[str]:
        """Every value of a key, in order."""
        return [value for _, name, value in self.lines if name == key]

    def value(self, key: str) -> str:
        """The value of a key that stands once."""
        (found,) = self.values(key)
        return found

    @property
    def command(self) -> list[str]:
        """The words of its one ExecStart."""
        return shlex.split(self.value("ExecStart"))

    @property
    def environment(self) -> dict[str, str]:
        """What its Environment lines set."""
        pairs = (pair.partition("=") for line in self.values("Environment") for pair in shlex.split(line))
        return {name: value for name, _, value in pairs}


def unit(text: str) -> Unit:
    """A unit file, read strictly. Raises AssertionError for a line that is none of comment, section or value."""
    section, lines = "", []
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            section = line.strip("[]")
            continue
        name, separator, value = line.partition("=")
        assert section, line
        assert separator, line
        assert name.isalnum(), line
        lines.append((section, name, value))
    return Unit(lines=tuple(lines))


def environment_file(text: str) -> dict[str, str]:
    """What an EnvironmentFile sets."""
    lines = (line.partition("=") for line in text.splitlines() if line and not line.startswith("#"))
    return {name: value for name, _, value in lines}


def instructions() -> list[tuple[str, str]]:
    """Every instruction of the Containerfile and what follows it, lines joined, comments left out."""
    lines = [line for line in text_of("Containerfile").splitlines() if not line.startswith("#")]
    joined = re.sub(r"\s*\\\n\s*", " ", "\n".join(lines))
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in joined.splitlines() if line)]


def told(word: str) -> list[str]:
    """What follows this instruction, each time."""
    return [rest for name, rest in instructions() if name == word]
