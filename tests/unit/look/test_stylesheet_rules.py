"""What the shipped stylesheets say, read as text: contrast of the colours, nothing that moves, sides by direction."""

from __future__ import annotations

import re

import pytest

from tests.unit.docs.pages import ROOT

FOLDER = ROOT / "selfhelp_survey" / "templates" / "selfhelp_survey"
SHEETS = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.css")}
LIGHT, DARK = (dict(re.findall(r"--([\w-]+):(#\w+)", part)) for part in SHEETS["tokens.css"].split("@media", 1))
SCHEMES = {"light": LIGHT, "dark": {**LIGHT, **DARK}}
TEXT = [
    ("ink", "paper"), ("ink", "card"), ("soft", "paper"), ("soft", "card"), ("accent", "paper"), ("accent", "card"),
    ("error", "paper"), ("error", "card"), ("on-accent", "accent"),
]  # fmt: skip
SHAPES = [("line", "paper"), ("line", "card"), ("accent", "paper"), ("accent", "card"), ("error", "paper")]


def luminance(colour: str) -> float:
    """Relative luminance, 0 to 1. Source: WCAG 2.2, definition of relative luminance."""
    digits = colour.lstrip("#")
    pairs = [digits[i : i + 2] for i in (0, 2, 4)] if len(digits) == 6 else [2 * digit for digit in digits]
    channels = [int(pair, 16) / 255 for pair in pairs]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return sum(share * value for share, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast__known_pairs__are_as_published() -> None:
    assert contrast("#000", "#fff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_colours__text_on_its_ground__has_a_contrast_of_4_5(scheme: str, text: str, ground: str) -> None:
    assert contrast(SCHEMES[scheme][text], SCHEMES[scheme][ground]) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("shape", "ground"), SHAPES)
def test_colours__borders_and_marks__have_a_contrast_of_3(scheme: str, shape: str, ground: str) -> None:
    assert contrast(SCHEMES[scheme][shape], SCHEMES[scheme][ground]) >= 3


@pytest.mark.parametrize("scheme", SCHEMES)
def test_focus_ring__two_colours__one_stands_out_on_any_ground(scheme: str) -> None:
    colours = SCHEMES[scheme]
    for ground in ("paper", "card"):  # the ring lies around what has the focus, on these
        assert max(contrast(colours[ring], colours[ground]) for ring in ("ink", "focus")) >= 3


@pytest.mark.parametrize("name", SHEETS)
def test_sheet__nothing__moves_sticks_or_is_taken_from_the_focus(name: str) -> None:
    assert not re.search(
        r"animation|transition|@keyframes|position:\s*(fixed|sticky)|outline:\s*(0|none)", SHEETS[name]
    )


@pytest.mark.parametrize("name", SHEETS)
def test_sheet__sides__follow_the_direction_of_the_language(name: str) -> None:
    assert not re.search(r"[\w-]*\b(left|right)\b(?=[^{}]*[:;}])", SHEETS[name])


@pytest.mark.parametrize("name", SHEETS)
def test_sheet__orientation_and_zoom__are_left_to_the_reader(name: str) -> None:
    assert not re.search(r"orientation|touch-action|user-select|font-size:[\d.]+px|line-height:[\d.]+px", SHEETS[name])
