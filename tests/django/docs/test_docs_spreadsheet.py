"""Who follows the page on spreadsheets gets the questionnaire of the page on YAML, and is told what the page says."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from selfhelp_survey import repository
from selfhelp_survey.authoring.yaml_reader import read_questionnaire
from selfhelp_survey.questionnaire_files import read_questionnaire_file
from tests.unit.authoring.workbooks import workbook
from tests.unit.docs.pages import fenced, section, text_of, typed_lines

pytestmark = pytest.mark.django_db

NAME = "write-in-a-spreadsheet.md"
PAGE = text_of(f"how-to/{NAME}")
SHEETS = ("survey", "choices", "settings")


def table_of(sheet: str) -> str:
    """The table that the page shows for this sheet, without its rule."""
    lines = [line for line in section(PAGE, f"Sheet {sheet}").splitlines() if line.startswith("|")]
    return "\n".join(line for line in lines if not line.startswith("|--"))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the reader stands, with the workbook of the page and that of a sister survey."""
    tables = {sheet: table_of(sheet) for sheet in SHEETS}
    (tmp_path / "short_feedback.xlsx").write_bytes(workbook(tables))
    tables["settings"] = tables["settings"].replace("short_feedback", "sister")
    (tmp_path / "sister.xlsx").write_bytes(workbook(tables))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_page__its_three_sheets__are_the_questionnaire_of_the_yaml_page(folder: Path) -> None:
    reading = read_questionnaire_file(folder / "short_feedback.xlsx")
    (example,) = fenced(text_of("how-to/write-a-questionnaire.md"), "yaml")
    assert reading.questionnaire == read_questionnaire(example, source="short_feedback.yaml")
    assert reading.warnings == ()


def test_page__its_lines__lead_from_the_workbook_to_a_draft_and_back(folder: Path) -> None:
    lines = [words[2:] for name, words in typed_lines() if name == NAME]
    assert [words[0] for words in lines] == ["survey_import"] * 3 + ["survey_export"] * 2
    for words in lines:
        errors = StringIO()
        call_command(*words, stdout=StringIO(), stderr=errors)
        assert errors.getvalue() == ""
    for name in ("with-all-texts.xlsx", "short_feedback.yaml"):
        assert read_questionnaire_file(folder / name).questionnaire == repository.load_draft("short_feedback")


def test_page__its_mistake__is_told_as_the_page_says(folder: Path) -> None:
    tables = {sheet: table_of(sheet) for sheet in SHEETS}
    survey = re.sub("select_one yes_no", "select_one yes_on", tables["survey"], count=1)
    (folder / "short_feedback.xlsx").write_bytes(workbook({**tables, "survey": survey}))
    (said,) = fenced(PAGE, "text")
    with pytest.raises(CommandError) as refused:
        call_command("survey_import", "short_feedback.xlsx", "--dry-run", stdout=StringIO())
    assert said.strip() in str(refused.value)
