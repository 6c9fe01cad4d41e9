"""The section on pathways: from the first time to an anonymous network, as edges of one answer to the next."""

from collections.abc import Iterator
from itertools import pairwise

from selfhelp_survey.research.comparison.sections.writer import YES, Row, Writer, counted, label, share
from selfhelp_survey.research.comparison.table import ChartKind, Section, State, Table
from selfhelp_survey.research.comparison.views import PATH, REASONS, SampleView, columns_of, with_counts

MOVED = 1
"""Yes, moved from the open internet to an anonymous network: whoever said so was asked why."""


def pathways(writer: Writer) -> Section:
    """The edges of each sample with their picture, and the types of place since then."""
    title = writer.say("pathways.title")
    views = with_counts(writer.views, PATH)
    if not views:
        return Section(name="pathways", title=title, notes=(writer.say("note.none"),))
    edges = [table for view in views if (table := _edges(writer, view)).rows]
    uncrossed = [view for view in views if not _is_crossed(view)]
    few = [writer.say("note.too_few", samples=writer.names(uncrossed))] if uncrossed else []
    options = [writer.option_table(variable) for variable in ("places_since", "moved_learnt")]
    return Section(
        name="pathways", title=title, tables=(*edges, *options), notes=(writer.say("pathways.note"), *few),
        charts=(*(writer.chart(ChartKind.ALLUVIAL, table) for table in edges if _has_flow(table)),
                *(writer.chart(ChartKind.DOTS, table) for table in options if table.rows)),
    )  # fmt: skip


def _has_flow(table: Table) -> bool:
    return any(cell.state is State.SHOWN for cell in table.column("count"))


def _edges(writer: Writer, view: SampleView) -> Table:
    return Table(
        name=f"pathways_{view.sample}", caption=writer.say("pathways.caption", sample=writer.sample(view.sample)),
        columns=writer.columns("from_stage", "from", "to_stage", "to", "count", "share"),
        rows=(*_answered(writer, view), *_reasons(writer, view)),
    )  # fmt: skip


def _is_crossed(view: SampleView) -> bool:
    return any(_cells(view, one, two) for one, two in pairwise(PATH))


def _cells(view: SampleView, one: str, two: str) -> list[tuple[int | str, int | str]]:
    """The pairs of answers that were counted together and that people can have given."""
    if not (view.has(one) and view.has(two)):
        return []
    codes = [(first, second) for first in view.counts.axes[one].valid for second in view.counts.axes[two].valid]
    return [(first, second) for first, second in codes if _is_possible(view, (one, first), (two, second))]


def _is_possible(view: SampleView, first: tuple[str, int | str], second: tuple[str, int | str]) -> bool:
    return view.counts.knows(first, second) and view.count(first, second) != 0


def _answered(writer: Writer, view: SampleView) -> Iterator[Row]:
    for one, two in pairwise(PATH):
        for first, second in _cells(view, one, two):
            words = (writer.variable(one), writer.category(view.words[one], first), writer.variable(two),
                     writer.category(view.words[two], second))  # fmt: skip
            count = view.count((one, first), (two, second))
            yield (*map(label, words), counted(count), share(count, view.valid(two, (one, first))))


def _reasons(writer: Writer, view: SampleView) -> Iterator[Row]:
    moved = PATH[-1]
    for column in columns_of(REASONS, writer.catalogue):
        if view.has(column) and view.has(moved) and MOVED in view.counts.axes[moved].valid:
            words = (writer.variable(moved), writer.category(view.words[moved], MOVED), writer.variable(REASONS),
                     writer.item(column))  # fmt: skip
            count = view.count((column, YES))
            yield (*map(label, words), counted(count), share(count, view.valid(column)))
