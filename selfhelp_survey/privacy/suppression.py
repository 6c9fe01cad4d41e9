"""Which counts of several tables are withheld, so that none under a threshold can be told.

**Primary**: counts from 1 to the threshold - 1, and 0 where an empty cell is a secret. **Secondary**: further counts,
without which subtraction would give the primary ones away. Each withheld count is protected by an example: another set
of tables that fits everything published, in which it is so much larger. The cheapest example is looked for, and what
it changes is withheld. In the end nothing is shown that could not be otherwise, in the limit nothing at all.

**Empty cells.** Whoever knows the calendar or the questionnaire knows many empty cells anyhow. So an empty cell is no
cover for anybody: examples that protect people leave every empty cell empty and every other one filled.

Source: Hundepool et al. 2012, "Statistical Disclosure Control", chapter 4; Castro 2012, "Recent advances in
optimization techniques for statistical tabular data protection" (the cheapest change as a linear problem).
There is no dominance or p % rule: these are counts of people, and nobody contributes more than one.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from selfhelp_survey.errors import UsageError
from selfhelp_survey.privacy.intervals import CEILING, LinearProblem, Numbers, Progress, Seen, Solve
from selfhelp_survey.privacy.margins import Equations, Margins
from selfhelp_survey.privacy.table import Codes, Flags

_TIE = 1e-3  # of two equally cheap examples, the one that changes what stands earlier


class CannotBeProtected(UsageError):  # noqa: N818 - the name says what is wrong
    """A small count cannot be protected while those that are known anyhow stay as they are."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Counted:
    """True counts of the numbers of `margins`. `open_empty`: no secret is made of it if this one is 0.

    `known`: everybody knows this one from elsewhere, so it is never withheld and no example may change it. `worth`:
    how much a reader loses where a number is withheld, above 0; 1 for each unless given.
    """

    margins: Margins
    counts: Codes
    open_empty: Flags
    threshold: int
    known: Flags | None = None
    worth: Numbers | None = None

    def __post_init__(self) -> None:
        size = (len(self.margins.keys),)
        if self.counts.shape != size or self.open_empty.shape != size or self.threshold < 2:
            raise UsageError("Suppression needs one count for each number, and a threshold of at least 2.")
        if self.known is not None and (self.known.shape != size or (self.known & self.primary()).any()):
            raise UsageError("What is known anyhow has to be large enough to be shown.")

    def primary(self) -> Flags:
        """The counts that are too small to be shown."""
        flags: Flags = (self.counts < self.threshold) & ((self.counts > 0) | ~self.shown_empty())
        return flags

    def shown_empty(self) -> Flags:
        """The empty cells that are shown: the open ones, and all that an empty open sub-total leaves no choice."""
        shown: Flags = self.open_empty & (self.counts == 0)
        while True:
            parts = [part for total, parts in self.margins.sums if shown[total] for part in parts if not shown[part]]
            if not parts:
                return shown
            shown[parts] = True


def suppression(
    counted: Counted, solve: Solve, *, together: bool = False, progress: Progress = lambda _count: None
) -> Flags:
    """The counts to withhold, primary and secondary. The same counts give the same pattern.

    `together` looks for one example for all counts that need one before it looks for one each: many times faster in
    large tables, at the price of a few more withheld counts. `progress` hears 1 for every example that was looked for.
    Raises CannotBeProtected where what is known anyhow leaves too little room.
    """
    search = _Search(counted=counted, solve=solve, progress=progress)
    withheld = counted.primary()
    people, outsiders = Seen.of(counted.counts), Seen.of(counted.counts)
    while (places := _unprotected(counted, withheld, people, outsiders)).size:
        of_people = bool(counted.counts[places[0]])
        seen = people if of_people else outsiders
        example = search.example(withheld, places if together else places[:1], seen)
        withheld = withheld | (example != counted.counts)
        if of_people:
            people = people.and_also(example)
        else:
            outsiders = outsiders.and_also(example)
    return withheld


