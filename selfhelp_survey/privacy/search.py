"""The exact search for the full-domain generalisation that loses least, on the contingency table.

Every node of the lattice has a lower bound of its loss, from one-dimensional figures, so most nodes are never looked
at. The first solution comes from bisecting one path from bottom to top; then the nodes that could still be better are
checked, the most general first, and every check teaches about others:

- a node where too many records fail the *monotone* parts of the criteria rules out all its specialisations. Where
  nothing may be suppressed and every criterion is monotone then, so does any failure. Entropy and recursive diversity
  are not monotone with suppression: a class that fails can spoil the one it is joined with. Of them only the number of
  distinct values is used to rule nodes out unseen;
- the classes that fail there for good raise the bounds of its specialisations, and its classes those of its
  generalisations.

Sources: LeFevre et al. 2005 (Incognito) for the lattice, rolling up and the subset property, Kohlmayer et al. 2012
(Flash) for paths; what may be ruled out follows from the monotonicity named with each criterion.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np

from selfhelp_survey.privacy.grouping import NodeClasses, Rolled, classes_at, roll_up
from selfhelp_survey.privacy.lattice import Levels, above, below
from selfhelp_survey.privacy.population import Ceilings, LossValue, Population
from selfhelp_survey.privacy.problem import Problem, Solution
from selfhelp_survey.privacy.rolls import Rolls
from selfhelp_survey.privacy.scales import Floats, Scale, scale
from selfhelp_survey.privacy.table import Codes, Column, Flags

WORTH = 4  # the halves are surveyed where the lattice has at least this many times their nodes; measured


def find_generalisation(problem: Problem) -> Solution | None:
    """The generalisation that meets all criteria with the least loss; None where there is none.

    Where several lose equally little, any of them. Missing values: see `Problem`.
    Raises: UsageError where a hierarchy lacks a value of the table.
    """
    search = Search(problem)
    search.survey_halves()
    search.find_incumbent()
    search.improve()
    return search.best


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What a check found: whether the node will do, its classes, and those that may be released or split further."""

    will_do: bool
    classes: int
    hopeful: int


