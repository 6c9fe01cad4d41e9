"""Risk and attribute disclosure, against the definitions counted by hand, row by row."""

from __future__ import annotations

from collections import Counter, defaultdict
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfhelp_survey.errors import UsageError
from selfhelp_survey.privacy.attribute_disclosure import attribute_disclosure, total_variation
from selfhelp_survey.privacy.classes import Classes, equivalence_classes
from selfhelp_survey.privacy.risk import NO_RISK, class_sizes, journalist_risk, prosecutor_risk
from selfhelp_survey.privacy.table import Table

ROWS = st.lists(st.tuples(st.integers(0, 2), st.integers(-2, 2), st.sampled_from([-1, 0, 1])), max_size=25)


def classes_of(sizes: list[int]) -> Classes:
    rows = [(number,) for number, size in enumerate(sizes) for _ in range(size)]
    return equivalence_classes(Table.from_rows(["age"], rows), ["age"])


def table_of(rows: list[tuple[int, int, int]]) -> Table:
    return Table.from_rows(["age", "help", "other"], rows)


def test_class_sizes__three_classes__counts_records_classes_smallest_and_uniques() -> None:
    found = class_sizes(classes_of([1, 5, 1]))
    assert (found.records, found.classes, found.smallest, found.uniques) == (7, 3, 1, 2)


def test_prosecutor_risk__classes_of_two_and_three__is_one_half_for_two_of_five() -> None:
    risk = prosecutor_risk(classes_of([2, 3]))
    assert [risk.highest, risk.average, risk.at_highest] == pytest.approx([0.5, 2 / 5, 2 / 5])


def test_prosecutor_risk__no_records__is_nothing() -> None:
    assert prosecutor_risk(classes_of([])) == NO_RISK


def test_journalist_risk__larger_frame__is_smaller_than_the_prosecutors() -> None:
    classes = classes_of([2, 3])
    risk = journalist_risk(classes, np.array([4, 30]))
    assert [risk.highest, risk.average, risk.at_highest] == pytest.approx([0.25, (2 / 4 + 3 / 30) / 5, 0.4])


def test_journalist_risk__frame_is_the_table__is_the_prosecutors() -> None:
    classes = classes_of([5, 7])
    assert journalist_risk(classes, classes.sizes) == prosecutor_risk(classes)


@pytest.mark.parametrize("frame", [[4, 7], [5], [5, 7, 9]])
def test_journalist_risk__frame_smaller_or_of_another_length__is_refused(frame: list[int]) -> None:
    with pytest.raises(UsageError, match="at least as many"):
        journalist_risk(classes_of([5, 7]), np.array(frame))


def slow_disclosure(rows: list[tuple[int, ...]]) -> tuple[int, Fraction, Fraction]:
    """Certain records, surest share and distance, by the definitions and nothing else."""
    members: dict[int, list[tuple[int, ...] | None]] = defaultdict(list)
    for age, *item in rows:
        members[age].append(None if any(-8 <= part <= -1 for part in item) else tuple(item))
    whole = Counter(value for values in members.values() for value in values if value)
    certain, surest, distance = 0, Fraction(0), Fraction(0)
    for values in members.values():
        given = Counter(value for value in values if value)
        most = max(given.values(), default=0)
        certain += len(values) if most == len(values) else 0
        surest = max(surest, Fraction(most, len(values)))
        if given:
            parts = (abs(Fraction(given[v], given.total()) - Fraction(whole[v], whole.total())) for v in whole)
            distance = max(distance, sum(parts, Fraction(0)) / 2)
    return certain, surest, distance


@given(ROWS)
def test_attribute_disclosure__one_variable__is_as_counted_by_hand(rows: list[tuple[int, int, int]]) -> None:
    table = table_of(rows)
    found = attribute_disclosure(equivalence_classes(table, ["age"]), [table.column("help")])
    certain, surest, distance = slow_disclosure([(age, answer) for age, answer, _other in rows])
    assert found.certain == certain
    assert [found.surest, found.distance] == pytest.approx([float(surest), float(distance)], abs=1e-12)


@given(ROWS)
def test_attribute_disclosure__pattern_of_two__is_as_counted_by_hand(rows: list[tuple[int, int, int]]) -> None:
    table = table_of(rows)
    found = attribute_disclosure(equivalence_classes(table, ["age"]), [table.column("help"), table.column("other")])
    certain, surest, distance = slow_disclosure(list(rows))
    assert found.certain == certain
    assert [found.surest, found.distance] == pytest.approx([float(surest), float(distance)], abs=1e-12)


@pytest.mark.parametrize(("answers", "certain"), [([1, 1, 1], 3), ([1, 1, 2], 0), ([1, 1, -1], 0), ([-1, -1, -1], 0)])
def test_attribute_disclosure__class_with_these_answers__is_certain_only_if_all_say_the_same(
    answers: list[int], certain: int
) -> None:
    table = table_of([(1, answer, 0) for answer in answers])
    assert attribute_disclosure(equivalence_classes(table, ["age"]), [table.column("help")]).certain == certain


def test_total_variation__half_has_moved__is_one_half() -> None:
    assert total_variation(np.array([10, 10, 0]), np.array([5, 0, 5])) == 0.5


def test_total_variation__one_is_empty__is_nothing() -> None:
    assert total_variation(np.array([0, 0]), np.array([5, 0])) == 0.0
