"""Every problem of a workbook is told with sheet, row, column and the way out, all of them at once."""
# ruff: noqa: E501 - a sheet has as many columns as it has

from __future__ import annotations

import datetime as dt
import io
import re

import openpyxl
import pytest

from selfhelp_survey.authoring.problems import CATALOGUE, Problem, ProblemsFound, Severity, letters_of
from selfhelp_survey.authoring.xlsform.reader import read_workbook
from selfhelp_survey.authoring.xlsform.workbook import MAXIMUM_COLUMNS, MAXIMUM_ROWS
from tests.unit.authoring.tiny_workbook import CHOICES, GOOD, SETTINGS, SURVEY, changed
from tests.unit.authoring.workbooks import problems_in, saved, workbook

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
    ("survey", "| free text", "| sensitive", "Q170", "L", "Change the role"),
    ("survey", "| free text", "| ", "Q170", "A", "'shs_role' is missing"),
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
    refused = [each for each in _problems(saved(book)) if each.code == "Q106"]
    assert [(each.sheet, each.line, each.column) for each in refused] == ([("questions", *place)] if is_refused else [])


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


@pytest.mark.parametrize(("column", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (52, "AZ"), (703, "AAA")])
def test_letters__column__as_a_spreadsheet_shows_it(column: int, letters: str) -> None:
    assert letters_of(column) == letters


@pytest.mark.parametrize("sheet", GOOD)
def test_cells__under_no_header__are_told_once_a_column_at_the_first(sheet: str) -> None:
    book = openpyxl.load_workbook(_as_file(workbook(GOOD)))
    column = book[sheet].max_column + 2
    for row in (2, 4):
        book[sheet].cell(row, column, "a thought")
    if sheet == "settings":
        book[sheet].delete_rows(4)
    (warning,) = read_workbook(saved(book), source="made.xlsx").warnings
    place = (warning.sheet, warning.line, warning.column)
    assert (warning.code, warning.severity, place) == ("Q110", Severity.WARNING, (sheet, 2, column))
    assert "under no header" in warning.message


def test_cells__under_no_header_in_a_row_of_their_own__are_told_too() -> None:
    book = openpyxl.load_workbook(_as_file(workbook(GOOD)))
    row, column = book["choices"].max_row + 3, book["choices"].max_column + 1
    book["choices"].cell(row, column, "a thought")
    (warning,) = read_workbook(saved(book), source="made.xlsx").warnings
    assert warning.place == f"sheet choices, row {row}, column {letters_of(column)}"


def test_workbook__that_is_none__is_told_of_the_whole_file() -> None:
    (problem,) = _problems(b"not a workbook")
    assert str(problem).startswith("the whole file: Q106 the workbook is damaged, or is none")


@pytest.mark.parametrize(("sheet", "name", "instead", "fix"), [
    ("survey", "type", "typ", "instead of 'typ'"), ("survey", "name", "variable", "over what belongs there"),
    ("choices", "list_name", "list-names", "instead of 'list-names'"),
])  # fmt: skip
def test_column__that_no_row_can_do_without__is_missed_once(sheet: str, name: str, instead: str, fix: str) -> None:
    (problem,) = problems_in(changed(sheet, f"| {name}", f"| {instead}"))
    assert (problem.code, problem.place) == ("Q111", f"sheet {sheet}, row 1, column A")
    assert f"the column '{name}' is missing" in problem.message
    assert fix in problem.fix


@pytest.mark.parametrize("name", ["relevnt", "relvnat", "relevents"])
def test_column__that_reads_like_a_known_one__is_refused_with_that(name: str) -> None:
    (problem,) = problems_in(changed("survey", "| relevant", f"| {name}"))
    assert (problem.code, problem.severity, problem.fix) == ("Q110", Severity.ERROR, "Did you mean 'relevant'?")


def test_column__of_the_authors_own__is_passed_over_with_a_warning() -> None:
    (warning,) = read_workbook(workbook(changed("survey", "| relevant", "| remarks")), source="made.xlsx").warnings
    assert (warning.code, warning.severity) == ("Q110", Severity.WARNING)


def test_sheets__alike_but_for_spaces_and_capitals__are_refused() -> None:
    (problem,) = problems_in({**GOOD, "Survey ": SURVEY})
    assert (problem.code, problem.sheet) == ("Q102", "survey")
    assert "two sheets of the name 'survey'" in problem.message


def test_sheet__hidden__is_read_and_named() -> None:
    book = openpyxl.load_workbook(_as_file(workbook({**GOOD, "scratch": "| a |\n| b |"})))
    book["choices"].sheet_state = "hidden"
    book["scratch"].sheet_state = "veryHidden"
    (warning,) = read_workbook(saved(book), source="made.xlsx").warnings
    assert (warning.code, warning.severity, warning.sheet) == ("Q108", Severity.WARNING, "choices")


def test_rows__hidden__are_read_and_the_first_is_named() -> None:
    book = openpyxl.load_workbook(_as_file(workbook(GOOD)))
    for row in (5, 7, 99):
        book["survey"].row_dimensions[row].hidden = True
    (warning,) = read_workbook(saved(book), source="made.xlsx").warnings
    assert warning.place == "sheet survey, row 5, column A"
    assert warning.message == "this row is hidden, and 1 more below, and is read all the same"


def test_workbook__damaged_within_what_is_packed__is_refused_in_words() -> None:
    content = bytearray(workbook(GOOD))
    start = content.index(b"xl/worksheets/sheet1.xml") + len(b"xl/worksheets/sheet1.xml")
    content[start : start + 8] = b"\xff" * 8
    (problem,) = _problems(bytes(content))
    assert str(problem).startswith("the whole file: Q106 the workbook is damaged, or is none")
