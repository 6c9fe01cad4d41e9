"""The shipped style sheets: contrast of the colours, and what no sheet may hold."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

SHEETS = Path(__file__).parents[3] / "selfhelp_survey" / "templates" / "selfhelp_survey"
TEXT, OTHER = 4.5, 3.0  # WCAG 2.2, 1.4.3 and 1.4.11
PAIRS = [
    *[(ink, paper, TEXT) for ink in ("ink", "soft", "accent", "error") for paper in ("paper", "card")],
    ("on-accent", "accent", TEXT),
    *[(line, paper, OTHER) for line in ("line", "accent", "error", "ink") for paper in ("paper", "card")],
]  # fmt: skip


def _schemes() -> dict[str, dict[str, str]]:
    """The colours by scheme; dark says only what differs."""
    light, dark = (SHEETS / "tokens.css").read_text("utf-8").split("@media", 1)
    found = [dict(re.findall(r"--([a-z-]+):(#[0-9a-f]{3,6})\b", part)) for part in (light, dark)]
    return {"light": found[0], "dark": found[0] | found[1]}


def _luminance(colour: str) -> float:
    """Relative luminance, 0 to 1. Source: WCAG 2.2, glossary."""
    digits = colour.removeprefix("#")
    digits = "".join(2 * digit for digit in digits) if len(digits) == 3 else digits
    shares = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast__black_on_white__is_twenty_one() -> None:
    assert _contrast("#000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "paper", "least"), PAIRS)
def test_colours__in_each_scheme__can_be_told_apart(scheme: str, ink: str, paper: str, least: float) -> None:
    colours = _schemes()[scheme]
    assert _contrast(colours[ink], colours[paper]) >= least


@pytest.mark.parametrize("sheet", sorted(SHEETS.glob("*.css")), ids=lambda path: path.name)
def test_sheet__as_shipped__loads_nothing_moves_nothing_and_knows_no_left_or_right(sheet: Path) -> None:
    found = re.findall(r"url\(|@import|@font-face|animation|transition|transform|left|right", sheet.read_text("utf-8"))
    assert found == []


def test_sheets__all_together__are_small() -> None:
    assert sum(len(sheet.read_bytes()) for sheet in SHEETS.glob("*.css")) <= 4600
