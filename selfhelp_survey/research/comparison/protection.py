"""Which numbers of a sample may be shown: none under the threshold, and none that would give such a one away.

The rule is that of a series of totals (docs/explanation/tables.md): from everything that is shown, each withheld count
could be as many different numbers as the threshold, and could be the threshold or more. How many answered in all, and
in each language, is known anyhow and is always shown.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
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
    axes_of,
    is_no_secret,
    key_of,
    numbers_of,
    open_axis,
    renamed,
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
TIMES_FOR_CROSSES = 15
"""It has tables that cross two answers from this many times the threshold on; in smaller ones most are withheld."""
LITTLE = 0.2
"""What it costs to withhold a number of people without an answer, beside one with an answer."""
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
        is_named = all(name in self.axes and self.axes[name].has(code) for name, code in cell)
        return is_named and self._key(cell) in self.counts

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

    A column that nobody in the sample has an answer to is left out. So is a table that cannot be protected, or its
    parts by language: one where all gave the same answer. `progress` hears 1 for each table. Raises UsageError for a
    threshold under 3.
    """
    if threshold < SMALLEST_THRESHOLD:
        raise UsageError(f"A threshold under {SMALLEST_THRESHOLD} protects nobody.")
    islarge_enough = sample.size >= TIMES_FOR_TABLES * threshold
    names = [name for name in tables.columns if islarge_enough and _is_answered(name, sample)]
    answers = axes_of(names, sample)
    routes = routes_in(answers)
    answers = routed(answers, routes)
    routes = renamed(routes, answers)
    opened = _open_axes(sample, threshold)
    language = opened.get(LANGUAGE)
    parts = () if language is None else (language,)
    single = [(axis, *parts) for axis in answers.values()]
    crosses = tables.crosses if sample.size >= TIMES_FOR_CROSSES * threshold else ()
    crossed = [(answers[one], answers[two]) for one, two in crosses if {one, two} <= answers.keys()]
    system = _System(
        tables=(*single, *crossed), routes=routes, axes=answers, context=_context(parts), threshold=threshold,
    )  # fmt: skip
    system = replace(system, tables=tuple(system.bearable(progress)))
    system = replace(system, kept=system.keepable())
    alone = all_numbers(numbers_of((axis,)) for axis in opened.values()) if opened else Numbers()
    shown: dict[Key, int | None] = dict(system.protected())
    shown.update({key: count if count >= threshold or not count else None for key, count in alone.counts.items()})
    size = sample.size if sample.size >= threshold else None
    return ProtectedCounts(
        sample=sample.sample, instrument=sample.instrument, size=size, axes={**answers, **opened},
        counts={**shown, frozenset(): size}, languages=tuple(map(str, language.valid)) if language else (),
    )  # fmt: skip


def _is_answered(name: str, sample: SampleRecords) -> bool:
    return name in sample.columns and bool((sample.columns[name] >= 0).any())


def _open_axes(sample: SampleRecords, threshold: int) -> dict[str, Axis]:
    """The language, where the sample is large enough to be divided, with small ones put together."""
    names, counts = np.unique(sample.language, return_counts=True)
    kept = large_enough(dict(zip(names.tolist(), counts.tolist(), strict=True)), TIMES_FOR_LANGUAGES * threshold)
    if len(kept) < 2:
        return {}
    told = np.where(np.isin(sample.language, [name for name in kept if name != OTHERS]), sample.language, OTHERS)
    return {LANGUAGE: open_axis(LANGUAGE, told, kept)}


