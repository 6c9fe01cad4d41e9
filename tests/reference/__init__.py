"""The tables of docs/reference/ that are written from the code, between their markers.

`python -m tests.reference` renews them; a test fails where they are old. What stands outside the markers is written by
hand, and so are the cells of a column that a table keeps.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from tests.reference import checks, commands, harmonised, settings, templates

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "reference"
MARKED = re.compile(r"(<!-- from the code: ([\w-]+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)
Table = Callable[[str], Iterator[str]]
"""From what stands between the markers now to the lines that belong there."""


def pages() -> Mapping[str, Mapping[str, Table]]:
    """Every page with tables from the code: its name, and the tables by the name in their markers."""
    return {
        "checks.md": {"checks": checks.table},
        "commands.md": commands.tables(),
        "harmonised-variables.md": {
            "comparability": harmonised.comparability,
            "notes": harmonised.notes,
            "values": harmonised.values,
        },
        "settings.md": {"settings": settings.keys, "models": settings.models},
        "templates.md": {"tags": templates.tags, "blocks": templates.blocks, "parts": templates.parts},
    }


def written(name: str) -> str:
    """A page with every table as the code has it now. Raises KeyError for a marker without a table."""
    tables = pages()[name]
    text = (FOLDER / name).read_text("utf-8")
    return MARKED.sub(lambda found: f"{found[1]}\n{_lines(tables[found[2]](found[3]))}\n{found[4]}", text)


def names_marked(name: str) -> list[str]:
    """The names in the markers of a page, in order."""
    return [found[1] for found in MARKED.findall((FOLDER / name).read_text("utf-8"))]


def _lines(lines: Iterator[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
