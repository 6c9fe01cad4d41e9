"""Equivalence classes: rows that share all quasi-identifiers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from selfhelp_survey.privacy.table import Codes, Table, combination_index


@dataclass(frozen=True, kw_only=True, eq=False)
class Classes:
    """The class number of each row (from 0) and the size of each class, in records."""

    index: Codes
    sizes: Codes

    @property
    def smallest(self) -> int:
        """The size of the smallest class; 0 for a table without rows."""
        return int(self.sizes.min()) if self.sizes.size else 0


def equivalence_classes(table: Table, names: Sequence[str], *, counts: Codes | None = None) -> Classes:
    """The classes over the named columns. Missing codes are categories: two people who declined look alike.

    counts: how many records each row stands for, where the table is a contingency table; else one.
    """
    index, first = combination_index([table.column(name) for name in names], rows=table.rows)
    weights = np.ones(table.rows, dtype=np.int64) if counts is None else counts
    sizes = np.zeros(len(first), dtype=np.int64)
    np.add.at(sizes, index, weights)
    return Classes(index=index, sizes=sizes)
