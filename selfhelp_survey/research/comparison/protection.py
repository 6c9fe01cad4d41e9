"""Which numbers of a sample may be shown: none under the threshold, and none that would give such a one away.

The rule is that of a series of totals (docs/explanation/tables.md): from everything that is shown, each withheld count
could be as many different numbers as the threshold, and could be the threshold or more. How many answered in all, and
in each language, is known anyhow and is always shown.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from selfhelp_survey.errors import UsageError
from selfhelp_survey.privacy.intervals import DEFAULT_THRESHOLD
from selfhelp_survey.privacy.margins import Key, Margins
from selfhelp_survey.privacy.suppression import CannotBeProtected, Counted, suppression
from selfhelp_survey.research.comparison.dataset import SampleRecords
from selfhelp_survey.research.comparison.numbers import (
    LANGUAGE,
    VALID,
    Axis,
    Code,
    Numbers,
    Pair,
    Route,
    all_numbers,
    axis_of,
    is_no_secret,
    key_of,
    numbers_of,
    open_axis,
    routed,
    routes_in,
    sorted_key,
)
from selfhelp_survey.research.interval_bounds import solve

SMALLEST_THRESHOLD = 3  # design: k >= 3
OTHERS = "other"
"""Languages that are too small to be told apart."""
TIMES_FOR_LANGUAGES = 30
"""A language is told apart from this many times the threshold on; of a smaller one most answers would be withheld."""
TIMES_FOR_TABLES = 3
"""A sample has tables of answers from this many times the threshold on."""
LARGE = 400
"""Above this many numbers in a family examples are looked for together: otherwise a report takes minutes."""
Cross = tuple[str, str]
Progress = Callable[[int], object]


def _silent(_count: int) -> None:
    pass


@dataclass(frozen=True, kw_only=True, eq=False)
class ProtectedCounts:
    """The counts of one sample as they may be shown.

    `counts` has None where a count is withheld, and no entry where nothing was counted. `languages` are the parts that
    answers are divided by, none where the sample is too small. `is_rounded`: each count was rounded to 5 on its own.
    """

    sample: str
    instrument: str
    size: int | None
    axes: Mapping[str, Axis]
    counts: Mapping[Key, int | None]
    languages: tuple[str, ...] = ()
    is_rounded: bool = False

    def knows(self, *cell: tuple[str, Code]) -> bool:
        """True where the cell was counted at all, shown or withheld."""
        return all(name in self.axes for name, _ in cell) and self._key(cell) in self.counts

    def count(self, *cell: tuple[str, Code]) -> int | None:
        """How many people the cell has, everybody without one; None where that is withheld.

        A cell is pairs of column and code; the code `VALID` is everybody with a substantive answer. Raises KeyError
        where nothing was counted.
        """
        return self.counts[self._key(cell)]

    def valid(self, column: str, *cell: tuple[str, Code]) -> int | None:
        """How many of the cell gave a substantive answer to the column; None where that is withheld."""
        return self.count((column, VALID), *cell)

    def _key(self, cell: Iterable[tuple[str, Code]]) -> Key:
        return key_of(self.axes[name].pair(code) for name, code in cell)


@dataclass(frozen=True, kw_only=True)
class Tables:
    """What is counted: each of these columns, and each cross of two of them. The crosses must not form a ring."""

    columns: tuple[str, ...]
    crosses: tuple[Cross, ...] = ()


def protect(
    sample: SampleRecords, tables: Tables, *, threshold: int = DEFAULT_THRESHOLD, progress: Progress = _silent
) -> ProtectedCounts:
    """The counts of these tables, by language too where the sample is large enough.

    A column that the sample does not have is left out. `progress` hears how many tables were protected. Raises
    UsageError for a threshold under 3.
    """
    if threshold < SMALLEST_THRESHOLD:
        raise UsageError(f"A threshold under {SMALLEST_THRESHOLD} protects nobody.")
    is_large_enough = sample.size >= TIMES_FOR_TABLES * threshold
    answers = {name: axis_of(name, sample) for name in tables.columns if is_large_enough and name in sample.columns}
    routes = routes_in(answers)
    answers = routed(answers, routes)
    opened = _open_axes(sample, threshold)
    language = opened.get(LANGUAGE)
    parts = () if language is None else (language,)
    single = [(axis, *parts) for axis in answers.values()]
    crossed = [(answers[one], answers[two], *parts) for one, two in tables.crosses if {one, two} <= answers.keys()]
    system = _System(
        tables=(*single, *crossed), routes=routes, axes=answers, context=_context(parts), threshold=threshold,
        progress=progress,
    )  # fmt: skip
    alone = all_numbers(numbers_of((axis,)) for axis in opened.values()) if opened else Numbers()
    shown: dict[Key, int | None] = dict(system.protected())
    shown.update({key: count if count >= threshold or not count else None for key, count in alone.counts.items()})
    size = sample.size if sample.size >= threshold else None
    return ProtectedCounts(
        sample=sample.sample, instrument=sample.instrument, size=size, axes={**answers, **opened},
        counts={**shown, frozenset(): size}, languages=tuple(map(str, language.valid)) if language else (),
    )  # fmt: skip


def _open_axes(sample: SampleRecords, threshold: int) -> dict[str, Axis]:
    """The language, where the sample is large enough to be divided, with small ones put together."""
    names, counts = np.unique(sample.language, return_counts=True)
    kept = _large_enough(dict(zip(names.tolist(), counts.tolist(), strict=True)), TIMES_FOR_LANGUAGES * threshold)
    if len(kept) < 2:
        return {}
    told = np.where(np.isin(sample.language, [name for name in kept if name != OTHERS]), sample.language, OTHERS)
    return {LANGUAGE: open_axis(LANGUAGE, told, kept)}


def _large_enough(sizes: Mapping[str, int], least: int) -> tuple[str, ...]:
    """The languages to tell apart, largest first; the others together are none, or at least as many."""
    order = sorted((name for name in sizes if name), key=lambda name: (-sizes[name], name))
    kept = [name for name in order if sizes[name] >= least]
    while kept and 0 < sum(sizes.values()) - sum(sizes[name] for name in kept) < least:
        kept.pop()
    rest = sum(sizes.values()) - sum(sizes[name] for name in kept)
    return (*kept, OTHERS) if rest else tuple(kept)


def _context(parts: Sequence[Axis]) -> tuple[Key, ...]:
    return (frozenset(), *(frozenset({pair}) for axis in parts for pair in axis.pairs))


@dataclass(frozen=True, kw_only=True, eq=False)
class _Family:
    """Tables whose numbers are protected together, and what is withheld of them."""

    members: frozenset[int]
    numbers: Numbers
    withheld: frozenset[Key]


@dataclass(frozen=True, kw_only=True, eq=False)
class _System:
    """All tables of a sample. Those that share a column are one family; others, where a shared number is withheld."""

    tables: tuple[tuple[Axis, ...], ...]
    routes: tuple[Route, ...]
    axes: Mapping[str, Axis]
    context: tuple[Key, ...]
    threshold: int
    progress: Progress

    def protected(self) -> dict[Key, int | None]:
        """Every number, None in the place of withheld ones."""
        families = [self._family(members) for members in self._beginning()]
        while (pair := _coupled(families)) is not None:
            one, two = pair
            families = [family for family in families if family is not one and family is not two]
            families.append(self._family(one.members | two.members))
        return {key: None if key in family.withheld else count
                for family in families for key, count in family.numbers.counts.items()}  # fmt: skip

    def _beginning(self) -> list[frozenset[int]]:
        """The tables that share an answer: its column, or who answered a multiple question."""
        groups: list[tuple[set[str], set[int]]] = []
        for place, table in enumerate(self.tables):
            names, members = self._answers_of(table), {place}
            for other in [group for group in groups if group[0] & names]:
                groups.remove(other)
                names, members = names | other[0], members | other[1]
            groups.append((names, members))
        return [frozenset(members) for _, members in groups]

    def _answers_of(self, table: Sequence[Axis]) -> set[str]:
        return {str(axis.valid_pair[0]) for axis in table if axis.valid_pair is not None}

    def _family(self, members: frozenset[int]) -> _Family:
        numbers = all_numbers(self._numbers[place] for place in sorted(members))
        names = {axis.name for place in members for axis in self.tables[place]}
        numbers = numbers | self._routed_past(names)
        self.progress(len(members))
        return _Family(members=members, numbers=numbers, withheld=self._withheld(numbers))

    def _withheld(self, numbers: Numbers) -> frozenset[Key]:
        """What is withheld of a family: if possible nothing that another family shows too, so that they stay apart."""
        keys = tuple(sorted(numbers.counts, key=sorted_key))
        known = np.array([all(name == LANGUAGE for name, _ in key) for key in keys])
        counted = _as_counted(keys, numbers, self.axes, threshold=self.threshold)
        shared = np.array([self._is_shared(key) for key in keys]) & (counted.counts >= self.threshold)
        for untouched in (known | shared, known):
            with suppress(CannotBeProtected):
                together = len(keys) > LARGE
                flags = suppression(replace(counted, known=untouched), solve, together=together)
                return frozenset(keys[place] for place in np.flatnonzero(flags).tolist())
        return frozenset(keys[place] for place in np.flatnonzero(~known).tolist())

    def _is_shared(self, key: Key) -> bool:
        return any(pair in self._route_pairs for pair in key)

    @cached_property
    def _route_pairs(self) -> frozenset[Pair]:
        return frozenset(route.pair for route in self.routes)

    @cached_property
    def _numbers(self) -> tuple[Numbers, ...]:
        return tuple(numbers_of(table) for table in self.tables)

    def _routed_past(self, names: set[str]) -> Numbers:
        """The numbers that a column of the family decides."""
        sums = [held for route in self.routes if route.parent in names for held in route.sums(self.axes, self.context)]
        counts = {total: sum(self._count(part) for part in parts) for total, parts in sums}
        return Numbers(counts=counts, sums=frozenset((total, parts) for total, parts in sums if parts != (total,)))

    def _count(self, key: Key) -> int:
        return self._all_counts[key]

    @cached_property
    def _all_counts(self) -> Mapping[Key, int]:
        return all_numbers(self._numbers).counts


def _coupled(families: Sequence[_Family]) -> tuple[_Family, _Family] | None:
    """Two families that share a number which one of them withholds; None where there are none."""
    homes: dict[Key, _Family] = {}
    withheld: frozenset[Key] = frozenset().union(*(family.withheld for family in families))
    for family in families:
        for key in family.numbers.counts.keys() & withheld:
            if key in homes:
                return homes[key], family
            homes[key] = family
    return None


def _as_counted(keys: Sequence[Key], numbers: Numbers, axes: Mapping[str, Axis], *, threshold: int) -> Counted:
    places = {key: place for place, key in enumerate(keys)}
    sums = tuple((places[total], tuple(places[part] for part in parts)) for total, parts in _ordered(numbers))
    return Counted(
        margins=Margins(keys=tuple(keys), sums=sums, constants=frozenset()),
        counts=np.array([numbers.counts[key] for key in keys], dtype=np.int64),
        open_empty=np.array([is_no_secret(key, axes) for key in keys]), threshold=threshold,
    )  # fmt: skip


def _ordered(numbers: Numbers) -> list[tuple[Key, tuple[Key, ...]]]:
    return sorted(numbers.sums, key=lambda held: (sorted_key(held[0]), [sorted_key(part) for part in held[1]]))
