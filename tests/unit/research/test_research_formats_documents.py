"""Data Package and DDI codebook: valid against their standards, true to the codebook, whatever a wording holds."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from frictionless import Package, validate
from lxml import etree

from selfhelp_survey.core.answers import MissingCode
from selfhelp_survey.core.condition_words import in_words
from selfhelp_survey.core.document import document_of
from selfhelp_survey.errors import ReleaseRefused
from selfhelp_survey.research.formats import datapackage, ddi, responses_csv, totals_csv
from selfhelp_survey.research.formats.every import FORMATS, Format
from selfhelp_survey.research.formats.files import new_text
from selfhelp_survey.research.formats.frequencies import frequencies
from selfhelp_survey.research.formats.manifest import describe
from selfhelp_survey.research.formats.source import FormatSource
from selfhelp_survey.research.plan_reader import read_plan
from selfhelp_survey.research.series import series_of
from selfhelp_survey.research.versions import Instrument, versions_in
from tests.unit.questionnaires.exit_survey import survey
from tests.unit.research.documents import COLUMNS, HOSTILE, ROWS, TONGUES, records, totals

pytestmark = pytest.mark.every_format

SCHEMA = Path(__file__).parents[2] / "data" / "ddi-codebook-2.6" / "codebook.xsd"
DDI = {"d": ddi.NAMESPACE}
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A directory with the table of records and its Data Package."""
    with new_text(tmp_path / responses_csv.NAME) as file:
        responses_csv.write_rows(file, records().columns, records().rows)
    datapackage.write(records(), tmp_path)
    return tmp_path


def _schema_of(package: Path) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((package / datapackage.NAME).read_text("utf-8"))["resources"][0]["schema"]
    return schema


def test_datapackage__of_records__validates_with_every_row(package: Path) -> None:
    report = validate(str(package / datapackage.NAME))
    assert report.flatten(["type", "message"]) == []
    assert report.tasks[0].stats["rows"] == len(ROWS)


def test_datapackage__read_by_type__missing_codes_are_nothing_and_answers_are_numbers(package: Path) -> None:
    resource: Any = Package(str(package / datapackage.NAME)).resources[0]
    rows = resource.read_rows()
    assert [row["age"] for row in rows] == [1, 2, None, None, 1, 2]
    assert [row["language"] for row in rows] == ["en", "other", "en", None, "en", "en"]
    assert [row["years"] for row in rows] == [41, 0, None, None, None, 120]


@pytest.mark.parametrize(
    ("old", "new"), [("en,1,1,1", "en,7,1,1"), (",120,", ",121,"), ("other", "sv"), (",41,", ",x,")]
)
def test_datapackage__a_cell_is_changed__no_longer_validates(package: Path, old: str, new: str) -> None:
    path = package / responses_csv.NAME
    changed = path.read_text("utf-8").replace(old, new, 1)
    path.write_text(changed, "utf-8")
    described = json.loads((package / datapackage.NAME).read_text("utf-8"))
    del described["resources"][0]["hash"], described["resources"][0]["bytes"]
    (package / datapackage.NAME).write_text(json.dumps(described), "utf-8")
    assert not validate(str(package / datapackage.NAME)).valid


def test_datapackage__digest_and_size__are_those_of_the_table(package: Path) -> None:
    (package / responses_csv.NAME).write_text("age\n1\n", "utf-8")
    kinds = {kind for (kind,) in validate(str(package / datapackage.NAME)).flatten(["type"])}
    assert {"hash-count", "byte-count"} <= kinds


def test_datapackage__fields__carry_the_label_of_every_language(package: Path) -> None:
    fields = {field["name"]: field for field in _schema_of(package)["fields"]}
    assert tuple(fields) == COLUMNS
    assert fields["gate"]["titles"] == {"en": "The gate", "ar": "سؤال", "fi": "The gate"}
    assert fields["mood"]["categories"][0]["labels"]["ar"] == "قيمة 1"
    assert fields["mood"]["categoriesOrdered"] is True
    assert fields["years"]["constraints"] == {"minimum": 0, "maximum": 120}
    assert fields["age"]["level"] == 1


def test_datapackage__missing_values__are_the_eight_and_in_a_coarser_variable_its_own(package: Path) -> None:
    schema = _schema_of(package)
    assert [each["value"] for each in schema["missingValues"]] == [str(int(code)) for code in MissingCode]
    own = {field["name"]: field["missingValues"][0]["label"] for field in schema["fields"] if "missingValues" in field}
    assert own == {"language": "No answer", "age": "No answer"}


def test_datapackage__of_totals__validates(tmp_path: Path) -> None:
    with new_text(tmp_path / totals_csv.NAME) as file:
        totals_csv.write_cells(file, totals().cells)
    datapackage.write(totals(), tmp_path)
    assert validate(str(tmp_path / datapackage.NAME)).flatten(["type", "message"]) == []


def test_check__table_changed_after_the_package_was_written__is_refused(package: Path) -> None:
    datapackage.check(records(), package)
    with (package / responses_csv.NAME).open("a") as file:
        file.write("en\n")
    with pytest.raises(ReleaseRefused):
        datapackage.check(records(), package)


