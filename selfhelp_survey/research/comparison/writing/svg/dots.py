"""Shares with their intervals, one row each; the samples of a label together, each with a mark and its name."""

from dataclasses import dataclass
from itertools import groupby

from selfhelp_survey.research.comparison.table import Format, Table
from selfhelp_survey.research.comparison.writing.figures import figure
from selfhelp_survey.research.comparison.writing.svg.canvas import (
    BOLD,
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
    lines_of,
    mark,
)
from selfhelp_survey.research.comparison.writing.svg.shown import Shown, number, shown_rows

_BROAD = Frame(width=WIDTH, left=256, right=WIDTH - 146)
_ENDS = (0.1, 0.2, 0.4, 0.6, 0.8, 1.0)
_NEEDED = ("label", "share", "low", "high")


@dataclass(frozen=True, kw_only=True)
class _Scale:
    """From nothing to the end, over which no interval goes."""

    frame: Frame
    end: float
    language: str
    samples: list[str]

    def x(self, share: float) -> float:
        return self.frame.x(share / self.end)


def draw(table: Table, language: str, *, is_narrow: bool = False) -> Canvas | None:
    """The picture; None where no row shows a share with its interval."""
    rows = shown_rows(table, _NEEDED, ("sample",))
    if not rows:
        return None
    frame, most = NARROW if is_narrow else _BROAD, max(number(row["high"]) for row in rows)
    scale = _Scale(
        frame=frame, language=language, end=next((end for end in _ENDS if end >= most), 1.0),
        samples=list(dict.fromkeys(str(row.get("sample", "")) for row in rows)),
    )  # fmt: skip
    canvas = Canvas(width=frame.width)
    for label, held in groupby(rows, key=lambda row: str(row["label"])):
        _block(canvas, label, list(held), scale)
    _axis(canvas, scale)
    return canvas


def _axis(canvas: Canvas, scale: _Scale) -> None:
    """Under the rows in the picture, and behind them."""
    parts, canvas.parts = canvas.parts, []
    steps = (0, 2, 4) if scale.frame.is_narrow else range(5)
    ticks = [scale.end * step / 4 for step in steps]
    axis(canvas, [(scale.x(tick), _whole(tick, scale.language)) for tick in ticks], top=MARGIN, foot=canvas.height + 2)
    canvas.parts += parts
    canvas.height += 2 * LINE_HEIGHT - 8


def _whole(share: float, language: str) -> str:
    told = figure(share, Format.SHARE, language)
    return told.replace(".0", "").replace(",0", "")


def _block(canvas: Canvas, label: str, rows: list[Shown], scale: _Scale) -> None:
    """A label with its rows: beside the only one, above several or where a sample is named."""
    if len(rows) == 1 and "sample" not in rows[0]:
        _row(canvas, rows[0], label, scale)
        return
    for line in lines_of(label, (scale.frame.width - 2 * MARGIN) / BOLD):
        canvas.height += LINE_HEIGHT
        canvas.over(line, MARGIN, canvas.height, font_weight="bold")
    canvas.height += 1
    for row in rows:
        _row(canvas, row, str(row.get("sample", "")), scale)
    canvas.height += 6


def _row(canvas: Canvas, row: Shown, name: str, scale: _Scale) -> None:
    middle = begin_row(canvas, name, scale.frame)
    share, low, high = (number(row[key]) for key in ("share", "low", "high"))
    kind = scale.samples.index(str(row.get("sample", "")))
    canvas.add("line", x1=scale.x(low), x2=scale.x(high), y1=middle, y2=middle, stroke=PALETTE[kind % 5],
               stroke_width=2.5)  # fmt: skip
    canvas.parts.append(mark(kind, scale.x(share), middle))
    told = _told(share, low, high, scale.language)
    canvas.text(told, scale.frame.width - MARGIN, middle + 4, font_size=SMALL, text_anchor="end")


def _told(share: float, low: float, high: float, language: str) -> str:
    """The share, and its interval in brackets."""
    ends = [figure(end, Format.SHARE, language).removesuffix("%").rstrip() for end in (low, high)]
    return f"{figure(share, Format.SHARE, language)} ({ends[0]}{TO}{ends[1]})"
