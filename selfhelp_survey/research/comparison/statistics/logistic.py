"""Binary logistic regression that says no where the data do not carry it."""

import warnings
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from selfhelp_survey.research.comparison.statistics.association import Finding, Method
from selfhelp_survey.research.comparison.statistics.intervals import Numbers, Z

EVENTS_PER_PARAMETER = 10
"""A rule of thumb, no law: with fewer events, odds ratios were often far off in simulations.

Source: P. Peduzzi, J. Concato, E. Kemper, T. R. Holford and A. R. Feinstein, Journal of Clinical Epidemiology 49 (1996)
1373-1379. Events are those of the rarer outcome, parameters all but the intercept.
"""

_ALARMING = 10.0  # on the logit scale: fitted shares under 0.005 % or over 99.995 % are looked into for separation
_STEPS = 50
_APART = 1e-7  # HiGHS keeps its constraints to 1e-7


class Reason(StrEnum):
    """Why no model was fitted."""

    NO_COVARIATES = "no covariates"
    SMALL_CELL = "small cell"
    """A category of a covariate has fewer people with or without the outcome than the threshold."""
    FEW_EVENTS = "few events"
    """Too few complete cases with the rarer outcome: under the threshold, or under `EVENTS_PER_PARAMETER` for each
    parameter. So it is where nobody answered everything, and where everybody has the same outcome.
    """
    FEW_LEFT_OUT = "few left out"
    """Fewer people than the threshold left a covariate unanswered, with the outcome or without: beside the counts of
    everybody, the model would tell how they answered.
    """
    REDUNDANT = "redundant"
    """A covariate says nothing that the others have not said."""
    SEPARATION = "separation"
    """Some combination of covariates tells the outcome perfectly, so that no finite estimate exists."""
    NO_CONVERGENCE = "no convergence"


@dataclass(frozen=True, kw_only=True)
class Covariate:
    """A categorical covariate: a category for each person, 0 the reference, counted up to `categories`; -1 missing."""

    name: str
    categories: int
    codes: NDArray[np.int64]

    def __post_init__(self) -> None:
        if self.categories < 1 or not ((self.codes >= -1) & (self.codes < self.categories)).all():
            raise ValueError(f"{self.name}: a category is not among those there are")


