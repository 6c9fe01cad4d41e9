"""The accessibility pages claim what was shown: every criterion once, every named test there, no result made up."""

from __future__ import annotations

import re

from tests.unit.docs.pages import ROOT, rows, section, text_of

PAGE = text_of("reference/accessibility.md")
PROTOCOL = text_of("how-to/test-with-people.md")
SHEET = text_of("reference/people-test-results.md")
CRITERIA = rows(section(PAGE, "Every criterion"))
PERSON = "a person must"
LEVELS_A_AND_AA = {
    "1.1": [1], "1.2": [1, 2, 3, 4, 5], "1.3": [1, 2, 3, 4, 5], "1.4": [1, 2, 3, 4, 5, 10, 11, 12, 13],
    "2.1": [1, 2, 4], "2.2": [1, 2], "2.3": [1], "2.4": [1, 2, 3, 4, 5, 6, 7, 11], "2.5": [1, 2, 3, 4, 7, 8],
    "3.1": [1, 2], "3.2": [1, 2, 3, 4, 6], "3.3": [1, 2, 3, 4, 7, 8], "4.1": [2, 3],
}  # fmt: skip
"""The success criteria of WCAG 2.2 at levels A and AA, by guideline. 4.1.1 is obsolete."""


def shown_by(cells: list[str]) -> list[str]:
    return [one.strip() for one in cells[4].split(",")]


def existing_tests() -> set[str]:
    sources = (path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    return {name for source in sources for name in re.findall(r"^def (test_\w+)\(", source, re.MULTILINE)}


def test_criteria__all_55__stand_in_the_table_once_and_in_order() -> None:
    expected = [f"{guideline}.{number}" for guideline, numbers in LEVELS_A_AND_AA.items() for number in numbers]
    assert len(expected) == 55
    assert [cells[0] for cells in CRITERIA] == expected
    assert {cells[2] for cells in CRITERIA} == {"A", "AA"}


def test_criteria__whatever_shows_one__is_a_test_that_exists_or_a_person() -> None:
    named = {name for cells in CRITERIA for name in shown_by(cells)}
    assert named - {PERSON} - existing_tests() == set()


def test_criteria__every_one__is_shown_by_something() -> None:
    assert all(shown_by(cells) != [""] for cells in CRITERIA)


def test_result_sheet__rows__are_those_of_the_protocol() -> None:
    expected = [cells[:2] for cells in rows(section(PROTOCOL, "The rows"))]
    assert [cells[:2] for cells in rows(SHEET) if cells[0]] == expected


def test_result_sheet__row_with_a_result__says_when_with_what_and_where() -> None:
    for _, _, result, date, version, device in rows(SHEET):
        if result == "not yet run":
            assert (date, version, device) == ("", "", "")
        else:
            assert re.fullmatch(r"passed|failed: .+", result)
            assert re.fullmatch(r"\d{4}-\d\d-\d\d", date)
            assert version
            assert device


def test_statement__while_no_person_has_tested__says_so() -> None:
    unrun = [cells for cells in rows(SHEET) if cells[2] == "not yet run"]
    assert bool(unrun) == ("Until the result sheet says otherwise" in PAGE)
