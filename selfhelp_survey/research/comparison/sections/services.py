"""The section on what services could do: where messages about help are seen, what they lead to, which ones help."""

from collections.abc import Iterator

from selfhelp_survey.research.comparison.sections.writer import YES, Row, Writer, counted, label, shares
from selfhelp_survey.research.comparison.table import ChartKind, Section, State, Table
from selfhelp_survey.research.comparison.views import SEEN_EFFECT, SEEN_WHERE, SampleView, columns_of, with_counts

OPTIONS = (SEEN_WHERE, "message_preference")


def services(writer: Writer) -> Section:
    """Where messages were seen and which themes help (dots), and what they led to by type of service (heat maps)."""
    title = writer.say("services.title")
    asked = (SEEN_EFFECT, *(column for variable in OPTIONS for column in columns_of(variable, writer.catalogue)))
    views = with_counts(writer.views, asked)
    if not views:
        return Section(name="services", title=title, notes=(writer.say("note.none"),))
    dots = [writer.option_table(variable) for variable in OPTIONS]
    effects = [table for view in views if (table := _effects(writer, view)).rows]
    uncrossed = [view for view in views if not _effects(writer, view).rows]
    few = [writer.say("note.too_few", samples=writer.names(uncrossed))] if uncrossed else []
    charts = [writer.chart(ChartKind.DOTS, table) for table in dots if _is_shown(table)]
    charts += [writer.chart(ChartKind.HEAT, table) for table in effects if _is_shown(table)]
    return Section(
        name="services", title=title, tables=(*dots, *effects), charts=tuple(charts),
        notes=(writer.say("services.note"), *few),
    )  # fmt: skip


def _is_shown(table: Table) -> bool:
    return any(cell.state is State.SHOWN for cell in table.column("share"))


def _effects(writer: Writer, view: SampleView) -> Table:
    return Table(
        name=f"services_effect_{view.sample}", caption=writer.say("services.effect", sample=writer.sample(view.sample)),
        columns=writer.columns("row", "column", "count", "share", "low", "high"),
        rows=tuple(_effect_rows(writer, view)),
    )  # fmt: skip


def _effect_rows(writer: Writer, view: SampleView) -> Iterator[Row]:
    places = [column for column in columns_of(SEEN_WHERE, writer.catalogue) if view.has(column)]
    for column in places if view.has(SEEN_EFFECT) else ():
        for code in view.counts.axes[SEEN_EFFECT].valid:
            cell, seen = (SEEN_EFFECT, code), (column, YES)
            if view.counts.knows(seen, cell):
                words = (writer.item(column), writer.category(view.words[SEEN_EFFECT], code))
                count = view.count(seen, cell)
                yield (*map(label, words), counted(count), *shares(count, view.valid(SEEN_EFFECT, seen)))
