"""What every section writes alike: words in the report's language, cells, columns, and tables of shares."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from selfhelp_survey.core.harmonised import HarmonisedCatalogue
from selfhelp_survey.core.text import Text
from selfhelp_survey.research.comparison.dataset import Dataset, VariableWords
from selfhelp_survey.research.comparison.numbers import Code
from selfhelp_survey.research.comparison.sections.model_words import WORDS as MODEL_WORDS
from selfhelp_survey.research.comparison.statistics.intervals import wilson
from selfhelp_survey.research.comparison.table import Cell, Chart, ChartKind, Column, Format, State, Table
from selfhelp_survey.research.comparison.views import SampleView
from selfhelp_survey.research.comparison.words import WORDS

Row = tuple[Cell, ...]
YES = 1
"""The code of an option that was chosen."""
_FORMATS = {
    **dict.fromkeys(("count", "answered", "held_back", "k", "categories", "freedom"), Format.COUNT),
    **dict.fromkeys(("share", "low", "high", "share_of_all"), Format.SHARE),
    **dict.fromkeys(("statistic", "cramers_v", "residual"), Format.NUMBER),
    **dict.fromkeys(("p_value", "p_holm"), Format.P_VALUE),
}


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One row of a table of shares: its label, whom it counts, and of whom it is a share."""

    label: str
    cell: tuple[tuple[str, Code], ...]
    column: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Writer:
    """The samples, and the words for them in one language."""

    dataset: Dataset
    views: tuple[SampleView, ...]
    language: str
    threshold: int

    @property
    def catalogue(self) -> HarmonisedCatalogue:
        """The harmonised variables."""
        return self.dataset.catalogue

    def say(self, key: str, **words: str | int) -> str:
        """The wording of this key. Raises KeyError."""
        return WORDS[key][self.language].format(**words)

    def text(self, text: Text) -> str:
        """A text in the report's language, or in another where it was not written in this one."""
        known = [code for code in (self.language, "en") if code in text.languages] or sorted(text.languages)
        return text.in_language(known[0]) if known else ""

    def sample(self, name: str) -> str:
        """How a sample is called."""
        return _known(f"sample.{name}", self.language) or name

    def part(self, cell: Sequence[tuple[str, Code]]) -> str:
        """How everybody, or people of one language, are called."""
        return self.language_name(str(cell[0][1])) if cell else self.say("everybody")

    def language_name(self, code: str) -> str:
        """How a language is called."""
        return self.say("language.other") if code == "other" else _known(f"language.{code}", self.language) or code

    def variable(self, name: str) -> str:
        """How a variable is called: as the catalogue does, or as its question asks."""
        home = next((held for held in self.catalogue if held.name == name), None)
        if home:
            return self.text(home.label)
        found = [held for view in self.views for held in view.words.values() if name in (held.question,)]
        held = found[0] if found else self._words(name)
        return self.text(held.question_label or held.label) if held else name

    def item(self, column: str) -> str:
        """How one answer or row of a question with several is called."""
        held = self._words(column)
        return self.text(held.item or held.label) if held else column

    def category(self, words: VariableWords, code: Code) -> str:
        """How one code of a column is called."""
        label = words.labels.get(code) if isinstance(code, int) else None
        return (self.text(label) if label else "") or str(code)

    def _words(self, column: str) -> VariableWords | None:
        return next((view.words[column] for view in self.views if column in view.words), None)

    def columns(self, *keys: str) -> tuple[Column, ...]:
        """Columns with these keys, each in its own format."""
        return tuple(
            Column(key=key, heading=self.say(f"column.{key}"), format=_FORMATS.get(key, Format.LABEL)) for key in keys
        )

    def chart(self, kind: ChartKind, table: Table) -> Chart:
        """The picture of a table."""
        return Chart(kind=kind, title=table.caption, description=self.say(f"chart.{kind.value}"), table=table.name)

    def names(self, views: Iterable[SampleView]) -> str:
        """The samples in words, one after the other."""
        return "; ".join(dict.fromkeys(self.sample(view.sample) for view in views))

    def remarks(self, columns: Sequence[str], *, is_multiple: bool = False) -> tuple[str, ...]:
        """What a reader has to know of a table of these columns: whose counts are rounded, and who is not in it."""
        shown = [view for view in self.views if any(view.has(column) for column in columns)]
        rounded = [view for view in shown if view.counts.is_rounded]
        absent = [view for view in self.views if view not in shown]
        notes = [self.say("note.cases")] if is_multiple else []
        notes += [self.say("note.rounded", samples=self.names(rounded))] if rounded else []
        return (*notes, *([self.say("note.absent", samples=self.names(absent))] if absent else []))

    def shares(self, name: str, caption: str, rows: Iterable[tuple[SampleView, Answer]], notes: Sequence[str]) -> Table:
        """A table that can be drawn as dots: label, sample, people, share and its interval."""
        return Table(
            name=name, caption=caption, columns=self.columns("label", "sample", "count", "share", "low", "high"),
            rows=tuple(self._share_row(view, answer) for view, answer in rows), notes=tuple(notes),
        )  # fmt: skip

    def _share_row(self, view: SampleView, answer: Answer) -> Row:
        count, valid = view.count(*answer.cell), view.valid(answer.column, *_others(answer))
        return label(answer.label), label(self.sample(view.sample)), counted(count), *shares(count, valid)

    def options(self, variable: str) -> Iterator[tuple[SampleView, Answer]]:
        """Each answer of a multiple question, sample by sample: those who chose it."""
        for column in self._columns_of(variable):
            for view in self.views:
                if view.has(column):
                    yield view, Answer(label=self.item(column), cell=((column, YES),), column=column)

    def option_table(self, variable: str) -> Table:
        """How many chose each answer of a multiple question, in a table that can be drawn as dots."""
        notes = self.remarks(self._columns_of(variable), is_multiple=True)
        caption = self.say("shares.caption", variable=self.variable(variable))
        return self.shares(variable, caption, self.options(variable), notes)

    def _columns_of(self, variable: str) -> tuple[str, ...]:
        return next((held.columns for held in self.catalogue if held.name == variable), ())


def _known(key: str, language: str) -> str | None:
    return MODEL_WORDS[key][language] if key in MODEL_WORDS else None


def _others(answer: Answer) -> tuple[tuple[str, Code], ...]:
    return tuple(pair for pair in answer.cell if pair[0] != answer.column)


def label(words: str) -> Cell:
    """A cell of words."""
    return Cell(value=words)


def absent(state: State) -> Cell:
    """A cell without a figure, and why."""
    return Cell(value=None, state=state)


def counted(count: int | None) -> Cell:
    """A cell of a count of people; withheld where it is None."""
    return absent(State.WITHHELD) if count is None else Cell(value=count)


def share(count: int | None, of: int | None) -> Cell:
    """A cell of one count as a share of another, both of them shown; refused where there is nobody."""
    if count is None or of is None:
        return absent(State.WITHHELD)
    return Cell(value=min(count, of) / of) if of else absent(State.REFUSED)


def shares(count: int | None, of: int | None) -> tuple[Cell, Cell, Cell]:
    """The share and the ends of its 95 % interval, made from shown counts only."""
    first = share(count, of)
    if first.state is not State.SHOWN or count is None or of is None:
        return first, first, first
    found = wilson(min(count, of), of)
    return first, Cell(value=float(found.low)), Cell(value=float(found.high))
