"""All counts of one sample that the report may show, as one system of numbers that add up.

An *axis* is a column with its categories. A table crosses axes, and every number of it is named by the pairs (column,
code) that it counts, so that two tables that count the same people have the same number. Three things tie numbers of
different tables together beside sub-totals, and an attacker knows them all:

- the columns of a multiple question share who answered it;
- columns that the route leads past for the same people share that number (-4);
- that number is the sum of what decided it, where one earlier column does.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, reduce
from itertools import product

import numpy as np
from numpy.typing import NDArray

from selfhelp_survey.core.answers import MissingCode
from selfhelp_survey.privacy.margins import Key
from selfhelp_survey.research.comparison.dataset import SampleRecords, VariableWords

VALID = "valid"
"""The code of everybody who gave a substantive answer."""
LANGUAGE = "language"
QUARTER = "quarter"
_NAME = re.compile(r"\$\{(\w+)\}")
"""A variable in the expression of a universe."""
Code = int | str
Pair = tuple[str, Code]
Counts = NDArray[np.int64]
_NO_SECRET = frozenset({VALID, int(MissingCode.LEFT_BLANK), int(MissingCode.PREFER_NOT_TO_SAY),
                        int(MissingCode.NOT_REACHED), int(MissingCode.NOT_IN_VERSION),
                        int(MissingCode.WITHHELD), int(MissingCode.NOT_CODABLE)})  # fmt: skip
"""Codes that say nothing on the matter: that nobody has them tells no answer of anybody, only that all gave one."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Axis:
    """A column as a table shows it: one place in `codes` for each record, categories in the order of the table.

    `valid` are the first categories, `missing` those behind them. `pairs` name each category in the keys of numbers,
    `valid_pair` all valid ones together. An `open` axis tells nothing that is a secret, such as the language.
    """

    name: str
    codes: Counts
    valid: tuple[Code, ...]
    missing: tuple[int, ...] = ()
    pairs: tuple[Pair, ...]
    valid_pair: Pair | None
    is_open: bool = False

    @cached_property
    def categories(self) -> tuple[Code, ...]:
        """Every category, valid ones first."""
        return (*self.valid, *self.missing)

    def has(self, code: Code) -> bool:
        """Whether there is such a category, or number of valid ones."""
        return code in self._named

    def pair(self, code: Code) -> Pair:
        """How this category is named in a key. Raises KeyError."""
        return self._named[code]

    @cached_property
    def _named(self) -> Mapping[Code, Pair]:
        named = dict(zip(self.categories, self.pairs, strict=True))
        return {**named, **({VALID: self.valid_pair} if self.valid_pair else {})}

    @cached_property
    def nodes(self) -> tuple[tuple[Pair | None, tuple[int, ...]], ...]:
        """Each number along the axis: its pair, and the categories that it counts; everybody (None) comes last."""
        single = [(pair, (place,)) for place, pair in enumerate(self.pairs)]
        valid = [(self.valid_pair, tuple(range(len(self.valid))))] if self.valid_pair else []
        return (*single, *valid, (None, tuple(range(len(self.pairs)))))

    @cached_property
    def sums(self) -> tuple[tuple[int, tuple[int, ...]], ...]:
        """Which node is the sum of which others."""
        size, valid = len(self.pairs), len(self.valid)
        if self.valid_pair is None:
            return ((size, tuple(range(size))),)
        return (size, tuple(range(valid))), (size + 1, (*range(valid, size), size))

    @cached_property
    def membership(self) -> Counts:
        """Nodes by categories: 1 where the node counts the category."""
        matrix = np.zeros((len(self.nodes), len(self.pairs)), dtype=np.int64)
        for place, (_pair, members) in enumerate(self.nodes):
            matrix[place, list(members)] = 1
        return matrix


@dataclass(frozen=True, kw_only=True, eq=False)
class Numbers:
    """Numbers by key, and which of them is the sum of which."""

    counts: Mapping[Key, int] = field(default_factory=dict)
    sums: frozenset[tuple[Key, tuple[Key, ...]]] = frozenset()

    def __or__(self, other: "Numbers") -> "Numbers":
        return Numbers(counts={**self.counts, **other.counts}, sums=self.sums | other.sums)


def numbers_of(axes: Sequence[Axis]) -> Numbers:
    """Every number of the table that crosses these axes, sub-totals included."""
    inner = _counted(axes)
    for place, axis in enumerate(axes):
        inner = np.moveaxis(np.tensordot(axis.membership, inner, axes=(1, place)), 0, place)
    keys = [key_of(pair for pair, _ in nodes) for nodes in product(*(axis.nodes for axis in axes))]
    sums = frozenset(_sums(axes, np.arange(inner.size).reshape(inner.shape), keys))
    return Numbers(counts=dict(zip(keys, inner.ravel().tolist(), strict=True)), sums=sums)


