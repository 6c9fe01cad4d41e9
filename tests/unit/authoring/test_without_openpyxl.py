"""Where openpyxl is not installed, YAML works, and a workbook is answered with the line that installs it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from selfhelp_survey.errors import UsageError
from selfhelp_survey.questionnaire_files import questionnaire_file, read_questionnaire_file

EVERY_KIND = Path(__file__).resolve().parents[2] / "data" / "questionnaires" / "every_kind.yaml"
TOLD = r'^workbooks need one more library: pip install "selfhelp-survey\[xlsform\]"$'


@pytest.fixture
def without_openpyxl(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in an environment that never had it: importing it fails, and nothing that did so before is left."""
    for name in [name for name in sys.modules if name.startswith("selfhelp_survey.authoring.xlsform.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "openpyxl", None)


@pytest.mark.usefixtures("without_openpyxl")
def test_workbook__to_read__is_answered_with_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "small.xlsx").write_bytes(b"PK")
    with pytest.raises(UsageError, match=TOLD):
        read_questionnaire_file(tmp_path / "small.xlsx")


@pytest.mark.usefixtures("without_openpyxl")
def test_workbook__to_write__is_answered_with_what_to_install(tmp_path: Path) -> None:
    questionnaire = read_questionnaire_file(EVERY_KIND).questionnaire
    with pytest.raises(UsageError, match=TOLD):
        questionnaire_file(questionnaire, tmp_path / "small.xlsx")


@pytest.mark.usefixtures("without_openpyxl")
def test_yaml__is_read_and_written_all_the_same(tmp_path: Path) -> None:
    questionnaire = read_questionnaire_file(EVERY_KIND).questionnaire
    assert questionnaire_file(questionnaire, tmp_path / "small.yaml").startswith(b"questionnaire: every_kind")
