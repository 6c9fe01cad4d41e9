"""Odds ratios with their intervals on a logarithmic scale; 1 is no difference."""

from dataclasses import dataclass
from math import log

from selfhelp_survey.research.comparison.table import Format, Table
from selfhelp_survey.research.comparison.writing.figures import figure
from selfhelp_survey.research.comparison.writing.svg.canvas import (
    INK,
    LINE_HEIGHT,
    MARGIN,
    NARROW,
    PALETTE,
    SMALL,
    TO,
    WIDTH,
    Canvas,
    Frame,
    axis,
    begin_row,
    mark,
    shape,
)
from selfhelp_survey.research.comparison.writing.svg.shown import Shown, number, shown_rows
from selfhelp_survey.research.formats.markup import Element

_BROAD = Frame(width=WIDTH, left=290, right=WIDTH - 140)
_TICKS = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)
"""The scale begins and ends at one of these; what goes beyond the last ones has an arrow."""
_NEEDED = ("label", "odds_ratio", "low", "high")


@dataclass(frozen=True, kw_only=True)
class _Scale:
    """The ticks that hold every interval, 1 always among them."""

    frame: Frame
    ticks: tuple[float, ...]
    language: str

    def x(self, ratio: float) -> float:
        first, last = log(self.ticks[0]), log(self.ticks[-1])
        return self.frame.x((log(ratio) - first) / (last - first))


def draw(table: Table, language: str, *, is_narrow: bool = False) -> Canvas | None:
    """The picture; None where no row shows an odds ratio with its interval."""
    rows = _rows(table)
    if not rows:
        return None
    frame = NARROW if is_narrow else _BROAD
    canvas, scale = Canvas(width=frame.width), _Scale(frame=frame, ticks=_ticks(rows), language=language)
    for row in rows:
        _row(canvas, row, scale)
    _axis(canvas, scale)
    return canvas


def goes_beyond(table: Table) -> bool:
    """Whether an interval ends outside the scale."""
    return any(number(row["low"]) < _TICKS[0] or number(row["high"]) > _TICKS[-1] for row in _rows(table))


def _rows(table: Table) -> list[Shown]:
    return [row for row in shown_rows(table, _NEEDED) if number(row["low"]) > 0]


def _ticks(rows: list[Shown]) -> tuple[float, ...]:
    least, most = min(number(row["low"]) for row in rows), max(number(row["high"]) for row in rows)
    first = max((tick for tick in _TICKS if tick <= min(least, 0.5)), default=_TICKS[0])
    last = min((tick for tick in _TICKS if tick >= max(most, 2.0)), default=_TICKS[-1])
    return tuple(tick for tick in _TICKS if first <= tick <= last)


def _axis(canvas: Canvas, scale: _Scale) -> None:
    """Under the rows in the picture, and behind them."""
    parts, canvas.parts = canvas.parts, []
    foot = canvas.height + 2
    ticks = [(scale.x(tick), _short(figure(tick, Format.NUMBER, scale.language))) for tick in scale.ticks]
    axis(canvas, ticks, top=MARGIN, foot=foot)
    canvas.add("line", x1=scale.x(1), x2=scale.x(1), y1=MARGIN, y2=foot, stroke="#767676", stroke_width=1.5,
               stroke_dasharray="5 3")  # fmt: skip
    canvas.parts += parts
    canvas.height += 2 * LINE_HEIGHT - 8


def _row(canvas: Canvas, row: Shown, scale: _Scale) -> None:
    middle = begin_row(canvas, str(row["label"]), scale.frame)
    ratio, low, high = (number(row[key]) for key in ("odds_ratio", "low", "high"))
    canvas.add("line", x1=scale.x(low), x2=scale.x(high), y1=middle, y2=middle, stroke=PALETTE[0], stroke_width=2.5)
    if low < scale.ticks[0]:
        canvas.parts.append(_arrow(scale.frame.left, middle, -1))
    if high > scale.ticks[-1]:
        canvas.parts.append(_arrow(scale.frame.right, middle, 1))
    if scale.ticks[0] <= ratio <= scale.ticks[-1]:
        holds_one = low <= 1 <= high
        canvas.parts.append(_open(scale.x(ratio), middle) if holds_one else mark(1, scale.x(ratio), middle))
    told = [figure(value, Format.NUMBER, scale.language) for value in (ratio, low, high)]
    words = f"{told[0]} ({told[1]}{TO}{told[2]})"
    canvas.text(words, scale.frame.width - MARGIN, middle + 4, font_size=SMALL, text_anchor="end")


def _open(x: float, y: float) -> Element:
    """The mark of an odds ratio whose interval holds 1."""
    return shape("circle", cx=x, cy=y, r=4.5, fill="#ffffff", stroke=PALETTE[0], stroke_width=2)


def _arrow(x: float, y: float, way: int) -> Element:
    points = ((x + 6 * way, y), (x - 2 * way, y - 5), (x - 2 * way, y + 5))
    return shape("polygon", points=" ".join(f"{px:.1f},{py:.1f}" for px, py in points), fill=INK, class_="ink")


def _short(told: str) -> str:
    """A tick without the noughts behind its decimal sign."""
    return told.rstrip("0").rstrip(".,") if "." in told or "," in told else told
