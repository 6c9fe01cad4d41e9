"""What becomes of each XLSForm feature: supported, refused with the reason, or not read yet, as one table says."""

from __future__ import annotations

import pytest

from selfhelp_survey.authoring.problems import Problem, ProblemsFound, Severity
from selfhelp_survey.authoring.xlsform.features import FEATURES, Feature, Kind, Standing
from selfhelp_survey.authoring.xlsform.reader import read_workbook
from selfhelp_survey.authoring.xlsform.types import (
    GROUP_BEGIN,
    GROUP_END,
    QUESTION_TYPES,
    bounds_in,
    length_in,
    row_type,
)
from tests.unit.authoring.tiny_workbook import GOOD, changed
from tests.unit.authoring.workbooks import Tables, problems_in, workbook


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
    ("dateTime", "datetime", ""), ("date time", "datetime", ""), ("uri:deviceid", "deviceid", ""),
    ("get sim id", "simserial", ""), ("add image prompt", "image", ""), ("q picture", "image", ""),
    ("select_one_from_file x.csv", "select_one_from_file", "x.csv"),
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


IDENTIFIES = {
    Kind.TYPE: "geopoint geotrace geoshape start-geopoint background-geopoint maps placement-map osm image photo "
               "signature draw annotate audio background-audio video file barcode "
               "deviceid subscriberid simserial phonenumber username email audit start end today date time datetime",
    Kind.COLUMN: "save_to",
    Kind.SETTING: "instance_name",
    Kind.SHEET: "entities osm",
}  # fmt: skip


@pytest.mark.parametrize("kind", IDENTIFIES)
def test_features__that_would_identify__are_refused_not_just_unread(kind: Kind) -> None:
    assert {FEATURES[kind][name].standing for name in IDENTIFIES[kind].split()} == {Standing.REFUSED}


def unread(kind: Kind) -> list[Feature]:
    return [feature for feature in FEATURES[kind].values() if feature.standing is not Standing.SUPPORTED]


def told_of(tables: Tables) -> tuple[Problem, ...]:
    """Errors and warnings."""
    try:
        return read_workbook(workbook(tables), source="made.xlsx").warnings
    except ProblemsFound as found:
        return found.problems


def with_column(sheet: str, name: str) -> Tables:
    """The good workbook with one more column, in whose first row something stands."""
    header, first, *others = GOOD[sheet].strip().splitlines()
    return {**GOOD, sheet: "\n".join([f"{header} {name} |", f"{first} something |", *others])}


def assert_told(feature: Feature, tables: Tables, *, called: str) -> None:
    code = "Q190" if feature.standing is Standing.REFUSED else "Q191"
    severity = Severity.WARNING if feature.standing is Standing.LEFT_OUT else Severity.ERROR
    told = [each for each in told_of(tables) if called in each.message]
    assert {(each.code, each.severity, each.fix) for each in told} == {(code, severity, feature.fix)}
    assert all(feature.why in each.message and each.sheet and each.line and each.column for each in told)


@pytest.mark.parametrize("feature", unread(Kind.COLUMN), ids=lambda feature: feature.name)
def test_column__not_supported__is_told_with_reason_and_way_out(feature: Feature) -> None:
    assert_told(feature, with_column("survey", feature.name), called=f"the column '{feature.name}'")


@pytest.mark.parametrize("feature", unread(Kind.SETTING), ids=lambda feature: feature.name)
def test_setting__not_supported__is_told_with_reason_and_way_out(feature: Feature) -> None:
    assert_told(feature, with_column("settings", feature.name), called=f"the column '{feature.name}'")


@pytest.mark.parametrize("feature", unread(Kind.APPEARANCE), ids=lambda feature: feature.name)
def test_appearance__not_supported__is_told_with_reason_and_way_out(feature: Feature) -> None:
    written = {"search()": "search('a')", "ex:": "ex:program", "any other": "minimal"}.get(feature.name, feature.name)
    assert_told(feature, changed("survey", "multiline", written), called=f"the appearance '{written}'")


@pytest.mark.parametrize("feature", unread(Kind.SHEET), ids=lambda feature: feature.name)
def test_sheet__not_supported__is_told_with_reason_and_way_out(feature: Feature) -> None:
    assert_told(feature, {**GOOD, feature.name: "| a |\n| b |"}, called=f"the sheet '{feature.name}'")