class Search:
    """The state of one search: which nodes are still open, the bounds of all, and the best solution so far."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.lattice = problem.lattice
        self.base, scales = _base(problem)
        self.population = Population(scales=scales, rows=problem.rows, may_suppress=problem.may_suppress)
        self.rolls = Rolls(base=self.base, scales=scales)
        bounds = problem.measure.bounds(self.population)
        self.bounds: Floats = np.array(np.broadcast_to(bounds, (len(bounds), *self.lattice.shape)))
        self.open = np.ones(self.lattice.shape, dtype=np.bool_)
        self.any_failure_rules_out = problem.may_suppress == 0 and all(
            criterion.is_monotone_unsuppressed for criterion in problem.criteria
        )
        self.best: Solution | None = None
        self.least: LossValue = (np.inf,)

    def survey_halves(self) -> None:
        """Check the nodes that generalise only one half of the quasi-identifiers and leave the other at the top.

        Their tables are tiny. What fails there rules out whole slabs, which pays where nothing may be suppressed; and a
        node cannot have more classes than its two halves multiplied, which is what class counts are bounded by.
        """
        halves = [half for half in _halves(self.lattice.shape) if half]
        nodes = sum(int(np.prod([self.lattice.shape[axis] for axis in half])) for half in halves)
        if nodes * WORTH > self.lattice.size or not (
            self.problem.may_suppress == 0 or self.problem.measure.counts_classes
        ):
            return
        ceilings = Ceilings(classes=np.ones(self.lattice.shape), released=np.ones(self.lattice.shape))
        for half in halves:
            self._survey(half, ceilings)
        higher = self.problem.measure.bounds_within(self.population, ceilings)
        if higher is not None:
            np.maximum(self.bounds, higher, out=self.bounds)

    def find_incumbent(self) -> None:
        """A first solution: of one path from bottom to top, chosen by the bounds, the lowest node that will do."""
        path = self._path()
        low, high = 0, len(path) - 1
        while low <= high:
            middle = (low + high) // 2
            if self.open[path[middle]] and self.check(path[middle], self.rolls).will_do:
                high = middle - 1
            else:
                low = middle + 1

    def improve(self) -> None:
        """Check every node that could still be better, the most general first."""
        flat_open, flat_bounds = self.open.reshape(-1), self.bounds.reshape(len(self.bounds), -1)
        order = np.lexsort((flat_bounds[0], -self.lattice.heights().reshape(-1)))
        order = order[flat_open[order] & (flat_bounds[0][order] <= self.least[0])]
        for place in order.tolist():
            if flat_open[place] and tuple(flat_bounds[:, place].tolist()) < self.least:
                self.check(self.lattice.levels(place), self.rolls)

    def check(self, node: Levels, rolls: Rolls) -> Checked:
        """Whether a node meets all criteria; what that teaches about others is noted."""
        classes = classes_at(rolls.source(node), self.population.scales, node)
        failing, for_good = self.failing(classes)
        suppressed = int(classes.sizes[failing].sum())
        will_do = suppressed <= self.problem.may_suppress
        self.open[node] = False
        if will_do:
            self._take(classes, failing, suppressed)
        if not will_do and (
            self.any_failure_rules_out or int(classes.sizes[for_good].sum()) > self.problem.may_suppress
        ):
            self.open[below(node)] = False
        else:
            self._raise_bounds_below(classes, for_good)
        self._raise_bounds_above(classes)
        return Checked(will_do=will_do, classes=len(failing), hopeful=int((~for_good).sum()))

    def _survey(self, half: tuple[int, ...], ceilings: Ceilings) -> None:
        shape, top = self.lattice.shape, self.lattice.top
        bottom = tuple(0 if axis in half else level for axis, level in enumerate(top))
        rolls = Rolls(base=roll_up(self.base, self.population.scales, bottom), scales=self.population.scales)
        spread = tuple(number if axis in half else 1 for axis, number in enumerate(shape))
        classes = np.full(spread, float(len(rolls.base.counts)))
        hopeful = classes.copy()
        nodes = product(*(range(shape[axis]) if axis in half else [top[axis]] for axis in range(len(shape))))
        for node in sorted(nodes, key=sum, reverse=True):
            if self.open[node]:
                found = self.check(node, rolls)
                at = tuple(level if axis in half else 0 for axis, level in enumerate(node))
                classes[at], hopeful[at] = found.classes, found.hopeful
        np.multiply(ceilings.classes, classes, out=ceilings.classes)
        np.multiply(ceilings.released, hopeful, out=ceilings.released)

    def failing(self, classes: NodeClasses) -> tuple[Flags, Flags]:
        """The classes that fail a criterion, and those that do so in every specialisation."""
        fine = np.ones(len(classes.sizes), dtype=np.bool_)
        may_be = fine.copy()
        for criterion in self.problem.criteria:
            fine &= criterion.holds(classes)
            may_be &= criterion.may_hold_below(classes)
        return ~fine, ~may_be

    def _take(self, classes: NodeClasses, failing: Flags, suppressed: int) -> None:
        loss = self.problem.measure.loss(self.population, classes, failing)
        if self.best is None or loss < self.least:
            self.least = loss
            shown = loss if len(loss) > 1 else loss[0]
            self.best = Solution(levels=classes.node, loss=shown, suppressed=suppressed, rows=self.population.rows)

    def _raise_bounds_below(self, classes: NodeClasses, for_good: Flags) -> None:
        if not for_good.any():
            return
        higher = self.problem.measure.bounds_below(self.population, classes, for_good)
        if higher is not None:
            bounds = self.bounds[(slice(None), *below(classes.node))]
            np.maximum(bounds, higher, out=bounds)

    def _raise_bounds_above(self, classes: NodeClasses) -> None:
        least = self.problem.measure.bound_above(self.population, classes)
        if least is not None:
            bounds = self.bounds[(slice(None), *above(classes.node))]
            np.maximum(bounds, np.array(least).reshape(-1, *[1] * len(classes.node)), out=bounds)

    def _path(self) -> list[Levels]:
        path = [tuple([0] * len(self.lattice.shape))]
        while steps := self.lattice.climb(path[-1]):
            path.append(min(steps, key=self._bound))
        return path

    def _bound(self, node: Levels) -> LossValue:
        place = np.ravel_multi_index(node, self.lattice.shape)
        return tuple(self.bounds.reshape(len(self.bounds), -1)[:, place].tolist())


def _halves(shape: tuple[int, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The quasi-identifiers in two halves, with about as many nodes each."""
    left: list[int] = []
    right: list[int] = []
    sizes = [1, 1]
    for axis in sorted(range(len(shape)), key=lambda axis: -shape[axis]):
        side = int(sizes[1] < sizes[0])
        (left, right)[side].append(axis)
        sizes[side] *= shape[axis]
    return tuple(left), tuple(right)


def _base(problem: Problem) -> tuple[Rolled, tuple[Scale, ...]]:
    """The table as it came, each quasi-identifier at level 0."""
    columns = [problem.table.combinations.column(hierarchy.name) for hierarchy in problem.hierarchies]
    counts = problem.table.counts
    scales = tuple(
        scale(column, hierarchy, counts) for column, hierarchy in zip(columns, problem.hierarchies, strict=True)
    )
    coded = tuple(part.levels[0].category[column.codes] for part, column in zip(scales, columns, strict=True))
    values = problem.sensitive
    bottom = tuple(0 for _ in columns)
    rolled = Rolled(levels=bottom, columns=coded, values=None if values is None else _renumbered(values), counts=counts)
    return roll_up(rolled, scales, bottom), scales


def _renumbered(column: Column) -> Codes:
    _, numbered = np.unique(column.codes, return_inverse=True)
    return numbered.reshape(-1).astype(np.int64)
