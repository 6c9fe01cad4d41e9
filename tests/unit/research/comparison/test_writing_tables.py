"""Figures for people, tables as CSV, and all numbers as JSON."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from selfhelp_survey.research.comparison.table import Cell, Format, State
from selfhelp_survey.research.comparison.words import LANGUAGES
from selfhelp_survey.research.comparison.writing.figures import figure, worded
from selfhelp_survey.research.comparison.writing.numbers_json import numbers_json
from selfhelp_survey.research.comparison.writing.tables_csv import file_name, write_table
from selfhelp_survey.research.comparison.writing.wording import MEANINGS, STATES, WORDS
from tests.unit.research.comparison.reports import DOTS, FOREST, HEAT, HOSTILE, a_report, a_table


@pytest.mark.parametrize(
    ("value", "form", "english", "spanish"),
    [
        (0, Format.COUNT, "0", "0"),
        (34105, Format.COUNT, "34,105", "34\u202f105"),
        (0.12345, Format.SHARE, "12.3\u00a0%", "12,3\u00a0%"),
        (1, Format.SHARE, "100.0\u00a0%", "100,0\u00a0%"),
        (0.00123, Format.NUMBER, "0.00123", "0,00123"),
        (0.91, Format.NUMBER, "0.910", "0,910"),
        (9.996, Format.NUMBER, "10.0", "10,0"),
        (12345.0, Format.NUMBER, "12,300", "12\u202f300"),
        (-2.5, Format.NUMBER, "\u22122.50", "\u22122,50"),
        (0.0, Format.NUMBER, "0.00", "0,00"),
        (0.000999, Format.P_VALUE, "<\u00a00.001", "<\u00a00,001"),
        (0.001, Format.P_VALUE, "0.001", "0,001"),
        (0.6666, Format.P_VALUE, "0.667", "0,667"),
        ("a label, 1.5", Format.LABEL, "a label, 1.5", "a label, 1.5"),
    ],
)
def test_figure__value_of_a_format__is_written_as_the_language_does(
    value: float | str, form: Format, english: str, spanish: str
) -> None:
    assert figure(value, form, "en") == english
    assert figure(value, form, "es") == spanish


@pytest.mark.parametrize("state", [state for state in State if state is not State.SHOWN])
@pytest.mark.parametrize("language", LANGUAGES)
def test_worded__no_figure__is_a_word_that_is_explained(state: State, language: str) -> None:
    told = worded(Cell(value=None, state=state), Format.SHARE, language)
    assert MEANINGS[state][language].startswith(told + ":")


def test_wording__every_sentence__is_in_every_language() -> None:
    for words in (*WORDS.values(), *STATES.values(), *MEANINGS.values()):
        assert tuple(words) == LANGUAGES
        assert all(words.values())


def test_write_table__what_is_withheld__has_a_state_and_never_an_empty_cell(tmp_path: Path) -> None:
    write_table(DOTS, tmp_path)
    with (tmp_path / "wish.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == [
        "label", "sample", "count", "count_state", "share", "share_state", "low", "low_state", "high", "high_state",
    ]  # fmt: skip
    assert rows[1] == ["Not at all", "Exit", "12", "shown", "0.114", "shown", "0.067", "shown", "0.189", "shown"]
    assert rows[3] == ["Very much", "Exit", *("NA", "withheld") * 4]
    assert rows[6][2:4] == ["NA", "not asked"]
    assert all(text for row in rows for text in row)


@pytest.mark.parametrize("label", ["=1+1", "+1", "-1", "@x", "\t=1", "\r\n=1", " ", "two\nlines"])
def test_write_table__label_that_a_spreadsheet_would_run__is_text_on_one_line(tmp_path: Path, label: str) -> None:
    write_table(a_table("t", "label count", [(label, 3)]), tmp_path)
    _header, line = (tmp_path / "t.csv").read_text("utf-8").splitlines()
    assert line[0] not in "=+-@"
    assert line.endswith(",3,shown")


@pytest.mark.parametrize(("name", "file"), [("model_wish_to_stop_all", "model_wish_to_stop_all.csv"),
                                            ("../Etc/Á", "_etc_.csv")])  # fmt: skip
def test_file_name__any_name__is_one_that_every_system_takes(name: str, file: str) -> None:
    assert file_name(a_table(name, "label", [])) == file


def test_numbers_json__report__holds_every_shown_number_and_no_other() -> None:
    document = json.loads(numbers_json(a_report()))
    tables = {table["name"]: table for section in document["sections"] for table in section["tables"]}
    for table in (DOTS, FOREST, HEAT):
        for row, told in zip(table.rows, tables[table.name]["rows"], strict=True):
            for column, cell in zip(table.columns, row, strict=True):
                assert told["values"].get(column.key) == cell.value
                assert told["states"].get(column.key, "shown") == cell.state.value
    assert document["title"].endswith(HOSTILE)


def test_numbers_json__figure_that_is_none__is_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        numbers_json(a_report("en", a_table("t", "label share", [("x", float("nan"))])))
