"""Generalisation hierarchies: what each leaf becomes, level by level, up to one category for everybody."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from selfhelp_survey.errors import UsageError
from selfhelp_survey.privacy.rule import Label
from selfhelp_survey.privacy.table import Codes, Column

NO_ANSWER = -1
WITHHELD = -7
MERGED_MISSING = (-1, -2, -3, -5)  # design, "Disclosure control": one "no answer" from level 1 on
KEPT_MISSING = (-4, -6, -7, -8)  # facts about the questionnaire or the coding, not about the person's choice


@dataclass(frozen=True, kw_only=True)
class Hierarchy:
    """Levels 0..n of one quasi-identifier. `levels[j][i]` is the category of leaf i at level j; level 0 is the leaves.

    Levels nest: leaves that share a category at level j share one at level j + 1 (grouping a grouped table again is
    only right then). The top level usually has one category for everybody; a hierarchy of one level never generalises.
    A missing code is a leaf like any other and must be listed.
    """

    name: str
    levels: tuple[tuple[Label, ...], ...]

    def __post_init__(self) -> None:
        if not self.levels or not self.leaves or len(set(self.leaves)) != len(self.leaves):
            raise UsageError(f"The hierarchy of {self.name} needs distinct leaves.")
        if any(len(level) != len(self.leaves) for level in self.levels):
            raise UsageError(f"The hierarchy of {self.name} does not give every leaf a category at every level.")
        if (split := first_split(self.levels)) is not None:
            level, leaf = split
            raise UsageError(
                f"The hierarchy of {self.name} does not nest: at leaf {leaf + 1} level {level} splits a category of "
                f"level {level - 1}."
            )

    @classmethod
    def from_rows(cls, name: str, rows: Iterable[Sequence[Label]]) -> "Hierarchy":
        """The hierarchy of rows as ARX writes them: leaf, category at level 1, ..., category of the top level."""
        listed = [tuple(row) for row in rows]
        if not listed or len({len(row) for row in listed}) != 1:
            raise UsageError(f"The hierarchy of {name} needs rows of equal length.")
        return cls(name=name, levels=tuple(zip(*listed, strict=True)))

    @property
    def leaves(self) -> tuple[Label, ...]:
        """The categories of level 0."""
        return self.levels[0]

    @property
    def top(self) -> int:
        """The number of the highest level."""
        return len(self.levels) - 1

    def categories(self, level: int) -> tuple[Label, ...]:
        """The distinct categories of a level, in the order of their first leaf."""
        return tuple(dict.fromkeys(self._at(level)))

    def codes(self, level: int) -> Codes:
        """For each leaf the position of its category in `categories(level)`."""
        places = {category: place for place, category in enumerate(self.categories(level))}
        return np.array([places[category] for category in self._at(level)], dtype=np.int64)

    def _at(self, level: int) -> tuple[Label, ...]:
        if not 0 <= level <= self.top:
            raise UsageError(f"The hierarchy of {self.name} has levels 0 to {self.top}.")
        return self.levels[level]


def first_split(levels: Sequence[Sequence[Label]]) -> tuple[int, int] | None:
    """Where levels fail to nest: the level that splits a category of the one below, and the leaf that shows it.

    None where they nest.
    """
    for number, (lower, upper) in enumerate(pairwise(levels)):
        parents: dict[Label, Label] = {}
        for leaf, (category, parent) in enumerate(zip(lower, upper, strict=True)):
            if parents.setdefault(category, parent) != parent:
                return number + 1, leaf
    return None


def generalise(column: Column, hierarchy: Hierarchy, level: int) -> Column:
    """The column at a level. Raises: UsageError where the hierarchy lacks one of the column's labels (never named)."""
    places = {leaf: place for place, leaf in enumerate(hierarchy.leaves)}
    unknown = sum(label not in places for label in column.labels)
    if unknown:
        raise UsageError(f"The hierarchy of {column.name} lacks {unknown} value(s) of the data; add them as leaves.")
    leaf_of_code = np.array([places[label] for label in column.labels], dtype=np.int64)
    category_of_code = hierarchy.codes(level)[leaf_of_code] if leaf_of_code.size else leaf_of_code
    return Column(name=column.name, codes=category_of_code[column.codes], labels=hierarchy.categories(level))


def with_missing_codes(name: str, substantive: Mapping[Label, Sequence[Label]], *, levels: int) -> Hierarchy:
    """The hierarchy of a coded quasi-identifier: its substantive values, and the missing codes -1 to -8.

    substantive: for each value its categories at levels 1 to levels - 1 (none if there is only the top). `levels` is
    the number of the top level. At level 1 and above -1, -2, -3 and -5 are one "no answer" (-1); -4, -6, -7 and -8
    stay; the top level gives -7 for everybody.
    """
    if levels < 1 or any(len(categories) != levels - 1 for categories in substantive.values()):
        raise UsageError(f"The hierarchy of {name} needs one category for each level between leaf and top.")
    missing = {*MERGED_MISSING, *KEPT_MISSING}
    if missing & {*substantive, *(category for above in substantive.values() for category in above)}:
        raise UsageError(f"The hierarchy of {name} uses a missing code as a value.")
    rows: list[tuple[Label, ...]] = [(leaf, *above, WITHHELD) for leaf, above in substantive.items()]
    rows += [(code, *[NO_ANSWER] * (levels - 1), WITHHELD) for code in MERGED_MISSING]
    rows += [(code, *[code] * (levels - 1), WITHHELD) for code in KEPT_MISSING]
    return Hierarchy.from_rows(name, rows)
