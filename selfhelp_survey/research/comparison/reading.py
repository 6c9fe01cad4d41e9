"""What a research store holds, read as the comparison needs it: samples of one kind under their harmonised names.

The right to read is enough. Rows are read one by one into columns of small integers; no row is kept.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from selfhelp_survey.core.harmonised import HarmonisedCatalogue
from selfhelp_survey.errors import StoreError
from selfhelp_survey.privacy.tables import WITHHELD, round_to_base
from selfhelp_survey.research.comparison.dataset import Codes, Dataset, ProtectedTable, ReleasedColumn, SampleRecords
from selfhelp_survey.research.comparison.described import DescribedColumn, DescribedRelease, described
from selfhelp_survey.research.comparison.joining import joined
from selfhelp_survey.research.comparison.predictors import members_of
from selfhelp_survey.research_store.interface import (
    HeldRelease,
    Kind,
    Record,
    ResearchStore,
    SeriesRegistration,
    TotalRow,
)

ROWS_AT_ONCE = 1000
ALWAYS = ("language", "quarter")
"""What is no code but a word, and stands in `SampleRecords` by itself."""
Progress = Callable[[int], object]


@dataclass(frozen=True, kw_only=True)
class _Part:
    """One release in the store."""

    registration: SeriesRegistration
    held: HeldRelease
    told: DescribedRelease
    is_last: bool

    @property
    def of(self) -> tuple[str, str]:
        """Which sample it is of, and which instrument."""
        return self.told.sample, self.told.instrument

    @property
    def name(self) -> str:
        """The release as the report calls it."""
        return f"{self.held.number} of {self.registration.series}"


def read_dataset(
    store: ResearchStore, catalogue: HarmonisedCatalogue, *, kind: Kind = "real", progress: Progress = lambda _: None
) -> Dataset:
    """Everything of this kind in the store; samples in the order of the catalogue's instruments.

    `progress` is told the records and counts read. Raises StoreError, also where there is nothing of the kind.
    """
    parts = list(_parts(store, catalogue, kind))
    if not parts:
        raise StoreError(f"The store holds no {kind} release: push one first, or name another kind with --kind.")
    records = [part for part in parts if part.registration.form == "records"]
    totals = [part for part in parts if part.registration.form == "totals"]
    samples = [joined([_records(store, part, progress) for part in held]) for held in _by_sample(records, catalogue)]
    tables = [table for held in _by_sample(totals, catalogue) for table in _tables(store, held, progress)]
    return Dataset(catalogue=catalogue, samples=tuple(samples), totals=tuple(tables))


def rows_held(store: ResearchStore, *, kind: Kind = "real") -> int:
    """How many records and counts `read_dataset` will read."""
    found = (held for _, held, _ in _releases(store, kind))
    return sum(rows for held in found if isinstance(rows := held.manifest.get("rows"), int))


def _releases(store: ResearchStore, kind: Kind) -> Iterator[tuple[SeriesRegistration, HeldRelease, bool]]:
    for name in store.series_names():
        registration = store.find_series(name)
        releases = store.held_releases(name) if registration.kind == kind else ()
        for held in releases:
            yield registration, held, held.number == releases[-1].number


def _parts(store: ResearchStore, catalogue: HarmonisedCatalogue, kind: Kind) -> Iterator[_Part]:
    for registration, held, is_last in _releases(store, kind):
        try:
            told = described(held.codebook, catalogue)
        except (KeyError, TypeError, AttributeError, ValueError):
            raise StoreError(
                f"The codebook of release {held.number} of {registration.series} is not one that this program writes: "
                "push a release that was made by it."
            ) from None
        yield _Part(registration=registration, held=held, told=told, is_last=is_last)


def _by_sample(parts: Sequence[_Part], catalogue: HarmonisedCatalogue) -> list[list[_Part]]:
    """The releases of each sample and instrument together."""
    known = list(dict.fromkeys(carried.instrument for variable in catalogue for carried in variable.instruments))
    kinds = sorted({part.of for part in parts}, key=lambda of: (_place(of[1], known), of))
    return [[part for part in parts if part.of == of] for of in kinds]


def _place(name: str, known: Sequence[str]) -> int:
    return known.index(name) if name in known else len(known)


def _records(store: ResearchStore, part: _Part, progress: Progress) -> SampleRecords:
    series, columns = part.registration.series, part.told.columns
    rows = store.read_records(series, part.held.number)
    try:
        codes, language, quarter = _columns(rows, [column.source for column in columns], progress)
    except (KeyError, ValueError, OverflowError, TypeError):
        raise StoreError(f"Release {part.name} holds rows that its codebook does not describe.") from None
    return SampleRecords(
        sample=part.told.sample, instrument=part.told.instrument, language=language, quarter=quarter,
        columns={column.name: codes[:, place].copy() for place, column in enumerate(columns)},
        words={column.name: column.words for column in columns}, releases=(part.name,), k=part.registration.k,
        held_back=_held_back(part), sources={column.name: (_released(column),) for column in columns},
        release_rows={part.name: len(language)},
    )  # fmt: skip


def _released(column: DescribedColumn) -> ReleasedColumn:
    members = tuple(sorted(members_of(column.words).items()))
    return ReleasedColumn(name=column.source, level=column.words.level, members=members)


def _held_back(part: _Part) -> int:
    """How many waited when this was made, rounded to 5; counted once a series, when its newest release was made."""
    waiting = part.held.manifest.get("held_back", 0)
    return waiting if part.is_last and isinstance(waiting, int) else 0


def _columns(
    rows: Iterable[Record], names: Sequence[str], progress: Progress
) -> tuple[Codes, NDArray[np.str_], NDArray[np.str_]]:
    """Codes (records x names), language and quarter of each record. Raises KeyError, ValueError or OverflowError."""
    codes: list[Codes] = [np.empty((0, len(names)), dtype=np.int16)]
    words: dict[str, list[str]] = {name: [] for name in ALWAYS}
    for batch in _batches(iter(rows)):
        codes.append(np.array([_picked(row, names) for row in batch], dtype=np.int16).reshape(len(batch), len(names)))
        for name, held in words.items():
            held.extend(_word(row.get(name, "")) for row in batch)
        progress(len(batch))
    language, quarter = (np.array(held, dtype=np.str_) for held in words.values())
    return np.concatenate(codes), language, quarter


def _batches(rows: Iterator[Record]) -> Iterator[list[Record]]:
    while batch := list(islice(rows, ROWS_AT_ONCE)):
        yield batch


def _picked(row: Record, names: Sequence[str]) -> tuple[Any, ...]:
    if len(names) < 2:
        return tuple(row[name] for name in names)
    picked: tuple[Any, ...] = itemgetter(*names)(row)
    return picked


def _word(value: int | str) -> str:
    """A language or quarter as released; "" where it was withheld."""
    return value if isinstance(value, str) else ""


def _tables(store: ResearchStore, parts: Sequence[_Part], progress: Progress) -> list[ProtectedTable]:
    """The tables of one sample, releases and series added up."""
    tables: dict[tuple[str, ...], ProtectedTable] = {}
    for part in parts:
        for table in _tables_of(store, part, progress):
            known = tables.get(table.columns)
            tables[table.columns] = table if known is None else _added(known, table)
    return list(tables.values())


def _tables_of(store: ResearchStore, part: _Part, progress: Progress) -> list[ProtectedTable]:
    counts: dict[tuple[str, ...], dict[tuple[int | str, ...], int | None]] = {}
    for row in store.read_totals(part.registration.series, part.held.number):
        columns = tuple(row.table.split(" x "))
        counts.setdefault(columns, {})[tuple(row.cell[name] for name in columns)] = _shown(row)
        progress(1)
    words = {column.name: column.words for column in part.told.columns}
    names, rounded = part.told.names, not _is_suppressed(part.registration)
    return [
        _table(part, tuple(names.get(name, name) for name in columns), held, rounded=rounded, words=words)
        for columns, held in counts.items()
    ]


def _table(
    part: _Part, columns: tuple[str, ...], counts: dict[tuple[int | str, ...], int | None], **more: Any
) -> ProtectedTable:
    words = {name: held for name, held in more["words"].items() if name in columns}
    return ProtectedTable(
        sample=part.told.sample, instrument=part.told.instrument, columns=columns, counts=counts,
        rounded=more["rounded"], words=words,
    )  # fmt: skip


def _shown(row: TotalRow) -> int | None:
    return None if row.count == WITHHELD else row.count


def _is_suppressed(registration: SeriesRegistration) -> bool:
    plan = registration.plan.get("plan")
    return isinstance(plan, dict) and plan.get("protection") == "suppression"


def _added(one: ProtectedTable, other: ProtectedTable) -> ProtectedTable:
    """Two releases in one table: nobody is in both. A cell that either withholds stays withheld.

    Where only one is rounded, the counts of the other are rounded too, so that all are multiples of 5.
    """
    if one.rounded != other.rounded:
        one, other = _rounded(one), _rounded(other)
    cells = dict.fromkeys([*one.counts, *other.counts])
    counts = {cell: _sum(one.counts.get(cell, 0), other.counts.get(cell, 0)) for cell in cells}
    return replace(other, counts=counts, words={**one.words, **other.words})


def _sum(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other


def _rounded(table: ProtectedTable) -> ProtectedTable:
    counts = {cell: None if count is None else round_to_base(count) for cell, count in table.counts.items()}
    return replace(table, counts=counts, rounded=True)
