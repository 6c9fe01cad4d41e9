"""SECURITY.md names, for each of the 84 attacks, a test that there is, or says how a person does it."""

from __future__ import annotations

import ast
import re
from functools import cache

import pytest

from tests.unit.docs.pages import ROOT, rows, section

PAGE = (ROOT / "SECURITY.md").read_text("utf-8")
NUMBERS = [f"T-{number:02d}" for number in range(1, 85)]


@cache
def every_test() -> frozenset[str]:
    """The name of every test function in the suite."""
    found: set[str] = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        nodes = ast.walk(ast.parse(path.read_text("utf-8")))
        found |= {node.name for node in nodes if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}
    return frozenset(found)


def table() -> dict[str, list[str]]:
    """The cells of each attack's row, by its number."""
    return {cells[0]: cells for cells in rows(section(PAGE, "The 84 attacks"))}


def test_table__numbers__are_the_84_in_order() -> None:
    assert list(table()) == NUMBERS


@pytest.mark.parametrize("number", NUMBERS)
def test_table__every_row__names_tests_that_there_are_or_says_how_a_person_does_it(number: str) -> None:
    _number, attack, shown = table()[number][:3]
    named = re.findall(r"\btest_\w+", shown)
    assert len(attack) > 20
    assert set(named) <= every_test()
    assert named or "By hand" in shown


def test_threat_model__numbers_it_refers_to__are_in_the_table() -> None:
    model = PAGE[PAGE.index("## Threat model") : PAGE.index("## The 84 attacks")]
    assert set(re.findall(r"T-\d\d", model)) <= set(NUMBERS)
