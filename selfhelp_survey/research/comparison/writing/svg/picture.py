"""A chart of the report as a picture."""

from selfhelp_survey.research.comparison.table import Chart, ChartKind, State, Table
from selfhelp_survey.research.comparison.writing.svg import alluvial, dots, forest, heat
from selfhelp_survey.research.comparison.writing.svg.canvas import Canvas
from selfhelp_survey.research.comparison.writing.wording import say

_OF_ROWS = {ChartKind.DOTS: dots.draw, ChartKind.FOREST: forest.draw}
"""Kinds that have a form for narrow screens; the others need their two dimensions."""
_OF_TWO = {ChartKind.HEAT: heat.draw, ChartKind.ALLUVIAL: alluvial.draw}


def picture(chart: Chart, table: Table, language: str) -> str | None:
    """The chart as SVG, with title and description in it; None where the table shows nothing that can be drawn."""
    draw = _OF_ROWS.get(chart.kind) or _OF_TWO[chart.kind]
    return _whole(draw(table, language), chart, table, language)


def narrow_picture(chart: Chart, table: Table, language: str) -> str | None:
    """The same for a phone; None also where its kind has no such form."""
    if chart.kind not in _OF_ROWS:
        return None
    return _whole(_OF_ROWS[chart.kind](table, language, is_narrow=True), chart, table, language)


def described(chart: Chart, table: Table, language: str) -> str:
    """What kind of picture it is, and what in it is not drawn."""
    return " ".join([chart.description, *(say(key, language) for key in _remarks(chart, table))])


def _whole(canvas: Canvas | None, chart: Chart, table: Table, language: str) -> str | None:
    return canvas.svg(chart.title, described(chart, table, language)) if canvas else None


def _remarks(chart: Chart, table: Table) -> list[str]:
    has_gaps = any(cell.state is not State.SHOWN for row in table.rows for cell in row)
    if chart.kind is ChartKind.FOREST:
        return ["filled", *(["beyond"] if forest.goes_beyond(table) else [])]
    if chart.kind is ChartKind.DOTS or not has_gaps:
        return []
    return ["dashed" if chart.kind is ChartKind.HEAT else "gone_flows"]
