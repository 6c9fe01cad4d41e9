"""The search for the least generalisation: traps, ties and edges, one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selfhelp_survey.errors import UsageError
from selfhelp_survey.privacy.criteria import (
    Criterion,
    DistinctDiversity,
    EntropyDiversity,
    Estimator,
    KAnonymity,
    RecursiveDiversity,
)
from selfhelp_survey.privacy.grouping import grouped
from selfhelp_survey.privacy.hierarchy import Hierarchy
from selfhelp_survey.privacy.lattice import MOST_NODES, Lattice
from selfhelp_survey.privacy.measures import AverageClassSize, Loss, Measure, NonUniformEntropy
from selfhelp_survey.privacy.problem import Problem, Solution
from selfhelp_survey.privacy.search import find_generalisation
from selfhelp_survey.privacy.table import Table, contingency

# Levels 1 and 2 join everybody, so the search meets a failing generalisation before the only node that will do.
JOINING = Hierarchy.from_rows("region", [("north", "*", "**"), ("south", "*", "**")])
AGE = Hierarchy.from_rows("age", [("18", "young", "*"), ("19", "young", "*"), ("60", "old", "*"), ("61", "old", "*")])


def solved(
    rows: Sequence[tuple[str, ...]], *criteria: Criterion, hierarchy: Hierarchy = JOINING, limit: float = 0.0,
    measure: Measure | None = None,
) -> Solution | None:  # fmt: skip
    names = [hierarchy.name, "answer"][: len(rows[0]) if rows else 2]
    table = contingency(Table.from_rows(names, rows), names)
    return find_generalisation(
        Problem(
            table=table, hierarchies=(hierarchy,), criteria=criteria, suppression_limit=limit,
            measure=measure or Loss(),
        )
    )  # fmt: skip


@pytest.mark.parametrize(
    "criterion", [RecursiveDiversity(c=2.0, l=2), EntropyDiversity(l=2.0)], ids=["recursive", "entropy"]
)
def test_search__class_that_fails_spoils_the_one_it_is_joined_with__specialisation_is_still_found(
    criterion: Criterion,
) -> None:
    rows = [("north", "a"), ("north", "b"), ("south", "a"), ("south", "a")]
    assert solved(rows, criterion, limit=0.5) == Solution(levels=(0,), loss=0.5, suppressed=2, rows=4)


def test_search__grassberger_falls_when_fine_classes_are_joined__specialisation_is_still_found() -> None:
    rows = [("north", "a"), ("north", "b"), ("south", "a"), ("south", "b")]
    found = solved(rows, EntropyDiversity(l=2.0, estimator=Estimator.GRASSBERGER))
    assert found == Solution(levels=(0,), loss=0.0, suppressed=0, rows=4)


@pytest.mark.parametrize(("limit", "level", "suppressed"), [(0.19, 1, 0), (0.2, 0, 1), (0.21, 0, 1)])
def test_search__suppression_limit__counts_whole_records(limit: float, level: int, suppressed: int) -> None:
    rows = [("north",)] * 4 + [("south",)]
    found = solved(rows, KAnonymity(k=2), limit=limit)
    assert found is not None
    assert (found.levels, found.suppressed) == ((level,), suppressed)


@pytest.mark.parametrize(("k", "levels"), [(1, (0,)), (2, (1,)), (3, (2,)), (4, (2,))])
def test_search__k__takes_the_lowest_level_that_has_it(k: int, levels: tuple[int, ...]) -> None:
    rows = [("18",), ("19",), ("60",), ("61",)]
    found = solved(rows, KAnonymity(k=k), hierarchy=AGE)
    assert found is not None
    assert found.levels == levels


def test_search__fewer_rows_than_k__has_no_solution() -> None:
    assert solved([("north",)] * 4, KAnonymity(k=5)) is None


def test_search__everything_may_be_suppressed__has_a_solution() -> None:
    found = solved([("north",)] * 4, KAnonymity(k=5), limit=1.0, measure=NonUniformEntropy())
    assert found is not None
    assert (found.loss, found.suppressed, found.rows) == (0.0, 4, 4)


@pytest.mark.parametrize("measure", [Loss(), NonUniformEntropy(), AverageClassSize()])
def test_search__no_rows__solves_with_nothing_lost(measure: Measure) -> None:
    found = solved([], KAnonymity(k=5), measure=measure)
    assert found is not None
    assert (found.loss, found.suppressed, found.rows) == (0.0, 0, 0)


def test_search__one_row__is_one_class() -> None:
    found = solved([("north", "a")], KAnonymity(k=1), DistinctDiversity(l=1))
    assert found == Solution(levels=(0,), loss=0.0, suppressed=0, rows=1)


def test_search__one_level__cannot_generalise() -> None:
    alone = Hierarchy.from_rows("region", [("north",), ("south",)])
    assert solved([("north",), ("south",)], KAnonymity(k=2), hierarchy=alone) is None


def test_search__two_nodes_lose_the_same__loss_is_theirs() -> None:
    names = ["a", "b"]
    table = contingency(Table.from_rows(names, [("x", "x"), ("x", "y"), ("y", "x"), ("y", "y")]), names)
    hierarchies = tuple(Hierarchy.from_rows(name, [("x", "*"), ("y", "*")]) for name in names)
    found = find_generalisation(
        Problem(
            table=table, hierarchies=hierarchies, criteria=(KAnonymity(k=2),), suppression_limit=0.0, measure=Loss()
        )
    )
    assert found is not None
    assert found.loss == pytest.approx(2**0.5 - 1)


def test_search__weights_where_ranked__spare_the_dear_attribute() -> None:
    names = ["a", "b"]
    table = contingency(Table.from_rows(names, [("x", "x"), ("x", "y"), ("y", "x"), ("y", "y")]), names)
    hierarchies = tuple(Hierarchy.from_rows(name, [("x", "*"), ("y", "*")]) for name in names)
    levels = []
    for weights in ((1.0, 4.0), (4.0, 1.0)):
        found = find_generalisation(
            Problem(
                table=table, hierarchies=hierarchies, criteria=(KAnonymity(k=2),), suppression_limit=0.0,
                measure=Loss(weights=weights, aggregate="rank"),  # type: ignore[arg-type]
            )
        )  # fmt: skip
        assert found is not None
        assert found.loss == (0.25, 0.0)
        levels.append(found.levels)
    assert levels == [(1, 0), (0, 1)]


def test_search__value_without_leaf__is_refused_without_naming_it() -> None:
    with pytest.raises(UsageError, match=r"region lacks 1 value") as caught:
        solved([("east",)], KAnonymity(k=1))
    assert "east" not in str(caught.value)


def test_lattice__around_a_million_nodes__only_more_are_refused() -> None:
    assert Lattice(shape=(10,) * 6).size == MOST_NODES
    with pytest.raises(UsageError, match="1,100,000 combinations of levels are too many"):
        Lattice(shape=(11, *(10,) * 5))


TWO = contingency(Table.from_rows(["region", "answer"], [("north", "a")]), ["region", "answer"])
ONE = contingency(Table.from_rows(["region"], [("north",)]), ["region"])


@pytest.mark.parametrize("limit", [-0.01, 1.01, float("nan")])
def test_problem__limit_outside__is_refused(limit: float) -> None:
    with pytest.raises(UsageError, match="0 to 1"):
        Problem(table=ONE, hierarchies=(JOINING,), criteria=(), suppression_limit=limit, measure=Loss())


@pytest.mark.parametrize(
    ("hierarchies", "reason"),
    [((), "at least one"), ((JOINING, JOINING), "each once"), ((AGE,), "no column age")],
)
def test_problem__quasi_identifiers_that_do_not_fit__are_refused(
    hierarchies: tuple[Hierarchy, ...], reason: str
) -> None:
    with pytest.raises(UsageError, match=reason):
        Problem(table=ONE, hierarchies=hierarchies, criteria=(), suppression_limit=0, measure=Loss())


def test_problem__diversity_without_sensitive_attribute__is_refused() -> None:
    with pytest.raises(UsageError, match="exactly one sensitive"):
        Problem(
            table=ONE, hierarchies=(JOINING,), criteria=(DistinctDiversity(l=2),), suppression_limit=0, measure=Loss()
        )


def test_problem__weights_for_another_number_of_attributes__are_refused() -> None:
    with pytest.raises(UsageError, match="2 weights for 1"):
        Problem(table=TWO, hierarchies=(JOINING,), criteria=(), suppression_limit=0, measure=Loss(weights=(1.0, 2.0)))


def test_search__sensitive_attribute_that_no_criterion_looks_at__changes_nothing() -> None:
    rows = [("north", "a"), ("north", "b"), ("south", "a")]
    found = solved(rows, KAnonymity(k=2), limit=0.4)
    assert found == Solution(levels=(0,), loss=found.loss if found else 0, suppressed=1, rows=3)


def test_search__more_combinations_than_a_key_can_number__groups_all_the_same() -> None:
    names = [f"q{number}" for number in range(19)]
    leaves = [(str(leaf),) for leaf in range(16)]  # 16 ** 16 is where a 64-bit number begins anew
    rows = [(str(leaf), *["0"] * 18) for leaf in range(16)] + [("0", *[str(leaf)] * 18) for leaf in range(1, 16)] * 2
    table = contingency(Table.from_rows([*names, "answer"], [(*row, "a") for row in rows * 2]), [*names, "answer"])
    hierarchies = tuple(Hierarchy.from_rows(name, leaves) for name in names)
    for k, solution in ((2, True), (3, False)):
        found = find_generalisation(
            Problem(
                table=table, hierarchies=hierarchies, criteria=(KAnonymity(k=k), DistinctDiversity(l=1)),
                suppression_limit=0, measure=AverageClassSize(),
            )
        )  # fmt: skip
        assert (found is not None) is solution


@settings(max_examples=40)
@given(
    entries=st.lists(st.tuples(st.integers(0, 5), st.integers(1, 9)), max_size=30),
    size=st.sampled_from([6, 6 << 10, 6 << 20, 6 << 44]),
)
def test_grouped__any_keys__sums_and_represents_each(entries: list[tuple[int, int]], size: int) -> None:
    keys = np.array([key * (size // 6) for key, _ in entries], dtype=np.int64)
    counts = np.array([count for _, count in entries], dtype=np.int64)
    expected: Counter[int] = Counter()
    for key, count in zip(keys.tolist(), counts.tolist(), strict=True):
        expected[key] += count
    rows, sums = grouped(keys, counts, size)
    assert list(zip(keys[rows].tolist(), sums.tolist(), strict=True)) == sorted(expected.items())