@cache
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(SCHEMA))


def _codebook(source: FormatSource) -> etree._Element:
    ((_, text),) = ddi.documents(source)
    return etree.fromstring(text.encode())


def _variable(name: str) -> etree._Element:
    return _codebook(records()).xpath(f"//d:var[@name='{name}']", namespaces=DDI)[0]


def _texts(within: etree._Element, path: str) -> dict[str, str]:
    """The text of each element by its language."""
    return {found.get(LANGUAGE): found.text for found in within.findall(path, DDI)}


def test_ddi__shipped_questionnaire_and_plan__validates_against_the_schema() -> None:
    plan = read_plan(
        (files("selfhelp_survey.research.plans") / "exit_records.yaml").read_text("utf-8"), source="plan"
    ).plan
    document = document_of(survey())
    held = Instrument(versions=versions_in([document]))
    series = series_of(plan, held)
    described = describe(series, number=1, summary={"rows": 0, "held_back": 0, "hashes": [held.newest.hash]})
    source = FormatSource(series=series, instrument=held, description=described, rows=())
    assert _schema().validate(_codebook(source)), _schema().error_log


@pytest.mark.parametrize("source", [records, totals])
def test_ddi__every_output__validates_against_the_schema(source: Any) -> None:
    assert _schema().validate(_codebook(source())), _schema().error_log


def test_ddi__schema__refuses_a_variable_without_a_name() -> None:
    root = _codebook(records())
    del root.xpath("//d:var", namespaces=DDI)[0].attrib["name"]
    assert not _schema().validate(root)


def test_ddi__file__has_as_many_cases_and_variables_as_the_table() -> None:
    (told,) = _codebook(records()).findall(".//d:dimensns", DDI)
    assert [part.text for part in told] == [str(len(ROWS)), str(len(COLUMNS))]


def test_ddi__title_and_labels__are_exact_in_every_language() -> None:
    root, gate = _codebook(records()), _variable("gate")
    wording = HOSTILE.replace("\r\n", "\n").replace("\x07", "")  # XML holds no bell, and one kind of line end
    assert root.findtext(".//d:titl", namespaces=DDI) == f"Title {wording}"
    assert set(_texts(root, ".//d:parTitl")) == set(TONGUES) - {"en"}
    assert _texts(gate, "d:labl") == {"en": "The gate", "ar": "سؤال", "fi": "The gate"}
    assert _texts(gate, "d:qstn/d:qstnLit") == _texts(gate, "d:labl")
    assert _texts(_variable("mood"), "d:qstn/d:ivuInstr")["en"] == f"hint {wording}"


def test_ddi__row_of_a_matrix__is_asked_after_the_question_it_belongs_to() -> None:
    row = _variable("views_b")
    assert _texts(row, "d:qstn/d:qstnLit")["en"] == "row b"
    assert _texts(row, "d:qstn/d:preQTxt")["en"].startswith("views ")


def test_ddi__questions_of_several_variables__are_groups_of_their_kind() -> None:
    groups = _codebook(records()).findall(".//d:varGrp", DDI)
    assert {group.get("name"): (group.get("type"), group.get("var")) for group in groups} == {
        "needs": ("multipleResp", "V_needs_01 V_needs_02 V_needs_03"),
        "views": ("grid", "V_views_a V_views_b"),
    }


def test_ddi__universe__is_told_in_words_and_as_the_condition() -> None:
    mood = _variable("mood")
    told = _texts(mood, "d:universe")
    assert told["en"].startswith("those for whom “The gate” is “<script>")
    assert told["fi"].startswith("niiltä, joille pätee “The gate” on ")
    assert "ar" not in told
    assert [note.text for note in mood.findall("d:notes", DDI)] == ["${gate} = 1"]
    assert _texts(_variable("gate"), "d:universe")["en"] == "everybody who comes this far"


@pytest.mark.parametrize("name", COLUMNS)
def test_ddi__missing_categories__are_the_eight_of_every_variable(name: str) -> None:
    held = _variable(name).findall("d:catgry[@missing='Y']", DDI)
    assert [each.findtext("d:catValu", namespaces=DDI) for each in held] == [str(int(code)) for code in MissingCode]
    (span,) = _variable(name).findall("d:invalrng/d:range", DDI)
    assert (span.get("min"), span.get("max")) == ("-8", "-1")


@pytest.mark.parametrize("name", COLUMNS)
def test_ddi__frequencies__are_those_of_the_rows(name: str) -> None:
    counted = Counter(str(row[COLUMNS.index(name)]) for row in ROWS)
    told = {each.findtext("d:catValu", namespaces=DDI): each.findtext("d:catStat", namespaces=DDI)
            for each in _variable(name).findall("d:catgry", DDI)}  # fmt: skip
    assert {code: int(number) for code, number in told.items() if number != "0"} == {
        code: number for code, number in counted.items() if code in told
    }
    valid, invalid = (int(each.text) for each in _variable(name).findall("d:sumStat", DDI))
    assert valid + invalid == len(ROWS)
    assert invalid == sum(number for code, number in counted.items() if code.startswith("-"))


