"""Intervals of shares."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Numbers = NDArray[np.float64]

Z = 1.959963984540054
"""The 97.5 % point of the standard normal distribution: every interval of the comparison is a 95 % one, two-sided."""


@dataclass(frozen=True, kw_only=True)
class Shares:
    """Shares of people, 0 to 1, and the ends of their intervals; arrays of one shape, NaN where there was nobody."""

    share: Numbers
    low: Numbers
    high: Numbers


def wilson(successes: ArrayLike, cases: ArrayLike) -> Shares:
    """The share of successes among the cases (counts of people, scalars or arrays) with its 95 % score interval.

    NaN in all three where there are no cases. Raises ValueError where there are more successes than cases, or fewer
    than none.

    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of the
    American Statistical Association 22 (1927) 209-212; without a correction for continuity, as recommended by Newcombe,
    Statistics in Medicine 17 (1998) 857-872, method 3.
    """
    found, of = np.asarray(successes, dtype=np.float64), np.asarray(cases, dtype=np.float64)
    if (found < 0).any() or (found > of).any():
        raise ValueError("there are as many successes as cases at most, and none at least")
    of = np.where(of == 0, np.nan, of)
    share, square = found / of, Z**2
    middle = (share + square / (2 * of)) / (1 + square / of)
    reach = Z / (1 + square / of) * np.sqrt(share * (1 - share) / of + square / (4 * of**2))
    low, high = np.where(found == 0, 0.0, middle - reach), np.where(found == of, 1.0, middle + reach)
    return Shares(share=share, low=np.where(np.isnan(of), np.nan, low), high=high)


def difference(first: Shares, second: Shares) -> Shares:
    """The share of the first minus that of the second, of independent groups, -1 to 1, with its 95 % interval.

    Both come from `wilson`; NaN where either had no cases.

    Source: R. G. Newcombe, "Interval estimation for the difference between independent proportions", Statistics in
    Medicine 17 (1998) 873-890, method 10 (square-and-add of two score intervals).
    """
    apart = np.asarray(first.share - second.share)
    down = np.hypot(first.share - first.low, second.high - second.share)
    up = np.hypot(first.high - first.share, second.share - second.low)
    return Shares(share=apart, low=apart - down, high=apart + up)
