"""R, as it is here, still says what the golden numbers of the statistics say."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from selfhelp_survey.research.comparison.modelling import models, outcome_of
from selfhelp_survey.research.comparison.predictors import OUTCOMES, PREDICTORS, People
from selfhelp_survey.research.comparison.statistics.logistic import Logistic
from tests.archives.conftest import run
from tests.unit.research.comparison.golden import DIRECTORY
from tests.unit.research.comparison.three_samples import WANT_HELP, three_samples

MODEL = """\
held <- read.csv("held.csv")
held[held < 0] <- NA
held[-1] <- lapply(held[-1], factor)
fitted <- glm(outcome ~ ., binomial, held)
writeLines(sprintf("%d %.10g %.10g", nobs(fitted), coef(fitted), sqrt(diag(vcov(fitted)))))
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    directory = tmp_path_factory.mktemp("golden")
    for name in ("records.csv", "golden.r"):
        shutil.copy(DIRECTORY / name, directory)
    figures: dict[str, Any] = json.loads(run("Rscript", "--vanilla", "golden.r", within=directory))
    return figures


def test_golden_script__run_by_r__says_what_the_golden_numbers_say(told: dict[str, Any]) -> None:
    golden = json.loads((DIRECTORY / "golden.json").read_text("utf-8"))
    assert told.keys() == golden.keys()
    for name in golden.keys() - {"version"}:
        assert told[name].keys() == golden[name].keys()
        for key, figures in golden[name].items():
            assert _flat(told[name][key]) == pytest.approx(_flat(figures), rel=1e-6, abs=1e-9), (name, key)


def test_model__of_made_up_people__is_what_r_makes_of_the_same_codes(tmp_path: Path) -> None:
    """R leaves out by itself who lacks a code, and knows nothing of how we came to it."""
    dataset = three_samples(np.random.default_rng(31), sizes={WANT_HELP: 5_000})
    (model,) = models(dataset, threshold=10, outcomes=OUTCOMES[:1])
    people = People.of(dataset.samples, ["wish_to_stop", *(each.column for each in PREDICTORS if each.groups)])
    columns = {coding.column: coding.covariate(people).codes for coding in model.codings}
    with (tmp_path / "held.csv").open("w", encoding="utf-8", newline="") as file:
        rows = np.column_stack([outcome_of(model.outcome, people), *columns.values()]).tolist()
        csv.writer(file).writerows([["outcome", *columns], *rows])
    (tmp_path / "model.r").write_text(MODEL, encoding="ascii")
    told = [line.split() for line in run("Rscript", "--vanilla", "model.r", within=tmp_path).splitlines()]
    assert isinstance(model.result, Logistic)
    assert {int(cases) for cases, _, _ in told} == {model.result.cases}
    coefficients = [model.result.intercept, *(effect.coefficient for effect in model.result.effects)]
    assert [float(figure) for _, figure, _ in told] == pytest.approx(coefficients, rel=1e-5, abs=1e-7)
    errors = [effect.error for effect in model.result.effects]
    assert [float(error) for _, _, error in told[1:]] == pytest.approx(errors, rel=1e-4)


def _flat(figures: Any) -> list[float]:
    return [part for each in figures for part in _flat(each)] if isinstance(figures, list) else [figures]
