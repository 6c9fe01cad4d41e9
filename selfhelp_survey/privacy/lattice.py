"""The lattice of full-domain generalisations: one node for every choice of a level for every quasi-identifier.

A node that has a higher or equal level everywhere is a *generalisation* of another, which is its *specialisation*.
Figures of all nodes are arrays with one axis for each quasi-identifier, so that the specialisations of a node, and its
generalisations, are plain slices.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from selfhelp_survey.errors import UsageError
from selfhelp_survey.privacy.table import Codes

MOST_NODES = 1_000_000  # every node gets a bound and a flag: about 100 MB and some seconds at this size
Levels = tuple[int, ...]
Region: TypeAlias = "tuple[slice[int | None, int | None, None], ...]"
Number = TypeVar("Number", np.int64, np.float64)


@dataclass(frozen=True, kw_only=True)
class Lattice:
    """`shape`: the number of levels of each quasi-identifier, and so the axes of every array of nodes."""

    shape: tuple[int, ...]

    def __post_init__(self) -> None:
        if not self.shape or min(self.shape) < 1:
            raise UsageError("A lattice needs a quasi-identifier, and each needs at least one level.")
        if self.size > MOST_NODES:
            raise UsageError(
                f"{self.size:,} combinations of levels are too many to search (at most {MOST_NODES:,}): "
                "name fewer quasi-identifiers or give their hierarchies fewer levels."
            )

    @property
    def size(self) -> int:
        """The number of nodes."""
        return prod(self.shape)

    @property
    def top(self) -> Levels:
        """The node that generalises every other."""
        return tuple(number - 1 for number in self.shape)

    def levels(self, place: int) -> Levels:
        """The node at a place of a flattened array."""
        return tuple(int(level) for level in np.unravel_index(place, self.shape))

    def heights(self) -> Codes:
        """For each node the sum of its levels."""
        total = np.zeros(self.shape, dtype=np.int64)
        for axis in range(len(self.shape)):
            total += along(np.arange(self.shape[axis], dtype=np.int64), axis, len(self.shape))
        return total

    def climb(self, node: Levels) -> list[Levels]:
        """The nodes one level above."""
        return [
            (*node[:axis], level + 1, *node[axis + 1 :])
            for axis, level in enumerate(node)
            if level + 1 < self.shape[axis]
        ]


def below(node: Sequence[int]) -> Region:
    """The slice of a node and all its specialisations."""
    return tuple(slice(0, level + 1) for level in node)


def above(node: Sequence[int]) -> Region:
    """The slice of a node and all its generalisations."""
    return tuple(slice(level, None) for level in node)


def along(values: NDArray[Number], axis: int, axes: int) -> NDArray[Number]:
    """One value per level, shaped so that it spreads over the other axes."""
    return values.reshape([-1 if place == axis else 1 for place in range(axes)])
