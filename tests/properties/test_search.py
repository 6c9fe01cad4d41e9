"""The search for the least generalisation against its slow, obvious twin, on every kind of problem."""

from __future__ import annotations

import math
from collections import Counter
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selfhelp_survey.privacy import search
from selfhelp_survey.privacy.criteria import (
    Criterion,
    DistinctDiversity,
    EntropyDiversity,
    Estimator,
    KAnonymity,
    RecursiveDiversity,
)
from selfhelp_survey.privacy.hierarchy import Hierarchy
from selfhelp_survey.privacy.measures import (
    Aggregate,
    AverageClassSize,
    Discernibility,
    Loss,
    Measure,
    NonUniformEntropy,
)
from selfhelp_survey.privacy.recoding import recode
from selfhelp_survey.privacy.search import find_generalisation
from selfhelp_survey.privacy.table import Contingency
from tests.unit.privacy.slow_generalisation import Example, is_less, outcomes, released

MEASURES: dict[str, st.SearchStrategy[Measure]] = {
    "loss": st.builds(Loss, gs_factor=st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0])),
    "rank": st.builds(Loss, gs_factor=st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]), aggregate=st.just(Aggregate.RANK)),
    "entropy": st.just(NonUniformEntropy(monotone=True)),
    "entropy with suppression": st.just(NonUniformEntropy(monotone=False)),
    "class size": st.just(AverageClassSize()),
    "discernibility": st.just(Discernibility(monotone=False)),
    "discernibility without suppression": st.just(Discernibility(monotone=True)),
}
K: st.SearchStrategy[Criterion] = st.builds(KAnonymity, k=st.integers(1, 4))
CRITERIA: dict[str, st.SearchStrategy[tuple[Criterion, ...]]] = {
    "k": st.tuples(K),
    "distinct": st.tuples(st.builds(DistinctDiversity, l=st.integers(1, 3))),
    "shannon": st.tuples(st.builds(EntropyDiversity, l=st.sampled_from([1.0, 1.5, 2.0, 2.5, 3.0]))),
    "grassberger": st.tuples(
        st.builds(
            EntropyDiversity, l=st.sampled_from([1.0, 1.5, 2.0, 2.5, 3.0]), estimator=st.just(Estimator.GRASSBERGER)
        )
    ),
    "recursive": st.tuples(st.builds(RecursiveDiversity, c=st.sampled_from([0.5, 1.0, 2.0, 4.0]), l=st.integers(1, 3))),
    "k and recursive": st.tuples(K, st.builds(RecursiveDiversity, c=st.sampled_from([1.0, 2.0]), l=st.integers(2, 3))),
    "none": st.just(()),
}
LIMITS = st.sampled_from([0.0, 0.1, 0.25, 0.5, 1.0])


@st.composite
def hierarchies(draw: st.DrawFn, name: str) -> Hierarchy:
    """A nested hierarchy of one to three levels, whether or not its top is one category."""
    leaves = draw(st.integers(1, 4))
    levels = [[f"0.{leaf}" for leaf in range(leaves)]]
    for number in range(1, draw(st.integers(1, 3))):
        parents = {category: draw(st.integers(0, 1)) for category in dict.fromkeys(levels[-1])}
        levels.append([f"{number}.{parents[category]}" for category in levels[-1]])
    return Hierarchy(name=name, levels=tuple(tuple(level) for level in levels))


@st.composite
def examples(draw: st.DrawFn, criterion: str, measure: str) -> Example:
    axes = draw(st.integers(1, 3))
    found = tuple(draw(hierarchies(f"q{axis}")) for axis in range(axes))
    row = st.tuples(*(st.sampled_from([str(leaf) for leaf in each.leaves]) for each in found), st.sampled_from("abc"))
    rows = tuple(draw(st.lists(row, max_size=14)))
    kind = draw(MEASURES[measure])
    if isinstance(kind, Loss) and draw(st.booleans()):
        weights = tuple(draw(st.sampled_from([0.5, 1.0, 3.0])) for _ in range(axes))
        kind = Loss(gs_factor=kind.gs_factor, weights=weights, aggregate=kind.aggregate)
    return Example(
        rows=rows, hierarchies=found, criteria=draw(CRITERIA[criterion]), limit=draw(LIMITS), measure=kind
    )  # fmt: skip


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("criterion", CRITERIA)
@settings(max_examples=10)
@given(data=st.data())
def test_search__any_small_problem__loses_as_little_as_its_twin(
    criterion: str, measure: str, data: st.DataObject
) -> None:
    example = data.draw(examples(criterion, measure))
    expected = outcomes(example)
    with patch.object(search, "WORTH", data.draw(st.sampled_from([0, 4]))):  # 0: survey the halves of any lattice
        solution = find_generalisation(example.problem())
    if solution is None or not expected:
        assert (solution, expected) == (None, {})
        return
    chosen = expected[solution.levels]
    loss = solution.loss if isinstance(solution.loss, tuple) else (solution.loss,)
    assert [each for each in expected.values() if is_less(each.loss, chosen.loss)] == []
    assert all(math.isclose(a, b, rel_tol=1e-9, abs_tol=2e-9) for a, b in zip(loss, chosen.loss, strict=True))
    assert (solution.suppressed, solution.rows) == (chosen.suppressed, len(example.rows))
    assert written(recode(example.problem(), solution)) == released(example, solution.levels)


def written(table: Contingency) -> Counter[tuple[str, ...]]:
    """The rows of a contingency table, and how often each stands in it."""
    columns = [[str(value) for value in column.values()] for column in table.combinations.columns]
    rows = zip(*columns, strict=True)
    return Counter(dict(zip(rows, table.counts.tolist(), strict=True)))