@dataclass(frozen=True, kw_only=True)
class Refused:
    """No model, and why; `covariate` names the one it is about, where it is about one."""

    reason: Reason
    covariate: str | None = None


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What a category does to the odds of the outcome, against the reference of its covariate, the others held.

    `low` and `high` are the ends of the 95 % Wald interval of the odds ratio, `p` its two-sided Wald test.
    """

    covariate: str
    category: int
    coefficient: float
    error: float
    odds_ratio: float
    low: float
    high: float
    p: float


@dataclass(frozen=True, kw_only=True)
class Logistic:
    """A fitted model. `cases` are complete ones, `events` those with the outcome; exact, so not for publication.

    `covariance` is that of the coefficients of the effects, in their order.
    """

    cases: int
    events: int
    intercept: float
    effects: tuple[Effect, ...]
    covariance: tuple[tuple[float, ...], ...]
    log_likelihood: float


def together(model: Logistic, names: Collection[str]) -> Finding:
    """Whether the covariates of these names do anything at all, the others held: the joint Wald test.

    Source: A. Agresti, Categorical Data Analysis (3rd edition, 2013), section 1.3.3 (multivariate Wald statistic).
    """
    from scipy.special import chdtrc

    places = [place for place, effect in enumerate(model.effects) if effect.covariate in names]
    found = np.array([model.effects[place].coefficient for place in places])
    covariance = np.array(model.covariance)[np.ix_(places, places)]
    statistic = float(found @ np.linalg.solve(covariance, found))
    return Finding(
        method=Method.WALD, statistic=statistic, freedom=len(places), p=float(chdtrc(len(places), statistic))
    )


def complete(outcome: NDArray[np.int64], covariates: Sequence[Covariate]) -> NDArray[np.bool_]:
    """For each person, whether neither the outcome (1, 0, or -1 missing) nor any covariate is missing."""
    return np.asarray(np.logical_and.reduce([outcome >= 0, *(each.codes >= 0 for each in covariates)]))


def smallest_cells(outcome: NDArray[np.int64], covariates: Sequence[Covariate]) -> dict[str, int]:
    """For each covariate by name, the fewest complete cases that share a category of it and an outcome."""
    return {name: int(cells.min()) for name, cells in _cells(outcome, covariates).items()}


def smallest_category(outcome: NDArray[np.int64], covariates: Sequence[Covariate], *, name: str) -> int:
    """The category of this covariate that shares the fewest complete cases with an outcome."""
    return int(_cells(outcome, covariates)[name].min(axis=1).argmin())


def _cells(outcome: NDArray[np.int64], covariates: Sequence[Covariate]) -> dict[str, NDArray[np.int64]]:
    """Complete cases of each covariate, categories x outcomes."""
    whole = complete(outcome, covariates)
    return {
        each.name: np.bincount(2 * each.codes[whole] + outcome[whole], minlength=2 * each.categories).reshape(-1, 2)
        for each in covariates
    }


def fit(outcome: NDArray[np.int64], covariates: Sequence[Covariate], *, threshold: int) -> Logistic | Refused:
    """The model of the outcome (1, 0, or -1 missing, one for each person) on the covariates, of complete cases.

    Categories are compared with the first of their covariate (treatment coding). Refused as a value, see `Reason`: a
    report goes on without it.
    """
    whole = complete(outcome, covariates)
    held, matrix = outcome[whole], design([(each.codes[whole], each.categories) for each in covariates])
    refused = (
        _refusal(held, matrix, threshold)
        or _small_cell(outcome, covariates, threshold)
        or _too_wide(held, matrix)
        or _few_left_out(outcome[~whole], threshold)
    )
    return refused or _estimate(held, matrix, covariates)


def design(columns: Sequence[tuple[NDArray[np.int64], int]]) -> Numbers:
    """People x parameters: the intercept first, then a 0/1 column for each category but the reference, in order."""
    people = len(columns[0][0]) if columns else 0
    dummies = [codes == category for codes, categories in columns for category in range(1, categories)]
    return np.column_stack([np.ones(people), *dummies]).astype(np.float64)


def _refusal(outcome: NDArray[np.int64], matrix: Numbers, threshold: int) -> Refused | None:
    if matrix.shape[1] < 2:
        return Refused(reason=Reason.NO_COVARIATES)
    is_rare = _rarer(outcome) < max(threshold, EVENTS_PER_PARAMETER)
    return Refused(reason=Reason.FEW_EVENTS) if is_rare else None


def _small_cell(outcome: NDArray[np.int64], covariates: Sequence[Covariate], threshold: int) -> Refused | None:
    cells = smallest_cells(outcome, covariates)
    least = min(cells, key=lambda name: cells[name])
    is_small = cells[least] < max(threshold, 1)
    return Refused(reason=Reason.SMALL_CELL, covariate=least) if is_small else None


def _few_left_out(outcome: NDArray[np.int64], threshold: int) -> Refused | None:
    left = np.bincount(outcome[outcome >= 0], minlength=2)
    return Refused(reason=Reason.FEW_LEFT_OUT) if ((left > 0) & (left < threshold)).any() else None


def _too_wide(outcome: NDArray[np.int64], matrix: Numbers) -> Refused | None:
    parameters = matrix.shape[1] - 1
    if _rarer(outcome) < EVENTS_PER_PARAMETER * parameters:
        return Refused(reason=Reason.FEW_EVENTS)
    is_redundant = np.linalg.matrix_rank(matrix.T @ matrix) <= parameters
    return Refused(reason=Reason.REDUNDANT) if is_redundant else None


def _rarer(outcome: NDArray[np.int64]) -> int:
    return min(int(outcome.sum()), int((1 - outcome).sum()))


def _estimate(outcome: NDArray[np.int64], matrix: Numbers, covariates: Sequence[Covariate]) -> Logistic | Refused:
    fitted = _maximum(outcome, matrix)
    is_alarming = fitted is None or np.abs(matrix @ fitted.params).max() > _ALARMING
    if is_alarming and is_separated(outcome, matrix):
        return Refused(reason=Reason.SEPARATION)
    if fitted is None:
        return Refused(reason=Reason.NO_CONVERGENCE)
    names = [(each.name, category) for each in covariates for category in range(1, each.categories)]
    return Logistic(
        cases=len(outcome), events=int(outcome.sum()), intercept=float(fitted.params[0]),
        effects=tuple(
            _effect(name, category, coefficient=float(coefficient), error=float(error))
            for (name, category), coefficient, error in zip(names, fitted.params[1:], fitted.bse[1:], strict=True)
        ),
        covariance=tuple(map(tuple, fitted.cov_params()[1:, 1:].tolist())),
        log_likelihood=float(fitted.llf),
    )  # fmt: skip


def _maximum(outcome: NDArray[np.int64], matrix: Numbers) -> Any:
    """What statsmodels says of the model; None where its steps came to no end."""
    from statsmodels.discrete.discrete_model import Logit  # here, for it takes long to load and few commands need it

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what they warn of is looked for by the caller
        try:
            fitted = Logit(outcome, matrix, check_rank=False).fit(method="newton", maxiter=_STEPS, disp=False)
        except np.linalg.LinAlgError:
            return None
    return fitted if fitted.mle_retvals["converged"] else None


def _effect(covariate: str, category: int, *, coefficient: float, error: float) -> Effect:
    from scipy.special import erfc

    return Effect(
        covariate=covariate, category=category, coefficient=coefficient, error=error,
        odds_ratio=float(np.exp(coefficient)), low=float(np.exp(coefficient - Z * error)),
        high=float(np.exp(coefficient + Z * error)), p=float(erfc(abs(coefficient) / error / np.sqrt(2.0))),
    )  # fmt: skip


def is_separated(outcome: NDArray[np.int64], matrix: Numbers) -> bool:
    """Whether a combination of the columns is never wrong about the outcome, ties allowed, and not always undecided.

    Then the likelihood has no maximum. Source: A. Albert and J. A. Anderson, Biometrika 71 (1984) 1-10; found by linear
    programming as in K. Konis, "Linear programming algorithms for detecting separated data in binary logistic
    regression models" (thesis, University of Oxford, 2007).
    """
    from scipy.optimize import linprog

    signed = np.unique(matrix * (2 * outcome - 1)[:, np.newaxis], axis=0)
    found = linprog(-signed.sum(axis=0), A_ub=-signed, b_ub=np.zeros(len(signed)), bounds=(-1, 1), method="highs")
    return not found.success or -found.fun > _APART * len(signed)
