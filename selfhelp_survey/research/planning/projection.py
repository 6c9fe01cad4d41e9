"""What a plan gives in a year: model respondents arrive in batches, and the product's own rule says who goes.

A release is tried at equal intervals and refused as `release` refuses it: too few new responses, or too few rows. Whom
a refusal or the rule leaves behind waits for the next time.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from selfhelp_survey.privacy.hierarchy import Hierarchy, generalise
from selfhelp_survey.privacy.holdback import hold_back
from selfhelp_survey.privacy.rule import SeriesRule
from selfhelp_survey.privacy.table import Codes, Column, Table
from selfhelp_survey.research.planning.candidates import QUARTER, QUARTERS

Fractions = NDArray[np.float64]
Levels = Mapping[str, int]
FEWEST_DRAWS = 10
MOST_DRAWN = 50_000  # responses for one figure: large years differ little from each other
SPREAD = (10, 90)  # percentiles: four draws in five lie between


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """A year of a series: how many times a release is tried, and what it needs.

    `minimum_new` counts the responses since the last release; the fewest rows stand in the rule.
    """

    releases: int
    minimum_new: int

    def arrivals(self, size: int) -> Codes:
        """For each response of the year, in order, the release (from 0) before which it comes in."""
        return np.arange(size, dtype=np.int64) * self.releases // size

    def quarters(self, size: int) -> Codes:
        """For each response of the year, in order, its quarter (from 0)."""
        return np.arange(size, dtype=np.int64) * len(QUARTERS) // size


@dataclass(frozen=True, kw_only=True, eq=False)
class Year:
    """One year as it went.

    `taken`: for each response the release it is in, or -1 where none took it. `sizes`: the rows of each release.
    `tried`: the last release for which enough new responses had come in, made or not; -1 where there was none.
    """

    taken: Codes
    sizes: tuple[int, ...]
    tried: int


@dataclass(frozen=True, kw_only=True)
class Spread:
    """What came out over all draws: the median, and between what four draws in five lie."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
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


@dataclass(frozen=True, kw_only=True, eq=False)
class Projector:
    """Projects plans that share a rule's k, l, items and minimum, over the same draws for all of them."""

    pool: Pool
    calendar: Calendar
    rule: SeriesRule
    draws: Sequence[Fractions]

    def project(self, levels: Levels, size: int) -> Projection:
        """What the plan with these levels gives in a year of so many responses."""
        people, years = self._people(size), self._years(levels, size)
        shares = {held.name: self.pool.shares(held, levels[held.name]) for held in self.pool.hierarchies}
        spans = [self._spans(who, year, shares) for who, year in zip(people, years, strict=True)]
        return _projection(years, spans, self.calendar)

    def released(self, levels: Levels, size: int) -> Spread:
        """The released part of the responses alone, which is quicker."""
        return Spread.of([float(np.mean(year.taken >= 0)) for year in self._years(levels, size)])

    def _people(self, size: int) -> list[Codes]:
        """For each made-up year the model respondents who answer in it, in the order in which they come."""
        years = max(FEWEST_DRAWS, MOST_DRAWN // size)
        return [(draw[:size] * self.pool.respondents.rows).astype(np.int64) for draw in self.draws[:years]]

    def _years(self, levels: Levels, size: int) -> list[Year]:
        variables = dict.fromkeys(name for item in self.rule.items for name in item.variables)
        table = self.pool.at(levels, tuple(variables))
        rule = replace(self.rule, quasi_identifiers=self.pool.names(levels))
        return [one_year(self._drawn(table, who, levels), rule, self.calendar) for who in self._people(size)]

    def _drawn(self, table: Table, who: Codes, levels: Levels) -> Table:
        """These people in the order in which they come, with the quarter in which they do."""
        drawn = table.take(who)
        hierarchy = next((held for held in self.pool.hierarchies if held.name == QUARTER), None)
        if hierarchy is None or levels[QUARTER] >= hierarchy.top:
            return drawn
        asked = Column(name=QUARTER, codes=self.calendar.quarters(len(who)), labels=QUARTERS)
        return Table(columns=(*drawn.columns, generalise(asked, hierarchy, levels[QUARTER])), rows=drawn.rows)

    def _spans(self, who: Codes, year: Year, shares: Mapping[str, Fractions]) -> dict[str, float]:
        """The loss of each quasi-identifier, 0 (as asked) to 1 (nothing told), whoever is not released counted as 1."""
        waits, quarters = year.taken < 0, self.calendar.quarters(len(who))
        found = {}
        for held in self.pool.hierarchies:
            own = shares[held.name][quarters if held.name == QUARTER else who]
            least = 1 / len(held.leaves)
            mean = float(np.where(waits, 1.0, own).mean())
            found[held.name] = max((mean - least) / (1 - least), 0.0) if least < 1 else 0.0
        return found


def loss_of(spans: Mapping[str, float]) -> float:
    """ARX's Loss with g/s factor 0.5, of what each quasi-identifier loses; 0 to 1.

    Source: ARX 3.9, metric "Loss" with the geometric mean (as in `privacy.measures.Loss`).
    """
    product = math.prod(1 + span for span in spans.values())
    return float(product ** (1 / max(len(spans), 1)) - 1)


def one_year(responses: Table, rule: SeriesRule, calendar: Calendar) -> Year:
    """How a year goes for these responses, in the order in which they come."""
    arrivals = calendar.arrivals(responses.rows)
    taken = np.full(responses.rows, -1, dtype=np.int64)
    waited, tried, sizes = 0, -1, []
    for number in range(calendar.releases):
        pending = np.flatnonzero((arrivals <= number) & (taken < 0)).astype(np.int64)
        if len(pending) - waited < calendar.minimum_new:
            continue
        tried = number
        found = hold_back(responses.take(pending), rule)
        if found.released.size:
            taken[pending[found.released]] = number
            waited = len(found.held)
            sizes.append(len(found.released))
    return Year(taken=taken, sizes=tuple(sizes), tried=tried)


def _projection(years: Sequence[Year], spans: Sequence[Mapping[str, float]], calendar: Calendar) -> Projection:
    arrivals = calendar.arrivals(len(years[0].taken))
    waits = [year.taken < 0 for year in years]
    late = [arrivals > year.tried for year in years]
    return Projection(
        responses=len(arrivals), releases=Spread.of([len(year.sizes) for year in years]),
        released=Spread.of([float(np.mean(~waiting)) for waiting in waits]),
        held=Spread.of([float(np.mean(one & ~other)) for one, other in zip(waits, late, strict=True)]),
        waiting=Spread.of([float(np.mean(one & other)) for one, other in zip(waits, late, strict=True)]),
        delay=Spread.of([_delay(year, calendar) for year in years]), loss=Spread.of([loss_of(one) for one in spans]),
        smallest=Spread.of([min(year.sizes, default=0) for year in years]),
        spans={name: math.fsum(one[name] for one in spans) / len(spans) for name in spans[0]},
    )  # fmt: skip


def _delay(year: Year, calendar: Calendar) -> float:
    """The mean number of releases that the released rows waited; 0 where there are none."""
    gone = year.taken >= 0
    waited = (year.taken - calendar.arrivals(len(year.taken)))[gone]
    return float(waited.mean()) if waited.size else 0.0
