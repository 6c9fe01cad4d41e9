"""k-anonymity and distinct l-diversity, and the slow obvious twin of the latter."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfhelp_survey.errors import UsageError
from selfhelp_survey.privacy.classes import Classes, equivalence_classes
from selfhelp_survey.privacy.criteria import is_distinct_diverse, is_k_anonymous
from selfhelp_survey.privacy.rule import SensitiveItem, SeriesRule
from selfhelp_survey.privacy.table import Table

ITEM = SensitiveItem(name="help", variables=("help",), values=5)
TWO_VALUED = SensitiveItem(name="help", variables=("help",), values=2)
MULTIPLE = SensitiveItem(name="help", variables=("help_a", "help_b"), values=4)


def diverse(*values: int, item: SensitiveItem = ITEM, l: int = 3) -> bool:  # noqa: E741
    table = Table.from_rows(["help"], [(value,) for value in values])
    return bool(is_distinct_diverse(equivalence_classes(table, []), table, item, l=l)[0])


def patterns_diverse(*patterns: tuple[int, int], l: int = 2) -> bool:  # noqa: E741
    table = Table.from_rows(["help_a", "help_b"], patterns)
    return bool(is_distinct_diverse(equivalence_classes(table, []), table, MULTIPLE, l=l)[0])


@pytest.mark.parametrize(("size", "expected"), [(4, False), (5, True), (6, True)])
def test_k_anonymous__around_k__only_k_and_more(size: int, expected: bool) -> None:
    classes = Classes(index=np.zeros(size, dtype=np.int64), sizes=np.array([size], dtype=np.int64))
    assert is_k_anonymous(classes, 5).tolist() == [expected]


@pytest.mark.parametrize(("values", "expected"), [((1, 2, 2), False), ((1, 2, 3), True), ((1, 2, 3, 4), True)])
def test_diverse__around_l__only_l_and_more(values: tuple[int, ...], expected: bool) -> None:
    assert diverse(*values) is expected


def test_diverse__missing_codes__are_not_values() -> None:
    assert not diverse(1, 2, -1, -2, -3)


def test_diverse__one_answer_among_missing__is_refused() -> None:
    assert not diverse(1, -4, -4, -4, -4)


def test_diverse__nobody_answered__has_nothing_to_give_away() -> None:
    assert diverse(-4, -4, -1)


@pytest.mark.parametrize(("values", "expected"), [((0, 0, 0), False), ((0, 1, 1), True)])
def test_diverse__two_valued_item__needs_both(values: tuple[int, ...], expected: bool) -> None:
    assert diverse(*values, item=TWO_VALUED) is expected


def test_diverse__multiple_question__counts_patterns() -> None:
    assert patterns_diverse((1, 0), (0, 1), (0, 1))
    assert not patterns_diverse((1, 0), (1, 0), (1, 0))


def test_diverse__pattern_with_a_missing_part__neither_counts_nor_passes_as_empty() -> None:
    assert not patterns_diverse((1, 0), (1, -6), (1, 0))
    assert not patterns_diverse((1, -6), (1, -6), (1, -6))


def test_sensitive_item__one_value__is_refused() -> None:
    with pytest.raises(UsageError):
        SensitiveItem(name="x", variables=("x",), values=1)


@pytest.mark.parametrize("k", [2, 0])
def test_series_rule__k_under_three__is_refused(k: int) -> None:
    with pytest.raises(UsageError, match="k >= 3"):
        SeriesRule(quasi_identifiers=("age",), k=k)


def test_series_rule__k_three__is_the_least() -> None:
    assert SeriesRule(quasi_identifiers=("age",), k=3).k == 3


Rows = list[tuple[int, int, int]]


def slow_diverse(rows: Rows, key: int, l: int) -> bool:  # noqa: E741
    """Row by row, with sets."""
    patterns = [(first, second) for age, first, second in rows if age == key]
    if all(part < 0 for pattern in patterns for part in pattern):
        return True
    return len({pattern for pattern in patterns if pattern[0] >= 0 and pattern[1] >= 0}) >= min(l, 4)


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(-2, 1), st.integers(-2, 1)), min_size=1), st.integers(1, 5))
def test_diverse__any_rows__agrees_with_the_slow_twin(rows: Rows, l: int) -> None:  # noqa: E741
    table = Table.from_rows(["age", "help_a", "help_b"], rows)
    classes = equivalence_classes(table, ["age"])
    flags = is_distinct_diverse(classes, table, MULTIPLE, l=l)
    for place, row in enumerate(rows):
        assert bool(flags[classes.index[place]]) is slow_diverse(rows, row[0], l)
