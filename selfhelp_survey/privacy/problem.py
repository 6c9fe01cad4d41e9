"""What a search for the least generalisation is asked, and what it answers."""

from dataclasses import dataclass
from math import floor

from selfhelp_survey.errors import UsageError
from selfhelp_survey.privacy.criteria import Criterion
from selfhelp_survey.privacy.hierarchy import Hierarchy
from selfhelp_survey.privacy.lattice import Lattice
from selfhelp_survey.privacy.measures import Measure
from selfhelp_survey.privacy.table import Column, Contingency


@dataclass(frozen=True, kw_only=True, eq=False)
class Problem:
    """Which full-domain generalisation of a table meets all criteria and loses least.

    table: the distinct combinations of the quasi-identifiers, and of at most one more column, the sensitive attribute.
    hierarchies: one for each quasi-identifier; their order is that of the levels in the solution. suppression_limit:
    the part of the records that may be suppressed, 0-1. Missing values are categories of quasi-identifiers and values
    of the sensitive attribute like any other: recode them before, where they should not be.
    """

    table: Contingency
    hierarchies: tuple[Hierarchy, ...]
    criteria: tuple[Criterion, ...]
    suppression_limit: float
    measure: Measure

    def __post_init__(self) -> None:
        if not 0 <= self.suppression_limit <= 1:
            raise UsageError("The suppression limit is a fraction of the records, 0 to 1.")
        names = [hierarchy.name for hierarchy in self.hierarchies]
        if not names or len(set(names)) != len(names):
            raise UsageError("Name at least one quasi-identifier, and each once.")
        for name in names:
            self.table.combinations.column(name)
        others = len(self.table.combinations.columns) - len(names)
        if others > 1 or (others == 0 and any(criterion.needs_sensitive for criterion in self.criteria)):
            raise UsageError("Diversity needs exactly one sensitive attribute beside the quasi-identifiers.")
        self.measure.refuse_unfit(len(names))
        self.lattice  # noqa: B018 - refuses a lattice that is too large

    @property
    def lattice(self) -> Lattice:
        """The nodes to search."""
        return Lattice(shape=tuple(hierarchy.top + 1 for hierarchy in self.hierarchies))

    @property
    def rows(self) -> int:
        """The number of records."""
        return int(self.table.counts.sum())

    @property
    def may_suppress(self) -> int:
        """The number of records that may be suppressed: the whole part of limit x records, as in ARX."""
        return floor(self.suppression_limit * self.rows)

    @property
    def sensitive(self) -> Column | None:
        """The sensitive attribute, where a criterion looks at it."""
        names = {hierarchy.name for hierarchy in self.hierarchies}
        if not any(criterion.needs_sensitive for criterion in self.criteria):
            return None
        return next(column for column in self.table.combinations.columns if column.name not in names)


@dataclass(frozen=True, kw_only=True)
class Solution:
    """The generalisation that loses least.

    levels: of each quasi-identifier, in the order of the problem's hierarchies. loss: a number, or for the aggregate
    "rank" one for each quasi-identifier, largest first. suppressed: the records whose class fails a criterion, which
    must be left out. rows: the records of the table, suppressed ones included.
    """

    levels: tuple[int, ...]
    loss: float | tuple[float, ...]
    suppressed: int
    rows: int
