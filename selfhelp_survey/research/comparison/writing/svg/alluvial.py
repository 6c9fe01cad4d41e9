"""Flows from stage to stage: each category a bar as high as the people drawn in it, each flow a band between two."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from selfhelp_survey.research.comparison.table import Format, Table
from selfhelp_survey.research.comparison.writing.figures import figure
from selfhelp_survey.research.comparison.writing.svg.canvas import (
    BOLD,
    LINE_HEIGHT,
    MARGIN,
    PALETTE,
    SMALL,
    Canvas,
    lines_of,
)
from selfhelp_survey.research.comparison.writing.svg.shown import number, shown_rows

BAR, STAGE, LABEL = 14, 235, 150
"""Width of a bar, from one stage to the next, and of the labels beside the last."""
_TALLEST, _GAP = 380, 9
Node = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class _Flow:
    source: Node
    target: Node
    count: float


@dataclass(frozen=True, kw_only=True)
class _Place:
    """Where a category stands: its bar, and the lines of its label."""

    x: float
    y: float
    height: float
    colour: str
    lines: tuple[str, ...]


def draw(table: Table, language: str) -> Canvas | None:
    """The picture; None where no flow is shown."""
    flows = [flow for flow in _flows(table) if flow.count > 0]
    if not flows:
        return None
    stages = list(dict.fromkeys(stage for flow in flows for stage in (flow.source[0], flow.target[0])))
    canvas = Canvas(width=round(2 * MARGIN + STAGE * (len(stages) - 1) + BAR + LABEL))
    _heads(canvas, stages)
    told = {flow.target for flow in flows} | {flow.source for flow in flows if flow.source[0] == _beginning(table)}
    places = _placed(flows, stages, canvas.height, partial(_words, told, language))
    _bands(canvas, flows, places)
    for place in places.values():
        _bar(canvas, place)
    canvas.height = max(place.y + max(place.height, LINE_HEIGHT * len(place.lines)) for place in places.values())
    return canvas


def _flows(table: Table) -> Iterable[_Flow]:
    for row in shown_rows(table, ("from_stage", "from", "to_stage", "to", "count")):
        source, target = (str(row["from_stage"]), str(row["from"])), (str(row["to_stage"]), str(row["to"]))
        yield _Flow(source=source, target=target, count=number(row["count"]))


def _heads(canvas: Canvas, stages: list[str]) -> None:
    rooms = [(STAGE if place < len(stages) - 1 else LABEL) - 14 for place in range(len(stages))]
    lines = [lines_of(stage, room / BOLD) for stage, room in zip(stages, rooms, strict=True)]
    canvas.height += max(map(len, lines)) * LINE_HEIGHT
    for place, held in enumerate(lines):
        for number_, line in enumerate(held):
            foot = canvas.height - (len(held) - 1 - number_) * LINE_HEIGHT
            canvas.text(line, MARGIN + place * STAGE, foot, font_weight="bold")
    canvas.height += 12


def _sizes(flows: Iterable[_Flow]) -> dict[Node, float]:
    """How many people are drawn in each category: those who come, or at the beginning those who go.

    More may go than come: whoever gives several reasons goes to each of them.
    """
    come: dict[Node, float] = {}
    gone: dict[Node, float] = {}
    for flow in flows:
        gone[flow.source] = gone.get(flow.source, 0) + flow.count
        come[flow.target] = come.get(flow.target, 0) + flow.count
    return {node: come.get(node) or gone[node] for node in (*gone, *come)}


def _beginning(table: Table) -> str:
    """The stage at which everybody begins, whether or not its flows are shown."""
    return str(table.column("from_stage")[0].value)


def _words(told: Collection[Node], language: str, node: Node, size: float) -> str:
    """The category, with the people drawn in it where they are counted once."""
    return f"{node[1]} ({figure(size, Format.COUNT, language)})" if node in told else node[1]


def _placed(
    flows: list[_Flow], stages: list[str], top: float, words: Callable[[Node, float], str]
) -> dict[Node, _Place]:
    sizes = _sizes(flows)
    scale = _TALLEST / max(sum(size for (stage, _), size in sizes.items() if stage == held) for held in stages)
    places: dict[Node, _Place] = {}
    for number_, stage in enumerate(stages):
        y = top
        for place, (node, size) in enumerate((node, size) for node, size in sizes.items() if node[0] == stage):
            lines = tuple(lines_of(words(node, size), LABEL if number_ == len(stages) - 1 else STAGE - BAR - 40, SMALL))
            height = max(size * scale, 2.0)
            places[node] = _Place(
                x=MARGIN + number_ * STAGE, y=y, height=height, colour=PALETTE[place % len(PALETTE)], lines=lines
            )
            y += max(height, LINE_HEIGHT * len(lines)) + _GAP
    return places


def _bands(canvas: Canvas, flows: list[_Flow], places: Mapping[Node, _Place]) -> None:
    sizes, leaves, comes = _sizes(flows), dict.fromkeys(places, 0.0), dict.fromkeys(places, 0.0)
    gone: dict[Node, float] = {}
    for flow in flows:
        gone[flow.source] = gone.get(flow.source, 0) + flow.count
    for flow in flows:
        source, target = places[flow.source], places[flow.target]
        out = source.height * flow.count / max(sizes[flow.source], gone[flow.source])
        into = target.height * flow.count / sizes[flow.target]
        ends = (source.y + leaves[flow.source], out, target.y + comes[flow.target], into)
        canvas.add("path", d=_band(source.x + BAR, target.x, ends), fill=source.colour, fill_opacity=0.4)
        leaves[flow.source] += out
        comes[flow.target] += into


def _band(left: float, right: float, ends: tuple[float, float, float, float]) -> str:
    """A band that leaves level and arrives level."""
    y1, high1, y2, high2 = ends
    middle = (left + right) / 2
    return (
        f"M{left:.1f} {y1:.1f}C{middle:.1f} {y1:.1f} {middle:.1f} {y2:.1f} {right:.1f} {y2:.1f}"
        f"V{y2 + high2:.1f}C{middle:.1f} {y2 + high2:.1f} {middle:.1f} {y1 + high1:.1f} {left:.1f} {y1 + high1:.1f}Z"
    )


def _bar(canvas: Canvas, place: _Place) -> None:
    canvas.add("rect", x=place.x, y=place.y, width=BAR, height=place.height, fill=place.colour)
    block = (len(place.lines) - 1) * (LINE_HEIGHT - 2)
    first = max(place.y + place.height / 2 - block / 2 + 4, place.y + 11)
    for number_, line in enumerate(place.lines):
        canvas.over(line, place.x + BAR + 6, first + number_ * (LINE_HEIGHT - 2), font_size=SMALL)
