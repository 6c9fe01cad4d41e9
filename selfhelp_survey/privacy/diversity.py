"""What the diversity criteria measure: how the sensitive values of each equivalence class spread.

The functions take `counts`, the records of each value of each class, class after class, and `starts`, where each class
begins in them; they return one figure per class.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from selfhelp_survey.privacy.scales import Floats
from selfhelp_survey.privacy.table import Codes

Logarithm = Callable[[Codes], Floats]
TABLED = 64  # from here the asymptotic series of the digamma function is exact to the last bit
EULER = 0.57721566490153286061


@dataclass(frozen=True, kw_only=True, eq=False)
class ClassCounts:
    """What criteria look at: `sizes`, the records of each class, and how its sensitive values spread.

    `value_counts` holds the records of each value a class has, class after class, and `starts` where each class begins
    in it. Without a sensitive attribute each class has a single count, its size.
    """

    sizes: Codes
    value_counts: Codes
    starts: Codes


def class_counts(owner: Codes, values: Codes | None, counts: Codes) -> ClassCounts:
    """The counts of rows whose class is `owner`, numbered from 0 without gaps, and that stand for `counts` records."""
    if values is None:
        sizes = np.bincount(owner, weights=counts).astype(np.int64)
        return ClassCounts(sizes=sizes, value_counts=sizes, starts=np.arange(len(sizes), dtype=np.int64))
    width = int(values.max()) + 1 if values.size else 1
    keys, index = np.unique(owner * width + values, return_inverse=True)
    value_counts = np.bincount(index.reshape(-1), weights=counts, minlength=len(keys)).astype(np.int64)
    starts = np.flatnonzero(np.diff(keys // width, prepend=-1) != 0)
    sizes = np.add.reduceat(value_counts, starts) if starts.size else value_counts
    return ClassCounts(sizes=sizes, value_counts=value_counts, starts=starts)


def distinct_values(counts: Codes, starts: Codes) -> Codes:
    """The number of distinct values of each class."""
    return np.diff(starts, append=len(counts)).astype(np.int64)


def log_total_entropy(counts: Codes, starts: Codes, logarithm: Logarithm) -> tuple[Floats, Floats]:
    """N log N - sum(n log n), N times the entropy in nats, and N log N, of each class of N records.

    `logarithm` is what stands for the logarithm: the natural one, or Grassberger's G.
    """
    if not starts.size:
        return np.zeros(0), np.zeros(0)
    totals = np.add.reduceat(counts, starts)
    whole = totals * logarithm(totals)
    return whole - np.add.reduceat(counts * logarithm(counts), starts), whole


def natural(counts: Codes) -> Floats:
    """The natural logarithm, with which the entropy is Shannon's."""
    return np.log(counts)


def grassberger(counts: Codes) -> Floats:
    """Grassberger's G(n), which corrects the bias of the entropy of few records. n >= 1.

    G(2m) = G(2m + 1) = -gamma - ln 2 + sum of 2 / (2k - 1) for k = 1..m, which is digamma(m + 1/2) + ln 2.

    Source: Grassberger 2003, Entropy estimates from insufficient samplings, arXiv:physics/0307138, equations 28-30;
    for l-diversity: Stammler, Katzenbeisser and Hamacher 2016, Correcting finite sampling issues in entropy
    l-diversity.
    """
    half = counts // 2
    table = np.concatenate(([0.0], np.cumsum(2.0 / (2.0 * np.arange(1, TABLED) - 1.0)))) - EULER - np.log(2.0)
    inverse = 1.0 / np.square(np.maximum(half, 1), dtype=np.float64)
    series = inverse * (1 / 24 - inverse * (7 / 960 - inverse * 31 / 8064))
    large = np.log(2.0 * np.maximum(half, 1)) + series
    return np.where(half < TABLED, table[np.minimum(half, TABLED - 1)], large)


def most_and_tail(counts: Codes, starts: Codes, length: int) -> tuple[Codes, Codes]:
    """For each class the count of its most frequent value, and the sum of all but its length - 1 most frequent."""
    if not starts.size:
        return counts[:0], counts[:0]
    sizes = distinct_values(counts, starts)
    owner = np.repeat(np.arange(len(starts)), sizes)
    ordered = counts[np.lexsort((-counts, owner))]
    rank = np.arange(len(counts)) - np.repeat(starts, sizes)
    tail = np.bincount(owner, weights=np.where(rank >= length - 1, ordered, 0), minlength=len(starts))
    return ordered[starts], tail.astype(np.int64)
