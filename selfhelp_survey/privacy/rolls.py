"""Tables that are grouped already, kept for the nodes that can be grouped from them.

The quasi-identifiers with most categories come first. A node is grouped from the table in which the first few stand at
their levels already and the others at their lowest: many nodes share it, and it is much shorter.
"""

from dataclasses import dataclass, field

from selfhelp_survey.privacy.grouping import Rolled, roll_up
from selfhelp_survey.privacy.lattice import Levels
from selfhelp_survey.privacy.scales import Scale

STOPS = (2, 4, 6)  # after how many quasi-identifiers a table is kept
SHRINKS = 0.9  # a grouped table is kept only if it is this much shorter than what it was grouped from
MOST_CELLS = 30_000_000  # cells kept in all, about 250 MB


@dataclass(kw_only=True, eq=False)
class Rolls:
    """The grouped tables of one base table."""

    base: Rolled
    scales: tuple[Scale, ...]
    _order: list[int] = field(init=False)
    _kept: dict[Levels, Rolled] = field(init=False, default_factory=dict)
    _cells: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        sizes = [scale.levels[level].size for scale, level in zip(self.scales, self.base.levels, strict=True)]
        self._order = sorted((axis for axis, size in enumerate(sizes) if size > 1), key=lambda axis: -sizes[axis])

    def source(self, node: Levels) -> Rolled:
        """The shortest kept table from which the node can be grouped."""
        found = self.base
        for stop in STOPS:
            if stop >= len(self._order):
                break
            fixed = self._order[:stop]
            at = tuple(node[axis] if axis in fixed else level for axis, level in enumerate(self.base.levels))
            found = self._kept.get(at) or self._keep(at, found)
        return found

    def _keep(self, at: Levels, source: Rolled) -> Rolled:
        rolled = roll_up(source, self.scales, at)
        if len(rolled.counts) > SHRINKS * len(source.counts):
            rolled = source
        cells = 0 if rolled is source else len(rolled.counts) * (len(rolled.columns) + 2)
        if self._cells + cells <= MOST_CELLS:
            self._kept[at] = rolled
            self._cells += cells
        return rolled
