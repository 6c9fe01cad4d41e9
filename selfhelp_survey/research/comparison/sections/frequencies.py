"""The section on frequencies: each question in each sample and language, missing answers of each kind, intervals."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from selfhelp_survey.research.comparison.numbers import Code
from selfhelp_survey.research.comparison.sections.writer import YES, Row, Writer, absent, counted, label, share, shares
from selfhelp_survey.research.comparison.table import Section, Table
from selfhelp_survey.research.comparison.views import SampleView

Part = tuple[tuple[str, Code], ...]


def frequencies(writer: Writer) -> Section:
    """Two tables for each harmonised variable, and for each question that only one instrument has."""
    questions = {variable.name: variable.columns for variable in writer.catalogue} | own_questions(writer)
    tables = [table for name, columns in questions.items() for table in _tables(writer, name, columns)]
    return Section(
        name="frequencies", title=writer.say("frequencies.title"), notes=(writer.say("frequencies.note"),),
        tables=tuple(tables),
    )  # fmt: skip


def own_questions(writer: Writer) -> dict[str, tuple[str, ...]]:
    """The questions outside the catalogue with their columns, in the order of the instruments."""
    found: dict[str, list[str]] = {}
    for view in writer.views:
        for column, words in view.words.items():
            question = words.question or column
            if writer.catalogue.home_of(column) is None and column not in found.get(question, []):
                found.setdefault(question, []).append(column)
    return {name: tuple(columns) for name, columns in found.items()}


def _tables(writer: Writer, name: str, columns: Sequence[str]) -> Iterator[Table]:
    variable = writer.variable(name)
    is_multiple = any(view.words[column].is_option for view in writer.views for column in columns if view.has(column))
    places = list(_places(writer, columns))
    yield Table(
        name=f"frequencies_{name}", caption=writer.say("frequencies.caption", variable=variable),
        columns=writer.columns("sample", "language", "label", "count", "answered", "share", "low", "high",
                               "share_of_all"),
        rows=(*_not_asked(writer, columns), *(row for place in places for row in place.answers())),
        notes=writer.remarks(columns, is_multiple=is_multiple),
    )  # fmt: skip
    yield Table(
        name=f"missing_{name}", caption=writer.say("frequencies.missing", variable=variable),
        columns=writer.columns("sample", "language", "label", "count", "share_of_all"),
        rows=tuple(row for place in places for row in place.missing()),
    )  # fmt: skip


def _not_asked(writer: Writer, columns: Sequence[str]) -> Iterator[Row]:
    """A row for each sample that has no counts of a harmonised variable."""
    for view in writer.views:
        if writer.catalogue.home_of(columns[0]) and not any(map(view.has, columns)):
            named = (label(writer.sample(view.sample)), label(writer.say("everybody")), label(writer.say("any")))
            yield (*named, *(absent(view.absence(columns[0], writer.catalogue)),) * 6)


def _places(writer: Writer, columns: Sequence[str]) -> Iterator["_Place"]:
    for view in writer.views:
        held = tuple(column for column in columns if view.has(column))
        for part in view.parts if held else ():
            if any(map(partial(_is_counted, view, part), held)):
                yield _Place(writer=writer, view=view, part=part, columns=held)


def _is_counted(view: SampleView, part: Part, column: str) -> bool:
    """Whether the column was counted among these people: totals need not divide each column by language."""
    return any(view.counts.knows((column, code), *part) for code in view.counts.axes[column].valid)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Place:
    """Where rows stand: a question in a sample, of everybody or of one language."""

    writer: Writer
    view: SampleView
    part: Part
    columns: tuple[str, ...]

    def answers(self) -> Iterator[Row]:
        """A row for each answer: each that was chosen of several, or each category."""
        for column in self.columns:
            words = self.view.words[column]
            for code in (YES,) if words.is_option else self.view.counts.axes[column].valid:
                yield self._answer(column, code)

    def missing(self) -> Iterator[Row]:
        """A row for all who answered, and one for each kind of missing answer."""
        for column in self._apart():
            valid = self.view.valid(column, *self.part)
            yield self._row(self._item(column) + self.writer.say("valid"), valid)
            for code in self.view.counts.axes[column].missing:
                words = self.writer.category(self.view.words[column], code)
                yield self._row(self._item(column) + words, self.view.count((column, code), *self.part))

    def _apart(self) -> tuple[str, ...]:
        """The columns that people answered each for itself: of a multiple question the first stands for all."""
        return self.columns[:1] if self.view.words[self.columns[0]].is_option else self.columns

    def _item(self, column: str) -> str:
        words = self.view.words[column]
        return f"{self.writer.item(column)}: " if words.item and not words.is_option else ""

    def _answer(self, column: str, code: Code) -> Row:
        words = self.view.words[column]
        told = self.writer.item(column) if words.is_option else self._item(column) + self.writer.category(words, code)
        count, valid = self.view.count((column, code), *self.part), self.view.valid(column, *self.part)
        of_all = share(count, self.view.count(*self.part))
        return (*self._named(told), counted(count), counted(valid), *shares(count, valid), of_all)

    def _row(self, words: str, count: int | None) -> Row:
        return (*self._named(words), counted(count), share(count, self.view.count(*self.part)))

    def _named(self, words: str) -> Row:
        return label(self.writer.sample(self.view.sample)), label(self.writer.part(self.part)), label(words)