def _counted(axes: Sequence[Axis]) -> Counts:
    shape = tuple(len(axis.pairs) for axis in axes)
    flat = np.ravel_multi_index(tuple(axis.codes for axis in axes), shape)
    return np.bincount(flat, minlength=int(np.prod(shape))).reshape(shape)


def _sums(axes: Sequence[Axis], places: Counts, keys: Sequence[Key]) -> Iterator[tuple[Key, tuple[Key, ...]]]:
    for place, axis in enumerate(axes):
        along = np.moveaxis(places, place, 0).reshape(len(axis.nodes), -1)
        for total, parts in axis.sums:
            for column in along.T.tolist():
                whole, split = (
                    keys[column[total]],
                    tuple(sorted((keys[column[part]] for part in parts), key=sorted_key)),
                )
                if split != (whole,):
                    yield whole, split


def key_of(pairs: Iterable[Pair | None]) -> Key:
    """The key of a number; what counts everybody is left out."""
    return frozenset(pair for pair in pairs if pair is not None)


def sorted_key(key: Key) -> list[tuple[str, str]]:
    """A key in an order that is the same in every run."""
    return sorted((name, str(code)) for name, code in key)


def is_no_secret(key: Key, axes: Mapping[str, Axis], routes: Iterable["Route"] = ()) -> bool:
    """True where it is no secret that nobody is counted: it tells of nobody what they answered."""
    closed = [code for name, code in key if not (name in axes and axes[name].is_open)]
    return not closed or any(code in _NO_SECRET for code in closed) or any(route.excludes(key) for route in routes)


def axes_of(names: Sequence[str], sample: SampleRecords) -> dict[str, Axis]:
    """Columns of the sample as axes: their labelled codes, and the missing ones that there are or could be chosen.

    Those of a multiple question share who answered it, as far as the same people did: an option that came with a later
    version has its own.
    """
    owners: dict[tuple[str, bytes], str] = {}
    taken: set[str] = set()
    axes = {}
    for name in names:
        words, missing = sample.words[name], np.minimum(sample.columns[name], 0).tobytes()
        question = words.question if words.is_option else name
        owner = owners.setdefault((question, missing), name if question in taken else question)
        taken.add(question)
        axes[name] = _axis(name, sample, owner)
    return axes


def _axis(name: str, sample: SampleRecords, owner: str) -> Axis:
    column, words = sample.columns[name], sample.words[name]
    present = frozenset(np.unique(column).tolist())
    valid = tuple(sorted({code for code in words.labels if code >= 0} | {code for code in present if code >= 0}))
    missing = tuple(code for code in range(-1, -9, -1) if code in present or _can_be(code, words, sample))
    pairs = (*((name, code) for code in valid), *((owner, code) for code in missing))
    return Axis(name=name, codes=_places(column, (*valid, *missing)), valid=valid, missing=missing, pairs=pairs,
                valid_pair=(owner, VALID))  # fmt: skip


def _can_be(code: int, words: VariableWords, sample: SampleRecords) -> bool:
    is_asked_of_some = code == MissingCode.NOT_ASKED and any(map(sample_has(sample), _NAME.findall(words.universe)))
    return code == MissingCode.LEFT_BLANK or code in words.offered or is_asked_of_some


def sample_has(sample: SampleRecords) -> Callable[[str], bool]:
    """Whether the sample has a variable, by its name here or in its releases."""
    names = {*sample.columns, *(own.name for owns in sample.sources.values() for own in owns)}
    return names.__contains__


def open_axis(name: str, values: NDArray[np.str_], categories: Sequence[str]) -> Axis:
    """An axis that tells nothing secret: a text a record, each among the categories."""
    places = {category: place for place, category in enumerate(categories)}
    codes = np.array([places[value] for value in values.tolist()], dtype=np.int64)
    pairs = tuple((name, category) for category in categories)
    return Axis(name=name, codes=codes, valid=tuple(categories), pairs=pairs, valid_pair=None, is_open=True)


def _places(column: NDArray[np.int16], categories: Sequence[int]) -> Counts:
    order = np.argsort(categories)
    found = np.searchsorted(np.array(categories)[order], column)
    return np.asarray(order[found], dtype=np.int64)


NOT_ASKED = int(MissingCode.NOT_ASKED)


