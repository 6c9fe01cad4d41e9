"""The slow, obvious twin of the search for the least generalisation: rows, dictionaries, every node, exact fractions.

Everything is computed from the definitions in the papers, row by row, and shares no code with the search.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from selfhelp_survey.privacy.criteria import (
    Criterion,
    DistinctDiversity,
    EntropyDiversity,
    Estimator,
    KAnonymity,
    RecursiveDiversity,
)
from selfhelp_survey.privacy.hierarchy import Hierarchy
from selfhelp_survey.privacy.measures import (
    Aggregate,
    AverageClassSize,
    Discernibility,
    Loss,
    Measure,
    NonUniformEntropy,
)
from selfhelp_survey.privacy.problem import Problem
from selfhelp_survey.privacy.table import Table, contingency

Row = tuple[str, ...]
Node = tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Example:
    """A problem as rows; the last cell of a row is the sensitive value."""

    rows: tuple[Row, ...]
    hierarchies: tuple[Hierarchy, ...]
    criteria: tuple[Criterion, ...]
    limit: float
    measure: Measure

    def problem(self) -> Problem:
        """The same problem for the search."""
        names = [hierarchy.name for hierarchy in self.hierarchies]
        table = Table.from_rows([*names, "sensitive"], self.rows)
        return Problem(
            table=contingency(table, [*names, "sensitive"]), hierarchies=self.hierarchies, criteria=self.criteria,
            suppression_limit=self.limit, measure=self.measure,
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a node loses, and how many rows it suppresses."""

    loss: tuple[float, ...]
    suppressed: int


def outcomes(example: Example) -> dict[Node, Outcome]:
    """Every node that solves the problem."""
    found = ((node, outcome(example, node)) for node in nodes(example))
    return {node: each for node, each in found if each is not None}


def nodes(example: Example) -> Iterator[Node]:
    """Every choice of levels."""
    return product(*(range(hierarchy.top + 1) for hierarchy in example.hierarchies))


def outcome(example: Example, node: Node) -> Outcome | None:
    """What one node loses; None where it would suppress too many rows."""
    generalised = [recoded(example.hierarchies, node, row) for row in example.rows]
    members: dict[Row, list[str]] = {}
    for cells, row in zip(generalised, example.rows, strict=True):
        members.setdefault(cells, []).append(row[-1])
    kept = {cells for cells, values in members.items() if all(holds(each, values) for each in example.criteria)}
    suppressed = sum(cells not in kept for cells in generalised)
    if suppressed > math.floor(example.limit * len(example.rows)):
        return None
    return Outcome(loss=lost(example, node, kept) if example.rows else nothing(example), suppressed=suppressed)


def released(example: Example, node: Node) -> Counter[Row]:
    """The rows that a node releases: generalised, with their sensitive value."""
    rows = [(*cells, row[-1]) for cells, row in zip(_generalised(example, node), example.rows, strict=True)]
    members: dict[Row, list[str]] = {}
    for row in rows:
        members.setdefault(row[:-1], []).append(row[-1])
    return Counter(row for row in rows if all(holds(each, members[row[:-1]]) for each in example.criteria))


def recoded(hierarchies: Sequence[Hierarchy], node: Node, row: Row) -> Row:
    """The quasi-identifiers of a row at the levels of a node."""
    return tuple(
        str(hierarchy.levels[level][hierarchy.leaves.index(cell)])
        for hierarchy, level, cell in zip(hierarchies, node, row[:-1], strict=True)
    )


def holds(criterion: Criterion, values: list[str]) -> bool:
    """Whether a class with these sensitive values meets a criterion."""
    counts = sorted(Counter(values).values(), reverse=True)
    match criterion:
        case KAnonymity():
            return len(values) >= criterion.k
        case DistinctDiversity():
            return len(counts) >= criterion.l
        case EntropyDiversity(estimator=Estimator.SHANNON):
            uniform = Fraction(criterion.l) ** len(values) * math.prod(n**n for n in counts)
            return bool(len(values) ** len(values) >= uniform)
        case EntropyDiversity():
            return len(counts) >= math.floor(criterion.l) and corrected_entropy(counts) >= math.log(criterion.l)
        case RecursiveDiversity():
            return counts[0] < Fraction(criterion.c) * sum(counts[criterion.l - 1 :])


def corrected_entropy(counts: list[int]) -> Fraction:
    """Grassberger 2003, equation 28, with the recurrence of equation 30; the constants of G cancel."""
    records = sum(counts)
    return grassberger(records) - sum(n * grassberger(n) for n in counts) / Fraction(records)


