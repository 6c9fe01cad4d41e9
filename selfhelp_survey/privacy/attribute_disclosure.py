"""What a class tells about a sensitive item even if nobody can say which of its records is whose.

**A missing value** is one of the codes -1 to -8. It is not an answer that could be given away, but it is what keeps an
attacker unsure: a record without a value counts towards the class, never as a value.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from selfhelp_survey.privacy.classes import Classes
from selfhelp_survey.privacy.criteria import missing_rows
from selfhelp_survey.privacy.table import Codes, Column, combination_index

Shares = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class AttributeDisclosure:
    """What the classes tell of one item.

    certain: records in classes in which everybody gave the same value. An attacker who finds the class knows it.
    surest: the largest share, 0 to 1, that one value has of a class, records without a value included.
    distance: the largest distance, 0 to 1, between the values of a class and those of the whole table, among records
    that have one; 0 where no class has any. With equal distances between values this is t of t-closeness.

    Source of `certain`: Machanavajjhala et al. 2007, section 2.1 (homogeneity attack). Of `distance`: Li, Li and
    Venkatasubramanian 2007, t-closeness, section 4.1.
    """

    certain: int
    surest: float
    distance: float


def attribute_disclosure(classes: Classes, columns: Sequence[Column]) -> AttributeDisclosure:
    """What the classes tell of the item that these columns make up; several columns count as one, by their pattern.

    A pattern with a missing part counts as a record without a value.
    """
    cells = _answered_cells(classes, columns)
    if not cells.counts.size:
        return AttributeDisclosure(certain=0, surest=0.0, distance=0.0)
    top = np.zeros(len(classes.sizes), dtype=np.int64)
    np.maximum.at(top, cells.classes, cells.counts)
    return AttributeDisclosure(
        certain=int(classes.sizes[top == classes.sizes].sum()), surest=float((top / classes.sizes).max()),
        distance=float(_distances(cells).max()),
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True, eq=False)
class _Cells:
    """The pairs of class and pattern that occur among records with a value, and how many records each has."""

    classes: Codes
    patterns: Codes
    counts: Codes


def _answered_cells(classes: Classes, columns: Sequence[Column]) -> _Cells:
    answered = ~np.logical_or.reduce([missing_rows(column) for column in columns])
    pattern, first = combination_index(columns, rows=len(classes.index))
    width = max(len(first), 1)
    pairs, counts = np.unique(classes.index[answered] * width + pattern[answered], return_counts=True)
    return _Cells(classes=pairs // width, patterns=pairs % width, counts=counts.astype(np.int64))


def _distances(cells: _Cells) -> Shares:
    """For each class with an answer, how far its patterns are from those of the whole table (total variation).

    Patterns that a class lacks differ by their whole share, so the sum needs only those that occur in it.
    """
    everywhere = _shares(np.bincount(cells.patterns, weights=cells.counts))[cells.patterns]
    inside = cells.counts / np.bincount(cells.classes, weights=cells.counts)[cells.classes]
    differing = np.bincount(cells.classes, weights=np.abs(inside - everywhere))
    covered = np.bincount(cells.classes, weights=everywhere)
    distances: Shares = ((differing + 1 - covered) / 2)[np.unique(cells.classes)]
    return distances.clip(0, 1)


def _shares(counts: Codes | Shares) -> Shares:
    shares: Shares = counts / counts.sum()
    return shares


def total_variation(these: Codes, those: Codes) -> float:
    """The distance, 0 to 1, between two distributions given as counts over the same categories; 0 if one is empty.

    It is the share of the one that would have to change category to look like the other.
    """
    if not these.sum() or not those.sum():
        return 0.0
    return float(np.abs(_shares(these) - _shares(those)).sum() / 2)
