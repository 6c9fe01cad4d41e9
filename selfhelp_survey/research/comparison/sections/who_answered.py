"""The section on who answered: people by sample, release, language and quarter, and what was held back."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from selfhelp_survey.research.comparison.protection import OTHERS, TIMES_FOR_LANGUAGES, large_enough
from selfhelp_survey.research.comparison.sections.writer import Row, Writer, absent, counted, label, share
from selfhelp_survey.research.comparison.table import Cell, Section, State, Table
from selfhelp_survey.research.comparison.views import SampleView


def who_answered(writer: Writer) -> Section:
    """How many people each sample has, in which releases, languages and quarters."""
    tables = (_samples(writer), _releases(writer), _languages(writer), _quarters(writer))
    return Section(name="who_answered", title=writer.say("who.title"), tables=tables, notes=tuple(_notes(writer)))


def _samples(writer: Writer) -> Table:
    return Table(
        name="samples", caption=writer.say("who.samples"),
        columns=writer.columns("sample", "form", "count", "held_back", "k"),
        rows=tuple(_sample(writer, view) for view in writer.views), notes=_rounded(writer, writer.views),
    )  # fmt: skip


def _sample(writer: Writer, view: SampleView) -> Row:
    form = "totals" if view.records is None else "records"
    told = (label(writer.sample(view.sample)), label(writer.say(f"form.{form}")), counted(view.counts.size))
    if view.records is None:
        return (*told, absent(State.REFUSED), absent(State.REFUSED))
    return (*told, Cell(value=view.records.held_back), Cell(value=view.records.k))


def _rounded(writer: Writer, views: Sequence[SampleView]) -> tuple[str, ...]:
    rounded = [view for view in views if view.counts.is_rounded]
    return (writer.say("note.rounded", samples=writer.names(rounded)),) if rounded else ()


def _releases(writer: Writer) -> Table:
    rows = [row for view in writer.views for row in _release_rows(writer, view)]
    return Table(
        name="releases", caption=writer.say("who.releases"), rows=tuple(rows),
        columns=writer.columns("sample", "release", "count", "share_of_all"),
    )  # fmt: skip


def _release_rows(writer: Writer, view: SampleView) -> Iterator[Row]:
    """Releases of enough people each, in the order of the store; the small ones together, as with quarters."""
    if view.records is None or view.counts.size is None:
        return
    names = {name: name for name in view.records.release_rows}
    yield from _shares(writer, view, view.records.release_rows, names={**names, OTHERS: writer.say("release.other")})


def _languages(writer: Writer) -> Table:
    rows = [row for view in writer.views for row in _language_rows(writer, view)]
    least = TIMES_FOR_LANGUAGES * writer.threshold
    return Table(
        name="languages", caption=writer.say("who.languages"), rows=tuple(rows),
        columns=writer.columns("sample", "language", "count", "share_of_all"),
        notes=(writer.say("who.languages_note", least=least), *_rounded(writer, writer.views)),
    )  # fmt: skip


def _language_rows(writer: Writer, view: SampleView) -> Iterator[Row]:
    for part in view.parts:
        count = view.count(*part)
        named = (label(writer.sample(view.sample)), label(writer.part(part)))
        yield (*named, counted(count), share(count, view.counts.size))


def _quarters(writer: Writer) -> Table:
    rows = [row for view in writer.views for row in _quarter_rows(writer, view)]
    return Table(
        name="quarters", caption=writer.say("who.quarters"), rows=tuple(rows),
        columns=writer.columns("sample", "quarter", "count", "share_of_all"),
    )  # fmt: skip


def _quarter_rows(writer: Writer, view: SampleView) -> Iterator[Row]:
    """Quarters of enough people each; the small ones together, again enough people, or no quarter at all."""
    if view.records is None or view.counts.size is None:
        return
    quarters, counts = np.unique(view.records.quarter, return_counts=True)
    sizes = dict(zip(quarters.tolist(), counts.tolist(), strict=True))
    names = {name: name for name in sizes if name}
    yield from _shares(writer, view, sizes, names={**names, OTHERS: writer.say("quarter.other")})


def _shares(writer: Writer, view: SampleView, sizes: Mapping[str, int], *, names: Mapping[str, str]) -> Iterator[Row]:
    """A row for each of the large ones, in the order of `names`, and one for the others together."""
    kept, size = large_enough(sizes, writer.threshold), sum(sizes.values())
    told = sum(sizes[name] for name in kept if name != OTHERS)
    for name in (each for each in names if each in kept):
        count = size - told if name == OTHERS else sizes[name]
        yield label(writer.sample(view.sample)), label(names[name]), counted(count), share(count, size)


def _notes(writer: Writer) -> Iterator[str]:
    yield writer.say("who.held_back")
    records = {held.sample for held in writer.dataset.samples}
    both = [view for view in writer.views if view.sample in records and _has_totals(writer, view)]
    if both:
        yield writer.say("who.both", samples=writer.names(both))


def _has_totals(writer: Writer, view: SampleView) -> bool:
    return any(table.sample == view.sample for table in writer.dataset.totals)