def grassberger(n: int) -> Fraction:
    """G(n) + gamma + ln 2: G(2) = 2 + G(1), G(2n + 1) = G(2n), G(2n + 2) = G(2n) + 2 / (2n + 1)."""
    if n == 1:
        return Fraction(0)
    if n % 2:
        return grassberger(n - 1)
    return Fraction(2) if n == 2 else grassberger(n - 2) + Fraction(2, n - 1)


def nothing(example: Example) -> tuple[float, ...]:
    """What an empty table loses."""
    ranked = isinstance(example.measure, Loss) and example.measure.aggregate is Aggregate.RANK
    weights = isinstance(example.measure, Loss) and example.measure.weights
    if weights and not ranked:
        return (math.prod(weight / max(weights) for weight in weights) ** (1 / len(weights)) - 1,)
    return (0.0,) * (len(example.hierarchies) if ranked else 1)


def lost(example: Example, node: Node, kept: set[Row]) -> tuple[float, ...]:
    """The loss of a node that releases these classes."""
    match example.measure:
        case Loss():
            return iyengar(example, example.measure, node, kept)
        case NonUniformEntropy():
            return (entropy(example, node, kept, with_suppressed=not example.measure.monotone),)
        case AverageClassSize():
            classes = {recoded(example.hierarchies, node, row) for row in example.rows}
            return (len(example.rows) / (len(kept) + (1 if classes - kept else 0)),)
        case Discernibility():
            return (float(alike(example, node, kept, ignore_suppression=example.measure.monotone)),)


def iyengar(example: Example, measure: Loss, node: Node, kept: set[Row]) -> tuple[float, ...]:
    """The mean loss of the cells of each attribute, rescaled, cut after ten decimals, and aggregated."""
    factor = Fraction(measure.gs_factor)
    suppression, generalisation = min(Fraction(1), 2 * factor), min(Fraction(1), 2 - 2 * factor)
    figures = []
    for axis, (hierarchy, level) in enumerate(zip(example.hierarchies, node, strict=True)):
        total = Fraction(0)
        for row in example.rows:
            at_level = hierarchy.levels[level]
            share = Fraction(at_level.count(at_level[hierarchy.leaves.index(row[axis])]), len(hierarchy.leaves))
            if recoded(example.hierarchies, node, row) in kept:
                total += share * generalisation
            else:
                total += 1 if suppression == 1 else share + suppression * (1 - share)
        least = generalisation / len(hierarchy.leaves)
        mean = total / len(example.rows)
        figure = max((mean - least) / (1 - least), Fraction(0)) if least != 1 else Fraction(0)
        figures.append(math.floor(figure * 10**10) / 10**10)
    weights = measure.weights or (1.0,) * len(figures)
    weighed = [weight / max(weights) for weight in weights]
    if measure.aggregate is Aggregate.RANK:
        return tuple(sorted((a * b for a, b in zip(figures, weighed, strict=True)), reverse=True))
    return (math.prod(((a + 1) * b) ** (1 / len(figures)) for a, b in zip(figures, weighed, strict=True)) - 1,)


def entropy(example: Example, node: Node, kept: set[Row], *, with_suppressed: bool) -> float:
    """Bits to tell the leaf of every cell from its category, and the categories of suppressed cells from each other."""
    bits = 0.0
    for axis in range(len(node)):
        leaves = Counter(row[axis] for row in example.rows)
        categories = Counter(recoded(example.hierarchies, node, row)[axis] for row in example.rows)
        gone = [cells[axis] for cells in _generalised(example, node) if cells not in kept]
        for row in example.rows:
            bits += math.log2(categories[recoded(example.hierarchies, node, row)[axis]] / leaves[row[axis]])
        for category in gone if with_suppressed else []:
            bits += math.log2(len(gone) / gone.count(category))
    return bits


def alike(example: Example, node: Node, kept: set[Row], *, ignore_suppression: bool) -> int:
    """For each row the rows it cannot be told from, summed."""
    generalised = _generalised(example, node)
    return sum(
        generalised.count(cells) if cells in kept or ignore_suppression else len(generalised) for cells in generalised
    )


def _generalised(example: Example, node: Node) -> list[Row]:
    return [recoded(example.hierarchies, node, row) for row in example.rows]


def is_less(one: Sequence[float], other: Sequence[float]) -> bool:
    """Whether a loss is truly less than another: by more than the last decimals, at the first figure that differs."""
    for a, b in zip(one, other, strict=True):
        if not math.isclose(a, b, rel_tol=1e-9, abs_tol=2e-9):
            return a < b
    return False
