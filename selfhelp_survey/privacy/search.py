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

Sources: LeFevre et al. 2005 (Incognito) for the lattice and rolling up, Kohlmayer et al. 2012 (Flash) for paths; what
may be ruled out follows from the monotonicity named with each criterion.
"""

import numpy as np

from selfhelp_survey.privacy.grouping import NodeClasses, Rolled, classes_at, roll_up
from selfhelp_survey.privacy.lattice import Lattice, Levels, above, below
from selfhelp_survey.privacy.measures import LossValue, Population
from selfhelp_survey.privacy.problem import Problem, Solution
from selfhelp_survey.privacy.rolls import Rolls
from selfhelp_survey.privacy.scales import Floats, Scale, scale
from selfhelp_survey.privacy.table import Codes, Column, Flags


def find_generalisation(problem: Problem) -> Solution | None:
    """The generalisation that meets all criteria with the least loss; None where there is none.

    Where several lose equally little, any of them. Missing values: see `Problem`.
    Raises: UsageError where a hierarchy lacks a value of the table.
    """
    search = _Search(problem)
    search.find_incumbent()
    search.improve()
    return search.best


class _Search:
    """The state of one search: which nodes are still open, the bounds of all, and the best solution so far."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.lattice = problem.lattice
        base, scales = _base(problem)
        self.population = Population(scales=scales, rows=problem.rows, may_suppress=problem.may_suppress)
        self.rolls = Rolls(base=base, scales=scales)
        self.bounds = np.array(np.broadcast_to(*_spread(problem.measure.bounds(self.population), self.lattice)))
        self.open = np.ones(self.lattice.shape, dtype=np.bool_)
        self.any_failure_rules_out = problem.may_suppress == 0 and all(
            criterion.is_monotone_unsuppressed for criterion in problem.criteria
        )
        self.best: Solution | None = None
        self.least: LossValue = (np.inf,)
        self.checks = 0

    def find_incumbent(self) -> None:
        """A first solution: of one path from bottom to top, chosen by the bounds, the lowest node that will do."""
        path = self._path()
        low, high = 0, len(path) - 1
        while low <= high:
            middle = (low + high) // 2
            if self.open[path[middle]] and self.check(path[middle], self.rolls):
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

    def check(self, node: Levels, rolls: Rolls) -> bool:
        """Whether a node meets all criteria; and what that teaches about others."""
        self.checks += 1
        classes = classes_at(rolls.source(node), self.population.scales, node)
        failing, for_good = self._failing(classes)
        suppressed = int(classes.sizes[failing].sum())
        will_do = suppressed <= self.problem.may_suppress
        self.open[node] = False
        if will_do:
            self._take(classes, failing, suppressed)
        elif self.any_failure_rules_out or int(classes.sizes[for_good].sum()) > self.problem.may_suppress:
            self.open[below(node)] = False
            return False
        self._learn(classes, for_good)
        return will_do

    def _failing(self, classes: NodeClasses) -> tuple[Flags, Flags]:
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

    def _learn(self, classes: NodeClasses, for_good: Flags) -> None:
        measure = self.problem.measure
        if for_good.any():
            higher = measure.bounds_below(self.population, classes, for_good)
            if higher is not None:
                region = (slice(None), *below(classes.node))
                np.maximum(self.bounds[region], higher, out=self.bounds[region])
        least = measure.bound_above(self.population, classes)
        if least is not None:
            region = (slice(None), *above(classes.node))
            np.maximum(
                self.bounds[region], np.array(least).reshape(-1, *[1] * len(classes.node)), out=self.bounds[region]
            )

    def _bound(self, node: Levels) -> LossValue:
        place = np.ravel_multi_index(node, self.lattice.shape)
        return tuple(self.bounds.reshape(len(self.bounds), -1)[:, place].tolist())

    def _path(self) -> list[Levels]:
        path = [tuple([0] * len(self.lattice.shape))]
        while steps := self.lattice.climb(path[-1]):
            path.append(min(steps, key=self._bound))
        return path


def _base(problem: Problem) -> tuple[Rolled, tuple[Scale, ...]]:
    """The table as it came, coded by the occurring categories of level 0."""
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


def _spread(bounds: Floats, lattice: Lattice) -> tuple[Floats, tuple[int, ...]]:
    return bounds, (len(bounds), *lattice.shape)
