"""The page on dependencies has a reason for each of them, and the bound that is really asked for."""

from __future__ import annotations

import re

import pytest
from packaging.requirements import Requirement

from tests.test_command.declared import declared
from tests.unit.docs.pages import first_cells, section, text_of

PAGE = text_of("explanation/dependencies.md")
HEADINGS = {
    "": "On a web host (`pip install selfhelp-survey`)",
    "research": "On the research workstation (`[research]`)",
    "report": "To compare the samples (`[report]`)",
    "xlsform": "To write questionnaires in a spreadsheet (`[xlsform]`)",
    "translate": "To translate (`[translate]`)",
    "test": "To check the project (`[test]`)",
    "lock": "To renew the locked list (`[lock]`)",
}
WITH_BOUNDS = ("", "report", "research", "translate", "xlsform")


def spelled(line: str) -> str:
    """A requirement as the page spells it: `name[extra] >= 1, < 2` without the spaces."""
    return line.replace(" ", "")


def test_page__extras__are_those_of_setup_cfg() -> None:
    assert set(declared()) == set(HEADINGS)


@pytest.mark.parametrize("extra", HEADINGS)
def test_page__direct_dependencies__each_have_a_row(extra: str) -> None:
    told = {re.split(r"[\s\[>=<]", cell)[0] for cell in first_cells(section(PAGE, HEADINGS[extra]))}
    assert {Requirement(line).name for line in declared()[extra]} == told - {"", "<"}


@pytest.mark.parametrize("line", [line for extra in WITH_BOUNDS for line in declared()[extra]])
def test_page__bounds__are_those_of_setup_cfg(line: str) -> None:
    told = {spelled(row.split("|")[1]) for row in PAGE.splitlines() if row.startswith("| ")}
    assert spelled(line) in told
