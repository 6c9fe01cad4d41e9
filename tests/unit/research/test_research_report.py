"""The report on risk and utility: its numbers counted by hand from the files, and its words."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import html5lib
import pytest

from selfhelp_survey.core.document import document_of
from selfhelp_survey.core.response import Response
from selfhelp_survey.research.formats.report_html import report_html
from selfhelp_survey.research.risk_report import category_losses
from selfhelp_survey.research.versions import Instrument, versions_in
from tests.unit.research.conftest import Station
from tests.unit.research.survey import PLAN, TOTALS, responses, tiny

pytestmark = pytest.mark.once

DIVERSE = PLAN + "l: 2\ndiversity: [needs]\n"


def report(station: Station, name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((station.root / name / "report.json").read_text(encoding="utf-8"))
    return document


def page(station: Station, name: str) -> str:
    return (station.root / name / "report.html").read_text(encoding="utf-8")


def young_and_old(young: int, old: int, *, start: int = 0, **answers: object) -> list[Response]:
    return [*responses(young, start=start, **answers), *responses(old, start=start + 500, age=2, **answers)]


def released(station: Station, held: list[Response], plan: str = PLAN) -> dict[str, Any]:
    station.receive(held)
    assert station.release("out", plan) == 0
    return report(station, "out")


def test_report__class_sizes__are_those_of_the_written_file(station: Station) -> None:
    told = released(station, young_and_old(10, 4))["risk"]
    sizes = Counter((row["age"], row["language"]) for row in station.rows("out")).values()
    assert told["class_sizes"] == {"records": 14, "classes": 2, "smallest": min(sizes), "uniques": 0}
    assert told["prosecutor"] == {"highest": 0.25, "average": round(2 / 14, 6), "at_highest": round(4 / 14, 6)}
    assert told["marketer"] == {"average": round(2 / 14, 6)}


def test_report__second_release__journalist_sees_the_whole_series_and_the_prosecutor_one_release(
    station: Station,
) -> None:
    released(station, young_and_old(10, 4))
    station.receive(young_and_old(10, 6, start=1000))
    assert station.release("second") == 0
    risk = report(station, "second")["risk"]
    assert (risk["prosecutor"]["highest"], risk["journalist"]["highest"]) == (round(1 / 6, 6), round(1 / 10, 6))


@pytest.mark.parametrize(("moods", "certain"), [([1, 1, 1], 3), ([1, 1, 2], 0), ([1, 1, None], 0)])
def test_report__class_that_answers_alike__is_told_as_certain(
    station: Station, moods: list[int | None], certain: int
) -> None:
    old = [one for number, mood in enumerate(moods) for one in responses(1, start=900 + number, age=2, mood=mood)]
    told = {item["name"]: item for item in released(station, [*responses(10), *old])["disclosure"]}
    assert told["mood"]["certain"] == certain
    assert ("mood" in page(station, "out").split("That is so for")[-1].split("<")[0]) == bool(certain)


def test_report__diversity_item__is_marked_as_protected(station: Station) -> None:
    held = [*responses(6, needs=(1,)), *responses(6, start=50, needs=(2,))]
    told = released(station, held, DIVERSE)["disclosure"]
    parts = [(f"needs_0{code}", False) for code in (1, 2, 3)]
    assert [(item["name"], item["is_protected"]) for item in told] == [("needs", True), *parts, ("mood", False)]


@pytest.mark.parametrize(("held", "is_told"), [(7, False), (8, True), (12, True)])
def test_report__held_back_around_ten__says_who_they_are_like_only_from_about_ten_on(
    station: Station, held: int, is_told: bool
) -> None:
    plan = PLAN.replace("k: 3", "k: 20").replace("minimum_size: 10", "minimum_size: 20")
    told = released(station, young_and_old(20, held), plan)["representation"]
    assert (told is not None) == is_told
    if told:
        assert {each["name"]: each["waiting"] for each in told} == {"age": [2], "language": ["en"]}
        assert {each["name"]: each["distance"] for each in told}["language"] == 0


def test_report__representation__is_in_twentieths(station: Station) -> None:
    plan = PLAN.replace("k: 3", "k: 20").replace("minimum_size: 10", "minimum_size: 20")
    told = released(station, young_and_old(23, 11), plan)["representation"]
    assert {each["name"]: each["distance"] for each in told}["age"] == 0.3  # 11 of 34 are 0.324


def test_report__loss__counts_the_coarser_category_and_those_held_back(station: Station) -> None:
    held = [*responses(10), *responses(5, start=50, age=2), *responses(5, start=90, language="fi", age=3)]
    told = {item["name"]: item for item in released(station, [*held, *responses(2, start=200, age=None)])["utility"]}
    # Ages 2 and 3 of three become one (half of the other values are lost) for 10 of 20; two wait, rounded to none.
    assert told["age"]["loss"] == 0.25
    assert (told["age"]["categories_as_asked"], told["age"]["categories"], told["age"]["valid"]) == (3, 2, 20)
    assert (told["mood"]["loss"], told["mood"]["level"]) == (0.0, None)


def test_report__variables_left_out__are_named_with_their_role(station: Station) -> None:
    told = released(station, responses(10))["left_out"]
    assert told == {"channel": "quasi-identifier", "quarter": "quasi-identifier", "entry": "insensitive",
                    "questionnaire_version": "insensitive", "words": "free text", "use": "control"}  # fmt: skip
    assert "words (free text)" in page(station, "out")


def test_report__totals__promise_rounding_and_tell_no_classes(station: Station) -> None:
    told = released(station, responses(12), f"{TOTALS}tables:\n  - [mood]\n")
    assert "risk" not in told
    assert "A neighbour" not in page(station, "out")


def test_report__page__is_valid_and_says_who_learns_what_without_script_or_picture(station: Station) -> None:
    released(station, young_and_old(10, 4))
    text = page(station, "out")
    html5lib.HTMLParser(strict=True).parse(text)
    for word in ("<script", "<svg", "<img", "src=", "http:", "https:", "@import", "url("):
        assert word not in text.lower()
    assert [word in text for word in ("A neighbour", "A journalist", "The project itself", "Who is missing")] == [
        True
    ] * 4
    assert "finds 4 records or more that fit" in text


def test_report__markup_in_a_name__is_escaped(station: Station) -> None:
    told = released(station, responses(10))
    told["labels"]["mood"] = "<b>&"
    assert "&lt;b&gt;&amp;" in report_html(told)


@pytest.mark.parametrize(
    ("level", "losses"), [(0, {}), (1, {1: 0.0, 2: 0.5}), (2, {-7: 1.0})]
)  # fmt: skip
def test_category_losses__age_of_three_values__are_shares_of_the_other_two(
    level: int, losses: dict[int, float]
) -> None:
    assert category_losses("age", level, Instrument(versions=versions_in([document_of(tiny())]))) == losses


def test_category_losses__rest_category__loses_all_that_no_other_names() -> None:
    instrument = Instrument(versions=versions_in([document_of(tiny())]))
    assert category_losses("language", 1, instrument) == {"en": 0.0, "other": 0.5}
