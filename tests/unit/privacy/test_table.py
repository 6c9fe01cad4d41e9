"""Tables, classes and contingency."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfhelp_survey.errors import UsageError
from selfhelp_survey.privacy.classes import equivalence_classes
from selfhelp_survey.privacy.table import Column, Table, combination_index, contingency

ROWS = [("a", 1), ("b", 1), ("a", 1), ("a", -1)]
TABLE = Table.from_rows(["letter", "number"], ROWS)


def test_from_rows__values__come_back_in_order() -> None:
    assert TABLE.column("letter").values() == ("a", "b", "a", "a")
    assert TABLE.column("number").values() == (1, 1, 1, -1)


def test_from_rows__text_and_number_alike__stay_two_labels() -> None:
    assert Table.from_rows(["x"], [(1,), ("1",)]).column("x").labels == (1, "1")


def test_from_rows__ragged__is_refused() -> None:
    with pytest.raises(UsageError):
        Table.from_rows(["x", "y"], [(1,)])


def test_from_rows__name_twice__is_refused() -> None:
    with pytest.raises(UsageError):
        Table.from_rows(["x", "x"], [(1, 2)])


def test_column__unknown__is_refused() -> None:
    with pytest.raises(UsageError, match="no column age"):
        TABLE.column("age")


def test_column__code_without_label__is_refused() -> None:
    with pytest.raises(UsageError):
        Column(name="x", codes=np.array([0, 1], dtype=np.int64), labels=("a",))


def test_column__codes__cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        TABLE.column("letter").codes[0] = 1


def test_contingency__missing_code__combines_like_any_label() -> None:
    found = contingency(TABLE, ["letter", "number"])
    rows = zip(*(column.values() for column in found.combinations.columns), strict=True)
    assert dict(zip(rows, found.counts.tolist(), strict=True)) == {("a", 1): 2, ("b", 1): 1, ("a", -1): 1}


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["x", "y"]), st.integers(-2, 1))))
def test_contingency__any_rows__counts_as_a_counter_does(rows: list[tuple[int, str, int]]) -> None:
    found = contingency(Table.from_rows(["a", "b", "c"], rows), ["a", "b", "c"])
    keys = zip(*(column.values() for column in found.combinations.columns), strict=True)
    assert dict(zip(keys, found.counts.tolist(), strict=True)) == Counter(rows)


def test_combination_index__more_combinations_than_a_key_holds__stays_exact() -> None:
    width = 2**16
    codes = [np.array([0, width - 1, 0, width - 1], dtype=np.int64) for _ in range(5)]
    codes[4] = np.array([0, 0, 1, 0], dtype=np.int64)
    columns = [Column(name=str(n), codes=each, labels=tuple(range(width))) for n, each in enumerate(codes)]
    index, first = combination_index(columns, rows=4)
    assert index.tolist() == [0, 2, 1, 2]
    assert first.tolist() == [0, 2, 1]


def test_equivalence_classes__rows__share_a_class_when_all_names_agree() -> None:
    classes = equivalence_classes(TABLE, ["letter", "number"])
    assert classes.index[0] == classes.index[2]
    assert sorted(classes.sizes.tolist()) == [1, 1, 2]
    assert classes.smallest == 1


def test_equivalence_classes__no_names__are_one_class() -> None:
    assert equivalence_classes(TABLE, []).sizes.tolist() == [4]


def test_equivalence_classes__no_rows__are_none() -> None:
    assert equivalence_classes(Table.from_rows(["x"], []), ["x"]).smallest == 0


def test_equivalence_classes__contingency_with_counts__sizes_in_records() -> None:
    found = contingency(TABLE, ["letter", "number"])
    assert equivalence_classes(found.combinations, ["letter"], counts=found.counts).sizes.tolist() == [3, 1]
