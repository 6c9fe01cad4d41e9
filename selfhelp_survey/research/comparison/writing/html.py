"""The report as one page that needs nothing else: no script, no other file, and every picture beside its table.

Pictures are SVG inside the page as images. So a browser in which SVG is off shows their descriptions, not their texts
run together; the figures stand in the tables in any case.
"""

import hashlib
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from html import escape
from importlib.resources import files
from string import Template
from xml.etree import ElementTree as ET

from selfhelp_survey.research.comparison.table import Cell, Chart, Column, Format, Report, Section, State, Table
from selfhelp_survey.research.comparison.writing.figures import worded
from selfhelp_survey.research.comparison.writing.svg.picture import described, narrow_picture, picture
from selfhelp_survey.research.comparison.writing.tables_csv import file_name, plain_name
from selfhelp_survey.research.comparison.writing.wording import MEANINGS, say
from selfhelp_survey.research.formats.markup import Element, code, direction, element, scrolling

_PHONE = "(max-width: 42rem)"
Place = tuple[int, int]
MANY = 6
"""A section of more tables than these begins with links to them."""
TABLES = "tables"
"""The directory of the tables as files."""


def report_html(report: Report) -> str:
    """The whole page, in the language of the report."""
    style = _resource("page.css").strip()
    return Template(_resource("page.html")).substitute(
        language=escape(report.language), direction=direction(report.language), policy=policy(style), style=style,
        title=_html(element("title", report.title)), body="\n".join(map(_html, _body(report))),
    )  # fmt: skip


def policy(style: str) -> str:
    """What the page may do: show itself. Its one style sheet is known by its digest; nothing is fetched from anywhere.

    Source: W3C, Content Security Policy Level 3, sections 6.1.3 and 8.4.
    """
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"


@cache
def _resource(name: str) -> str:
    return files("selfhelp_survey.research.comparison.writing").joinpath(name).read_text(encoding="utf-8")


def _html(made: Element) -> str:
    return ET.tostring(made, encoding="unicode", method="html")


def _body(report: Report) -> Iterator[Element]:
    yield element("h1", report.title)
    writer = _Writer(report.language)
    yield writer.facts(report.facts)
    if report.caveats:
        yield element("h2", writer.say("caveats"))
        yield element("ul", *(element("li", caveat) for caveat in report.caveats))
    yield writer.contents(report.sections)
    for section in report.sections:
        yield writer.section(section)