def large_enough(sizes: Mapping[str, int], least: int) -> tuple[str, ...]:
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
    kept: frozenset[Key] = frozenset()
    """How many gave an answer, where that can be shown: every share needs it."""

    def keepable(self) -> frozenset[Key]:
        """The numbers of people with an answer that nothing on their question forces to be withheld."""
        kept: set[Key] = set()
        for numbers in self._numbers:
            valid = {key for key, count in numbers.counts.items() if _is_valid(key) and count >= self.threshold}
            if valid and self._flags(numbers, valid) is not None:
                kept |= valid
        return frozenset(kept)

    def bearable(self, progress: Progress) -> Iterator[tuple[Axis, ...]]:
        """The tables that can be protected at least on their own, without their languages where that has to be."""
        for place, table in enumerate(self.tables):
            progress(1)
            answers = tuple(axis for axis in table if not axis.is_open)
            if self._can_be_protected(self._numbers[place]):
                yield table
            elif len(answers) < len(table) and self._can_be_protected(numbers_of(answers)):
                yield answers

    def _can_be_protected(self, numbers: Numbers) -> bool:
        return len(self._withheld(numbers)) < sum(not _is_known(key) for key in numbers.counts)

    def protected(self) -> dict[Key, int | None]:
        """Every number, None in the place of withheld ones."""
        families = [self._family(members) for members in self._beginning()]
        while len(groups := _coupled(families)) < len(families):
            families = [group[0] if len(group) == 1 else self._family(_members(group)) for group in groups]
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
        return _Family(members=members, numbers=numbers, withheld=self._withheld(numbers))

    def _withheld(self, numbers: Numbers) -> frozenset[Key]:
        """What is withheld of a family: if possible nothing that another family shows too, so that they stay apart."""
        shared = {key for key, count in numbers.counts.items() if self._is_shared(key) and count >= self.threshold}
        for untouched in (self.kept | shared, self.kept, shared, frozenset[Key]()):
            withheld = self._flags(numbers, untouched)
            if withheld is not None:
                return withheld
        return frozenset(key for key in numbers.counts if not _is_known(key))

    def _flags(self, numbers: Numbers, untouched: AbstractSet[Key]) -> frozenset[Key] | None:
        """What is withheld where these numbers are shown; None where the others cannot be protected then."""
        keys = tuple(sorted(numbers.counts, key=sorted_key))
        known = np.array([_is_known(key) or key in untouched for key in keys])
        counted = replace(self._counted(keys, numbers), known=known)
        try:
            flags = suppression(counted, solve, together=len(keys) > LARGE)
        except CannotBeProtected:
            return None
        return frozenset(keys[place] for place in np.flatnonzero(flags).tolist())

    def _counted(self, keys: Sequence[Key], numbers: Numbers) -> Counted:
        places = {key: place for place, key in enumerate(keys)}
        sums = tuple((places[total], tuple(places[part] for part in parts)) for total, parts in _ordered(numbers))
        return Counted(
            margins=Margins(keys=tuple(keys), sums=sums, constants=frozenset()),
            counts=np.array([numbers.counts[key] for key in keys], dtype=np.int64),
            open_empty=np.array([is_no_secret(key, self.axes, self.routes) for key in keys]),
            threshold=self.threshold, worth=np.array([_worth(key) for key in keys]),
        )  # fmt: skip

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


def _is_valid(key: Key) -> bool:
    """Whether it counts those with an answer to one question, in all or in a language."""
    closed = [code for name, code in key if name != LANGUAGE]
    return closed == [VALID]


def _is_known(key: Key) -> bool:
    return all(name == LANGUAGE for name, _ in key)


def _coupled(families: Sequence[_Family]) -> list[list[_Family]]:
    """The families in groups: together where they share a number that one of them withholds."""
    withheld: frozenset[Key] = frozenset().union(*(family.withheld for family in families))
    groups: list[tuple[set[Key], list[_Family]]] = []
    for family in families:
        keys, members = set(family.numbers.counts.keys() & withheld), [family]
        for other in [group for group in groups if group[0] & keys]:
            groups.remove(other)
            keys, members = keys | other[0], [*other[1], *members]
        groups.append((keys, members))
    return [members for _, members in groups]


def _members(families: Iterable[_Family]) -> frozenset[int]:
    return frozenset().union(*(family.members for family in families))


def _worth(key: Key) -> float:
    """How much a reader loses with a number: least with what is missing, or was not chosen."""
    return LITTLE ** sum(isinstance(code, int) and code <= 0 for _, code in key)


def _ordered(numbers: Numbers) -> list[tuple[Key, tuple[Key, ...]]]:
    return sorted(numbers.sums, key=lambda held: (sorted_key(held[0]), [sorted_key(part) for part in held[1]]))
