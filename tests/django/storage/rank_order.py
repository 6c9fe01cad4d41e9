"""Does one order follow another? Exact answers for orders that should be random, so that no test fails by chance.

If an order is a uniformly random permutation, then for disjoint pairs of rows "which of the two stands first" are
independent tosses of a fair coin: exactly, for any number of rows. So the number of pairs that stand in the order of
sending is binomial, and Spearman's coefficient has a bound by the martingale inequality of Azuma and Hoeffding.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

FALSE_ALARM = 1e-7


def pairs_in_order(order: Sequence[int]) -> tuple[int, int]:
    """How many of the pairs (i, i + n/2) stand in their order, and how many pairs there are."""
    place = {row: index for index, row in enumerate(order)}
    half = len(order) // 2
    return sum(place[row] < place[row + half] for row in range(half)), half


def chance_of(in_order: int, pairs: int) -> float:
    """The chance that fair coins fall at least as one-sided as this."""
    far = abs(2 * in_order - pairs)
    return sum(math.comb(pairs, k) for k in range(pairs + 1) if abs(2 * k - pairs) >= far) / (1 << pairs)


def follows(orders: Sequence[Sequence[int]]) -> bool:
    """True where these orders follow 0, 1, 2... (or run against it); wrongly so once in ten million."""
    counts = [pairs_in_order(order) for order in orders]
    return chance_of(sum(count for count, _ in counts), sum(pairs for _, pairs in counts)) < FALSE_ALARM


def spearman(order: Sequence[int]) -> float:
    """Spearman's rank correlation of this order with 0, 1, 2...: 1 the same, -1 reversed."""
    count = len(order)
    return 1 - 6 * sum((row - place) ** 2 for place, row in enumerate(order)) / (count * (count**2 - 1))


def largest_mean_by_chance(*, rows: int, orders: int) -> float:
    """What the mean coefficient of so many random orders exceeds in size at most once in ten million.

    Rows are fixed one by one; fixing the i-th moves the expected sum of products by at most (n-1)(n-i+1)/2. Summed up,
    the ranges' squares are below n^5/12 (+ lower terms), and the coefficient is the sum times 12/(n^3-n).
    """
    ranges = sum(((rows - 1) * (rows - place + 1) / 2) ** 2 for place in range(1, rows + 1))
    scale = 12 / (rows**3 - rows)
    return scale * math.sqrt(ranges * math.log(2 / FALSE_ALARM) / (2 * orders))
