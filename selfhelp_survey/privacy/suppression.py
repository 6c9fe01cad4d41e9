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

from dataclasses import dataclass

import numpy as np

from selfhelp_survey.errors import UsageError
from selfhelp_survey.privacy.intervals import CEILING, LinearProblem, Numbers, Progress, Seen, Solve
from selfhelp_survey.privacy.margins import Equations, Margins
from selfhelp_survey.privacy.table import Codes, Flags

_TIE = 1e-3  # of two equally cheap examples, the one that changes what stands earlier


@dataclass(frozen=True, kw_only=True, eq=False)
class Counted:
    """True counts of the numbers of `margins`. `open_empty`: no secret is made of it if this one is 0."""

    margins: Margins
    counts: Codes
    open_empty: Flags
    threshold: int

    def __post_init__(self) -> None:
        size = (len(self.margins.keys),)
        if self.counts.shape != size or self.open_empty.shape != size or self.threshold < 2:
            raise UsageError("Suppression needs one count for each number, and a threshold of at least 2.")

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


def suppression(counted: Counted, solve: Solve, *, progress: Progress = lambda _count: None) -> Flags:
    """The counts to withhold, primary and secondary. The same counts give the same pattern.

    `progress` hears 1 for every example that was looked for.
    """
    withheld = counted.primary()
    people, outsiders = Seen.of(counted.counts), Seen.of(counted.counts)
    while (place := _weakest(counted, withheld, people, outsiders)) is not None:
        example = _example(counted, withheld, place, solve)
        withheld = withheld | (example != counted.counts)
        if counted.counts[place]:
            people = people.and_also(example)
        else:
            outsiders = outsiders.and_also(example)
        progress(1)
    return withheld


def _weakest(counted: Counted, withheld: Flags, people: Seen, outsiders: Seen) -> int | None:
    """The place of the smallest withheld count that no example protects yet, empty cells last."""
    is_empty = counted.counts == 0
    safe = np.where(is_empty, outsiders.protected(counted.threshold), people.protected(counted.threshold))
    places = np.flatnonzero(withheld & ~safe)
    if not places.size:
        return None
    order = np.where(is_empty[places], CEILING, counted.counts[places])
    return int(places[np.argmin(order)])


def _example(counted: Counted, withheld: Flags, place: int, solve: Solve) -> Codes:
    """Tables that fit what is shown but for the cheapest changes, with the count at this place raised to safety."""
    counts, size = counted.counts, len(counted.counts)
    raised = counted.threshold - 1 if counts[place] else counted.threshold
    may_grow, may_shrink = _room(counted, place)
    cost = np.where(withheld, _TIE, 1 + counts / (1 + counts.max())) + _TIE * np.arange(size) / size
    lower = np.zeros(2 * size)
    lower[place], may_grow[place], may_shrink[place] = raised, raised, 0
    found = solve(
        LinearProblem(
            cost=np.concatenate([cost, cost]), lower=lower, upper=np.concatenate([may_grow, may_shrink]),
            equations=_twice(counted.margins.equations, size),
        )
    )  # fmt: skip
    if found is None:  # never for counts that add up: raising it with everything above it is an example
        raise UsageError("The counts contradict each other: they cannot all be true.")
    change = np.rint(found[:size] - found[size:]).astype(np.int64)
    example: Codes = counts + change
    return example


def _room(counted: Counted, place: int) -> tuple[Numbers, Numbers]:
    """How much each count may grow and shrink in an example for the one at this place."""
    counts = counted.counts
    if counts[place]:
        return np.where(counts > 0, float(CEILING), 0.0), np.maximum(counts - 1, 0).astype(np.float64)
    shown = counted.shown_empty()
    return np.where(shown, 0.0, float(CEILING)), (counts - (counted.open_empty & (counts > 0))).astype(np.float64)


def _twice(equations: Equations, size: int) -> Equations:
    """The same sums over growth and, behind it, shrinking."""
    return Equations(
        rows=np.concatenate([equations.rows, equations.rows]),
        columns=np.concatenate([equations.columns, equations.columns + size]),
        factors=np.concatenate([equations.factors, -equations.factors]), count=equations.count,
    )  # fmt: skip
