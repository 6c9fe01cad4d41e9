"""The measures of loss: figures worked out by hand, and bounds that never exceed what they bound."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selfhelp_survey.errors import UsageError
from selfhelp_survey.privacy.criteria import KAnonymity
from selfhelp_survey.privacy.grouping import NodeClasses, classes_at
from selfhelp_survey.privacy.hierarchy import Hierarchy
from selfhelp_survey.privacy.lattice import below
from selfhelp_survey.privacy.measures import (
    Aggregate,
    AverageClassSize,
    Discernibility,
    Loss,
    Measure,
    NonUniformEntropy,
)
from selfhelp_survey.privacy.population import Ceilings, Population
from selfhelp_survey.privacy.problem import Problem
from selfhelp_survey.privacy.scales import Floats
from selfhelp_survey.privacy.search import Search
from selfhelp_survey.privacy.table import Table, contingency
from tests.unit.privacy.slow_generalisation import is_less

# Four leaves, two categories, one for everybody; five people, of whom one is alone among the old.
AGE = Hierarchy.from_rows("age", [("18", "young", "*"), ("19", "young", "*"), ("60", "old", "*"), ("61", "old", "*")])
PEOPLE = [("18",), ("18",), ("19",), ("19",), ("60",)]


def losses(measure: Measure, *, k: int = 2) -> list[float]:
    """The loss of each level where classes under k are suppressed."""
    search = Search(
        Problem(
            table=contingency(Table.from_rows(["age"], PEOPLE), ["age"]), hierarchies=(AGE,),
            criteria=(KAnonymity(k=k),), suppression_limit=1, measure=measure,
        )
    )  # fmt: skip
    found = []
    for level in range(3):
        classes = classes_at(search.base, search.population.scales, (level,))
        found.append(measure.loss(search.population, classes, search.failing(classes)[0])[0])
    return found


def test_loss__by_hand__rescales_between_leaf_and_everybody() -> None:
    # Level 0: 4 x 1/4 + 1 suppressed = 2 of 5; least is 5/4: (2 - 1.25) / 3.75. Level 1: 4 x 1/2 + 1 = 3.
    assert losses(Loss()) == pytest.approx([0.2, 0.4666666666, 1.0], abs=1e-12)
    assert losses(Loss(), k=1) == pytest.approx([0.0, 0.3333333333, 1.0], abs=1e-12)


@pytest.mark.parametrize(
    ("factor", "totals", "least"),
    [
        (0.0, (1.25, 2.5, 5.0), 1.25),  # a suppressed record loses no more than its generalised one
        (0.25, (1.625, 2.75, 5.0), 1.25),
        (0.75, (1.5, 2.0, 2.5), 0.625),  # generalised cells lose half
        (1.0, (1.0, 1.0, 0.0), 0.0),  # generalised cells lose nothing
    ],
)
def test_loss__gs_factor__weighs_suppression_against_generalisation(
    factor: float, totals: tuple[float, ...], least: float
) -> None:
    expected = [(total - least) / (5 - least) for total in totals]
    assert losses(Loss(gs_factor=factor)) == pytest.approx(expected, abs=1e-9)


def test_loss__long_decimals__are_cut_after_ten() -> None:
    assert losses(Loss(aggregate=Aggregate.RANK), k=1)[1] == 0.3333333333


def test_entropy__by_hand__counts_bits_per_cell() -> None:
    within = 4 * 1.0  # four young people, two leaves each
    to_everybody = 2 * (2 * math.log2(5 / 2)) + math.log2(5)
    assert losses(NonUniformEntropy()) == pytest.approx([0.0, within, to_everybody])
    assert losses(NonUniformEntropy(monotone=False)) == pytest.approx([0.0, within, to_everybody])


def test_entropy__several_categories_suppressed__tells_them_apart() -> None:
    told_apart = 2 * (2 * math.log2(5 / 2)) + math.log2(5)
    level_0, level_1, _ = losses(NonUniformEntropy(monotone=False), k=6)
    assert (level_0, level_1) == pytest.approx((told_apart, 4 + 4 * math.log2(5 / 4) + math.log2(5)))
    assert losses(NonUniformEntropy(), k=6)[0] == 0.0


def test_class_size__suppressed_records__are_one_class() -> None:
    assert losses(AverageClassSize()) == pytest.approx([5 / 3, 5 / 2, 5.0])
    assert losses(AverageClassSize(), k=6) == [5.0, 5.0, 5.0]


def test_discernibility__suppressed_records__cannot_be_told_from_any() -> None:
    assert losses(Discernibility()) == [4 + 4 + 5, 16 + 5, 25]
    assert losses(Discernibility(monotone=True)) == [4 + 4 + 1, 16 + 1, 25]


def test_class_size__where_records_may_be_suppressed__ceiling_has_one_class_more() -> None:
    ceilings = Ceilings(classes=np.array([5.0]), released=np.array([2.0]))
    for may_suppress, most in ((0, 2), (1, 3)):
        population = Population(scales=(), rows=30, may_suppress=may_suppress)
        assert AverageClassSize().bounds_within(population, ceilings) == np.array([[30 / most]])


@pytest.mark.parametrize("factor", [-0.1, 1.1, float("nan")])
def test_loss__gs_factor_outside__is_refused(factor: float) -> None:
    with pytest.raises(UsageError, match="g/s factor"):
        Loss(gs_factor=factor)


@pytest.mark.parametrize("weights", [(1.0, -1.0), (0.0, 1.0), (float("inf"),), (float("nan"),)])
def test_loss__weights_that_are_not_positive__are_refused(weights: tuple[float, ...]) -> None:
    with pytest.raises(UsageError, match=r"[Ww]eight"):
        Loss(weights=weights)


def test_loss__weights_where_ranked__may_be_zero_but_not_all() -> None:
    assert Loss(weights=(0.0, 1.0), aggregate=Aggregate.RANK).weights == (0.0, 1.0)
    with pytest.raises(UsageError, match="above 0"):
        Loss(weights=(0.0, 0.0), aggregate=Aggregate.RANK)


ALL_MEASURES: tuple[Measure, ...] = (
    Loss(), Loss(gs_factor=0.2), Loss(gs_factor=0.8, aggregate=Aggregate.RANK), NonUniformEntropy(),
    NonUniformEntropy(monotone=False), AverageClassSize(), Discernibility(), Discernibility(monotone=True),
)  # fmt: skip
REGION = Hierarchy.from_rows("region", [("n", "*"), ("s", "*"), ("e", "*")])


@settings(max_examples=8)
@given(
    rows=st.lists(st.tuples(st.sampled_from(AGE.leaves), st.sampled_from(REGION.leaves)), min_size=1, max_size=14),
    k=st.integers(1, 5),
    limit=st.sampled_from([0.0, 0.3, 1.0]),
)
@pytest.mark.parametrize("measure", ALL_MEASURES, ids=str)
def test_bounds__any_node__never_exceed_the_loss(
    measure: Measure, rows: list[tuple[str, str]], k: int, limit: float
) -> None:
    search = Search(
        Problem(
            table=contingency(Table.from_rows(["age", "region"], rows), ["age", "region"]),
            hierarchies=(AGE, REGION), criteria=(KAnonymity(k=k),), suppression_limit=limit, measure=measure,
        )
    )  # fmt: skip
    nodes = list(np.ndindex(search.lattice.shape))
    classes = {node: classes_at(search.base, search.population.scales, node) for node in nodes}
    failing = {node: search.failing(classes[node])[0] for node in nodes}
    true = {node: measure.loss(search.population, classes[node], failing[node]) for node in nodes}
    for node, bound in _claims(search, measure, classes):
        assert not is_less(true[node], bound), node


def _claims(
    search: Search, measure: Measure, classes: dict[tuple[int, ...], NodeClasses]
) -> list[tuple[tuple[int, ...], tuple[float, ...]]]:
    """Every lower bound that the measure claims, with the node it is for."""
    population, shape = search.population, search.lattice.shape
    ceilings = Ceilings(classes=np.ones(shape), released=np.ones(shape))
    gone = np.zeros(shape)
    claims = []
    for node, found in classes.items():
        failing = search.failing(found)[0]
        ceilings.classes[node], ceilings.released[node] = len(failing), int((~failing).sum())
        gone[node] = found.sizes[failing].sum()
        lower = measure.bounds_below(population, found, failing)
        inside = np.ones(shape)[below(node)].shape
        claims += [] if lower is None else [(at, _at(lower, at)) for at in np.ndindex(inside)]
        upper = measure.bound_above(population, found)
        higher = [at for at in classes if all(a >= b for a, b in zip(at, node, strict=True))]
        claims += [] if upper is None else [(at, upper) for at in higher]
    arrays = [measure.bounds(population), measure.bounds_within(population, ceilings)]
    feasible = [node for node in classes if gone[node] <= population.may_suppress]
    claims += [(node, _at(array, node)) for array in arrays if array is not None for node in feasible]
    return claims


def _at(bounds: Floats, node: tuple[int, ...]) -> tuple[float, ...]:
    return tuple(float(figure[node]) for figure in bounds)
