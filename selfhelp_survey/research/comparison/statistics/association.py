"""Whether two things go together: tests on a table of counts, the strength of what they find, and many tests at once.

A table is rows x columns of counts of people. Rows and columns that hold nobody are left out before anything is
computed; a table that is left with fewer than two of either has nothing to test, and the answer is None.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from selfhelp_survey.research.comparison.statistics.intervals import Numbers

Counts = NDArray[np.int64]

FEW, FEWEST, FEW_SHARE = 5, 1, 0.2
"""Chi-square does not hold where an expected count is under 1, or more than a fifth of them are under 5.

Source: W. G. Cochran, "Some methods for strengthening the common chi-square tests", Biometrics 10 (1954) 417-451,
section 2.2.
"""

DRAWS = 19_999
"""Random tables of an exact test that is too large to be counted out: p = 0.05 is then known to about 0.003 (95 %)."""

_ALIKE = (
    1e-7  # tables whose probabilities differ by less than this share are equally probable, as R's fisher.test has it
)


class Method(StrEnum):
    """How a p value was found."""

    CHI_SQUARE = "chi-square"
    EXACT = "exact"
    """Fisher's, of a table of two by two."""
    EXACT_SIMULATED = "exact, simulated"
    """Fisher, Freeman and Halton's, of random tables with the same margins."""
    KRUSKAL_WALLIS = "Kruskal-Wallis"
    WALD = "Wald"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a test says. `statistic` is chi-square, H or W on `freedom` degrees of freedom; None where it is exact."""

    method: Method
    statistic: float | None
    freedom: int | None
    p: float


def independence(table: ArrayLike, *, draws: int = DRAWS, seed: int) -> Finding | None:
    """Chi-square without a correction where the expected counts carry it, an exact test where they do not."""
    held = occupied(table)
    if held is None:
        return None
    return _exact(held, draws, seed) if is_sparse(held) else _chi_square(held)


def occupied(table: ArrayLike) -> Counts | None:
    """The table without empty rows and columns; None where fewer than two of either are left."""
    held = np.asarray(table, dtype=np.int64)
    held = held[held.sum(axis=1) > 0][:, held.sum(axis=0) > 0]
    return held if min(held.shape) > 1 else None


def expected(table: ArrayLike) -> Numbers:
    """What each cell would hold if rows and columns had nothing to do with each other; the shape of the table."""
    held = np.asarray(table, dtype=np.float64)
    return np.asarray(np.outer(held.sum(axis=1), held.sum(axis=0)) / max(held.sum(), 1.0))


def is_sparse(table: ArrayLike) -> bool:
    """Whether chi-square does not hold for this table (see `FEW`)."""
    awaited = expected(table)
    return bool(awaited.min() < FEWEST or (awaited < FEW).mean() > FEW_SHARE)


def _chi_square(table: Counts) -> Finding:
    from scipy.stats import chi2_contingency  # here, for it takes long to load and few commands need it

    found = chi2_contingency(table, correction=False)
    return Finding(
        method=Method.CHI_SQUARE, statistic=float(found.statistic), freedom=int(found.dof), p=float(found.pvalue)
    )


def _exact(table: Counts, draws: int, seed: int) -> Finding:
    from scipy.stats import fisher_exact

    if table.shape == (2, 2):
        return Finding(method=Method.EXACT, statistic=None, freedom=None, p=float(fisher_exact(table)[1]))
    return Finding(method=Method.EXACT_SIMULATED, statistic=None, freedom=None, p=_simulated(table, draws, seed))


def _simulated(table: Counts, draws: int, seed: int) -> float:
    """The share of random tables with these margins that are at most as probable as this one, itself counted in.

    Source: G. H. Freeman and J. H. Halton, Biometrika 38 (1951) 141-149, for the order of tables; B. Phipson and
    G. K. Smyth, Statistical Applications in Genetics and Molecular Biology 9 (2010) article 39, for (b + 1) / (m + 1).
    """
    from scipy.stats import random_table

    drawn = random_table.rvs(table.sum(axis=1), table.sum(axis=0), size=draws, random_state=np.random.default_rng(seed))
    as_rare = _log_probability(drawn) <= _log_probability(table) + _ALIKE
    return float((as_rare.sum() + 1) / (draws + 1))


def _log_probability(tables: NDArray[np.number]) -> Numbers:
    """The logarithm of each table's probability, up to a constant of the margins; tables stand in the last two axes."""
    from scipy.special import gammaln

    return np.asarray(-gammaln(tables + 1.0).sum(axis=(-2, -1)))


def kruskal_wallis(table: ArrayLike) -> Finding | None:
    """Whether groups (rows) differ in an ordered scale (columns, in order), ties corrected for.

    Source: W. H. Kruskal and W. A. Wallis, Journal of the American Statistical Association 47 (1952) 583-621.
    """
    from scipy.stats import kruskal

    held = occupied(table)
    if held is None:
        return None
    ranks = np.arange(held.shape[1])
    found = kruskal(*(np.repeat(ranks, row) for row in held))
    return Finding(
        method=Method.KRUSKAL_WALLIS, statistic=float(found.statistic), freedom=len(held) - 1, p=float(found.pvalue)
    )


def cramers_v(table: ArrayLike) -> float | None:
    """How strongly rows and columns go together, 0 (not at all) to 1, corrected for the bias of small tables.

    Without the correction, V is above 0 even where nothing goes together, most so where few people are counted. So it
    can be smaller here than in other programs. None where there are as many categories as people.

    Source: W. Bergsma, "A bias-correction for Cramer's V and Tschuprow's T", Journal of the Korean Statistical
    Society 42 (2013) 323-328.
    """
    held = occupied(table)
    if held is None:
        return None
    people, (rows, columns) = float(held.sum()), held.shape
    awaited = expected(held)
    phi = ((held - awaited) ** 2 / awaited).sum() / people
    phi = max(0.0, phi - (rows - 1) * (columns - 1) / (people - 1))
    most = min(side - 1 - (side - 1) ** 2 / (people - 1) for side in (rows, columns))
    return float(np.sqrt(phi / most)) if most > 0 else None


def adjusted_residuals(table: ArrayLike) -> Numbers:
    """How far each cell lies from what is expected, in standard errors: about standard normal where nothing goes on.

    The shape of the table; NaN in a row or column that holds nobody, or everybody.

    Source: S. J. Haberman, Biometrics 29 (1973) 205-220; A. Agresti, Categorical Data Analysis (3rd edition, 2013),
    section 3.3.1 ("standardized residuals").
    """
    held = np.asarray(table, dtype=np.float64)
    people = max(held.sum(), 1.0)
    spread = np.outer(1 - held.sum(axis=1) / people, 1 - held.sum(axis=0) / people) * expected(held)
    apart = np.full(held.shape, np.nan)
    np.divide(held - expected(held), np.sqrt(spread), out=apart, where=spread > 0)
    return apart


def holm(p_values: ArrayLike) -> Numbers:
    """Each p value made fit to be read beside the others of its family: the chance of any false find stays what it was.

    In the order given. NaN stands for a test that did not take place: it stays NaN and the family is smaller by one.

    Source: S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6
    (1979) 65-70.
    """
    given = np.asarray(p_values, dtype=np.float64)
    adjusted, made = np.full(given.shape, np.nan), np.flatnonzero(~np.isnan(given))
    order = made[np.argsort(given[made], kind="stable")]
    times = len(order) - np.arange(len(order))
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(given[order] * times))
    return adjusted
