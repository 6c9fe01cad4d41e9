"""What all pictures share: colours, texts that break into lines, marks, and the SVG around them.

A picture is of a fixed size in CSS pixels, so that its texts are as large as those of the page. It brings its own
ground: it can be read on any page, and where its style does not arrive it is dark on white.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

from selfhelp_survey.research.formats.markup import Element, element

PALETTE = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#767676", "#e69f00", "#56b4e9")
"""Source: Okabe and Ito, Color Universal Design (2008), and a grey; the first five have 3:1 against both grounds."""
WIDTH = 640
SIZE, SMALL = 13, 12
LINE_HEIGHT = 16
MARGIN = 10
TO = "\u2013"
"""Between the ends of an interval."""
_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"
_AVERAGE, _WIDE = 0.56, 1.05
"""Width of a letter as part of the size of its type, on the safe side; East Asian letters are wide."""
BOLD = 1.15
"""How much wider bold letters are."""
GROUND, INK, SOFT, RULE = "#ffffff", "#1a1a1a", "#555555", "#c4c4c4"
_DARK = (
    "@media (prefers-color-scheme: dark) { .ground { fill: #17191c } .ink { fill: #f0f0f0 } .soft { fill: #b8bcc2 } "
    ".rule { stroke: #4a4f57 } .mark { stroke: #17191c } .halo { fill: #f0f0f0; stroke: #17191c } }"
)


@dataclass(kw_only=True)
class Canvas:
    """A picture while it is drawn; `height` grows downwards."""

    width: int = WIDTH
    height: float = MARGIN
    parts: list[Element] = field(default_factory=list)

    def add(self, tag: str, **attributes: str | float) -> None:
        """Draw a shape; _ in a name stands for -."""
        self.parts.append(shape(tag, **attributes))

    def text(self, words: str, x: float, y: float, **attributes: str | float) -> None:
        """Write a line whose foot is at y."""
        given = {"fill": INK, "class": "ink", "font-size": SIZE, **_attributes(attributes)}
        self.parts.append(element("text", words, x=_told(x), y=_told(y), **_texts(given)))

    def over(self, words: str, x: float, y: float, **attributes: str | float) -> None:
        """Write a line over something that is drawn already: with a rim of the ground around its letters."""
        rim: dict[str, str | float] = {"stroke": GROUND, "stroke-width": 3, "paint-order": "stroke", "class": "halo"}
        self.text(words, x, y, **rim, **attributes)

    def svg(self, title: str, description: str) -> str:
        """The whole picture, with its title and description."""
        height = round(self.height + MARGIN)
        root = element(
            "svg", element("title", title), element("desc", description), element("style", _DARK),
            shape("rect", width=self.width, height=height, fill=GROUND, class_="ground"), *self.parts,
            xmlns="http://www.w3.org/2000/svg", width=str(self.width), height=str(height),
            viewBox=f"0 0 {self.width} {height}", role="img", **{"font-family": _FONT, "font-size": str(SIZE)},
        )  # fmt: skip
        return ET.tostring(root, encoding="unicode")


def shape(tag: str, **attributes: str | float) -> Element:
    """An element with these attributes; _ in a name stands for -."""
    return element(tag, **_texts(_attributes(attributes)))


def _attributes(given: dict[str, str | float]) -> dict[str, str | float]:
    return {name.rstrip("_").replace("_", "-"): value for name, value in given.items()}


def _texts(given: dict[str, str | float]) -> dict[str, str]:
    return {name: _told(value) for name, value in given.items()}


def _told(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.1f}".removesuffix(".0")


def width_of(words: str, size: float = SIZE) -> float:
    """About how wide a line of this size is, on the safe side."""
    return sum(_WIDE if unicodedata.east_asian_width(mark) in "WF" else _AVERAGE for mark in words) * size


def lines_of(words: str, width: float, size: float = SIZE) -> list[str]:
    """The words in lines of at most this width; a word that is longer stands alone, broken where it must be."""
    lines = [""]
    for word in _pieces(words, width, size):
        longer = f"{lines[-1]} {word}".strip()
        if width_of(longer, size) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return [line for line in lines if line] or [""]


def _pieces(words: str, width: float, size: float) -> Iterable[str]:
    most = max(4, int(width / (_AVERAGE * size)))
    for word in words.split():
        left = word
        while width_of(left, size) > width and len(left) > most:
            yield left[: most - 1] + "-"
            left = left[most - 1 :]
        yield left


def mark(kind: int, x: float, y: float) -> Element:
    """The mark of the sample of this number: circle, square, diamond or triangle, in its colour."""
    colour = PALETTE[kind % 5]
    look: dict[str, str | float] = {"fill": colour, "stroke": GROUND, "stroke_width": 1, "class_": "mark"}
    if kind % 4 == 0:
        return shape("circle", cx=x, cy=y, r=5.5, **look)
    if kind % 4 == 1:
        return shape("rect", x=x - 5, y=y - 5, width=10, height=10, **look)
    corners = ((0, -7), (7, 0), (0, 7), (-7, 0)) if kind % 4 == 2 else ((0, -6.5), (6.5, 5), (-6.5, 5))
    return shape("polygon", points=" ".join(f"{x + dx:.1f},{y + dy:.1f}" for dx, dy in corners), **look)


@dataclass(frozen=True, kw_only=True)
class Frame:
    """How a picture of rows divides its width: labels, then the scale from `left` to `right`, then the figures.

    Where it is narrow, labels stand above their rows.
    """

    width: int
    left: float
    right: float
    is_narrow: bool = False

    def x(self, part: float) -> float:
        """Where a part of the scale lies, 0 to 1; the nearer end for what lies outside."""
        return self.left + (self.right - self.left) * min(max(part, 0.0), 1.0)


NARROW = Frame(width=340, left=MARGIN + 8, right=198, is_narrow=True)
"""For a phone, WCAG 2.2, 1.4.10: with the margins of the page it fits into 360 CSS pixels."""


def begin_row(canvas: Canvas, label: str, frame: Frame) -> float:
    """Where the middle of a new row is, whose label is written now."""
    room = frame.width - 2 * MARGIN if frame.is_narrow else frame.left - MARGIN - 16
    lines = lines_of(label, room, SMALL) if label else []
    if frame.is_narrow:
        for line in lines:
            canvas.height += LINE_HEIGHT
            canvas.over(line, MARGIN, canvas.height, font_size=SMALL)
        canvas.height += 22
        return canvas.height - 10
    height = max(len(lines), 1) * (LINE_HEIGHT - 1) + 8
    canvas.height += height
    middle = canvas.height - height / 2
    for place, line in enumerate(lines):
        canvas.text(line, MARGIN, middle + (place - (len(lines) - 1) / 2) * (LINE_HEIGHT - 1) + 4, font_size=SMALL)
    return middle


def axis(canvas: Canvas, places: Sequence[tuple[float, str]], *, top: float, foot: float) -> None:
    """Upright lines from top to foot, each with its figure under it."""
    for x, told in places:
        canvas.add("line", x1=x, x2=x, y1=top, y2=foot, stroke=RULE, stroke_width=1, class_="rule")
        canvas.text(told, x, foot + 15, font_size=SMALL, text_anchor="middle", fill=SOFT, class_="soft")
