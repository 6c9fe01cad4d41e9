"""Which pending rows go."""

import pytest

from selfhelp_survey.privacy.holdback import hold_back
from selfhelp_survey.privacy.rule import SensitiveItem, SeriesRule
from selfhelp_survey.privacy.table import Table

ITEM = SensitiveItem(name="help", variables=("help",), values=2)
RULE = SeriesRule(quasi_identifiers=("age",), items=(ITEM,), k=3, l=2)


def released(*rows: tuple[int, int], rule: SeriesRule = RULE) -> list[int]:
    found = hold_back(Table.from_rows(["age", "help"], rows), rule)
    goes, waits = [int(row) for row in found.released], [int(row) for row in found.held]
    assert sorted(goes + waits) == list(range(len(rows)))
    return goes


@pytest.mark.parametrize(("size", "expected"), [(2, []), (3, [0, 1, 2]), (4, [0, 1, 2, 3])])
def test_hold_back__class_around_k__goes_whole_or_not_at_all(size: int, expected: list[int]) -> None:
    assert released(*((1, place % 2) for place in range(size))) == expected


def test_hold_back__class_without_diversity__waits() -> None:
    assert released((1, 0), (1, 0), (1, 0), (2, 0), (2, 1), (2, 1)) == [3, 4, 5]


def test_hold_back__no_answer_as_quasi_identifier__is_a_class() -> None:
    assert released((-1, 0), (-1, 1), (-1, 1), (-2, 0)) == [0, 1, 2]


@pytest.mark.parametrize(("minimum", "expected"), [(3, [0, 1, 2]), (4, [])])
def test_hold_back__around_the_minimum__all_or_nothing(minimum: int, expected: list[int]) -> None:
    rule = SeriesRule(quasi_identifiers=("age",), items=(ITEM,), k=3, l=2, minimum=minimum)
    assert released((1, 0), (1, 1), (1, 1), (2, 0), rule=rule) == expected


def test_hold_back__nothing_pending__nothing_goes() -> None:
    assert released() == []
