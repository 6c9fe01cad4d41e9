"""What is said while a questionnaire is imported: at its place in the file, by the command and by the admin alike."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from selfhelp_survey import repository
from selfhelp_survey.admin.uploading import MOST_TOLD
from selfhelp_survey.authoring.yaml_reader import read_questionnaire
from selfhelp_survey.core.linter_words import MOST_WORDS
from selfhelp_survey.models import Questionnaire
from selfhelp_survey.publication import publish
from selfhelp_survey.questionnaire_files import questionnaire_file
from tests.django.admin.desk import seen, sent, superuser

pytestmark = pytest.mark.django_db

SMALL = """\
questionnaire: small
languages: [en]
title: {en: A few questions}
prefer_not_to_say: {en: I prefer not to say}
pages:
  - page: first
    title: {en: First}
    questions:
      - name: q1_use
        type: single
        role: insensitive
        harmonised: use
        label: {en: Was it useful?}
        values:
          - {code: 1, label: {en: Yes}}
          - {code: 2, label: {en: No}}
      - name: q2_use
        type: single
        role: insensitive
        label: {en: Would you do it again?}
        values:
          - {code: 1, label: {en: Yes}}
          - {code: 2, label: {en: No}}
"""
LONG = SMALL.replace("Was it useful?", " ".join(["word"] * (MOST_WORDS + 1)) + "?")
ASKS_MAIL = SMALL.replace("Would you do it again?", "What is your e-mail address?")
OTHER_VALUES = SMALL.replace("code: 2, label: {en: No}", "code: 3, label: {en: No}", 1)
SISTER = OTHER_VALUES.replace("questionnaire: small", "questionnaire: sister").replace("q1_use", "s1_use")


def written(text: str, folder: Path, name: str = "small.yaml") -> Path:
    """A file of this text; as a workbook where the name ends so."""
    path = folder / name
    questionnaire = read_questionnaire(text, source=name)
    path.write_bytes(text.encode() if name.endswith(".yaml") else questionnaire_file(questionnaire, path))
    return path


def told(path: Path, *arguments: str) -> list[str]:
    """The warnings that `survey_import` gives, without the name of the file."""
    errors = StringIO()
    call_command("survey_import", str(path), *arguments, stdout=StringIO(), stderr=errors)
    return [line.removeprefix(f"warning: {path.name}: ") for line in errors.getvalue().splitlines()]


@pytest.mark.parametrize("arguments", [[], ["--dry-run"]])
def test_import__warning__is_told_with_line_and_way_out_and_stops_nothing(tmp_path: Path, arguments: list[str]) -> None:
    (warning,) = told(written(LONG, tmp_path), *arguments)
    assert warning.startswith("line 13, column 21: L203 q1_use: a sentence in en has 21 words")
    assert warning.endswith("Make two sentences of it, or leave words out")
    assert Questionnaire.objects.exists() is not bool(arguments)


def test_import__warning_about_a_workbook__is_told_with_sheet_row_and_column(tmp_path: Path) -> None:
    (warning,) = told(written(LONG, tmp_path, "small.xlsx"))
    assert warning.startswith("sheet survey, row 3, column C: L203 q1_use")


@pytest.mark.parametrize("arguments", [[], ["--dry-run"]])
@pytest.mark.parametrize(("name", "place"), [
    ("small.yaml", "line 20, column 21"), ("small.xlsx", "sheet survey, row 4, column C"),
])  # fmt: skip
def test_import__identifying_question__is_refused_at_its_place(
    tmp_path: Path, arguments: list[str], name: str, place: str
) -> None:
    with pytest.raises(CommandError) as refused:
        told(written(ASKS_MAIL, tmp_path, name), *arguments)
    assert refused.value.returncode == 1
    assert f"{name}: {place}: L105 q2_use: the question seems to ask for an e-mail address" in str(refused.value)
    assert not Questionnaire.objects.exists()


def test_import__errors_and_warnings__are_told_together_and_marked(tmp_path: Path) -> None:
    both = LONG.replace("Would you do it again?", "What is your name?").replace("q2_use", "q2_email")
    with pytest.raises(CommandError) as refused:
        told(written(both, tmp_path))
    first, *lines = str(refused.value).splitlines()
    assert first == "small.yaml: 3 problems"
    assert [line.removeprefix("small.yaml: ").split(" q")[0] for line in lines] == [
        "warning: line 13, column 21: L203", "line 17, column 9: L104", "line 20, column 21: L105",
    ]  # fmt: skip


def test_import__before_anything_is_published__comparability_is_no_matter(tmp_path: Path) -> None:
    assert told(written(SMALL, tmp_path)) == []
    assert told(written(OTHER_VALUES, tmp_path)) == []


def test_import__unlike_the_last_version__is_told_with_its_number(tmp_path: Path) -> None:
    told(written(SMALL, tmp_path))
    publish("small")
    assert told(written(SMALL.replace("Was it useful?", "Was this useful?"), tmp_path)) == []
    gone, broken = told(written(OTHER_VALUES.replace("name: q2_use", "name: q3_use"), tmp_path), "--dry-run")
    assert broken.startswith("line 9, column 9: L301 q1_use: cannot be compared with version 1: other values")
    assert gone.startswith("line 6, column 3: L302 version 1 also asked q2_use")


@pytest.mark.parametrize("is_published", [False, True])
def test_import__unlike_another_questionnaire_of_the_site__says_what_differs(
    tmp_path: Path, *, is_published: bool
) -> None:
    told(written(SISTER, tmp_path, "sister.yaml"))
    if is_published:
        publish("sister")
    (warning,) = told(written(SMALL, tmp_path))
    what = "values 2 only here; values 3 only there"
    assert warning.startswith(f"line 9, column 9: L303 q1_use: 'use' of 'sister' is another: {what}")


def test_import__draft_of_another_that_is_not_complete__is_passed_over(tmp_path: Path) -> None:
    told(written(SISTER, tmp_path, "sister.yaml"))
    repository.change_wordings("sister", "en", {"title": ""})
    assert told(written(SMALL, tmp_path)) == []


def test_import__sister_survey_in_a_file__is_compared_too(tmp_path: Path) -> None:
    sister = written(SISTER, tmp_path, "sister.yaml")
    (warning,) = told(written(SMALL, tmp_path), "--beside", str(sister))
    assert "L303 q1_use: 'use' of 'sister' is another" in warning
    assert not Questionnaire.objects.filter(code="sister").exists()
    assert told(written(SMALL, tmp_path), "--beside", str(written(SMALL, tmp_path, "same.yaml"))) == []


def test_import__sister_survey_that_cannot_be_read__imports_nothing(tmp_path: Path) -> None:
    broken = tmp_path / "sister.yaml"
    broken.write_text("questionnaire: [", "utf-8")
    with pytest.raises(CommandError, match=r"sister\.yaml"):
        told(written(SMALL, tmp_path), "--beside", str(broken))
    assert not Questionnaire.objects.exists()


def uploaded(text: str) -> str:
    """What the admin shows after this file was sent."""
    answer = sent(superuser(), "questionnaire_import", file=SimpleUploadedFile("small.yaml", text.encode()))
    return " ".join(BeautifulSoup(answer.content, "html.parser").get_text().split())


def test_admin__file_with_an_identifying_question__is_refused_at_its_place() -> None:
    assert "line 20, column 21: L105 q2_use: the question seems to ask for an e-mail address" in uploaded(ASKS_MAIL)
    assert not Questionnaire.objects.exists()


def test_admin__file_with_a_warning__is_imported_and_the_warning_shown() -> None:
    assert "line 13, column 21: L203 q1_use: a sentence in en has 21 words" in uploaded(LONG)
    assert Questionnaire.objects.exists()


@pytest.mark.parametrize(("more", "is_said"), [(0, False), (1, True)])
def test_admin__many_warnings__says_how_many_more(more: int, is_said: bool) -> None:
    long = " ".join(["word"] * (MOST_WORDS + 1))
    values = [f"          - {{code: {code}, label: {{en: {long}}}}}" for code in range(3, 3 + MOST_TOLD + more)]
    assert ("more: survey_import --dry-run tells all" in uploaded(SMALL + "\n".join(values))) is is_said


def test_publish_page__unlike_another_questionnaire__asks_to_look_again(tmp_path: Path) -> None:
    told(written(SMALL, tmp_path))
    client, row = superuser(), Questionnaire.objects.get()
    assert "is another" not in seen(client, "questionnaire_publish", row.pk)
    told(written(SISTER, tmp_path, "sister.yaml"))
    assert "of &#x27;sister&#x27; is another" in seen(client, "questionnaire_publish", row.pk)
