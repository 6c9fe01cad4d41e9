"""The draft goes back into a file, in either format, and comes in again as the same draft."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from selfhelp_survey import repository
from selfhelp_survey.questionnaire_files import read_questionnaire_file

pytestmark = pytest.mark.django_db
FILE = Path(__file__).resolve().parents[2] / "data" / "questionnaires" / "every_kind.yaml"


def call(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out, stderr=StringIO())
    return out.getvalue()


@pytest.mark.parametrize("name", ["draft.yaml", "draft.xlsx"])
def test_export__imported_again__is_the_same_draft(name: str, tmp_path: Path) -> None:
    call("survey_import", str(FILE))
    before = repository.load_draft("every_kind")
    assert "wrote 'every_kind'" in call("survey_export", "every_kind", "--out", str(tmp_path / name))
    assert read_questionnaire_file(tmp_path / name).questionnaire == before
    call("survey_import", str(tmp_path / name))
    assert repository.load_draft("every_kind") == before


def test_export__file_is_there__only_replaced_when_asked(tmp_path: Path) -> None:
    call("survey_import", str(FILE))
    path = tmp_path / "draft.yaml"
    path.write_text("mine", "utf-8")
    with pytest.raises(CommandError, match="--replace") as refused:
        call("survey_export", "every_kind", "--out", str(path))
    assert (refused.value.returncode, path.read_text("utf-8")) == (2, "mine")
    call("survey_export", "every_kind", "--out", str(path), "--replace")
    assert [file.name for file in tmp_path.iterdir()] == ["draft.yaml"]
    assert read_questionnaire_file(path).questionnaire == repository.load_draft("every_kind")


def test_export__unknown_kind_of_file__is_wrong_use(tmp_path: Path) -> None:
    call("survey_import", str(FILE))
    with pytest.raises(CommandError, match=r"\.yaml, \.yml, \.xlsx") as refused:
        call("survey_export", "every_kind", "--out", str(tmp_path / "draft.pdf"))
    assert refused.value.returncode == 2
