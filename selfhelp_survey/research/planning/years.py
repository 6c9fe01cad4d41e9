"""Made-up years of a series, all at once: who is released when, by the product's own rule.

A release is tried at equal intervals and refused as `release` refuses it: too few new responses, or too few rows. Whom
a refusal or the rule leaves behind waits for the next time. The years share one table, in which the year is one more
quasi-identifier: so nobody finds company in another year, and one call serves all of them.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from selfhelp_survey.privacy.holdback import hold_back
from selfhelp_survey.privacy.rule import SeriesRule
from selfhelp_survey.privacy.table import Codes, Column, Flags, Table
from selfhelp_survey.research.planning.candidates import QUARTERS

Fractions = NDArray[np.float64]
_YEAR = "(year)"  # no variable can have this name


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
class Years:
    """Years as they went, a row each.

    `taken`: for each response, in the order in which they came, the release it is in, or -1 where none took it.
    `sizes`: the rows of each release, 0 where it was not made. `tried`: the last release for which enough new
    responses had come in, made or not; -1 where there was none. `arrivals`: before which release each response came.
    """

    taken: Codes
    sizes: Codes
    tried: Codes
    arrivals: Codes

    @property
    def made(self) -> Codes:
        """The number of releases that were made."""
        made: Codes = (self.sizes > 0).sum(axis=1)
        return made

    @property
    def smallest(self) -> Codes:
        """The rows of the smallest release; 0 where none was made."""
        most = np.iinfo(np.int64).max
        least = np.where(self.sizes > 0, self.sizes, most).min(axis=1)
        return np.where(least == most, 0, least)

    @property
    def released(self) -> Fractions:
        """The part of the responses that is in a release by the end of the year."""
        return _part(self.taken >= 0)

    @property
    def held(self) -> Fractions:
        """The part that waits although a release was tried since it came in: too few look like it."""
        return _part((self.taken < 0) & (self.arrivals <= self.tried[:, np.newaxis]))

    @property
    def waiting(self) -> Fractions:
        """The part that came in since the last release that had enough new responses."""
        return _part((self.taken < 0) & (self.arrivals > self.tried[:, np.newaxis]))

    @property
    def delay(self) -> Fractions:
        """How many releases a released row had to wait, on average; 0 where there is none."""
        gone = self.taken >= 0
        waited = np.where(gone, self.taken - self.arrivals, 0).sum(axis=1)
        delay: Fractions = waited / np.maximum(gone.sum(axis=1), 1)
        return delay


def _part(flags: Flags) -> Fractions:
    """The part of each row that is flagged."""
    part: Fractions = flags.mean(axis=1)
    return part


def years(responses: Table, number: int, rule: SeriesRule, calendar: Calendar) -> Years:
    """How so many years go. The responses of the first year come first in the table, then those of the next."""
    size = responses.rows // number
    year_of = np.repeat(np.arange(number, dtype=np.int64), size)
    told = Column(name=_YEAR, codes=year_of, labels=tuple(range(number)))
    table = Table(columns=(*responses.columns, told), rows=responses.rows)
    within = replace(rule, quasi_identifiers=(*rule.quasi_identifiers, _YEAR), minimum=1)
    arrivals = np.tile(calendar.arrivals(size), number)
    taken, tried = np.full(responses.rows, -1, dtype=np.int64), np.full(number, -1, dtype=np.int64)
    waited, sizes = np.zeros(number, dtype=np.int64), np.zeros((number, calendar.releases), dtype=np.int64)
    for release in range(calendar.releases):
        is_pending = (arrivals <= release) & (taken < 0)
        pending = np.bincount(year_of[is_pending], minlength=number)
        tries = pending - waited >= calendar.minimum_new
        tried[tries] = release
        asked = np.flatnonzero(is_pending & tries[year_of]).astype(np.int64)
        goes = asked[hold_back(table.take(asked), within).released]
        gone = np.bincount(year_of[goes], minlength=number)
        gone[gone < rule.minimum] = 0
        taken[goes[gone[year_of[goes]] > 0]] = release
        sizes[:, release] = gone
        waited[gone > 0] = (pending - gone)[gone > 0]
    return Years(taken=taken.reshape(number, size), sizes=sizes, tried=tried, arrivals=calendar.arrivals(size))
