"""Everything that can be objected to is found again at its place in the file, whichever file that is."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from selfhelp_survey.authoring.places import place_of
from selfhelp_survey.authoring.problems import ProblemsFound, Severity
from selfhelp_survey.authoring.review import reviewed
from selfhelp_survey.authoring.source_tree import Place
from selfhelp_survey.authoring.xlsform.reader import read_workbook
from selfhelp_survey.authoring.xlsform.writer import write_workbook
from selfhelp_survey.authoring.yaml_reader import Reading, read_with_warnings
from selfhelp_survey.core.linter_rules import RULES, Finding, Weight
from selfhelp_survey.core.wordings import wordings_of

ROOT = Path(__file__).resolve().parents[3]
FILES = [ROOT / "selfhelp_survey" / "questionnaires" / "exit_survey.yaml",
         ROOT / "tests" / "data" / "questionnaires" / "every_feature.yaml"]  # fmt: skip
HOW_FAR = '"كم المسافة؟"'


def wordings_with_places(reading: Reading) -> Iterator[tuple[str, str, Place]]:
    """Key, wording and place of every wording; a missing code that the reader added stands with its question."""
    for key, text in wordings_of(reading.questionnaire).items():
        if not key.rpartition(".")[2].startswith("-"):
            for language, wording in text.translations:
                yield key, wording, place_of(reading.places, key, language)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_place__of_every_wording_in_yaml__is_where_it_stands(path: Path) -> None:
    text = path.read_text("utf-8")
    lines = text.split("\n")
    for key, wording, place in wordings_with_places(read_with_warnings(text, source=path.name)):
        here = lines[place.line - 1][place.column - 1 :]
        is_elsewhere = here.startswith((">", "|", "include:"))  # folded, or the words of a module
        assert is_elsewhere or here.lstrip("'\"").startswith(wording[:3]), key


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_place__of_every_wording_in_a_workbook__is_its_cell(path: Path) -> None:
    content = write_workbook(read_with_warnings(path.read_text("utf-8"), source=path.name).questionnaire)
    book = openpyxl.load_workbook(io.BytesIO(content))
    for key, wording, place in wordings_with_places(read_workbook(content, source="made.xlsx")):
        assert book[place.sheet].cell(place.line, place.column).value == wording, key


@pytest.mark.parametrize(("key", "begins"), [
    ("pages.paths.questions.w1_far", "name: w1_far"), ("pages.paths.questions.w1_far.values.-2", "name: w1_far"),
    ("pages.paths", "page: paths"), ("pages", "- page: welcome"), ("hierarchies.length.1.1", '{en: "Short"'),
    ("nowhere", "questionnaire:"),
])  # fmt: skip
def test_place__of_a_part__is_where_it_begins_or_what_it_belongs_to(key: str, begins: str) -> None:
    text = FILES[1].read_text("utf-8")
    place = place_of(read_with_warnings(text, source="x.yaml").places, key)
    assert text.split("\n")[place.line - 1][place.column - 1 :].startswith(begins)


def place_in_words(wording: str) -> str:
    lines = FILES[1].read_text("utf-8").split("\n")
    (line,) = (number for number, text in enumerate(lines, start=1) if wording in text)
    return f"line {line}, column {lines[line - 1].index(wording) + 1}"


def found_in(code: str) -> tuple[Reading, Finding]:
    reading = read_with_warnings(FILES[1].read_text("utf-8"), source="x.yaml")
    return reading, Finding(code=code, where="pages.paths.questions.w1_far.label", message="x", language="ar")


@pytest.mark.parametrize("code", [code for code, rule in RULES.items() if rule.weight is Weight.WARNING])
def test_review__warning__is_given_back_with_place_and_way_out(code: str) -> None:
    (problem,) = reviewed(found_in(code)[0], [found_in(code)[1]], source="x.yaml")
    assert problem.severity is Severity.WARNING
    assert str(problem) == f"{place_in_words(HOW_FAR)}: {code} w1_far: x. {RULES[code].fix}"


@pytest.mark.parametrize("code", [code for code, rule in RULES.items() if rule.weight is Weight.ERROR])
def test_review__error__keeps_the_file_out_with_place_and_way_out(code: str) -> None:
    with pytest.raises(ProblemsFound) as refused:
        reviewed(found_in(code)[0], [found_in(code)[1]], source="x.yaml")
    assert str(refused.value).splitlines() == [
        "x.yaml: 1 problem", f"x.yaml: {place_in_words(HOW_FAR)}: {code} w1_far: x. {RULES[code].fix}",
    ]  # fmt: skip