def _unprotected(counted: Counted, withheld: Flags, people: Seen, outsiders: Seen) -> Codes:
    """The places of withheld counts that no example protects yet, the smallest first; of empty cells, once no other."""
    is_empty = counted.counts == 0
    safe = np.where(is_empty, outsiders.protected(counted.threshold), people.protected(counted.threshold))
    places = np.flatnonzero(withheld & ~safe)
    filled = places[counted.counts[places] > 0]
    chosen = filled if filled.size else places
    order: Codes = chosen[np.argsort(counted.counts[chosen], kind="stable")]
    return order


@dataclass(frozen=True, kw_only=True, eq=False)
class _Search:
    """The search for examples: other tables that fit what is shown but for the cheapest changes."""

    counted: Counted
    solve: Solve
    progress: Progress

    def example(self, withheld: Flags, places: Codes, seen: Seen) -> Codes:
        """Tables in which the counts at these places, or at the first of them, are moved to safety."""
        while places.size > 1:
            example = self._changed(withheld, places, self._rise(places[0]))
            if example is not None:
                return example
            places = places[: places.size // 2]
        for change in self._changes(places[0], seen):
            example = self._changed(withheld, places[:1], change)
            if example is not None:
                return example
        if self.counted.known is not None:
            raise CannotBeProtected("What is known anyhow leaves too little room to protect a small count.")
        # never for counts that add up: raising one with everything above it is an example
        raise UsageError("The counts contradict each other: they cannot all be true.")

    def _rise(self, place: int) -> int:
        return self.counted.threshold - bool(self.counted.counts[place])

    def _changes(self, place: int, seen: Seen) -> Iterator[int]:
        """By how much the count may be changed, the best first: others are needed where something is known anyhow.

        A smaller rise shows that the count can be as large as the threshold. Then it has to be lower elsewhere, until
        both examples lie as far apart as the threshold asks.
        """
        count, threshold = int(self.counted.counts[place]), self.counted.threshold
        yield self._rise(place)
        if self.counted.known is None or not count:
            return
        if seen.high[place] < threshold:
            yield threshold - count
        elif 0 < (fall := threshold - 1 - int(seen.high[place]) + count) < count:
            yield -fall

    def _changed(self, withheld: Flags, places: Codes, change: int) -> Codes | None:
        """The cheapest tables in which the counts at these places are so much larger, or smaller; None: none fit.

        Several are larger by as much or more, because one may be a part of another.
        """
        self.progress(1)
        counts, size = self.counted.counts, len(self.counted.counts)
        may_grow, may_shrink = _room(self.counted, places[0])
        worth = np.ones(size) if self.counted.worth is None else self.counted.worth
        cost = np.where(withheld, _TIE, worth * (1 + counts / (1 + counts.max()))) + _TIE * np.arange(size) / size
        lower = np.zeros(2 * size)
        lower[places if change > 0 else size + places] = abs(change)
        may_grow[places] = np.minimum(may_grow[places], max(change, 0) if places.size == 1 else CEILING)
        may_shrink[places] = max(-change, 0)
        found = self.solve(
            LinearProblem(
                cost=np.concatenate([cost, cost]), lower=lower, upper=np.concatenate([may_grow, may_shrink]),
                equations=_twice(self.counted.margins.equations, size),
            )
        )  # fmt: skip
        if found is None:
            return None
        example: Codes = counts + np.rint(found[:size] - found[size:]).astype(np.int64)
        return example


def _room(counted: Counted, place: int) -> tuple[Numbers, Numbers]:
    """How much each count may grow and shrink in an example for the one at this place."""
    counts = counted.counts
    moves: Numbers = np.ones(len(counts)) if counted.known is None else np.where(counted.known, 0.0, 1.0)
    if counts[place]:
        return moves * np.where(counts > 0, float(CEILING), 0.0), moves * np.maximum(counts - 1, 0)
    shown = counted.shown_empty()
    return moves * np.where(shown, 0.0, float(CEILING)), moves * (counts - (counted.open_empty & (counts > 0)))


def _twice(equations: Equations, size: int) -> Equations:
    """The same sums over growth and, behind it, shrinking."""
    return Equations(
        rows=np.concatenate([equations.rows, equations.rows]),
        columns=np.concatenate([equations.columns, equations.columns + size]),
        factors=np.concatenate([equations.factors, -equations.factors]), count=equations.count,
    )  # fmt: skip
