"""The numbers of a sample and how they add up: what an attacker would know of them."""

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from selfhelp_survey.core.text import Text
from selfhelp_survey.research.comparison.dataset import SampleRecords, VariableWords
from selfhelp_survey.research.comparison.numbers import (
    NOT_ASKED,
    VALID,
    all_numbers,
    axes_of,
    is_no_secret,
    numbers_of,
    renamed,
    routed,
    routes_in,
)
from selfhelp_survey.research.comparison.protection import Tables, protect

LABELS = {code: Text.of({"en": str(code)}) for code in (0, 1, 2, -1, -2)}
GATE = (1, 1, 1, 2, 2, -1)
AFTER = (1, 2, -2, -4, -4, -4)


def _sample(columns: Mapping[str, Sequence[int]], **words: VariableWords) -> SampleRecords:
    size = len(next(iter(columns.values())))
    plain = {name: VariableWords(label=LABELS[1], labels=LABELS, question=name) for name in columns}
    return SampleRecords(
        sample="exit", instrument="exit_survey", releases=(), k=5, held_back=0, words={**plain, **words},
        columns={name: np.array(codes, dtype=np.int16) for name, codes in columns.items()},
        language=np.array(["en"] * size), quarter=np.array(["2026Q1"] * size),
    )  # fmt: skip


def _option(question: str, universe: str = "") -> VariableWords:
    return VariableWords(label=LABELS[1], labels=LABELS, question=question, is_option=True, universe=universe)


def _hold(counts: Mapping[frozenset[tuple[str, int | str]], int], sums: object) -> bool:
    return all(counts[total] == sum(counts[part] for part in parts) for total, parts in sums)  # type: ignore[attr-defined]


def test_numbers_of__cross__hold_every_sum() -> None:
    axes = axes_of(("a", "b"), _sample({"a": (1, 1, 2, -1, 2), "b": (2, 1, 2, 2, -2)}))
    numbers = numbers_of(tuple(axes.values()))
    assert numbers.counts[frozenset()] == 5
    assert numbers.counts[frozenset({("a", 1)})] == 2
    assert numbers.counts[frozenset({("a", VALID), ("b", VALID)})] == 3
    assert numbers.sums
    assert _hold(numbers.counts, numbers.sums)


def test_numbers_of__options_of_a_question__share_who_answered() -> None:
    columns = {"m_01": (1, 0, -1, -2), "m_02": (0, 0, -1, -2)}
    axes = axes_of(tuple(columns), _sample(columns, m_01=_option("m"), m_02=_option("m")))
    numbers = all_numbers(numbers_of((axis,)) for axis in axes.values())
    assert numbers.counts[frozenset({("m", VALID)})] == 2
    assert sum(("m", VALID) in key for key in numbers.counts) == 1
    assert _hold(numbers.counts, numbers.sums)


def test_numbers_of__option_of_a_later_version__has_its_own_who_answered() -> None:
    columns = {"m_01": (1, 0, -1, 1), "m_02": (0, 1, -1, -6)}
    axes = axes_of(tuple(columns), _sample(columns, m_01=_option("m"), m_02=_option("m")))
    numbers = all_numbers(numbers_of((axis,)) for axis in axes.values())
    assert numbers.counts[frozenset({("m", VALID)})] == 3
    assert numbers.counts[frozenset({("m_02", VALID)})] == 2
    assert _hold(numbers.counts, numbers.sums)


def test_routes_in__column_behind_a_gate__is_decided_by_it() -> None:
    axes = axes_of(("gate", "after"), _sample({"gate": GATE, "after": AFTER}))
    (route,) = routes_in(axes)
    assert (route.parent, route.axes, set(route.decided)) == ("gate", ("after",), {2, -1})


def test_routes_in__two_columns_past_the_same_people__share_one_number() -> None:
    axes = axes_of(("gate", "one", "two"), _sample({"gate": GATE, "one": AFTER, "two": AFTER}))
    axes = routed(axes, routes_in(axes))
    assert axes["one"].pair(NOT_ASKED) == axes["two"].pair(NOT_ASKED)


@pytest.mark.parametrize(("other", "shared"), [((2, 2, -5, -5), True), ((2, -5, -5, -5), False)])
def test_routes_in__two_questions_that_the_same_people_did_not_reach__share_one_number(
    other: tuple[int, ...], shared: bool
) -> None:
    axes = axes_of(("a", "b"), _sample({"a": (1, -2, -5, -5), "b": other}))
    named = routed(axes, routes_in(axes))
    assert (named["a"].pair(-5) == named["b"].pair(-5)) is shared


@pytest.mark.parametrize("left", [12, 20, 40])
def test_protect__people_who_left_before_two_questions__are_shown_in_both_or_in_neither(left: int) -> None:
    """Withheld in one question and shown in the next, they would be no cover for the 5 who refused."""
    many = (1,) * 450 + (-1,) * 30 + (-2,) * 15 + (-5,) * left
    few = (1,) * 460 + (-1,) * 30 + (-2,) * 5 + (-5,) * left
    counts = protect(_sample({"a": many, "b": few}), Tables(columns=("a", "b")))
    assert counts.count(("a", -5)) == counts.count(("b", -5))
    assert counts.count(("b", -2)) is None


def test_routes_in__gate_that_does_not_decide__has_no_parent() -> None:
    axes = axes_of(("gate", "after"), _sample({"gate": (1, 1, 2, 2), "after": (1, -4, 1, -4)}))
    assert [route.parent for route in routes_in(axes)] == [None]


def test_is_no_secret__cell_that_the_route_makes_impossible__is_none() -> None:
    axes = axes_of(("gate", "one", "two"), _sample({"gate": GATE, "one": AFTER, "two": AFTER}))
    routes = routes_in(axes)
    axes = routed(axes, routes)
    routes = renamed(routes, axes)
    past = axes["one"].pair(NOT_ASKED)
    assert is_no_secret(frozenset({past, ("two", 1)}), axes, routes)
    assert is_no_secret(frozenset({past, ("gate", 1)}), axes, routes)
    assert is_no_secret(frozenset({("gate", 2), ("one", 1)}), axes, routes)
    assert not is_no_secret(frozenset({past, ("gate", 2)}), axes, routes)
    assert not is_no_secret(frozenset({("gate", 1), ("one", 1)}), axes, routes)


@pytest.mark.parametrize(
    ("code", "is_open"), [(VALID, True), (-1, True), (-2, True), (-6, True), (-3, False), (1, False)]
)
def test_is_no_secret__code__is_one_only_where_it_tells_an_answer(code: int | str, is_open: bool) -> None:
    assert is_no_secret(frozenset({("a", code)}), {}) is is_open


def test_axes_of__universe_of_a_question_the_sample_lacks__does_not_make_room_for_not_asked() -> None:
    sample = _sample({"a": (1, 2)}, a=VariableWords(label=LABELS[1], labels=LABELS, universe="${other} = 1"))
    assert NOT_ASKED not in axes_of(("a",), sample)["a"].missing
    asked = _sample({"a": (1, 2)}, a=VariableWords(label=LABELS[1], labels=LABELS, universe="${a} = 1"))
    assert NOT_ASKED in axes_of(("a",), asked)["a"].missing
