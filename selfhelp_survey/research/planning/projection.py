"""What a plan gives in a year of so many responses, over several made-up years of model respondents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from selfhelp_survey.privacy.hierarchy import Hierarchy, generalise
from selfhelp_survey.privacy.rule import SeriesRule
from selfhelp_survey.privacy.table import Codes, Column, Table
from selfhelp_survey.research.planning.candidates import QUARTER, QUARTERS
from selfhelp_survey.research.planning.years import Calendar, Fractions, Years, years

Levels = Mapping[str, int]
FEWEST_DRAWS = 10
MOST_DRAWN = 50_000  # responses for one figure: large years differ little from each other
SPREAD = (10, 90)  # percentiles: four draws in five lie between


@dataclass(frozen=True, kw_only=True)
class Spread:
    """What came out over all draws: the median, and between what four draws in five lie."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Fractions | Codes) -> "Spread":
        """The spread of these values, of which there is at least one. The values themselves, never in between them."""
        low, median, high = np.percentile(values, [SPREAD[0], 50, SPREAD[1]], method="inverted_cdf").tolist()
        return cls(median=median, low=low, high=high)


@dataclass(frozen=True, kw_only=True)
class Projection:
    """What a plan gives in a year of so many responses.

    Fractions of the responses at the end of the year: `released`; `held` back, because too few others look like them;
    `waiting`, who came in since the last release that had enough new responses. `releases` made; `delay` of the
    released rows, in releases they had to wait; `loss` 0 to 1, whoever is not released counted as suppressed;
    `smallest` release in rows, 0 where there was none. `spans`: of each quasi-identifier its own part of the loss, 0-1,
    on average.
    """

    responses: int
    releases: Spread
    released: Spread
    held: Spread
    waiting: Spread
    delay: Spread
    loss: Spread
    smallest: Spread
    spans: Mapping[str, float]


@dataclass(frozen=True, kw_only=True, eq=False)
class Pool:
    """The model respondents, and the hierarchies of the quasi-identifiers that a plan could release."""

    respondents: Table
    hierarchies: tuple[Hierarchy, ...]

    def names(self, levels: Levels) -> tuple[str, ...]:
        """The quasi-identifiers that are released: those below the top of their hierarchy."""
        return tuple(held.name for held in self.hierarchies if levels[held.name] < held.top)

    def at(self, levels: Levels, items: Sequence[str]) -> Table:
        """The respondents with their released quasi-identifiers at these levels, and these variables; no quarter."""
        kept = [held for held in self.hierarchies if held.name != QUARTER and levels[held.name] < held.top]
        coarse = [generalise(self.respondents.column(held.name), held, levels[held.name]) for held in kept]
        return Table(columns=(*coarse, *map(self.respondents.column, items)), rows=self.respondents.rows)

    def shares(self, hierarchy: Hierarchy, level: int) -> Fractions:
        """For each respondent (for the quarter, for each quarter) how much of the hierarchy its category spans, 0-1.

        Source: Iyengar 2002, Transforming data to satisfy privacy constraints, section 3.
        """
        codes = hierarchy.codes(level)
        spans = (np.bincount(codes) / len(codes))[codes]
        if hierarchy.name == QUARTER:
            return spans
        places = {leaf: place for place, leaf in enumerate(hierarchy.leaves)}
        column = self.respondents.column(hierarchy.name)
        return spans[np.array([places[label] for label in column.labels], dtype=np.int64)][column.codes]


def lengths(draws: int, most: int) -> list[int]:
    """How many numbers each draw needs if no year has more than `most` responses: later ones serve small years."""
    return [most if number < FEWEST_DRAWS else min(most, MOST_DRAWN // number) for number in range(draws)]


@dataclass(frozen=True, kw_only=True, eq=False)
class Projector:
    """Projects plans that share a rule's k, l, items and minimum, over the same draws for all of them."""

    pool: Pool
    calendar: Calendar
    rule: SeriesRule
    draws: Sequence[Fractions]

    def project(self, levels: Levels, size: int) -> Projection:
        """What the plan with these levels gives in a year of so many responses."""
        people, went = self.people(size), self._years(levels, size)
        spans = {held.name: self._spans(held, levels[held.name], people, went) for held in self.pool.hierarchies}
        return Projection(
            responses=size, releases=Spread.of(went.made), released=Spread.of(went.released),
            held=Spread.of(went.held), waiting=Spread.of(went.waiting), delay=Spread.of(went.delay),
            loss=Spread.of(loss_of(list(spans.values()))), smallest=Spread.of(went.smallest),
            spans={name: float(one.mean()) for name, one in spans.items()},
        )  # fmt: skip

    def released(self, levels: Levels, size: int) -> float:
        """The released part of the responses alone, on average over all years."""
        return float(self._years(levels, size).released.mean())

    def people(self, size: int) -> Codes:
        """For each made-up year, a row, the model respondents who answer in it, in the order in which they come."""
        number = max(FEWEST_DRAWS, MOST_DRAWN // size)
        chances = np.stack([draw[:size] for draw in self.draws[:number]])
        return (chances * self.pool.respondents.rows).astype(np.int64)

    def _years(self, levels: Levels, size: int) -> Years:
        people = self.people(size)
        variables = dict.fromkeys(name for item in self.rule.items for name in item.variables)
        drawn = self.pool.at(levels, tuple(variables)).take(people.reshape(-1))
        rule = replace(self.rule, quasi_identifiers=self.pool.names(levels))
        return years(self._with_quarter(drawn, levels, size), len(people), rule, self.calendar)

    def _with_quarter(self, drawn: Table, levels: Levels, size: int) -> Table:
        """The people with the quarter in which they come, where that is released."""
        hierarchy = next((held for held in self.pool.hierarchies if held.name == QUARTER), None)
        if hierarchy is None or levels[QUARTER] >= hierarchy.top:
            return drawn
        quarters = np.tile(self.calendar.quarters(size), drawn.rows // size)
        asked = Column(name=QUARTER, codes=quarters, labels=QUARTERS)
        return Table(columns=(*drawn.columns, generalise(asked, hierarchy, levels[QUARTER])), rows=drawn.rows)

    def _spans(self, held: Hierarchy, level: int, people: Codes, went: Years) -> Fractions:
        """What a quasi-identifier loses in each year, 0 (as asked) to 1; whoever is not released counts as 1."""
        shares, least = self.pool.shares(held, level), 1 / len(held.leaves)
        own = shares[self.calendar.quarters(people.shape[1])] if held.name == QUARTER else shares[people]
        mean = np.where(went.taken < 0, 1.0, own).mean(axis=1)
        return np.maximum((mean - least) / (1 - least), 0.0) if least < 1 else np.zeros(len(people))


def loss_of(spans: Sequence[Fractions]) -> Fractions:
    """ARX's Loss with g/s factor 0.5, of what each quasi-identifier loses in each year; 0 to 1.

    Source: ARX 3.9, metric "Loss" with the geometric mean (as in `privacy.measures.Loss`).
    """
    return np.asarray(np.prod([1 + span for span in spans], axis=0) ** (1 / len(spans)) - 1)