@dataclass(frozen=True, kw_only=True)
class Route:
    """People whom the route leads past the `axes`: `pair` names their number.

    It is the sum of the categories `decided` of the axis `parent`; None where no one axis decides.
    """

    pair: Pair
    axes: tuple[str, ...]
    parent: str | None = None
    decided: tuple[Code, ...] = ()
    asked: frozenset[Pair] = frozenset()
    """Everything that only people who were asked can have."""
    deciding: frozenset[Pair] = frozenset()
    going_on: frozenset[Pair] = frozenset()
    """The categories of the parent: of those whom the route leads past, and of all others."""

    def excludes(self, key: Key) -> bool:
        """Whether anybody who knows the questionnaire knows that nobody can be counted here."""
        is_past = self.pair in key
        return (is_past and bool(key & (self.asked | self.going_on))) or bool(key & self.deciding and key & self.asked)

    def sums(self, axes: Mapping[str, Axis], context: Sequence[Key]) -> Iterator[tuple[Key, tuple[Key, ...]]]:
        """The number as a sum, among everybody and within each part of them that `context` names."""
        if self.parent is None:
            return
        parts = [axes[self.parent].pair(code) for code in self.decided]
        for key in context:
            yield key | {self.pair}, tuple(key | {pair} for pair in parts)


def routes_in(axes: Mapping[str, Axis]) -> tuple[Route, ...]:
    """The axes that were not asked of the same people, and the earlier axis that decides, where there is one.

    Whoever left before a page reached none of its questions, and a version lacks all of what it lacks: these people too
    are the same for several axes, and have one number.
    """
    passed = [_route(mask, names, axes) for mask, names in _alike(axes, NOT_ASKED)]
    ended = [
        Route(pair=(f"{code.name.lower()} {names[0]}", int(code)), axes=tuple(names))
        for code in (MissingCode.NOT_REACHED, MissingCode.NOT_IN_VERSION)
        for _mask, names in _alike(axes, int(code))
        if len(names) > 1
    ]
    return (*passed, *ended)


def _alike(axes: Mapping[str, Axis], code: int) -> Iterator[tuple[NDArray[np.bool_], Sequence[str]]]:
    """The axes that the same people have this missing code in, with a mark at each of these people."""
    masks: dict[bytes, list[str]] = {}
    for name, axis in axes.items():
        if code in axis.missing:
            masks.setdefault((axis.codes == axis.categories.index(code)).tobytes(), []).append(name)
    return ((np.frombuffer(mask, dtype=np.bool_), names) for mask, names in masks.items())


def _route(mask: NDArray[np.bool_], names: Sequence[str], axes: Mapping[str, Axis]) -> Route:
    asked = frozenset(pair for name in names for pair, _ in axes[name].nodes if pair and pair[1] != NOT_ASKED)
    route = Route(pair=("not asked " + names[0], NOT_ASKED), axes=tuple(names), asked=asked)
    for parent, axis in axes.items():
        decided = _decided(mask, axis) if parent not in names else ()
        if decided and set(decided) != {NOT_ASKED}:
            return replace(route, parent=parent, decided=decided)
    return route


def _decided(mask: NDArray[np.bool_], axis: Axis) -> tuple[Code, ...]:
    """The categories of an axis that are exactly the people of the mask; none where it does not decide."""
    size = len(axis.pairs)
    inside, everybody = np.bincount(axis.codes[mask], minlength=size), np.bincount(axis.codes, minlength=size)
    if ((inside > 0) & (inside < everybody)).any():
        return ()
    return tuple(axis.categories[place] for place in np.flatnonzero(inside > 0).tolist())


def routed(axes: Mapping[str, Axis], routes: Iterable[Route]) -> dict[str, Axis]:
    """The axes with the people who were not asked named alike wherever they are the same."""
    named = dict(axes)
    for route in routes:
        named |= {name: _renamed(named[name], route.pair) for name in route.axes}
    return named


def renamed(routes: Iterable[Route], axes: Mapping[str, Axis]) -> tuple[Route, ...]:
    """The routes with the parents' categories named as in these axes, which `routed` made."""
    return tuple(route if route.parent is None else _with_parent(route, axes[route.parent]) for route in routes)


def _with_parent(route: Route, parent: Axis) -> Route:
    deciding = frozenset(map(parent.pair, route.decided))
    return replace(route, deciding=deciding, going_on=frozenset(parent.pairs) - deciding)


def _renamed(axis: Axis, pair: Pair) -> Axis:
    place = axis.categories.index(pair[1])
    return replace(axis, pairs=(*axis.pairs[:place], pair, *axis.pairs[place + 1 :]))


def all_numbers(parts: Iterable[Numbers]) -> Numbers:
    """Several tables as one system."""
    return reduce(lambda one, other: one | other, parts, Numbers())
