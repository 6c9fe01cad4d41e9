"""What must hold of any thirty releases in a row: no difference of two states singles out fewer than k people."""

from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selfhelp_survey.privacy.audit import audit
from selfhelp_survey.privacy.holdback import hold_back
from selfhelp_survey.privacy.rule import SensitiveItem, SeriesRule
from selfhelp_survey.privacy.table import Table

NAMES = ["age", "region", "help"]
RULE = SeriesRule(
    quasi_identifiers=("age", "region"), items=(SensitiveItem(name="help", variables=("help",), values=4),), k=5, l=3
)
BATCHES = 30
Row = tuple[int, int, int]
Release = list[Row]


def batches_of(seed: int, size: int) -> list[Release]:
    """Thirty batches; common and rare classes, some help items left blank."""
    random = np.random.default_rng(seed)
    ages = random.geometric(0.5, size * BATCHES)
    columns = (ages.clip(max=5), random.integers(-1, 2, size * BATCHES), random.integers(-1, 4, size * BATCHES))
    rows = [(int(age), int(region), int(answer)) for age, region, answer in zip(*columns, strict=True)]
    return [rows[start : start + size] for start in range(0, len(rows), size)]


def series_releases(batches: list[Release]) -> list[Release]:
    """The product's rule: only pending rows count."""
    pending: Release = []
    releases = []
    for batch in batches:
        pending += batch
        found = hold_back(Table.from_rows(NAMES, pending), RULE)
        releases.append([pending[place] for place in found.released.tolist()])
        pending = [pending[place] for place in found.held.tolist()]
    return releases


def cumulative_releases(batches: list[Release]) -> list[Release]:
    """The tempting rule: a row goes as soon as its class has k rows, released ones included."""
    seen: Counter[tuple[int, int]] = Counter()
    pending: Release = []
    releases = []
    for batch in batches:
        seen.update(row[:2] for row in batch)
        pending += batch
        releases.append([row for row in pending if seen[row[:2]] >= RULE.k])
        pending = [row for row in pending if seen[row[:2]] < RULE.k]
    return releases


def smallest_difference(releases: list[Release]) -> int:
    """The smallest non-empty class in the difference of any two states of the store (slow and obvious)."""
    counts = [Counter(row[:2] for row in release) for release in releases]
    smallest = 10**9
    for before, after in combinations(range(len(releases) + 1), 2):
        difference: Counter[tuple[int, int]] = sum(counts[before:after], Counter())
        smallest = min([smallest, *difference.values()])
    return smallest


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 40))
def test_series__any_two_states__differ_by_no_class_under_k(seed: int, size: int) -> None:
    assert smallest_difference(series_releases(batches_of(seed, size))) >= RULE.k


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 40))
def test_series__each_release__passes_the_independent_audit(seed: int, size: int) -> None:
    for release in series_releases(batches_of(seed, size)):
        if release:
            lines = [",".join(NAMES), *(",".join(map(str, row)) for row in release)]
            assert audit(lines, RULE) == ()


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 40))
def test_series__everybody__is_released_once_or_still_held(seed: int, size: int) -> None:
    batches = batches_of(seed, size)
    everybody = Counter(row for batch in batches for row in batch)
    released = Counter(row for release in series_releases(batches) for row in release)
    assert not released - everybody


@pytest.mark.parametrize("seed", range(5))
def test_cumulative_rule__thirty_releases__singles_people_out(seed: int) -> None:
    assert smallest_difference(cumulative_releases(batches_of(seed, 30))) < RULE.k
