"""The Adult table, its hierarchies, and what ARX makes of them: `tests/data/adult/`."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from selfhelp_survey.privacy.criteria import Criterion, EntropyDiversity, Estimator, KAnonymity, RecursiveDiversity
from selfhelp_survey.privacy.hierarchy import Hierarchy
from selfhelp_survey.privacy.measures import Aggregate, Loss, Measure, NonUniformEntropy
from selfhelp_survey.privacy.problem import Problem
from selfhelp_survey.privacy.table import Contingency, Table, contingency

FOLDER = Path(__file__).parents[2] / "data" / "adult"


@cache
def adult() -> Table:
    """All 30,162 rows and 9 columns."""
    with (FOLDER / "adult.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file, delimiter=";")
    return Table.from_rows(header, rows)


@cache
def hierarchy(name: str) -> Hierarchy:
    """The hierarchy of a column."""
    with (FOLDER / f"adult_hierarchy_{name}.csv").open(encoding="utf-8", newline="") as file:
        return Hierarchy.from_rows(name, csv.reader(file, delimiter=";"))


@cache
def combinations(names: tuple[str, ...]) -> Contingency:
    """The distinct combinations of some columns."""
    return contingency(adult(), names)


def names_without(sensitive: str | None) -> tuple[str, ...]:
    """Every column but the sensitive one, in their order."""
    return tuple(column.name for column in adult().columns if column.name != sensitive)


def problem(criteria: Sequence[Criterion], *, limit: float, measure: Measure, sensitive: str | None = None) -> Problem:
    """A problem on Adult in which all columns but the sensitive one are quasi-identifiers."""
    names = names_without(sensitive)
    return Problem(
        table=combinations((*names, *([] if sensitive is None else [sensitive]))),
        hierarchies=tuple(hierarchy(name) for name in names),
        criteria=tuple(criteria), suppression_limit=limit, measure=measure,
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Case:
    """One of ARX's own tests on Adult. `loss`: what ARX asserts on, None where it finds no solution."""

    id: str
    reason_to_leave_out: str | None
    problem: Problem | None
    loss: tuple[float, ...] | None


@cache
def cases() -> tuple[Case, ...]:
    """All of ARX's cases, in the order of their file."""
    listed = json.loads((FOLDER / "arx_adult_cases.json").read_text("utf-8"))["cases"]
    return tuple(_case(entry) for entry in listed)


def _case(entry: dict[str, Any]) -> Case:
    reason = _reason(entry)
    solved = None if reason or entry["expected_transformation"] is None else json.loads(entry["expected_loss"])
    return Case(
        id=entry["id"], reason_to_leave_out=reason, problem=None if reason else _problem(entry),
        loss=None if solved is None else tuple(solved if isinstance(solved, list) else [solved]),
    )  # fmt: skip


def _reason(entry: dict[str, Any]) -> str | None:
    models = [model["model"] for model in entry["privacy_models"]]
    if any(model.endswith("TCloseness") for model in models):
        return "t-closeness"
    return "local recoding" if entry["quasi_identifiers"] is None else None


def _problem(entry: dict[str, Any]) -> Problem:
    sensitive = entry["sensitive_attribute"]
    assert tuple(entry["quasi_identifiers"]) == names_without(sensitive)
    criteria = [_criterion(model) for model in entry["privacy_models"]]
    return problem(criteria, limit=entry["suppression_limit"], measure=_measure(entry), sensitive=sensitive)


def _criterion(model: dict[str, Any]) -> Criterion:
    match model["model"]:
        case "KAnonymity":
            return KAnonymity(k=model["k"])
        case "EntropyLDiversity":
            return EntropyDiversity(l=model["l"], estimator=Estimator(model["estimator"].lower()))
        case _:
            return RecursiveDiversity(c=model["c"], l=int(model["l"]))


def _measure(entry: dict[str, Any]) -> Measure:
    metric, weights = entry["metric"], entry["weights"]
    if metric["name"] != "Loss":
        return NonUniformEntropy(monotone=metric["monotonic"])
    return Loss(
        gs_factor=metric["gs_factor"], aggregate=Aggregate(metric["aggregate"].lower()),
        weights=weights and tuple(weights[name] for name in entry["quasi_identifiers"]),
    )  # fmt: skip