class _Writer:
    """The parts of the page in one language."""

    def __init__(self, language: str) -> None:
        self.language = language

    def say(self, key: str) -> str:
        return say(key, self.language)

    def facts(self, facts: Iterable[tuple[str, str]]) -> Element:
        pairs = (part for what, which in facts for part in (element("dt", what), element("dd", which)))
        return element("dl", *pairs, class_="facts")

    def contents(self, sections: Iterable[Section]) -> Element:
        links = (element("li", element("a", each.title, href=f"#{each.name}")) for each in sections)
        return element(
            "nav", element("h2", self.say("contents"), id="contents"), element("ul", *links),
            **{"aria-labelledby": "contents"},
        )  # fmt: skip

    def section(self, section: Section) -> Element:
        """Title, notes, and each table after its pictures."""
        parts = [element("h2", section.title, id=section.name)]
        parts += [element("p", note) for note in section.notes]
        if not section.tables:
            parts.append(element("p", self.say("no_rows")))
        if len(section.tables) > MANY:
            parts.append(self._links(section))
        for table in section.tables:
            parts += [self.figure(chart, table) for chart in section.charts if chart.table == table.name]
            parts += self.table(table)
        return element("section", *parts, **{"aria-labelledby": section.name})

    def _links(self, section: Section) -> Element:
        links = (element("li", element("a", table.caption, href=f"#{_place(table)}")) for table in section.tables)
        return element("nav", element("ul", *links), **{"aria-label": section.title})

    def figure(self, chart: Chart, table: Table) -> Element:
        """The picture under its title; where nothing can be drawn, a sentence."""
        told = described(chart, table, self.language)
        drawn = picture(chart, table, self.language)
        caption = element("figcaption", element("strong", chart.title), told + " " + self.say("picture"))
        if drawn is None:
            return element("figure", caption, element("p", self.say("no_picture"), class_="note"))
        image = element("img", src=_inside(drawn), alt=f"{chart.title}. {told}", **_size(drawn))
        narrow = narrow_picture(chart, table, self.language)
        if narrow is not None:
            source = element("source", media=_PHONE, srcset=_inside(narrow), **_size(narrow))
            image = element("picture", source, image)
        return element("figure", caption, scrolling(chart.title, image))

    def table(self, table: Table) -> Iterator[Element]:
        """The table, and under it what its words mean, its notes, and its file."""
        head = element("tr", *(self._head(column) for column in table.columns))
        spans = row_spans(table)
        rows = (self._row(table, number, spans) for number in range(len(table.rows)))
        whole = element(
            "table", element("caption", table.caption), element("thead", head), element("tbody", *rows),
            id=_place(table), class_="grouped" if any(span > 1 for span in spans.values()) else "plain",
        )  # fmt: skip
        yield scrolling(table.caption, whole)
        yield from (element("p", note, class_="note") for note in (*self._meanings(table), *table.notes))
        yield element("p", f"{self.say('file')} ", code(f"{TABLES}/{file_name(table)}"), class_="note")

    def _head(self, column: Column) -> Element:
        return element("th", column.heading, scope="col", class_=_kind(column))

    def _row(self, table: Table, number: int, spans: Mapping[Place, int]) -> Element:
        cells = [
            self._cell(column, cell, spans.get((number, place)))
            for place, (column, cell) in enumerate(zip(table.columns, table.rows[number], strict=True))
        ]
        return element("tr", *cells)

    def _cell(self, column: Column, cell: Cell, span: int | None) -> Element | None:
        """A figure or label; a heading of so many rows where it has a span, and nothing where one above spans it."""
        kind = _kind(column) if cell.state is State.SHOWN else f"{_kind(column)} none"
        told = worded(cell, column.format, self.language)
        if span is None:
            return element("td", told, class_=kind)
        if span == 0:
            return None
        more = {"rowspan": str(span)} if span > 1 else {}
        return element("th", told, scope="row", class_=kind, **more)

    def _meanings(self, table: Table) -> list[str]:
        found = {cell.state for row in table.rows for cell in row}
        return [f"{words[self.language][:1].upper()}{words[self.language][1:]}."
                for state, words in MEANINGS.items() if state in found]  # fmt: skip


def row_spans(table: Table) -> dict[Place, int]:
    """How many rows each heading of rows spans, by row and column: the labels that a table begins with.

    One that stands below the same, in the same group, is spanned by it (0). The last of them names its row alone.
    """
    places = range(len(table.columns))
    leading = next((place for place in places if table.columns[place].format is not Format.LABEL), len(places))
    spans: dict[Place, int] = {}
    for place in range(leading):
        begun = 0
        for number, row in enumerate(table.rows):
            above = table.rows[number - 1][: place + 1] if number else ()
            if place < leading - 1 and row[: place + 1] == above:
                spans[begun, place] += 1
                spans[number, place] = 0
            else:
                begun = number
                spans[number, place] = 1
    return spans


def _place(table: Table) -> str:
    return f"table-{plain_name(table.name)}"


def _kind(column: Column) -> str:
    return "label" if column.format is Format.LABEL else "figure"


def _inside(drawn: str) -> str:
    return "data:image/svg+xml;base64," + b64encode(drawn.encode()).decode()


def _size(drawn: str) -> dict[str, str]:
    """Width and height of a picture, so that nothing moves while it loads."""
    root = ET.fromstring(drawn)  # noqa: S314 - we have just written it
    return {"width": root.attrib["width"], "height": root.attrib["height"]}
