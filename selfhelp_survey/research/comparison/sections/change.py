"""The section on change and confidence after the programme: what the exit survey alone asks."""

from collections.abc import Iterator

from selfhelp_survey.research.comparison.sections.writer import Answer, Row, Writer, counted, label, shares
from selfhelp_survey.research.comparison.table import ChartKind, Section, Table
from selfhelp_survey.research.comparison.views import CHANGE, PROGRESS, SampleView, with_counts


def change(writer: Writer) -> Section:
    """How use, urges, insight and confidence are after the programme, and that by how far people got."""
    title, notes = writer.say("change.title"), [writer.say("change.note")]
    if not with_counts(writer.views, CHANGE):
        return Section(name="change", title=title, notes=(*notes, writer.say("note.none")))
    caption = writer.say("change.caption")
    whole = writer.shares("change", caption, _answers(writer), writer.remarks(CHANGE))
    tables = tuple(table for column in CHANGE if (table := _by_progress(writer, column)).rows)
    uncrossed = [view for view in with_counts(writer.views, CHANGE) if not _crossed(view)]
    if uncrossed:
        notes.append(writer.say("note.too_few", samples=writer.names(uncrossed)))
    return Section(
        name="change", title=title, tables=(whole, *tables), notes=tuple(notes),
        charts=(writer.chart(ChartKind.DOTS, whole),),
    )  # fmt: skip


def _answers(writer: Writer) -> Iterator[tuple[SampleView, Answer]]:
    for column in CHANGE:
        for view in with_counts(writer.views, [column]):
            for code in view.counts.axes[column].valid:
                words = f"{writer.variable(column)}: {writer.category(view.words[column], code)}"
                yield view, Answer(label=words, cell=((column, code),), column=column)


def _crossed(view: SampleView) -> bool:
    return any(_is_crossed(view, column) for column in CHANGE)


def _is_crossed(view: SampleView, column: str) -> bool:
    if not (view.has(column) and view.has(PROGRESS)):
        return False
    progress, codes = view.counts.axes[PROGRESS].valid, view.counts.axes[column].valid
    return any(view.counts.knows((column, code), (PROGRESS, far)) for code in codes for far in progress)


def _by_progress(writer: Writer, column: str) -> Table:
    views = [view for view in writer.views if _is_crossed(view, column)]
    return Table(
        name=f"change_by_progress_{column}", caption=writer.say("change.progress", variable=writer.variable(column)),
        columns=writer.columns("sample", "progress", "label", "count", "share", "low", "high"),
        rows=tuple(row for view in views for row in _progress_rows(writer, view, column)),
    )  # fmt: skip


def _progress_rows(writer: Writer, view: SampleView, column: str) -> Iterator[Row]:
    for far in view.counts.axes[PROGRESS].valid:
        valid = view.valid(column, (PROGRESS, far))
        for code in view.counts.axes[column].valid:
            count = view.count((column, code), (PROGRESS, far))
            words = (writer.sample(view.sample), writer.category(view.words[PROGRESS], far),
                     writer.category(view.words[column], code))  # fmt: skip
            yield (*map(label, words), counted(count), *shares(count, valid))
