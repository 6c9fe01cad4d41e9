"""Intervals of shares: their edges."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from selfhelp_survey.research.comparison.statistics.intervals import Z, difference, wilson


def test_wilson__nobody_was_asked__is_not_a_number_rather_than_an_error() -> None:
    found = wilson([0, 3], [0, 4])
    assert np.isnan([found.share[0], found.low[0], found.high[0]]).all()
    assert found.share[1] == 0.75


@pytest.mark.parametrize("cases", [1, 7, 105, 30_000])
def test_wilson__none_or_all__ends_at_nothing_or_everything(cases: int) -> None:
    none, every = wilson(0, cases), wilson(cases, cases)
    assert [float(none.low), float(every.high)] == [0, 1]
    assert 0 < none.high < 1
    assert every.low == pytest.approx(1 - none.high)


def test_wilson__either_end__is_where_the_score_test_just_rejects() -> None:
    found = wilson(12, 105)
    for end in (found.low, found.high):
        assert abs(found.share - end) / np.sqrt(end * (1 - end) / 105) == pytest.approx(Z)


@pytest.mark.parametrize(("successes", "cases"), [(-1, 4), (5, 4)])
def test_wilson__more_or_fewer_than_there_can_be__is_refused(successes: int, cases: int) -> None:
    with pytest.raises(ValueError, match="as many successes as cases"):
        wilson(successes, cases)


def test_difference__of_the_same_shares__lies_around_nothing() -> None:
    found = difference(wilson(30, 100), wilson(30, 100))
    assert found.share == 0
    assert_allclose(found.low, -found.high)


def test_difference__one_group_is_empty__is_not_a_number() -> None:
    found = difference(wilson(0, 0), wilson(30, 100))
    assert np.isnan([found.share, found.low, found.high]).all()
