"""The section on what stands in the way of help, what makes a first step possible, and which help is preferred."""

from collections.abc import Iterator

from selfhelp_survey.research.comparison.sections.writer import Row, Writer, counted, label, shares
from selfhelp_survey.research.comparison.table import ChartKind, Section, State, Table
from selfhelp_survey.research.comparison.views import SampleView, columns_of, with_counts

BARRIERS = "barriers"
MUCH = frozenset({3, 4})
"""Quite a lot, and very much."""
OPTIONS = ("facilitators", "preferred_help")


def barriers(writer: Writer) -> Section:
    """Barriers by extent (a heat map for each sample), those felt much, and what helps (dots)."""
    columns = columns_of(BARRIERS, writer.catalogue)
    views = with_counts(writer.views, columns)
    heats = [_extent(writer, view, columns) for view in views]
    dots = [_much(writer, columns), *(writer.option_table(variable) for variable in OPTIONS)]
    charts = [writer.chart(ChartKind.HEAT, table) for table in heats if _is_shown(table)]
    charts += [writer.chart(ChartKind.DOTS, table) for table in dots if _is_shown(table)]
    return Section(
        name="barriers", title=writer.say("barriers.title"), tables=(*heats, *dots), charts=tuple(charts),
        notes=(writer.say("three.proxy"),) if views else (writer.say("note.none"),),
    )  # fmt: skip


def _is_shown(table: Table) -> bool:
    return any(cell.state is State.SHOWN for cell in table.column("share"))


def _extent(writer: Writer, view: SampleView, columns: tuple[str, ...]) -> Table:
    caption = writer.say("barriers.extent", sample=writer.sample(view.sample), variable=writer.variable(BARRIERS))
    return Table(
        name=f"barriers_{view.sample}", caption=caption,
        columns=writer.columns("row", "column", "count", "share", "low", "high"),
        rows=tuple(row for column in columns if view.has(column) for row in _extent_rows(writer, view, column)),
    )  # fmt: skip


def _extent_rows(writer: Writer, view: SampleView, column: str) -> Iterator[Row]:
    for code in view.counts.axes[column].valid:
        count, words = view.count((column, code)), writer.category(view.words[column], code)
        yield label(writer.item(column)), label(words), counted(count), *shares(count, view.valid(column))


def _much(writer: Writer, columns: tuple[str, ...]) -> Table:
    rows = [_much_row(writer, view, column) for column in columns for view in writer.views if view.has(column)]
    return Table(
        name="barriers_much", caption=writer.say("barriers.much", variable=writer.variable(BARRIERS)), rows=tuple(rows),
        columns=writer.columns("label", "sample", "count", "share", "low", "high"), notes=writer.remarks(columns),
    )  # fmt: skip


def _much_row(writer: Writer, view: SampleView, column: str) -> Row:
    """Both counts together where both are shown."""
    codes = [code for code in view.counts.axes[column].valid if code in MUCH]
    counts = [view.count((column, code)) for code in codes]
    count = None if None in counts else sum(held for held in counts if held is not None)
    named = (label(writer.item(column)), label(writer.sample(view.sample)))
    return (*named, counted(count), *shares(count, view.valid(column)))
