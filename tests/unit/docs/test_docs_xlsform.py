"""The page on XLSForm says of every feature exactly what the reader does with it."""

from __future__ import annotations

import pytest

from selfhelp_survey.authoring.xlsform.columns import OURS
from selfhelp_survey.authoring.xlsform.features import FEATURES, Kind
from selfhelp_survey.authoring.xlsform.other_sheets import CHOICE_COLUMNS, HIERARCHIES, SETTING_COLUMNS
from selfhelp_survey.authoring.xlsform.survey_sheet import SURVEY_COLUMNS
from tests.unit.docs.pages import rows, section, text_of

PAGE = text_of("reference/xlsform.md")


@pytest.mark.parametrize("kind", Kind)
def test_page__features__are_those_of_the_reader_with_their_standing_and_reason(kind: Kind) -> None:
    told = {cells[0]: cells[1] for cells in rows(section(PAGE, str(kind)))}
    assert told == {name: str(feature.standing) for name, feature in FEATURES[kind].items()}
    assert [each.why for each in FEATURES[kind].values() if each.why not in PAGE] == []


def test_page__our_columns__are_all_there() -> None:
    ours = {name for name in (*SURVEY_COLUMNS, *CHOICE_COLUMNS, *SETTING_COLUMNS) if name.startswith(OURS)}
    assert {name for name in ours if f"`{name}" not in PAGE} == set()
    assert f"`{HIERARCHIES}`" in PAGE
