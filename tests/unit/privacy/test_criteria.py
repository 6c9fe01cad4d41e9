"""k-anonymity and diversity, around their thresholds and against slow, obvious twins."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selfhelp_survey.errors import UsageError
from selfhelp_survey.privacy.classes import Classes, equivalence_classes
from selfhelp_survey.privacy.criteria import (
    Criterion,
    DistinctDiversity,
    EntropyDiversity,
    Estimator,
    KAnonymity,
    RecursiveDiversity,
    is_distinct_diverse,
    is_k_anonymous,
)
from selfhelp_survey.privacy.diversity import class_counts, grassberger
from selfhelp_survey.privacy.rule import SensitiveItem, SeriesRule
from selfhelp_survey.privacy.table import Table
from tests.unit.privacy import slow_generalisation

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


def holds(criterion: Criterion, *classes: str) -> list[bool]:
    """Whether each class, a word whose letters are the sensitive values of its records, meets a criterion."""
    owner = np.array([place for place, word in enumerate(classes) for _ in word], dtype=np.int64)
    values = np.array([ord(letter) - ord("a") for word in classes for letter in word], dtype=np.int64)
    counts = class_counts(owner, values if criterion.needs_sensitive else None, np.ones_like(owner))
    found: list[bool] = criterion.holds(counts).tolist()
    return found


@pytest.mark.parametrize(
    ("criterion", "expected"),
    [
        (KAnonymity(k=3), [False, True, True, True]),
        (DistinctDiversity(l=2), [True, False, True, True]),
        (DistinctDiversity(l=3), [False, False, False, True]),
        (EntropyDiversity(l=2), [True, False, False, True]),  # log 2, 0, less, log 3
        (EntropyDiversity(l=3), [False, False, False, True]),
        (EntropyDiversity(l=1.9, estimator=Estimator.GRASSBERGER), [True, False, True, True]),  # 2, 0, 2/3, 2
        (RecursiveDiversity(c=2, l=2), [True, False, False, True]),  # 1 < 2, 3 < 0, 2 < 2, 1 < 4
        (RecursiveDiversity(c=2.1, l=2), [True, False, True, True]),
        (RecursiveDiversity(c=1.1, l=3), [False, False, False, True]),
    ],
    ids=str,
)
def test_criterion__four_classes__meet_it_or_not(criterion: Criterion, expected: list[bool]) -> None:
    assert holds(criterion, "ab", "aaa", "aab", "abc") == expected


@settings(max_examples=60)
@given(
    words=st.lists(st.text("abcdef", min_size=1, max_size=40), max_size=4),
    criterion=st.one_of(
        st.builds(KAnonymity, k=st.integers(1, 20)),
        st.builds(DistinctDiversity, l=st.integers(1, 6)),
        st.builds(EntropyDiversity, l=st.sampled_from([1, 1.5, 2, 3, 4.5]), estimator=st.sampled_from(Estimator)),
        st.builds(RecursiveDiversity, c=st.sampled_from([0.5, 1, 2, 3]), l=st.integers(1, 5)),
    ),
)
def test_criterion__any_classes__agrees_with_its_twin(words: list[str], criterion: Criterion) -> None:
    assert holds(criterion, *words) == [slow_generalisation.holds(criterion, list(word)) for word in words]


def test_grassberger__any_count__is_the_recurrence_of_the_paper() -> None:
    constant = -np.euler_gamma - np.log(2)
    counts = np.array([*range(1, 300), 800, 801], dtype=np.int64)
    expected = [float(slow_generalisation.grassberger(int(count))) + constant for count in counts]
    assert grassberger(counts).tolist() == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: KAnonymity(k=0), "k is a number of records"),
        (lambda: DistinctDiversity(l=0), "at least 1"),
        (lambda: EntropyDiversity(l=0.9), "from 1 up"),
        (lambda: EntropyDiversity(l=float("inf")), "from 1 up"),
        (lambda: RecursiveDiversity(c=0, l=2), "c above 0"),
        (lambda: RecursiveDiversity(c=1, l=0), "l of at least 1"),
    ],
)
def test_criterion__number_outside__is_refused(make: Callable[[], Criterion], reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        make()
