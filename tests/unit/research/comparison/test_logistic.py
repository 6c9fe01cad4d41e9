"""Logistic models: what is refused, and what not."""

import numpy as np
import pytest
from numpy.typing import NDArray

from selfhelp_survey.research.comparison.statistics.logistic import (
    Covariate,
    Logistic,
    Reason,
    Refused,
    complete,
    design,
    fit,
    is_separated,
    smallest_cells,
)

Whole = NDArray[np.int64]


def _people(*cells: int) -> tuple[Whole, Whole]:
    """Outcome and category of people counted as: without and with the outcome in category 0, in category 1, ..."""
    kinds = np.arange(len(cells))
    return np.repeat(kinds % 2, cells), np.repeat(kinds // 2, cells)


def _fit(*cells: int, threshold: int = 10) -> Logistic | Refused:
    outcome, codes = _people(*cells)
    return fit(outcome, [Covariate(name="x", categories=len(cells) // 2, codes=codes)], threshold=threshold)


def test_fit__two_by_two__is_the_odds_ratio_of_the_table_and_its_error() -> None:
    found = _fit(40, 20, 30, 60)
    assert isinstance(found, Logistic)
    assert (found.cases, found.events) == (150, 80)
    assert found.effects[0].odds_ratio == pytest.approx(40 * 60 / (20 * 30))
    assert found.effects[0].error == pytest.approx((1 / 40 + 1 / 20 + 1 / 30 + 1 / 60) ** 0.5)


@pytest.mark.parametrize(("cell", "refused"), [(9, True), (10, False), (11, False)])
def test_fit__cell_around_the_threshold__is_refused_only_under_it(cell: int, refused: bool) -> None:
    found = _fit(50, cell, 50, 50)
    assert (found == Refused(reason=Reason.SMALL_CELL, covariate="x")) is refused


@pytest.mark.parametrize(("events", "refused"), [(19, True), (20, False), (21, False)])
def test_fit__events_around_ten_a_parameter__is_refused_only_under_it(events: int, refused: bool) -> None:
    found = _fit(50, 5, 50, 5, 50, events - 10, threshold=5)
    assert (found == Refused(reason=Reason.FEW_EVENTS)) is refused
    mirrored = _fit(5, 50, 5, 50, events - 10, 50, threshold=5)
    assert (mirrored == Refused(reason=Reason.FEW_EVENTS)) is refused


@pytest.mark.parametrize("cells", [(50, 0, 50, 0), (0, 50, 0, 50), (0, 0, 0, 0)])
def test_fit__everybody_has_one_outcome_or_nobody_is_there__has_too_few_events(cells: tuple[int, ...]) -> None:
    assert _fit(*cells) == Refused(reason=Reason.FEW_EVENTS)


def test_fit__no_covariate_or_one_of_a_single_category__is_refused() -> None:
    outcome, codes = _people(50, 50)
    assert fit(outcome, [], threshold=10) == Refused(reason=Reason.NO_COVARIATES)
    lonely = Covariate(name="x", categories=1, codes=codes)
    assert fit(outcome, [lonely], threshold=10) == Refused(reason=Reason.NO_COVARIATES)


def test_fit__two_covariates_are_the_same__is_refused_as_redundant() -> None:
    outcome, codes = _people(40, 20, 30, 60)
    twins = [Covariate(name=name, categories=2, codes=codes) for name in ("x", "y")]
    assert fit(outcome, twins, threshold=10) == Refused(reason=Reason.REDUNDANT)


def _crossed(cells: dict[tuple[int, int, int], int]) -> tuple[Whole, list[Covariate]]:
    outcome, first, second = np.repeat(np.array(list(cells)), list(cells.values()), axis=0).T
    return outcome, [Covariate(name=name, categories=2, codes=codes) for name, codes in (("x", first), ("y", second))]


def test_fit__only_a_combination_tells_the_outcome__is_refused_as_separated() -> None:
    # Without both the outcome never comes, with both always; every cell of either covariate alone is large.
    outcome, covariates = _crossed(
        {(0, 0, 0): 40, (0, 1, 0): 40, (1, 1, 0): 40, (0, 0, 1): 40, (1, 0, 1): 40, (1, 1, 1): 40}
    )
    assert min(smallest_cells(outcome, covariates).values()) == 40
    assert fit(outcome, covariates, threshold=10) == Refused(reason=Reason.SEPARATION)


def test_fit__one_person_breaks_the_separation__has_an_estimate() -> None:
    outcome, covariates = _crossed(
        {(0, 0, 0): 400, (1, 0, 0): 1, (0, 1, 0): 400, (1, 1, 0): 400, (0, 0, 1): 400, (1, 0, 1): 400, (1, 1, 1): 400}
    )
    found = fit(outcome, covariates, threshold=10)
    assert isinstance(found, Logistic)
    assert all(np.isfinite([effect.low, effect.high]).all() for effect in found.effects)


@pytest.mark.parametrize(
    ("outcome", "codes", "separated"),
    [([0, 0, 1, 1], [0, 0, 1, 1], True), ([0, 1, 1, 1], [0, 0, 1, 1], True), ([0, 1, 0, 1], [0, 0, 1, 1], False)],
)
def test_is_separated__complete_quasi_and_overlapping__tells_them_apart(
    outcome: list[int], codes: list[int], separated: bool
) -> None:
    assert is_separated(np.array(outcome), design([(np.array(codes), 2)])) is separated


@pytest.mark.parametrize(("with_it", "without_it", "refused"), [
    (0, 0, False), (10, 10, False), (10, 0, False), (9, 10, True), (10, 9, True), (1, 0, True), (0, 1, True),
])  # fmt: skip
def test_fit__few_left_a_covariate_unanswered__is_refused_for_it_would_tell_of_them(
    with_it: int, without_it: int, refused: bool
) -> None:
    outcome, codes = _people(40, 20, 30, 60)
    left = Covariate(name="x", categories=2, codes=np.concatenate([codes, [-1] * (with_it + without_it)]).astype(int))
    found = fit(np.concatenate([outcome, [1] * with_it, [0] * without_it]).astype(int), [left], threshold=10)
    assert (found == Refused(reason=Reason.FEW_LEFT_OUT)) is refused
    assert isinstance(found, Logistic) is not refused


def test_fit__people_with_something_missing__are_left_out() -> None:
    outcome, codes = _people(40, 20, 30, 60)
    more = Covariate(name="x", categories=2, codes=np.concatenate([codes, [1, 0], [-1] * 20]))
    found = fit(np.concatenate([outcome, [-1, -1], [1] * 10, [0] * 10]), [more], threshold=10)
    assert found == _fit(40, 20, 30, 60)
    assert complete(np.array([1, -1, 0]), [Covariate(name="x", categories=2, codes=np.array([-1, 1, 1]))]).tolist() == [
        False, False, True,
    ]  # fmt: skip


@pytest.mark.parametrize("code", [-2, 2])
def test_covariate__a_category_that_is_not_among_them__is_refused(code: int) -> None:
    with pytest.raises(ValueError, match="not among"):
        Covariate(name="x", categories=2, codes=np.array([0, code]))
