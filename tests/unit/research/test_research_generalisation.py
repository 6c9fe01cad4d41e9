"""Quasi-identifiers at their level, against a slow and obvious twin."""

import pytest

from selfhelp_survey.core.document import document_of
from selfhelp_survey.core.record import RecordValue
from selfhelp_survey.privacy.hierarchy import generalise, with_missing_codes
from selfhelp_survey.privacy.table import Table
from selfhelp_survey.research.generalisation import generaliser
from selfhelp_survey.research.versions import versions_in
from tests.unit.research.survey import tiny

(VERSION,) = versions_in([document_of(tiny())])


@pytest.mark.parametrize("level", [0, 1, 2])
def test_generaliser__every_value_and_missing_code__agrees_with_the_hierarchy_table(level: int) -> None:
    hierarchy = with_missing_codes("age", {1: [1], 2: [2], 3: [2]}, levels=2)
    asked: list[RecordValue] = [1, 2, 3, -1, -2, -3, -4, -5, -6, -8]
    column = Table.from_rows(["age"], [[value] for value in asked]).column("age")
    assert tuple(map(generaliser(VERSION, "age", level), asked)) == generalise(column, hierarchy, level).values()


@pytest.mark.parametrize(
    ("name", "level", "asked", "told"),
    [
        ("quarter", 0, "2026Q4", "2026Q4"), ("quarter", 1, "2026Q2", "2026H1"), ("quarter", 1, "2026Q3", "2026H2"),
        ("quarter", 2, "2026Q3", "2026"), ("quarter", 3, "2026Q3", -7), ("channel", 1, "clear", -7),
        ("language", 1, "fi", "other"), ("language", 2, "fi", -7), ("age", 1, 4, -8),
    ],
)  # fmt: skip
def test_generaliser__system_variable__follows_its_levels(
    name: str, level: int, asked: RecordValue, told: RecordValue
) -> None:
    assert generaliser(VERSION, name, level)(asked) == told
