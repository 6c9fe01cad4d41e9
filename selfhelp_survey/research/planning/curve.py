"""From fine to coarse: the least generalisations that the search engine finds, the more it may suppress the finer.

The engine sees the model respondents once, as if they were the people of one year: k is scaled to their number. What it
cannot see (batches, waiting, diversity) the projection adds afterwards.
"""

from collections.abc import Iterator, Mapping

import numpy as np

from selfhelp_survey.privacy.criteria import KAnonymity
from selfhelp_survey.privacy.measures import Aggregate, Loss
from selfhelp_survey.privacy.problem import Problem
from selfhelp_survey.privacy.search import find_generalisation
from selfhelp_survey.privacy.table import Column, Contingency, Table, contingency
from selfhelp_survey.research.planning.candidates import QUARTER, QUARTERS
from selfhelp_survey.research.planning.projection import Levels, Pool

STEPS = (
    (16.0, 0.05),
    (8.0, 0.05),
    (4.0, 0.05),
    (2.0, 0.05),
    (1.0, 0.20),
    (1.0, 0.10),
    (1.0, 0.05),
    (1.0, 0.02),
    (1.0, 0.0),
)
"""As if so many times as many people came, and what part of them may be suppressed: from fine to coarse. What is right
for more people is too fine for these, and that is the price to be seen."""


def curve(pool: Pool, weights: Mapping[str, float], *, k: int, size: int) -> Iterator[Levels]:
    """Level vectors from fine to coarse for a year of so many responses, each once; the last withholds everything.

    Each minimises the largest weighted loss of a quasi-identifier under its limit (under the geometric mean weights
    change nothing).
    """
    table = _table(pool)
    measure = Loss(weights=tuple(weights[held.name] for held in pool.hierarchies), aggregate=Aggregate.RANK)
    found: list[tuple[int, ...]] = []
    for times, limit in STEPS:
        scaled = max(1, round(k * pool.respondents.rows / (size * times)))
        solution = find_generalisation(
            Problem(
                table=table, hierarchies=pool.hierarchies, criteria=(KAnonymity(k=scaled),), suppression_limit=limit,
                measure=measure,
            )
        )  # fmt: skip
        if solution is not None:
            found.append(solution.levels)
    found.append(tuple(held.top for held in pool.hierarchies))
    for levels in dict.fromkeys(found):
        yield {held.name: level for held, level in zip(pool.hierarchies, levels, strict=True)}


def _table(pool: Pool) -> Contingency:
    """The respondents by combination; every fourth one in each quarter, as they come in no order."""
    rows = pool.respondents.rows
    quarter = Column(name=QUARTER, codes=np.arange(rows, dtype=np.int64) % len(QUARTERS), labels=QUARTERS)
    names = [held.name for held in pool.hierarchies]
    others = (column for column in pool.respondents.columns if column.name != QUARTER)
    table = Table(columns=(*others, quarter), rows=rows)
    return contingency(table, names)
