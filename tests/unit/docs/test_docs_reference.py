"""Reference pages say exactly what the code says."""

from __future__ import annotations

import dataclasses
import re

from selfhelp_survey.authoring.page_reader import PAGE_KEYS, QUESTION_KEYS
from selfhelp_survey.authoring.problems import CATALOGUE
from selfhelp_survey.authoring.yaml_reader import TOP_KEYS, read_questionnaire
from selfhelp_survey.core.answers import MissingCode
from selfhelp_survey.core.linter import lint
from selfhelp_survey.core.response import Mark
from selfhelp_survey.core.text import PLACEHOLDERS
from selfhelp_survey.research.formats import manifest
from selfhelp_survey.research.formats.every import names_of_files
from selfhelp_survey.research.plan import ReleasePlan
from selfhelp_survey.research.series import Series
from selfhelp_survey.research_store.analyst_views import HARMONISED
from selfhelp_survey.research_store.connection import RULES
from tests.unit.docs.pages import ROOT, fenced, first_cells, rows, section, text_of

APP = ROOT / "selfhelp_survey"
CHECKS_PAGE = text_of("reference/checks.md")
FILE_PAGE = text_of("reference/questionnaire-file.md")
RELEASE_PAGE = text_of("reference/release-directory.md")
STORE_PAGE = text_of("reference/store.md")


def test_checks_page__ids__are_those_of_the_checks() -> None:
    source = "".join(path.read_text("utf-8") for path in (APP / "checks").glob("*.py"))
    cells = rows(CHECKS_PAGE)
    assert sorted(each[0] for each in cells) == sorted(
        f"[selfhelp_survey.{number}](#{number.lower()})" for number in set(re.findall(r"[EW]\d{3}", source))
    )
    assert all(each[2] and each[3] for each in cells)


def test_checks_page__every_id__has_a_section_in_the_order_of_the_table() -> None:
    headings = re.findall(r"^### (.+)$", CHECKS_PAGE, re.MULTILINE)
    assert headings == [each[0][-5:-1].upper() for each in rows(CHECKS_PAGE)]
    assert [each for each in headings if len(section(CHECKS_PAGE, each).split()) < 10] == []


def test_file_page__problem_codes__are_the_catalogue() -> None:
    assert {cells[0]: cells[1] for cells in rows(section(FILE_PAGE, "Problems"))} == CATALOGUE


def test_file_page__keys__are_those_of_the_reader() -> None:
    assert first_cells(section(FILE_PAGE, "The whole")) == list(TOP_KEYS)
    assert first_cells(section(FILE_PAGE, "A page")) == list(PAGE_KEYS)
    assert set(first_cells(section(FILE_PAGE, "A question"))) == set(QUESTION_KEYS)


def test_file_page__placeholders__are_those_that_are_filled() -> None:
    told = re.findall(r"`\{(\w+)\}`", section(FILE_PAGE, "Placeholders"))
    assert sorted(told) == sorted(PLACEHOLDERS)


def test_how_to__whole_questionnaire__can_be_read_and_published() -> None:
    (example,) = fenced(text_of("how-to/write-a-questionnaire.md"), "yaml")
    questionnaire = read_questionnaire(example, source="short_feedback.yaml")
    assert questionnaire.code == "short_feedback"
    assert lint(questionnaire) == ()


def test_plan_page__keys__are_those_of_a_plan() -> None:
    told = first_cells(text_of("reference/release-plan.md"))
    assert sorted(told) == sorted(field.name for field in dataclasses.fields(ReleasePlan))


def test_plan_page__defaults__are_those_of_a_plan() -> None:
    told = {cells[0]: cells[1] for cells in rows(text_of("reference/release-plan.md"))}
    plan = ReleasePlan(series="s", questionnaire="q", kind=Mark.REAL)
    for name in ("k", "l", "minimum_size", "minimum_new", "output"):
        assert told[name] == str(getattr(plan, name))


def test_release_page__files__are_those_written() -> None:
    told = first_cells(RELEASE_PAGE.split("## Manifest")[0])
    assert set(told) == set(names_of_files())


def test_release_page__manifest_keys__are_those_written() -> None:
    plan = ReleasePlan(series="s", questionnaire="q", kind=Mark.REAL)
    summary = {"rows": 10, "held_back": 0, "not_usable": 0, "hashes": [], "columns": [], "residue": {}, "edition": {}}
    described = manifest.describe(Series(plan=plan, columns=()), number=1, summary=summary)
    assert set(first_cells(section(RELEASE_PAGE, "Manifest"))) == {*described, "files", "signature"}


def test_release_page__missing_codes__are_the_eight() -> None:
    assert {int(code) for code in first_cells(section(RELEASE_PAGE, "Missing codes"))} == set(map(int, MissingCode))


def test_store_page__rules__are_those_the_store_names() -> None:
    assert set(first_cells(section(STORE_PAGE, "What it refuses"))) == set(RULES)


def test_store_page__tables__are_those_of_the_schema() -> None:
    schema = (APP / "research_store" / "schema.sql").read_text("utf-8")
    tables = set(re.findall(r"create table research\.(\w+)", schema))
    told = set(first_cells(STORE_PAGE.split("## Views for analysts")[0]))
    assert told == tables | {"research_owner", "research_writer", "research_reader"}


def test_store_page__views__are_those_of_the_schema() -> None:
    schema = (APP / "research_store" / "schema.sql").read_text("utf-8")
    views = set(re.findall(r"create view research\.(\w+)", schema))
    assert set(first_cells(section(STORE_PAGE, "Views for analysts"))) == views | {HARMONISED}
