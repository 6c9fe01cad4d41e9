"""An XLSForm workbook is read, or every problem is told with sheet, row, column and the way out."""
# ruff: noqa: E501 - a sheet has as many columns as it has

from __future__ import annotations

import datetime as dt
import io
import re

import openpyxl
import pytest

from selfhelp_survey.authoring.problems import CATALOGUE, Problem, ProblemsFound, Severity, letters_of
from selfhelp_survey.authoring.xlsform.features import FEATURES, Kind, Standing
from selfhelp_survey.authoring.xlsform.reader import read_workbook
from selfhelp_survey.authoring.xlsform.types import (
    GROUP_BEGIN,
    GROUP_END,
    QUESTION_TYPES,
    bounds_in,
    length_in,
    row_type,
)
from selfhelp_survey.authoring.xlsform.workbook import MAXIMUM_COLUMNS, MAXIMUM_ROWS
from selfhelp_survey.authoring.yaml_reader import read_questionnaire
from selfhelp_survey.core.questionnaire import Questionnaire
from tests.unit.authoring.workbooks import Tables, problems_in, saved, workbook

SURVEY = """
| type               | name     | label::English (en) | label::Suomi (fi) | hint::English (en) | hint::Suomi (fi) | relevant       | required | constraint              | appearance | disabled | shs_role         | shs_hierarchy | shs_harmonised | shs_prefer_not_to_say | shs_not_sure | shs_part | shs_block | shs_admits         | shs_kind |
| begin_group        | consent  | Welcome             | Tervetuloa        |                    |                  |                |          |                         | field-list |          |                  |               |                |                       |              |          |           | ${c1_adult} = 1    |          |
| note               |          | Please read this    | Lue tämä          |                    |                  |                |          |                         |            |          |                  |               |                |                       |              |          |           |                    | intro    |
| note               | who      | Who                 | Kuka              | {organisation}     | {organisation}   |                |          |                         |            |          |                  |               |                |                       |              |          |           |                    | fact     |
| note               | more     | More                | Lisää             | A long story       | Pitkä tarina     |                |          |                         |            |          |                  |               |                |                       |              |          |           |                    | detail   |
| select_one yes_no  | c1_adult | Are you an adult?   | Oletko aikuinen?  |                    |                  |                | yes      |                         |            |          | control          |               |                | no                    |              |          |           |                    |          |
| end_group          |          |                     |                   |                    |                  |                |          |                         |            |          |                  |               |                |                       |              |          |           |                    |          |
| begin_group        | about    | About you           | Sinusta           |                    |                  |                |          |                         |            |          |                  |               |                |                       |              | 2        | you       |                    |          |
| select_one region  | a1       | Where?              | Missä?            | Roughly            | Suunnilleen      |                |          |                         |            |          | quasi-identifier | area          | region         |                       |              |          |           |                    |          |
| select_multiple region | m1   | Where else?         | Missä muualla?    |                    |                  |                |          |                         |            |          | insensitive      |               |                |                       | yes          |          |           |                    |          |
| select_one region  | s1       | How far?            | Kuinka kaukana?   |                    |                  |                |          |                         | likert     |          | insensitive      |               |                |                       |              |          |           |                    |          |
| integer            | n1       | How many?           | Montako?          |                    |                  |                |          | . >= 0 and . <= 9       |            |          | insensitive      |               |                |                       |              |          |           |                    |          |
| select_one yes_no  | off      | Off?                | Pois?             |                    |                  |                |          |                         |            | yes      |                  |               |                |                       |              |          |           |                    |          |
| end_group          |          |                     |                   |                    |                  |                |          |                         |            |          |                  |               |                |                       |              |          |           |                    |          |
| begin_group        | grid     | Grid                | Taulukko          |                    |                  | ${a1} = 1      |          |                         |            |          |                  |               |                |                       |              | 2        |           |                    |          |
| begin_group        | g1       | How?                | Miten?            |                    |                  |                |          |                         | table-list |          | sensitive        |               |                |                       |              |          |           |                    |          |
| select_one yes_no  | g1_one   | One                 | Yksi              |                    |                  |                |          |                         |            |          |                  |               |                |                       |              |          |           |                    |          |
| select_one yes_no  | g1_two   | Two                 | Kaksi             |                    |                  |                |          |                         |            |          |                  |               |                |                       |              |          |           |                    |          |
| end_group          |          |                     |                   |                    |                  |                |          |                         |            |          |                  |               |                |                       |              |          |           |                    |          |
| note               | t1       | A note              | Huomautus         |                    |                  |                |          |                         |            |          |                  |               |                |                       |              |          |           |                    |          |
| text               | o1       | More?               | Lisää?            |                    |                  |                |          | string-length(.) <= 500 | multiline  |          | free text        |               |                |                       |              |          |           |                    |          |
| end_group          |          |                     |                   |                    |                  |                |          |                         |            |          |                  |               |                |                       |              |          |           |                    |          |
"""
CHOICES = """
| list_name | name | label::English (en) | label::Suomi (fi) | shs_exclusive |
| yes_no    | 1    | Yes                 | Kyllä             |               |
| yes_no    | 2    | No                  | Ei                |               |
| region    | 1    | North               | Pohjoinen         |               |
| region    | 2    | South               | Etelä             |               |
| region    | 3    | Away                | Poissa            | yes           |
"""
SETTINGS = """
| form_title | form_id | default_language | shs_title::Suomi (fi) | shs_usable | shs_prefer_not_to_say::en | shs_prefer_not_to_say::fi | shs_not_sure::en | shs_not_sure::fi |
| Questions  | tiny    | English (en)     | Kysymyksiä            | ${n1} > 0  | Rather not say            | En halua sanoa            | Not sure         | En tiedä         |
"""
HIERARCHIES = """
| hierarchy | level | code  | members | rest | label::en | label::fi  |
| area      | 1     | 1     | 1 2     |      | Here      | Täällä     |
| area      | 1     | 2     | 3       |      | There     | Siellä     |
| area      | 2     | 1     | 1, 2, 3 |      | Anywhere  | Missä vain |
| channel   |       |       |         |      |           |            |
| language  | 1     | en    | en      |      | English   | englanti   |
| language  | 1     | other |         | yes  | Other     | Muu        |
"""
GOOD: Tables = {"survey": SURVEY, "choices": CHOICES, "settings": SETTINGS, "shs_hierarchies": HIERARCHIES}
SAME = """\
questionnaire: tiny
languages: [en, fi]
title: {en: Questions, fi: Kysymyksiä}
usable: ${n1} > 0
prefer_not_to_say: {en: Rather not say, fi: En halua sanoa}
not_sure: {en: Not sure, fi: En tiedä}
lists:
  yes_no:
    - {code: 1, label: {en: Yes, fi: Kyllä}}
    - {code: 2, label: {en: No, fi: Ei}}
  region:
    - {code: 1, label: {en: North, fi: Pohjoinen}}
    - {code: 2, label: {en: South, fi: Etelä}}
    - {code: 3, label: {en: Away, fi: Poissa}, exclusive: true}
hierarchies:
  area:
    - - {code: 1, members: [1, 2], label: {en: Here, fi: Täällä}}
      - {code: 2, members: [3], label: {en: There, fi: Siellä}}
    - - {code: 1, members: [1, 2, 3], label: {en: Anywhere, fi: Missä vain}}
  channel: []
  language:
    - - {code: en, members: [en], label: {en: English, fi: englanti}}
      - {code: other, rest: true, label: {en: Other, fi: Muu}}
pages:
  - page: consent
    title: {en: Welcome, fi: Tervetuloa}
    intro: {en: Please read this, fi: Lue tämä}
    facts:
      - {heading: {en: Who, fi: Kuka}, text: {en: "{organisation}", fi: "{organisation}"}}
    details:
      - {heading: {en: More, fi: Lisää}, text: {en: A long story, fi: Pitkä tarina}}
    admits: ${c1_adult} = 1
    questions:
      - name: c1_adult
        type: single
        role: control
        values: yes_no
        required: true
        prefer_not_to_say: false
        label: {en: Are you an adult?, fi: Oletko aikuinen?}
  - page: about
    part: 2
    block: you
    title: {en: About you, fi: Sinusta}
    questions:
      - name: a1
        type: single
        role: quasi-identifier
        hierarchy: area
        harmonised: region
        values: region
        label: {en: Where?, fi: Missä?}
        hint: {en: Roughly, fi: Suunnilleen}
      - {name: m1, type: multiple, role: insensitive, values: region, not_sure: true,
         label: {en: Where else?, fi: Missä muualla?}}
      - {name: s1, type: scale, role: insensitive, values: region, label: {en: How far?, fi: Kuinka kaukana?}}
      - {name: n1, type: number, role: insensitive, minimum: 0, maximum: 9, label: {en: How many?, fi: Montako?}}
  - page: grid
    part: 2
    title: {en: Grid, fi: Taulukko}
    relevant: ${a1} = 1
    questions:
      - name: g1
        type: matrix
        role: sensitive
        values: yes_no
        rows:
          - {name: g1_one, label: {en: One, fi: Yksi}}
          - {name: g1_two, label: {en: Two, fi: Kaksi}}
        label: {en: How?, fi: Miten?}
      - {name: t1, type: note, label: {en: A note, fi: Huomautus}}
      - {name: o1, type: text, role: free text, max_length: 500, label: {en: More?, fi: Lisää?}}
"""


