"""What the measures of loss are told about a table and its lattice."""

from dataclasses import dataclass

from selfhelp_survey.privacy.scales import Floats, Scale

LossValue = tuple[float, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Population:
    """What all nodes share: the scales, the number of records, and how many of them may be suppressed."""

    scales: tuple[Scale, ...]
    rows: int
    may_suppress: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Ceilings:
    """Upper bounds of every node: its classes, and those of its classes that may be released."""

    classes: Floats
    released: Floats