def test_ddi__coarser_variable__says_how_coarse_and_what_its_categories_stand_for() -> None:
    age = _variable("age")
    assert _texts(age, "d:security") == {"en": "Quasi-identifier, level 1 of 2: 2 categories"}
    assert [each.text for each in age.findall("d:catgry/d:txt", DDI)] == [
        "Stands for the values 1",
        "Stands for the values 2, 3",
    ]
    assert age.findtext("d:concept", namespaces=DDI) == "age_group"
    assert _variable("gate").find("d:security", DDI) is None


def test_ddi__range_of_a_number__is_that_of_the_question() -> None:
    (span,) = _variable("years").findall("d:valrng/d:range", DDI)
    assert (span.get("min"), span.get("max")) == ("0", "120")


def test_ddi__blank_questionnaires__are_named_for_every_version_and_language() -> None:
    named = [each.get("URI") for each in _codebook(records()).findall("d:otherMat", DDI)]
    older, newest = (version.hash[:8] for version in records().instrument.versions)
    wanted = {f"questionnaire.{older}.{tongue}.html" for tongue in ("en", "ar")}
    wanted |= {f"questionnaire.{newest}.{tongue}.html" for tongue in TONGUES}
    assert set(named) == wanted | {"anonymisation.html"}


def test_ddi__of_totals__describes_tables_and_counts_nobody() -> None:
    root = _codebook(totals())
    assert [cube.get("name") for cube in root.findall(".//d:nCube", DDI)] == ["gate", "age x language"]
    assert root.findall(".//d:catStat", DDI) == root.findall(".//d:sumStat", DDI) == []


def test_frequencies__of_totals__are_none() -> None:
    assert frequencies(totals()) == {}
    assert frequencies(records())["age"] == {1: 2, 2: 2, -1: 1, -8: 1}


@pytest.mark.parametrize("source", [records, totals])
def test_every_format__twice_from_the_same_source__gives_the_same_bytes(source: Any, tmp_path: Path) -> None:
    for place in ("a", "b"):
        (tmp_path / place).mkdir()
        for each in FORMATS:
            if source().series.plan.output in each.outputs:
                each.write(source(), tmp_path / place)
    first, second = ({path.name: path.read_bytes() for path in (tmp_path / place).iterdir()} for place in ("a", "b"))
    assert first == second


TEXTS = [each for each in FORMATS if each.names[0].endswith((".xml", ".r", ".sps", ".do", ".html"))]


@pytest.mark.parametrize("form", TEXTS, ids=lambda form: form.names[0])
def test_every_text__changed_after_it_was_written__is_refused_when_read_back(form: Format, tmp_path: Path) -> None:
    form.write(records(), tmp_path)
    assert form.check
    form.check(records(), tmp_path)
    for path in tmp_path.iterdir():
        whole = path.read_bytes()
        path.write_bytes(whole.replace(b"e", b"o", 1))
        with pytest.raises(ReleaseRefused, match=path.name):
            form.check(records(), tmp_path)
        path.write_bytes(whole)


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("${adult} = 1", "“Are you 18?” is “Yes”"),
        ("${adult} != '2'", "“Are you 18?” is not “No”"),
        ("${adult} = ''", "“Are you 18?” is not answered"),
        ('${adult} != ""', "“Are you 18?” is answered"),
        ("${years} >= 18", "“{years}” is at least 18"),
        ("(${adult} = 1 or ${adult} = 2) and not(${adult} = 7)",
         "(“Are you 18?” is “Yes” or “Are you 18?” is “No”) and not (“Are you 18?” is 7)"),
        ("selected(${adult}, '1')", "“Are you 18?” includes “Yes”"),
        ("selected(${adult}, -2)", "“Are you 18?” includes -2"),
        ("${adult} = 1 + 1", "“Are you 18?” is 1 + 1"),
        ("${adult} = -1", "“Are you 18?” is -1"),
        ("count-selected(${adult}) > 1", "count-selected (“Are you 18?”) is more than 1"),
        ("${unknown} = 1", "unknown is 1"),
        ("${views_b} = 1", "“row b” is “Same”"),
    ],
)  # fmt: skip
def test_in_words__condition__reads_in_order(condition: str, words: str) -> None:
    questionnaire = records().instrument.newest.questionnaire
    years = questionnaire.home_of("years")[1].label.in_language("en")
    wanted = words.replace("{years}", " ".join(years.replace("\x07", " ").split()))
    told = in_words(condition, questionnaire, "en").replace("\u202e", "").replace("\u202c", "")
    assert told == wanted.replace("\u202e", "").replace("\u202c", "")


def test_in_words__other_languages__use_their_own_words_or_english() -> None:
    questionnaire = records().instrument.newest.questionnaire
    assert in_words("${adult} = 1 and ${adult} != 2", questionnaire, "sv") == (
        "“Are you 18?” är “Yes” och “Are you 18?” är inte “No”"
    )
    assert in_words("${adult} = 1", questionnaire, "ar") == "“سؤال” is “سؤال”"
