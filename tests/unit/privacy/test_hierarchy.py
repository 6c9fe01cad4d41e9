"""Generalisation hierarchies."""

import pytest

from selfhelp_survey.errors import UsageError
from selfhelp_survey.privacy.hierarchy import Hierarchy, generalise, with_missing_codes
from selfhelp_survey.privacy.table import Column, Table

AGE = Hierarchy.from_rows("age", [("18", "18-24", "*"), ("20", "18-24", "*"), ("30", "25+", "*")])


def column(*values: int | str) -> Column:
    return Table.from_rows(["age"], [(value,) for value in values]).column("age")


@pytest.mark.parametrize(
    ("level", "expected"), [(0, ("30", "18", "20")), (1, ("25+", "18-24", "18-24")), (2, ("*", "*", "*"))]
)
def test_generalise__each_level__gives_its_categories(level: int, expected: tuple[str, ...]) -> None:
    assert generalise(column("30", "18", "20"), AGE, level).values() == expected


@pytest.mark.parametrize("level", [-1, 3])
def test_generalise__level_outside__is_refused(level: int) -> None:
    with pytest.raises(UsageError, match="levels 0 to 2"):
        generalise(column("18"), AGE, level)


def test_generalise__value_without_leaf__is_refused_without_naming_it() -> None:
    with pytest.raises(UsageError, match="lacks 1 value") as caught:
        generalise(column("18", "97"), AGE, 1)
    assert "97" not in str(caught.value)


def test_generalise__no_rows__is_empty() -> None:
    assert generalise(column(), AGE, 1).values() == ()


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([], "equal length"),
        ([("a", "*"), ("b",)], "equal length"),
        ([("a", "*"), ("a", "*")], "distinct leaves"),
        ([("a", "x", "1", "*"), ("b", "x", "2", "*")], "does not nest: at leaf 2 level 2 splits a category of level 1"),
    ],
)
def test_hierarchy__malformed__is_refused(rows: list[tuple[str, ...]], reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        Hierarchy.from_rows("age", rows)


def test_hierarchy__one_level__never_generalises() -> None:
    alone = Hierarchy.from_rows("age", [("18",), ("20",)])
    assert (alone.top, generalise(column("20", "18"), alone, 0).values()) == (0, ("20", "18"))


def test_hierarchy__level_with_fewer_leaves__is_refused() -> None:
    with pytest.raises(UsageError, match="every leaf"):
        Hierarchy(name="age", levels=(("a", "b"), ("*",)))


REGION = with_missing_codes("region", {1: [10], 2: [10], 3: [30]}, levels=2)


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        (0, (1, 2, 3, -1, -2, -3, -4, -5, -6)),
        (1, (10, 10, 30, -1, -1, -1, -4, -1, -6)),
        (2, (-7,) * 9),
    ],
)
def test_with_missing_codes__no_answer__merges_from_level_one(level: int, expected: tuple[int, ...]) -> None:
    assert generalise(column(1, 2, 3, -1, -2, -3, -4, -5, -6), REGION, level).values() == expected


def test_with_missing_codes__missing_code_as_value__is_refused() -> None:
    with pytest.raises(UsageError, match="missing code"):
        with_missing_codes("region", {-1: []}, levels=1)


def test_with_missing_codes__category_missing_for_a_level__is_refused() -> None:
    with pytest.raises(UsageError, match="each level"):
        with_missing_codes("region", {1: [10], 2: []}, levels=2)
