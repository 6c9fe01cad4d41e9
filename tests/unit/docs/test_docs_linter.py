"""The page on the linter says of every rule what the linter says, and the linter finds by exactly these rules."""

from __future__ import annotations

import re

import pytest

from selfhelp_survey.core.linter_rules import RULES, Weight
from selfhelp_survey.core.linter_words import MOST_WORDS
from tests.unit.docs.pages import ROOT, rows, section, text_of

CORE = ROOT / "selfhelp_survey" / "core"
PAGE = text_of("reference/linter.md")


@pytest.mark.parametrize(("heading", "weight"), [("Errors", Weight.ERROR), ("Warnings", Weight.WARNING)])
def test_linter_page__rules__are_those_of_the_linter_in_its_words(heading: str, weight: Weight) -> None:
    told = {cells[0]: cells[1:] for cells in rows(section(PAGE, heading))}
    assert told == {code: [rule.meaning, rule.fix] for code, rule in RULES.items() if rule.weight is weight}


def test_linter_page__codes_of_the_rules__are_those_that_are_found() -> None:
    source = "".join(path.read_text("utf-8") for path in CORE.glob("linter*.py"))
    assert set(re.findall(r'code="(L\d{3})"', source)) == set(RULES)


def test_linter_page__words_of_a_sentence__are_those_of_the_linter() -> None:
    assert f"more than {MOST_WORDS} words" in PAGE