def read(tables: Tables) -> Questionnaire:
    return read_workbook(workbook(tables), source="made.xlsx").questionnaire


def changed(sheet: str, before: str, after: str) -> Tables:
    """The good workbook with one piece replaced; what stands between bars is found whatever spaces are around it."""
    pattern = r" *\| *".join(re.escape(cell.strip()) for cell in before.split("|"))
    text, times = re.subn(pattern, after.replace("\\", "\\\\"), GOOD[sheet], count=1)
    assert times == 1, before
    return {**GOOD, sheet: text}


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


GROUP = "begin_group | about"
WRONG = [
    # the sheet, what stands in the good workbook, what instead, the code, the column, what message or fix say
    ("survey", "select_multiple region", "select_multpile region", "Q112", "A", "select_multiple"),
    ("survey", "select_one region  | a1", "select_one | a1", "Q112", "A", "the name of a list"),
    ("survey", "select_one region  | a1", "geopoint | a1", "Q190", "A", "a place points at a person"),
    ("survey", "select_one region  | a1", "image | a1", "Q190", "A", "voices"),
    ("survey", "select_one region  | a1", "deviceid | a1", "Q190", "A", "device"),
    ("survey", "select_one region  | a1", "date | a1", "Q190", "A", "age bands"),
    ("survey", "select_one region  | a1", "select_one region or_other | a1", "Q190", "A", "a text question of your own"),
    ("survey", "select_one region  | a1", "select_one_from_file a.csv | a1", "Q190", "A", "sheet choices"),
    ("survey", "select_one region  | a1", "rank region | a1", "Q191", "A", "comes first"),
    ("survey", "select_one region  | a1", "range | a1", "Q191", "A", "likert"),
    ("survey", "select_one region  | a1", "begin repeat | a1", "Q191", "A", "asked once"),
    ("survey", "select_one region  | a1", "calculate | a1", "Q191", "A", "from the release"),
    ("survey", "select_one region  | a1", "select_one regoin | a1", "Q140", "A", "Did you mean 'region'?"),
    ("survey", "select_one region  | a1", " | a1", "Q111", "A", "'type' is missing"),
    ("survey", "integer | n1", "integer | N1", "Q130", "B", "a-z, 0-9"),
    ("survey", "integer | n1", "integer | a1", "Q131", "B", "first in row 9 of the sheet survey"),
    ("survey", "integer | n1", "integer | ", "Q111", "A", "name of the variable"),
    ("survey", GROUP, "begin_group | About", "Q130", "B", "a-z, 0-9"),
    ("survey", GROUP, "begin_group | consent", "Q131", "B", "first in row 2 of the sheet survey"),
    ("survey", GROUP, "begin_group |", "Q111", "A", "shown in the address"),
    ("survey", "About you | Sinusta", "|", "Q111", "A", "column for en"),
    ("survey", "About you | Sinusta", "About you |", "Q120", "C", "shs_languages"),
    ("survey", "Please read this", "<b>Read</b>", "Q122", "C", "Texts are plain"),
    ("survey", "Please read this", "{organization}", "Q123", "C", "Did you mean 'organisation'?"),
    ("survey", "How many?", "How many, ${a1}?", "Q190", "C", "Say it without the answer"),
    ("survey", "${a1} = 1", "${a1} = = 1", "Q150", "G", "at character 9"),
    ("survey", "${a1} = 1", "${g1_one} = 1", "Q152", "G", "Move that question"),
    ("survey", "${a1} = 1", "${off} = 1", "Q151", "G", "disabled"),
    ("survey", "${c1_adult} = 1", "${a1} = 1", "Q152", "S", "Move that question"),
    ("survey", "| yes | | | | control", "| maybe | | | | control", "Q112", "H", "Write yes or no"),
    ("survey", ". >= 0 and . <= 9", ". >= 9 and . <= 0", "Q143", "I", "Swap"),
    ("survey", ". >= 0 and . <= 9", ". >= -5", "Q142", "I", ". >= 0"),
    ("survey", ". >= 0 and . <= 9", "regex(., 'x')", "Q191", "I", ". >= 0 and . <= 20"),
    ("survey", "string-length(.) <= 500", "", "Q111", "A", "string-length(.) <= 500"),
    ("survey", "multiline", "list-nolabel", "Q191", "J", "table-list"),
    ("survey", "multiline", "search('a')", "Q190", "J", "sheet choices"),
    ("survey", "| sensitive", "| ", "Q170", "A", "'shs_role' is missing"),
    ("survey", "| sensitive", "| secret", "Q170", "L", "Known here"),
    ("survey", "| sensitive", "| free text", "Q170", "L", "Change the role"),
    ("survey", "| area | region", "| | region", "Q165", "L", "shs_hierarchies"),
    ("survey", "| area | region", "| aera | region", "Q160", "M", "Did you mean 'area'?"),
    ("survey", "| 2 | you |", "| 3 | you |", "Q112", "Q", "'shs_part' should be 1 or 2"),
    ("survey", "| ${a1} = 1 | | | | | | | | | | 2", "| ${a1} = 1 | | | | | | | | | |", "Q180", "A", "2 into shs_part"),
    ("survey", "| fact", "| fatc", "Q143", "T", "intro, fact or detail"),
    ("survey", "| fact", "| intro", "Q143", "T", "into one row"),
    ("survey", "begin_group | g1", "begin_repeat | g1", "Q191", "A", "asked once"),
    ("survey", "table-list", "field-list", "Q192", "A", "Close the page before"),
    ("survey", "end_group", "note", "Q192", "A", "Close the page before"),
    ("survey", "note | t1", "end_group |", "Q192", "A", "Delete the row"),
    ("survey", "note | t1", "begin_group | extra", "Q192", "A", "table-list"),
    ("survey", "select_one yes_no | g1_two", "select_one region | g1_two", "Q143", "A", "same list"),
    ("survey", "select_one yes_no | g1_two", "text | g1_two", "Q143", "A", "Move this row"),
    ("survey", "Two | Kaksi | |", "Two | Kaksi | a hint |", "Q191", "E", "for the whole matrix"),
    ("survey", "Two | Kaksi | | | |", "Two | Kaksi | | | | yes", "Q191", "A", "one by one"),
    ("survey", "label::Suomi (fi)", "label::Suomi", "Q121", "D", "label::English (en)"),
    ("survey", "label::Suomi (fi)", "label::English (en)", "Q102", "D", "Keep one"),
    ("survey", "shs_hierarchy", "shs_heirarchy", "Q110", "M", "Did you mean 'shs_hierarchy'?"),
    ("survey", "| hint::Suomi (fi)", "| default", "Q190", "F", "nobody gave"),
    ("survey", "| hint::Suomi (fi)", "| media::image::Suomi (fi)", "Q190", "F", "Say it in words"),
    ("survey", "| hint::Suomi (fi)", "| choice_filter", "Q191", "F", "a list for each case"),
    ("choices", "| 1 | Yes", "| yes | Yes", "Q112", "B", "'name' should be a whole number"),
    ("choices", "| 1 | Yes", "| | Yes", "Q111", "A", "the code that is stored"),
    ("choices", "| 1 | Yes", "| 2 | Yes", "Q141", "B", "another code"),
    ("choices", "| 1 | Yes", "| -1 | Yes", "Q142", "B", "from 0 up"),
    ("choices", "| Yes | Kyllä", "| | Kyllä", "Q120", "D", "no wording in en"),
    ("choices", "region | 3", " | 3", "Q111", "A", "'list_name' is missing"),
    ("settings", "| tiny", "| ", "Q111", "A", "form_id"),
    ("settings", "| tiny", "| Tiny!", "Q199", "A", "Correct it"),
    ("settings", "| English (en)", "| Suomi", "Q121", "C", "English (en)"),
    ("settings", "${n1} > 0", "${n11} > 0", "Q151", "E", "Did you mean 'n1'?"),
    ("settings", "Rather not say | En halua sanoa", "|", "Q111", "A", "a choice -2"),
    ("settings", "Not sure | En tiedä", "|", "Q111", "P", "a choice -3"),
    ("settings", "| shs_usable", "| public_key", "Q190", "E", "one sealed way"),
    ("settings", "| shs_usable", "| instance_name", "Q190", "E", "after its answers"),
    ("settings", "| Questions", "| Questions | x | y |\n| again", "Q112", "A", "one row"),
    ("shs_hierarchies", "| 1 2 |", "| |", "Q111", "A", "with spaces between"),
    ("shs_hierarchies", "| 1 2 |", "| 1 |", "Q161", "A", "yes into rest"),
    ("shs_hierarchies", "| 1 2 |", "| 1 2 4 |", "Q164", "A", "1, 2, 3"),
    ("shs_hierarchies", "area | 2", "area | 3", "Q112", "B", "level 1 first"),
    ("shs_hierarchies", "area | 2", "area | ", "Q111", "A", "'level' is missing"),
    ("shs_hierarchies", "area | 2", " | 2", "Q111", "A", "'hierarchy' is missing"),
    ("shs_hierarchies", "channel", "quarter", "Q160", "A", "Leave it out"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("sheet", "before", "after", "code", "column", "said"), WRONG, ids=[f"{w[3]}-{n}" for n, w in enumerate(WRONG)]
)  # fmt: skip
def test_reading__one_mistake__told_with_code_column_and_way_out(  # noqa: PLR0913
    sheet: str, before: str, after: str, code: str, column: str, said: str
) -> None:
    found = problems_in(changed(sheet, before, after))
    told = [(problem.code, letters_of(problem.column), f"{problem.message}. {problem.fix}") for problem in found]
    assert any(each[:2] == (code, column) and said in each[2] for each in told), [str(each) for each in found]
    assert [str(each) for each in found if re.search(r"'\w+: |\{code|: \.\.\.", each.fix)] == []


def test_message__problem__names_file_sheet_row_and_column() -> None:
    (problem,) = problems_in(changed("survey", "${a1} = 1", "${a1} = = 1"))
    assert str(problem).startswith("sheet survey, row 15, column G: Q150 the condition cannot be read")


def test_reading__many_mistakes_in_several_sheets__all_at_once() -> None:
    tables = changed("survey", "select_multiple region", "geopoint")
    tables["choices"] = CHOICES.replace("| 1    | Yes", "| one    | Yes")
    tables["settings"] = SETTINGS.replace("${n1}", "${nn}")
    found = problems_in(tables)
    assert {("Q190", "survey"), ("Q112", "choices"), ("Q151", "settings")} <= {
        (each.code, each.sheet) for each in found
    }


def test_catalogue__every_code_told_of_workbooks__is_described() -> None:
    assert {code for _, _, _, code, _, _ in WRONG} <= set(CATALOGUE)


@pytest.mark.parametrize(
    ("value", "said"), [("=1+1", "a formula"), ("=HYPERLINK(\"x\")", "a formula"), ("#N/A", "an error")]
)  # fmt: skip
def test_cell__formula_or_error__is_refused_with_its_place(value: str, said: str) -> None:
    book = openpyxl.load_workbook(_as_file(workbook(GOOD)))
    book["survey"]["C3"] = value
    found = _problems(saved(book))
    told = next(str(each) for each in found if each.code == "Q107")
    assert told.startswith(f"sheet survey, row 3, column C: Q107 {said} stands in this cell")


def test_cell__date__is_refused_with_its_place() -> None:
    book = openpyxl.load_workbook(_as_file(workbook(GOOD)))
    book["choices"]["C2"] = dt.date(2020, 1, 2)
    assert ("Q107", "choices", 2, 3) in {
        (each.code, each.sheet, each.line, each.column) for each in _problems(saved(book))
    }


def test_cell__number_and_truth__are_read_as_they_are_shown() -> None:
    book = openpyxl.load_workbook(_as_file(workbook(GOOD)))
    book["choices"]["C2"], book["choices"]["B2"], book["survey"]["H6"] = 2020.0, "1", True
    question = read_workbook(saved(book), source="made.xlsx").questionnaire.home_of("c1_adult")[1]
    assert question.label_of(1).in_language("en") == "2020"
    assert question.required


def _as_file(content: bytes) -> io.BytesIO:
    return io.BytesIO(content)


def _problems(content: bytes) -> tuple[Problem, ...]:
    with pytest.raises(ProblemsFound) as found:
        read_workbook(content, source="made.xlsx")
    return found.value.problems


@pytest.mark.parametrize(("place", "is_refused"), [
    ((MAXIMUM_ROWS, 1), False), ((MAXIMUM_ROWS + 1, 1), True), ((MAXIMUM_ROWS + 9, 1), True), ((1_048_576, 16_384), True),
    ((2, MAXIMUM_COLUMNS), False), ((2, MAXIMUM_COLUMNS + 9), True),
])  # fmt: skip
def test_limit__of_rows_and_columns__both_sides(place: tuple[int, int], is_refused: bool) -> None:
    book = openpyxl.load_workbook(_as_file(workbook({"questions": "| type |"})))
    book["questions"].cell(*place, "x")
    assert any(each.code == "Q106" for each in _problems(saved(book))) is is_refused


def test_group__never_closed__is_said_where_it_begins() -> None:
    survey = SURVEY.strip().rpartition("\n")[0]
    (problem,) = problems_in({**GOOD, "survey": survey})
    assert (problem.code, problem.line, problem.message) == ("Q192", 15, "this group is never closed")


def test_sheet_survey__missing__is_said() -> None:
    (problem,) = problems_in({"questions": "| type |"})
    assert "the sheet 'survey' is missing" in problem.message


@pytest.mark.parametrize("name", ["entities", "osm", "external_choices", "shs_hierarchy"])
def test_sheet__refused_or_misspelled__is_said(name: str) -> None:
    found = problems_in({**GOOD, name: "| a |\n| b |"})
    assert [(each.code, each.sheet) for each in found] == [("Q110" if name == "shs_hierarchy" else "Q190", name)]


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


def test_types__supported_in_the_table__are_those_that_are_read() -> None:
    supported = {name for name, each in FEATURES[Kind.TYPE].items() if each.standing is Standing.SUPPORTED}
    assert supported == {*QUESTION_TYPES, GROUP_BEGIN, GROUP_END}


def test_features__not_supported__say_why_and_what_to_do() -> None:
    for kind in Kind:
        for feature in FEATURES[kind].values():
            assert feature.standing is Standing.SUPPORTED or (feature.why and feature.fix), feature.name


@pytest.mark.parametrize("name", [name for name, each in FEATURES[Kind.TYPE].items()
                                  if each.standing is not Standing.SUPPORTED])  # fmt: skip
def test_type__not_supported__is_told_by_its_own_name(name: str) -> None:
    written = {"or_other": "select_one region or_other", "select_one_from_file": "select_one_from_file a.csv"}
    found = problems_in(changed("survey", "integer | n1", f"{written.get(name, name)} | n1"))
    expected = "Q190" if FEATURES[Kind.TYPE][name].standing is Standing.REFUSED else "Q191"
    assert (expected, f"'{name}'") in {(each.code, each.message.split("the type ")[-1].split(" ")[0]) for each in found}


@pytest.mark.parametrize(("written", "name", "choices"), [
    ("select_one x", "select_one", "x"), ("select one x", "select_one", "x"), ("Select_One from x", "select_one", "x"),
    ("select1 x", "select_one", "x"), ("select all that apply from x", "select_multiple", "x"),
    ("select_multiple x", "select_multiple", "x"), ("select_one x or_other", "or_other", "x"),
    ("select_one x or specify other", "or_other", "x"), ("begin  group", "begin_group", ""), ("int", "integer", ""),
    ("dateTime", "datetime", ""), ("select_one_from_file x.csv", "select_one_from_file", "x.csv"),
])  # fmt: skip
def test_type__many_spellings__are_one(written: str, name: str, choices: str) -> None:
    assert (row_type(written).name, row_type(written).choices) == (name, choices)


@pytest.mark.parametrize(("constraint", "bounds"), [
    (". >= 0 and . <= 20", (0, 20)), (".>=1", (1, None)), (". < 10", (None, 9)), ("(. > 0) and (. < 5)", (1, 4)),
    (". <= 5 and . >= 2", (2, 5)), (". >= 0 or . <= 20", None), (". >= ${a}", None), (". >= 0 and . >= 2", None),
    ("", None), (". >= 1.5", None),
])  # fmt: skip
def test_bounds__constraint__minimum_and_maximum_or_nothing(
    constraint: str, bounds: tuple[int | None, int | None] | None
) -> None:
    assert bounds_in(constraint) == bounds


@pytest.mark.parametrize(("constraint", "length"), [
    ("string-length(.) <= 500", 500), ("string-length( . )<501", 500), ("regex(., 'a')", None), ("", None),
])  # fmt: skip
def test_length__constraint__most_characters_or_nothing(constraint: str, length: int | None) -> None:
    assert length_in(constraint) == length


@pytest.mark.parametrize(("column", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (52, "AZ"), (703, "AAA")])
def test_letters__column__as_a_spreadsheet_shows_it(column: int, letters: str) -> None:
    assert letters_of(column) == letters
