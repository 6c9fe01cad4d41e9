"""The protocol for Tor Browser covers every attack by browser, and its result sheet makes nothing up."""

from __future__ import annotations

import re

from tests.unit.docs.pages import rows, section, text_of

PROTOCOL = rows(section(text_of("how-to/test-in-tor-browser.md"), "The rows"))
SHEET = rows(text_of("reference/tor-browser-results.md"))


def test_protocol__attacks_by_browser__are_all_there_in_order() -> None:
    assert [cells[0] for cells in PROTOCOL] == ["T-33", *(f"T-{number}" for number in range(61, 73))]
    assert all(len(cells) == 3 and all(cells) for cells in PROTOCOL)


def test_result_sheet_of_tor_browser__rows__are_those_of_the_protocol() -> None:
    assert [cells[0] for cells in SHEET if cells[0]] == [cells[0] for cells in PROTOCOL]


def test_result_sheet_of_tor_browser__row_with_a_result__says_when_with_what_and_where() -> None:
    for _, result, date, version, system in SHEET:
        if result == "not yet run":
            assert (date, version, system) == ("", "", "")
        else:
            assert re.fullmatch(r"passed|failed: .+", result)
            assert re.fullmatch(r"\d{4}-\d\d-\d\d", date)
            assert version
            assert system
