"""The models of help-seeking: which people, which predictors, and what is left out and why.

A category of a predictor that shares fewer people with an outcome than the threshold is joined to its neighbour; a
predictor that is left without two categories goes. Both follow from the counts alone, never from what a model finds.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from selfhelp_survey.core.harmonised import Comparability, HarmonisedCatalogue
from selfhelp_survey.research.comparison.dataset import Dataset, SampleRecords
from selfhelp_survey.research.comparison.predictors import (
    OUTCOMES,
    PREDICTORS,
    SAMPLE,
    Block,
    Coding,
    Outcome,
    People,
    Predictor,
    coding_of,
)
from selfhelp_survey.research.comparison.statistics.association import Finding
from selfhelp_survey.research.comparison.statistics.logistic import (
    Covariate,
    Logistic,
    Reason,
    Refused,
    fit,
    smallest_category,
    together,
)

ANSWERED = 0.5
"""A predictor goes where, in any sample of the model, fewer than half of those with a known outcome answered it: all
others would be lost with it.
"""


class Absence(StrEnum):
    """Why a predictor is not in a model."""

    NOT_CARRIED = "not carried"
    """The samples of the model do not all have it in a comparable form."""
    UNANSWERED = "unanswered"
    SMALL_CELL = "small cell"


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """A predictor that is not in the model."""

    column: str
    block: Block
    absence: Absence


@dataclass(frozen=True, kw_only=True)
class BlockTest:
    """Whether a block does anything at all, the others held."""

    block: Block
    finding: Finding


@dataclass(frozen=True, kw_only=True)
class Model:
    """One outcome in one sample, or in several pooled. `codings` are what went in, the same order as the effects."""

    outcome: Outcome
    samples: tuple[str, ...]
    codings: tuple[Coding, ...]
    left_out: tuple[LeftOut, ...]
    result: Logistic | Refused
    blocks: tuple[BlockTest, ...] = ()

    @property
    def is_pooled(self) -> bool:
        """Whether it is of several samples."""
        return len(self.samples) > 1


def models(dataset: Dataset, *, threshold: int, outcomes: Sequence[Outcome] = OUTCOMES) -> tuple[Model, ...]:
    """Every outcome in each sample that has it, and in all pooled that have it in a comparable form."""
    found = [model for outcome in outcomes for model in _models_of(outcome, dataset, threshold)]
    return tuple(found)


def _models_of(outcome: Outcome, dataset: Dataset, threshold: int) -> Iterable[Model]:
    for held in dataset.samples:
        if _has(held, outcome.column):
            yield _model(outcome, People.of([held], _columns(outcome)), threshold)
    pooled = [held for held in dataset.samples if _is_comparable(outcome.column, [held], dataset.catalogue)]
    pooled = [held for held in pooled if _has(held, outcome.column)]
    if len(pooled) > 1:
        columns = [name for name in _columns(outcome) if _is_comparable(name, pooled, dataset.catalogue)]
        yield _model(outcome, People.of(pooled, columns), threshold)


def _columns(outcome: Outcome) -> list[str]:
    return [outcome.column, *(each.column for each in PREDICTORS if each.groups)]


def _has(held: SampleRecords, column: str) -> bool:
    return column in held.columns and bool((held.columns[column] >= 0).any())


def _is_comparable(column: str, records: Sequence[SampleRecords], catalogue: HarmonisedCatalogue) -> bool:
    """Whether all of these instruments carry the column, and none as a proxy."""
    home = catalogue.home_of(column)
    carried = [home.carried_by(held.instrument) if home else None for held in records]
    return all(each is not None and each.comparability is not Comparability.PROXY for each in carried)


def _model(outcome: Outcome, people: People, threshold: int) -> Model:
    answers = outcome_of(outcome, people)
    codings, left_out = _begun(answers, people)
    result: Logistic | Refused = Refused(reason=Reason.FEW_EVENTS)
    while True:
        covariates = [coding.covariate(people) for coding in codings]
        result = fit(answers, covariates, threshold=threshold)
        if not isinstance(result, Refused) or result.covariate is None or _is_last_sample(result.covariate, codings):
            break
        codings, gone = _with_one_fewer(
            codings, result.covariate, smallest_category(answers, covariates, name=result.covariate)
        )
        left_out += gone
    return Model(
        outcome=outcome, samples=_kept_samples(codings) or people.samples, codings=tuple(codings),
        left_out=tuple(left_out), result=result,
        blocks=_tested(result, codings) if isinstance(result, Logistic) else (),
    )  # fmt: skip


def _kept_samples(codings: Sequence[Coding]) -> tuple[str, ...]:
    return tuple(str(code) for held in codings if held.column == SAMPLE for codes in held.categories for code in codes)


def _is_last_sample(column: str, codings: Sequence[Coding]) -> bool:
    """Whether a sample would have to go, and only one other is there: then nothing is left to pool."""
    return column == SAMPLE and len(_kept_samples(codings)) == 2


def outcome_of(outcome: Outcome, people: People) -> NDArray[np.int64]:
    """1 for yes, 0 for no, -1 for a missing answer."""
    if outcome.column not in people.columns:
        return np.full(len(people.columns[SAMPLE]), -1)
    column = people.columns[outcome.column]
    return np.where(np.isin(column, outcome.yes), 1, np.where(np.isin(column, outcome.no), 0, -1)).astype(np.int64)


def _begun(answers: NDArray[np.int64], people: People) -> tuple[list[Coding], list[LeftOut]]:
    """The predictors that most of these people answered, and those that they did not."""
    codings, left_out = [], []
    for predictor in PREDICTORS:
        if predictor.column == SAMPLE and len(people.samples) < 2:
            continue
        coding = coding_of(predictor, people)
        if coding is None:
            left_out.append(_gone(predictor, Absence.NOT_CARRIED))
        elif _answered(answers, coding.covariate(people), people) < ANSWERED:
            left_out.append(_gone(predictor, Absence.UNANSWERED))
        else:
            codings.append(coding)
    return codings, left_out


def _gone(held: Predictor | Coding, absence: Absence) -> LeftOut:
    return LeftOut(column=held.column, block=held.block, absence=absence)


def _answered(answers: NDArray[np.int64], covariate: Covariate, people: People) -> float:
    """The share who answered, of those with a known outcome, in the sample where it is least."""
    known, sample = answers >= 0, people.columns[SAMPLE]
    has = covariate.codes >= 0
    shares = [
        float(has[known & (sample == name)].mean()) for name in people.samples if (known & (sample == name)).any()
    ]
    return min(shares, default=0.0)


def _with_one_fewer(codings: Sequence[Coding], column: str, category: int) -> tuple[list[Coding], list[LeftOut]]:
    """The codings with a category of this column joined to its neighbour, or without the column."""
    merged = {coding.column: coding.merged(category) if coding.column == column else coding for coding in codings}
    gone = [_gone(coding, Absence.SMALL_CELL) for coding in codings if merged[coding.column] is None]
    return [coding for coding in merged.values() if coding is not None], gone


def _tested(model: Logistic, codings: Sequence[Coding]) -> tuple[BlockTest, ...]:
    blocks = {coding.block: {each.column for each in codings if each.block is coding.block} for coding in codings}
    return tuple(BlockTest(block=block, finding=together(model, names)) for block, names in blocks.items())
