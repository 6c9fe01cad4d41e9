"""A share for each pair of a row and a column: the number in the cell, and darker where it is larger."""

from math import ceil

from selfhelp_survey.research.comparison.table import Format, Table
from selfhelp_survey.research.comparison.writing.figures import figure
from selfhelp_survey.research.comparison.writing.svg.canvas import (
    LINE_HEIGHT,
    MARGIN,
    SMALL,
    Canvas,
    lines_of,
    width_of,
)
from selfhelp_survey.research.comparison.writing.svg.shown import number, shown_rows

LEFT = 220
_ROW, _NARROWEST, _WIDEST = 30, 76, 120
_LIGHT, _FULL = (0xEA, 0xF3, 0xFA), (0x00, 0x3A, 0x6E)
"""One hue from light to dark, so that it also works in grey."""
Colour = tuple[int, int, int]


def draw(table: Table, language: str) -> Canvas | None:
    """The picture; None where no cell shows a share."""
    shares = {
        (str(row["row"]), str(row["column"])): number(row["share"])
        for row in shown_rows(table, ("row", "column", "share"))
    }
    if not shares:
        return None
    pairs = [(str(row["row"]), str(row["column"])) for row in shown_rows(table, ("row", "column"))]
    names, heads = list(dict.fromkeys(row for row, _ in pairs)), list(dict.fromkeys(column for _, column in pairs))
    width = min(max(_NARROWEST, *(width_of(word, SMALL) + 8 for head in heads for word in head.split())), _WIDEST)
    canvas = Canvas(width=round(LEFT + width * len(heads) + MARGIN))
    _heads(canvas, heads, width)
    most = ceil(max(shares.values()) * 10) / 10 or 0.1
    for name in names:
        height = _name(canvas, name)
        for place, head in enumerate(heads):
            share = shares.get((name, head))
            told = "" if share is None else figure(share, Format.SHARE, language)
            _cell(canvas, (LEFT + place * width, width, height), told, None if share is None else share / most)
        canvas.height += height
    return canvas


def _heads(canvas: Canvas, heads: list[str], width: float) -> None:
    lines = [lines_of(head, width - 6, SMALL) for head in heads]
    canvas.height += max(map(len, lines)) * (LINE_HEIGHT - 1) + 4
    for place, held in enumerate(lines):
        for number_, line in enumerate(held):
            foot = canvas.height - 6 - (len(held) - 1 - number_) * (LINE_HEIGHT - 1)
            canvas.text(line, LEFT + (place + 0.5) * width, foot, font_size=SMALL, text_anchor="middle")


def _name(canvas: Canvas, name: str) -> float:
    """How high the row is, whose name it has written."""
    lines = lines_of(name, LEFT - 2 * MARGIN, SMALL)
    height = max(_ROW, len(lines) * (LINE_HEIGHT - 1) + 8)
    for place, line in enumerate(lines):
        foot = canvas.height + height / 2 + (place - (len(lines) - 1) / 2) * (LINE_HEIGHT - 1) + 4
        canvas.text(line, MARGIN, foot, font_size=SMALL)
    return height


def _cell(canvas: Canvas, box: tuple[float, float, float], told: str, part: float | None) -> None:
    """A cell with its number; one without a figure is a dashed frame."""
    x, width, height = box
    frame = {"x": x + 1, "y": canvas.height + 1, "width": width - 2, "height": height - 2}
    if part is None:
        canvas.add("rect", **frame, fill="none", stroke="#767676", stroke_dasharray="3 3")
        return
    colour = shade(part)
    canvas.add("rect", **frame, fill=_hex(colour))
    canvas.text(told, x + width / 2, canvas.height + height / 2 + 4, font_size=SMALL, text_anchor="middle",
                fill=readable_on(colour), class_="")  # fmt: skip


def shade(part: float) -> Colour:
    """The colour of a part, from 0 to 1."""
    red, green, blue = (round(low + (high - low) * part) for low, high in zip(_LIGHT, _FULL, strict=True))
    return red, green, blue


def readable_on(ground: Colour) -> str:
    """Black or white, whichever has the larger contrast; it is never under 4.5. Source: WCAG 2.2, 1.4.3."""
    return "#ffffff" if 1.05 / (luminance(ground) + 0.05) > (luminance(ground) + 0.05) / 0.05 else "#000000"


def luminance(colour: Colour) -> float:
    """Relative luminance, 0 to 1. Source: WCAG 2.2, glossary."""
    parts = [part / 255 for part in colour]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _hex(colour: Colour) -> str:
    return "#" + "".join(f"{part:02x}" for part in colour)
