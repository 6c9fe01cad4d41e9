"""What a table with withheld counts still tells: for each of them, every count that it can be.

The attacker's view, from what is published alone: shown counts are as shown, withheld ones are whole numbers from a
lower bound up, and all tables add up together. A linear solver comes in as an argument.
Source: Willenborg and de Waal 2001, "Elements of Statistical Disclosure Control", chapter 6; Hundepool et al. 2012,
"Statistical Disclosure Control", chapter 4 (auditing a suppression pattern).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from selfhelp_survey.errors import UsageError
from selfhelp_survey.privacy.margins import Equations, Margins
from selfhelp_survey.privacy.table import Codes, Flags

DEFAULT_THRESHOLD = 10  # ONS Longitudinal Study and UK LLC: no published count under 10
CEILING = 10**7  # a count that can be this large has no upper limit that anybody could use

Numbers = NDArray[np.float64]
Progress = Callable[[int], object]


@dataclass(frozen=True, kw_only=True, eq=False)
class LinearProblem:
    """Whole numbers x between `lower` and `upper` that keep the equations and have the least cost in sum."""

    cost: Numbers
    lower: Numbers
    upper: Numbers
    equations: Equations


Solve = Callable[[LinearProblem], Numbers | None]
"""The numbers that solve a problem, whole ones; None where there are none."""


@dataclass(frozen=True, kw_only=True, eq=False)
class View:
    """What somebody knows of the numbers of `margins`: each lies between `lower` and `upper`, and they add up."""

    margins: Margins
    lower: Codes
    upper: Codes

    @property
    def withheld(self) -> Flags:
        """The numbers that are not simply shown."""
        flags: Flags = self.lower < self.upper
        return flags

    def extreme(self, place: int, solve: Solve, *, is_largest: bool) -> Codes:
        """Numbers that fit the view, with the one at this place as large, or as small, as it can be.

        Raises UsageError where nothing fits: the shown counts contradict each other.
        """
        cost = np.zeros(len(self.lower))
        cost[place] = -1 if is_largest else 1
        problem = LinearProblem(
            cost=cost, lower=self.lower.astype(np.float64), upper=self.upper.astype(np.float64),
            equations=self.margins.equations,
        )  # fmt: skip
        found = solve(problem)
        if found is None:
            raise UsageError("The counts contradict each other: they cannot all be true.")
        return np.rint(found).astype(np.int64)


def view_of(margins: Margins, counts: Codes, *, withheld: Flags, least: Codes) -> View:
    """The view of whoever reads the counts, and knows of a withheld one only that it is `least` or more."""
    return View(margins=margins, lower=np.where(withheld, least, counts), upper=np.where(withheld, CEILING, counts))


@dataclass(frozen=True, kw_only=True, eq=False)
class Seen:
    """The least and largest that each number was in the tables found so far, all of which fit what is published."""

    low: Codes
    high: Codes

    @classmethod
    def of(cls, counts: Codes) -> "Seen":
        """Only one table was seen."""
        return cls(low=counts, high=counts)

    def and_also(self, counts: Codes) -> "Seen":
        """One more table was seen."""
        return Seen(low=np.minimum(self.low, counts), high=np.maximum(self.high, counts))

    def protected(self, threshold: int) -> Flags:
        """The numbers that can be told neither to be under the threshold, nor to fewer than `threshold` counts.

        Both bounds are the protection level of sliding protection. Source: Hundepool et al. 2012, chapter 4.
        """
        flags: Flags = (self.high >= threshold) & (self.high - self.low >= threshold - 1)
        return flags


def intervals(view: View, solve: Solve) -> Iterator[tuple[int, int, int]]:
    """For each withheld number its place, and the least and largest that it can be; CEILING means no limit."""
    for place in np.flatnonzero(view.withheld).tolist():
        low = view.extreme(place, solve, is_largest=False)[place]
        yield place, int(low), int(view.extreme(place, solve, is_largest=True)[place])


def weak_places(view: View, threshold: int, solve: Solve, *, progress: Progress = lambda _count: None) -> Iterator[int]:
    """The places of withheld numbers that what is published tells too closely; none if the tables may go.

    Every table found on the way protects other numbers too, so that few are looked for. `progress` hears 1 for each
    withheld number.
    Raises UsageError where the shown counts contradict each other.
    """
    places = np.flatnonzero(view.withheld).tolist()
    if not places:
        return
    seen = Seen.of(view.extreme(places[0], solve, is_largest=True))
    for place in places:
        for is_largest in (True, False):
            if not seen.protected(threshold)[place]:
                seen = seen.and_also(view.extreme(place, solve, is_largest=is_largest))
        if not seen.protected(threshold)[place]:
            yield place
        progress(1)
