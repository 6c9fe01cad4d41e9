"""Each sample as the sections of the report see it: protected counts and words, whether from records or from totals."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from selfhelp_survey.core.harmonised import Comparability, HarmonisedCatalogue
from selfhelp_survey.research.comparison.dataset import Dataset, SampleRecords, VariableWords
from selfhelp_survey.research.comparison.numbers import LANGUAGE, VALID, Code
from selfhelp_survey.research.comparison.protection import Cross, ProtectedCounts, Tables, protect
from selfhelp_survey.research.comparison.table import State
from selfhelp_survey.research.comparison.totals_counts import counts_of_totals

CHANGE = ("k1_use", "k2_urges", "k3_insight", "f1_confidence")
"""What the exit survey asks about change and about keeping it; its own questions, in no catalogue."""
PROGRESS = "p1_progress"
PATH = ("first_age", "first_place", "moved_to_anonymous")
REASONS, SEEN_WHERE, SEEN_EFFECT = "moved_why", "seen_where", "seen_effect"


@dataclass(frozen=True, kw_only=True, eq=False)
class SampleView:
    """One sample. `records` is None where there are protected totals only."""

    counts: ProtectedCounts
    words: dict[str, VariableWords]
    records: SampleRecords | None = None

    @property
    def sample(self) -> str:
        """Which sample it is."""
        return self.counts.sample

    @property
    def parts(self) -> tuple[tuple[tuple[str, Code], ...], ...]:
        """Everybody, and each language that is told apart, as cells to count in."""
        return ((), *(((LANGUAGE, code),) for code in self.counts.languages))

    def has(self, column: str) -> bool:
        """Whether there are counts of the column."""
        return column in self.counts.axes and column in self.words

    def count(self, *cell: tuple[str, Code]) -> int | None:
        """How many people the cell has; None where that is withheld, or was not counted."""
        return self.counts.count(*cell) if self.counts.knows(*cell) else None

    def valid(self, column: str, *cell: tuple[str, Code]) -> int | None:
        """How many of the cell gave an answer to the column; None where that is withheld, or was not counted."""
        return self.count((column, VALID), *cell)

    def absence(self, column: str, catalogue: HarmonisedCatalogue) -> State:
        """Why there are no counts of a harmonised column; refused where the totals of a sample lack it."""
        home = catalogue.home_of(column)
        if home is not None and home.carried_by(self.counts.instrument) is None:
            return State.NOT_ASKED
        if self.records is None:
            return State.REFUSED
        if column not in self.records.columns:
            return State.NOT_ASKED
        return State.NOT_ASKED if bool((self.records.columns[column] == -6).all()) else State.WITHHELD


def views_of(dataset: Dataset, *, threshold: int, progress: Callable[[int], object]) -> tuple[SampleView, ...]:
    """The samples of the dataset; totals only of a sample without records, for both together could be subtracted.

    `progress` hears 1 for each table.
    """
    seen = [_of_records(held, dataset.catalogue, threshold, progress) for held in dataset.samples]
    with_records = {held.sample for held in dataset.samples}
    for name in dataset.names:
        tables = [table for table in dataset.totals if table.sample == name]
        if tables and name not in with_records:
            words = {column: held for table in tables for column, held in table.words.items()}
            seen.append(SampleView(counts=counts_of_totals(tables), words=words))
    return tuple(seen)


def tables_to_protect(dataset: Dataset) -> int:
    """How many tables `views_of` counts at most."""
    found = [tables_of(held, dataset.catalogue) for held in dataset.samples]
    return sum(len(tables.columns) + len(tables.crosses) for tables in found)


def tables_of(records: SampleRecords, catalogue: HarmonisedCatalogue) -> Tables:
    """Everything that the sections show of a sample: each column, and the crosses, which form no ring."""
    columns = tuple(name for name in records.columns if name in records.words)
    crosses = [cross for cross in _crosses(catalogue) if set(cross) <= set(columns)]
    return Tables(columns=columns, crosses=tuple(crosses))


def _crosses(catalogue: HarmonisedCatalogue) -> Iterator[Cross]:
    yield from pairwise(PATH)
    yield from ((column, SEEN_EFFECT) for column in columns_of(SEEN_WHERE, catalogue))
    yield from ((column, PROGRESS) for column in CHANGE)


def columns_of(variable: str, catalogue: HarmonisedCatalogue) -> tuple[str, ...]:
    """The columns of a harmonised variable; none where the catalogue lacks it."""
    return next((held.columns for held in catalogue if held.name == variable), ())


def _of_records(
    held: SampleRecords, catalogue: HarmonisedCatalogue, threshold: int, progress: Callable[[int], object]
) -> SampleView:
    counts = protect(held, tables_of(held, catalogue), threshold=threshold, progress=progress)
    return SampleView(counts=counts, words=dict(held.words), records=held)


def is_proxy(view: SampleView, variable: str, catalogue: HarmonisedCatalogue) -> bool:
    """Whether what the sample's instrument asks only stands in for the variable."""
    carried = catalogue.variable(variable).carried_by(view.counts.instrument)
    return carried is not None and carried.comparability is Comparability.PROXY


def with_counts(views: Sequence[SampleView], columns: Sequence[str]) -> list[SampleView]:
    """The samples that have counts of any of the columns."""
    return [view for view in views if any(view.has(column) for column in columns)]
