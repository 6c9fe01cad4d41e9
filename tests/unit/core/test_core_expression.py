"""Relevance expressions: XLSForm's language, its errors, and a slow twin."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfhelp_survey.core.answers import AnswerValue
from selfhelp_survey.core.expression import MAXIMUM_DEPTH, MAXIMUM_LENGTH, Expression
from selfhelp_survey.errors import ExpressionError

ANSWERS: dict[str, AnswerValue] = {"one": 1, "two": 2, "many": (1, 3), "word": "a b", "refused": -2, "huge": 10**400}


@pytest.mark.parametrize(
    ("source", "is_true"),
    [
        ("${one} = 1", True), ("${one} != 1", False), ("${one} = '1'", True), ("${absent} = 1", False),
        ("${absent} != 1", True), ("${absent} = ''", True), ("${one} < ${two}", True), ("${absent} < 5", False),
        ("${absent} >= 0", False), ("${two} >= 2", True), ("${two} > 2", False), ("${two} <= 2", True),
        ("selected(${many}, 3)", True), ("selected(${many}, '1')", True), ("selected(${many}, 2)", False),
        ("selected(${absent}, 1)", False), ("selected(${one}, 1)", True), ("count-selected(${many}) = 2", True),
        ("count-selected(${absent}) = 0", True), ("not(${one} = 1)", False), ("not(${absent})", True),
        ("${one} = 2 or ${two} = 2 and ${one} = 1", True), ("(${one} = 2 or ${two} = 2) and ${one} = 2", False),
        ("${one} + 1 = ${two}", True), ("${two} * 3 - 1 = 5", True), ("7 div 2 = 3.5", True), ("7 mod 2 = 1", True),
        ("1 div 0 = 1", False), ("-7 mod 2 = -1", True), ("- ${one} = -1", True), ("--1 = 1", True),
        ("2 - 1 - 1 = 0", True), ("8 div 4 div 2 = 1", True), ("${refused} = -2", True), ("${refused} < 0", True),
        ("true()", True), ("false()", False), ("true() = 1", True), ("string-length(${word}) = 3", True),
        ("if(${one} = 1, 'yes', 'no') = 'yes'", True), ("coalesce(${absent}, ${two}) = 2", True),
        ("number(${word}) = 1", False), ("number('inf') > 1", False),
        ("'1_0' = 10", False), ("' 7 ' = 7", True),
        ("${huge} > 5", False), ("${huge} mod 2 = 0", False),
        ("string(${two}) = '2'", True), ("string(2.0) = '2'", True), ("''", False),
        ("'0'", True), ("0", False), ("${many} = '1 3'", True), ("${word} = 'a b'", True), ('"it\'s" = "it\'s"', True),
    ],
)  # fmt: skip
def test_is_true__expression__reads_as_xlsform(source: str, is_true: bool) -> None:
    assert Expression(source).is_true(ANSWERS) is is_true


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("", "character 1"), ("${one} =", "character 9"), ("${one} = = 1", "character 10"), ("${one} 1", "character 8"),
        ("$one = 1", "character 1"), ("${one} = 'a", "character 10"),
        ("(${one} = 1", "expected '\\)' at character 12"),
        ("${one} = 1)", "expected the end at character 11"), ("sqrt(4)", "unknown word 'sqrt' at character 1"),
        ("selected(${one})", "takes 2 arguments, not 1"), ("not(1, 2)", "takes 1 arguments, not 2"),
        ("selected(${a} ${b})", "expected ','"), ("and 1", "unknown word 'and'"), ("${a-b} = 1", "character 1"),
        ("__import__('os')", "character 1"), ("${one}.real", "character 7"), ("selected(, 1)", "character 10"),
        ("${one} == 1", "character 9"), ("1 && 1", "character 3"), ("$" + "{é} = 1", "character 1"),
    ],
)  # fmt: skip
def test_expression__not_in_the_language__error_names_the_character(source: str, message: str) -> None:
    with pytest.raises(ExpressionError, match=message):
        Expression(source)


def test_names__expression__are_those_it_reads() -> None:
    assert Expression("${a} = 1 or not(selected(${b}, ${a}))").names == {"a", "b"}


@pytest.mark.parametrize(("length", "is_refused"), [(MAXIMUM_LENGTH, False), (MAXIMUM_LENGTH + 1, True)])
def test_expression__at_the_longest__both_sides(length: int, is_refused: bool) -> None:
    assert refuses("1" + " " * (length - 1)) is is_refused


@pytest.mark.parametrize(("depth", "is_refused"), [(MAXIMUM_DEPTH - 1, False), (MAXIMUM_DEPTH, True)])
def test_expression__at_the_deepest__both_sides(depth: int, is_refused: bool) -> None:
    assert refuses("(" * depth + "1" + ")" * depth) is is_refused


def test_expression__very_long_chain__is_read_and_evaluated() -> None:
    assert Expression(" or ".join(["${a} = 1"] * 160)).is_true({"a": 1})


def refuses(source: str) -> bool:
    try:
        Expression(source)
    except ExpressionError:
        return True
    return False


# The slow twin: a tree is written out with every bracket, and evaluated by walking it, after XPath 1.0 section 3.4.

Tree = tuple[Any, ...]
LEAVES = st.one_of(
    st.integers(0, 5).map(lambda number: ("number", number)),
    st.sampled_from(["", "1", "2 3", "x"]).map(lambda word: ("string", word)),
    st.sampled_from(["a", "b", "c"]).map(lambda name: ("answer", name)),
)
BINARY = ["or", "and", "=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "div", "mod"]
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(BINARY), inner, inner),
        st.tuples(st.just("not"), inner),
        st.tuples(st.just("selected"), inner, inner),
    ),
    max_leaves=6,
)
GIVEN = st.dictionaries(
    st.sampled_from(["a", "b", "c"]),
    st.one_of(st.integers(-2, 5), st.lists(st.integers(1, 3), min_size=1, unique=True).map(tuple)),
)


def written(tree: Tree) -> str:
    match tree:
        case ("number", number):
            return str(number)
        case ("string", word):
            return f"'{word}'"
        case ("answer", name):
            return "${" + str(name) + "}"
        case (name, one):
            return f"{name}({written(one)})"
        case ("selected", one, other):
            return f"selected({written(one)}, {written(other)})"
    operator, one, other = tree
    return f"({written(one)} {operator} {written(other)})"


def string(value: Any) -> str:
    if value is True or value is False:
        return str(value).lower()
    if isinstance(value, tuple):
        return " ".join(map(str, value))
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def numeric(value: Any) -> float:
    try:
        return float(value if isinstance(value, bool | int | float) else string(value).replace("nan", "x"))
    except ValueError:
        return math.nan


def truth(value: Any) -> bool:
    if isinstance(value, bool | int | float):
        return bool(value) and value == value
    return bool(string(value))


def equal(one: Any, other: Any) -> bool:
    if bool in (type(one), type(other)):
        return truth(one) == truth(other)
    if {int, float} & {type(one), type(other)}:
        return numeric(one) == numeric(other)
    return string(one) == string(other)


def walked(tree: Tree, answers: dict[str, Any]) -> Any:
    if tree[0] in ("number", "string"):
        return tree[1]
    if tree[0] == "answer":
        return answers.get(tree[1], "")
    parts = [walked(part, answers) for part in tree[1:]]
    if tree[0] == "not":
        return not truth(parts[0])
    one, other = parts
    left, right = numeric(one), numeric(other)
    table: dict[str, Any] = {
        "or": lambda: truth(one) or truth(other), "and": lambda: truth(one) and truth(other),
        "=": lambda: equal(one, other), "!=": lambda: not equal(one, other), "<": lambda: left < right,
        "<=": lambda: left <= right, ">": lambda: left > right, ">=": lambda: left >= right,
        "+": lambda: left + right, "-": lambda: left - right, "*": lambda: left * right,
        "div": lambda: left / right if right else math.nan,
        "mod": lambda: math.fmod(left, right) if right else math.nan,
        "selected": lambda: string(other) in string(one).split(),
    }  # fmt: skip
    return table[tree[0]]()


@given(tree=TREES, answers=GIVEN)
def test_is_true__any_expression__agrees_with_the_slow_twin(tree: Tree, answers: dict[str, Any]) -> None:
    assert Expression(written(tree)).is_true(answers) is truth(walked(tree, answers))
