"""Our figures are R's, on a file and on published examples; golden/comparison/README.md names the sources."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from selfhelp_survey.research.comparison.statistics.association import (
    Method,
    adjusted_residuals,
    expected,
    holm,
    independence,
    is_sparse,
    kruskal_wallis,
)
from selfhelp_survey.research.comparison.statistics.intervals import difference, wilson
from selfhelp_survey.research.comparison.statistics.logistic import Covariate, Logistic, fit
from tests.unit.research.comparison.golden import golden, records

CLOSE = 1e-8
STEP = 1e-6
"""R's glm gives the errors of one step before the last, and what is computed from them follows."""
NEWCOMBE = ((81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718))


def test_wilson__counts_that_r_had__gives_the_ends_that_r_gave() -> None:
    told = golden("wilson")
    found = wilson(told["successes"], told["cases"])
    assert_allclose([found.low, found.high], [told["low"], told["high"]], atol=CLOSE)


@pytest.mark.parametrize(("successes", "cases", "low", "high"), NEWCOMBE)
def test_wilson__newcombes_examples__gives_the_published_ends(
    successes: int, cases: int, low: float, high: float
) -> None:
    found = wilson(successes, cases)
    assert_allclose([found.low, found.high], [low, high], atol=5e-5)


def test_difference__newcombes_example__gives_the_published_ends() -> None:
    found = difference(wilson(56, 70), wilson(48, 80))  # Statistics in Medicine 17 (1998) 873-890, table II, method 10
    assert_allclose([found.share, found.low, found.high], [0.2, 0.0524, 0.3339], atol=5e-5)


@pytest.mark.parametrize("name", ["chi_square", "parties", "two_by_two"])
def test_independence__table_that_carries_chi_square__is_what_r_says(name: str) -> None:
    told = golden(name)
    found = independence(told["table"], seed=1)
    assert found
    assert found.statistic
    assert (found.method, found.freedom) == (Method.CHI_SQUARE, told["freedom"])
    assert_allclose([found.statistic, found.p], [told["statistic"], told["p"]], rtol=CLOSE)
    assert_allclose(adjusted_residuals(told["table"]), told["residuals"], rtol=CLOSE)
    assert_allclose(expected(told["table"]), told["expected"], rtol=CLOSE)


@pytest.mark.parametrize("name", ["exact_two_by_two", "tea"])
def test_independence__sparse_two_by_two__is_fishers_exact_test_as_in_r(name: str) -> None:
    told = golden(name)
    found = independence(told["table"], seed=1)
    assert found
    assert (found.method, found.statistic, found.freedom) == (Method.EXACT, None, None)
    assert found.p == pytest.approx(told["p"], rel=CLOSE)


@pytest.mark.parametrize("name", ["exact", "jobs"])
def test_independence__sparse_larger_table__is_near_the_exact_p_of_r(name: str) -> None:
    told, draws = golden(name), 19_999
    found = independence(told["table"], draws=draws, seed=1)
    assert found
    assert is_sparse(told["table"])
    assert found.method is Method.EXACT_SIMULATED
    assert found.p == pytest.approx(told["p"], abs=4 * np.sqrt(0.25 / draws))


@pytest.mark.parametrize("name", ["kruskal_wallis", "cilia"])
def test_kruskal_wallis__groups_by_scale__is_what_r_says(name: str) -> None:
    told = golden(name)
    found = kruskal_wallis(told["table"])
    assert found
    assert found.statistic
    assert found.freedom == told["freedom"]
    assert_allclose([found.statistic, found.p], [told["statistic"], told["p"]], rtol=CLOSE)


def test_holm__p_values_with_a_tie__are_what_r_says() -> None:
    told = golden("holm")
    assert_allclose(holm(told["p"]), told["adjusted"], rtol=CLOSE)


def test_fit__records_that_r_had__gives_its_coefficients_errors_and_intervals() -> None:
    held = records()
    covariates = [
        Covariate(name="age", categories=4, codes=held["age"] - 1),
        Covariate(name="gender", categories=2, codes=held["gender"] - 1),
        Covariate(name="mood", categories=2, codes=held["mood"]),
    ]
    _is_as_in_r(fit(held["sought"], covariates, threshold=5), "logistic")


def test_fit__agrestis_azt_example__gives_the_published_figures() -> None:
    azt, white = np.array([1, 0, 1, 0] * 2), np.array([1, 1, 0, 0] * 2)
    people = [14, 32, 11, 12, 93, 81, 52, 43]
    outcome, azt, white = (np.repeat(part, people) for part in (np.repeat([1, 0], 4), azt, white))
    covariates = [Covariate(name=name, categories=2, codes=codes) for name, codes in (("azt", azt), ("white", white))]
    found = fit(outcome, covariates, threshold=10)
    assert isinstance(found, Logistic)
    assert_allclose([effect.coefficient for effect in found.effects], [-0.7195, 0.0555], atol=5e-5)
    golden_fit = golden("azt")
    del golden_fit["log_likelihood"]  # of four groups there, of 338 people here
    _agree(found, golden_fit)


def _is_as_in_r(found: object, name: str) -> None:
    assert isinstance(found, Logistic)
    told = golden(name)
    assert found.log_likelihood == pytest.approx(told.pop("log_likelihood"), rel=CLOSE)
    _agree(found, told)


def _agree(found: Logistic, told: dict[str, list[float]]) -> None:
    ours = {
        "coefficients": [effect.coefficient for effect in found.effects],
        "errors": [effect.error for effect in found.effects],
        "p": [effect.p for effect in found.effects],
        "low": [np.log(effect.low) for effect in found.effects],
        "high": [np.log(effect.high) for effect in found.effects],
    }
    assert found.intercept == pytest.approx(told["coefficients"][0], rel=CLOSE)
    assert set(ours) == set(told)
    for key, figures in ours.items():
        assert_allclose(figures, told[key][1:], rtol=STEP, atol=STEP)
