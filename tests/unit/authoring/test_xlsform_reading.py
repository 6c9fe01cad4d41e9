"""An XLSForm workbook is read as the questionnaire that its author meant, whatever tool or hand it comes from."""
# ruff: noqa: E501 - a sheet has as many columns as it has

from __future__ import annotations

import io

import openpyxl
import pytest

from selfhelp_survey.authoring.problems import Severity
from selfhelp_survey.authoring.xlsform.reader import read_workbook
from selfhelp_survey.authoring.yaml_reader import read_questionnaire
from tests.unit.authoring.tiny_workbook import GOOD, SAME, changed, read
from tests.unit.authoring.workbooks import Tables, problems_in, saved, workbook


def test_reading__workbook__is_the_questionnaire_that_the_yaml_file_holds() -> None:
    reading = read_workbook(workbook(GOOD), source="made.xlsx")
    assert reading.questionnaire == read_questionnaire(SAME, source="tiny.yaml")
    assert reading.warnings == ()


OTHER_HANDS: Tables = {
    "Survey": """
| Type                              | Name  | label           | label::Español (es) | Relevance      | Required | read_only | calculation | image | media::audio | note to self | shs_role    |
| begin group                       | about | About tea       | Sobre el té         |                |          |           |             |       |              | first page   |             |
|                                   |       |                 |                     |                |          |           |             |       |              |              |             |
| Select one from yes_no            | tea   | Tea?            | ¿Té?                |                | FALSE    |           |             |       |              |              | insensitive |
| select all that apply from kinds  | kinds | Which?          | ¿Cuál?              |                | no       |           |             |       |              |              | insensitive |
| end group                         | about |                 |                     |                |          |           |             |       |              |              |             |
| begin_group                       | cups  | Cups            | Tazas               | ${tea} = '1' and selected(${kinds}, '2') | |    |             |       |              |              |             |
| int                               | many  | How many cups?  | ¿Cuántas?           |                |          |           |             |       |              |              | insensitive |
| end_group                         |       |                 |                     |                |          |           |             |       |              |              |             |
""",
    "choices": """
| list name | value | label | label::es | media::image |
| yes_no    | 1     | Yes   | Sí        |              |
| yes_no    | 2     | No    | No        |              |
| yes_no    | -2    | Pass  | Paso      |              |
| kinds     | 1     | Green | Verde     |              |
| kinds     | 2     | 2020  | 2020      |              |
| kinds     | -2    | Pass  | Paso      |              |
""",
    "settings": """
| form_title | form_id | version | default_language | form_title::es |
| Tea        | tea     | 2024    | English (en)     | Té             |
""",
    "notes": "| anything |\n| at all |",
}


def test_reading__workbook_by_other_hands__usual_spellings_are_understood() -> None:
    tables = {**OTHER_HANDS, "choices": OTHER_HANDS["choices"].replace("value", "name ")}
    tables["settings"] = tables["settings"].replace("form_title::es", "shs_title::es")
    reading = read_workbook(workbook(tables), source="made.xlsx")
    questionnaire = reading.questionnaire
    assert questionnaire.languages == ("en", "es")
    assert questionnaire.title.in_language("es") == "Té"
    assert [question.type for question in questionnaire.questions()] == ["single", "multiple", "number"]
    assert questionnaire.home_of("kinds")[1].label_of(2).in_language("en") == "2020"
    relevance = questionnaire.page("cups").relevance
    assert relevance is not None
    assert relevance.is_true({"tea": 1, "kinds": (2,)})
    assert not relevance.is_true({"tea": 1, "kinds": (1,)})
    assert sorted((problem.code, problem.sheet) for problem in reading.warnings) == [
        ("Q110", "survey"), ("Q191", "settings")]  # fmt: skip


def test_cell__number_and_truth__are_read_as_they_are_shown() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(GOOD)))
    book["choices"]["C2"], book["choices"]["B2"], book["survey"]["H6"] = 2020.0, "1", True
    question = read_workbook(saved(book), source="made.xlsx").questionnaire.home_of("c1_adult")[1]
    assert question.label_of(1).in_language("en") == "2020"
    assert question.required


def test_language__not_listed__is_kept_with_a_warning() -> None:
    tables = changed("settings", "| shs_usable", "| shs_languages")
    tables["settings"] = tables["settings"].replace("${n1} > 0", "en")
    reading = read_workbook(workbook(tables), source="made.xlsx")
    assert {(each.code, each.severity) for each in reading.warnings} == {("Q121", Severity.WARNING)}
    assert reading.questionnaire.languages == ("en",)
    assert reading.questionnaire.pages[0].title.in_language("fi") == "Tervetuloa"


def test_default_language__named_nowhere__is_asked_for() -> None:
    tables = {"survey": "| type | name | label |", "settings": "| form_id | form_title |\n| a | A |"}
    assert any("'default_language' is missing" in problem.message for problem in problems_in(tables))


@pytest.mark.parametrize("appearance", ["minimal", "quick columns"])
def test_appearance__that_only_looks_different__is_left_out_with_a_warning(appearance: str) -> None:
    reading = read_workbook(workbook(changed("survey", "multiline", appearance)), source="made.xlsx")
    assert {(each.code, each.severity) for each in reading.warnings} == {("Q191", Severity.WARNING)}
    assert reading.questionnaire == read(GOOD)
