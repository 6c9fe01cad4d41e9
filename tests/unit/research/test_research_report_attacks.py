"""What a report or an edition could tell of people beyond its rows, tried by somebody who reads everything."""

import json
from typing import Any

import pytest

from selfhelp_survey.core.response import Response
from selfhelp_survey.research.command_line import run
from tests.unit.research.conftest import Station
from tests.unit.research.survey import PLAN, responses

pytestmark = [pytest.mark.usefixtures("tables_only"), pytest.mark.once]
LARGE = PLAN.replace("k: 3", "k: 10")
DIVERSE = PLAN + "l: 2\ndiversity: [mood]\n"


def report(station: Station, name: str = "out") -> Any:
    return json.loads((station.root / name / "report.json").read_text(encoding="utf-8"))


def released(station: Station, held: list[Response], plan: str, name: str = "out") -> Any:
    station.receive(held)
    assert station.release(name, plan) == 0
    return report(station, name)


# --- who waits -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rare", [1, 2])
def test_representation__one_person_of_a_rare_language_waits__reads_as_without_that_person(
    station: Station, rare: int
) -> None:
    held = [*responses(10), *responses(9 - rare, start=50, age=2), *responses(rare, start=90, age=2, language="fi")]
    told = {each["name"]: each for each in released(station, held, LARGE)["representation"] or ()}
    assert told.get("language", {}).get("distance", 0) == 0  # 1 of 19 was told as a twentieth


@pytest.mark.parametrize("rare", [3, 7])
def test_representation__group_under_about_ten_waits__moves_no_number(station: Station, rare: int) -> None:
    held = [*responses(10), *responses(8, start=50, age=2), *responses(rare, start=90, age=2, language="fi")]
    told = {each["name"]: each for each in released(station, held, LARGE)["representation"]}
    assert (told["language"]["distance"], told["language"]["waiting"]) == (0, ["en"])


def test_representation__class_that_waits_for_its_answers__is_told_with_none_of_them(station: Station) -> None:
    """Eight waited because all gave mood 1; the report said that eight old people and eight with mood 1 wait."""
    held = [*responses(10), *responses(8, start=50, age=2, mood=1)]
    told = released(station, held, DIVERSE)
    assert told["held_back"] == 10
    assert told["representation"] is None


def test_representation__some_too_few_and_some_alike__tells_of_the_too_few_alone(station: Station) -> None:
    plan = LARGE + "l: 2\ndiversity: [mood]\n"
    held = [*responses(10), *responses(9, start=50, age=2), *responses(12, start=80, age=2, language="fi", mood=1)]
    told = {each["name"]: each["waiting"] for each in released(station, held, plan)["representation"]}
    assert told == {"age": [2], "language": ["en"]}


def test_report_page__some_wait_for_different_answers__says_so_and_of_whom_nothing_is_told(station: Station) -> None:
    released(station, [*responses(10), *responses(8, start=50, age=2, mood=1)], DIVERSE)
    page = (station.root / "out" / "report.html").read_text(encoding="utf-8")
    assert "or they gave too much the same answers" in page


# --- corrected answers ----------------------------------------------------------------------------------------------


def corrected(station: Station, words: str) -> int:
    path = station.root / "erratum.yaml"
    path.write_text(words, encoding="utf-8")
    return run(station.with_key("edition", "--series", "tiny", "--out", station.root / "corrected", "--erratum", path))


def test_erratum__that_leaves_a_class_of_one_release_with_one_answer__is_refused_though_others_differ(
    station: Station, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever knows that somebody old answered before release 1 would know her answer, from the file of both."""
    before = [*responses(10), *responses(2, start=50, age=2, mood=1), *responses(2, start=60, age=2, mood=2)]
    released(station, before, DIVERSE)
    after = [
        *responses(10, start=100),
        *responses(2, start=150, age=2, mood=1),
        *responses(2, start=160, age=2, mood=3),
    ]
    released(station, after, DIVERSE, "second")
    assert corrected(station, "reason: One code was wrong.\nvalues: {mood: {2: 1}}\n") == 1
    assert "release 1" in capsys.readouterr().err
    assert not (station.root / "corrected").exists()


# --- answers that whole classes share --------------------------------------------------------------------------------


@pytest.mark.parametrize(("moods", "is_told"), [((1, 1, 1), True), ((1, 1, 2), False)])
def test_release__class_that_answers_alike__is_said_on_the_terminal_before_anything_is_handed_on(
    station: Station, capsys: pytest.CaptureFixture[str], moods: tuple[int, ...], is_told: bool
) -> None:
    old = [one for place, mood in enumerate(moods) for one in responses(1, start=50 + place, age=2, mood=mood)]
    released(station, [*responses(10), *old], PLAN)
    told = capsys.readouterr().out
    assert ("everybody who looks alike gave the same answer to mood" in told) == is_told


def test_report__patterns_differ_and_all_chose_one_answer__is_told_as_certain(station: Station) -> None:
    held = [*responses(6, needs=(1,)), *responses(6, start=50, needs=(1, 2))]
    told = released(station, held, PLAN + "l: 2\ndiversity: [needs]\n")["disclosure"]
    certain = {item["name"]: (item["is_protected"], item["certain"]) for item in told}
    assert {name: certain[name] for name in ("needs", "needs_01", "needs_02")} == {
        "needs": (True, 0), "needs_01": (False, 12), "needs_02": (False, 0),
    }  # fmt: skip


# --- what is taken back ----------------------------------------------------------------------------------------------


def test_erratum__that_withholds_a_variable__names_none_of_its_released_values(station: Station) -> None:
    """Whoever gets only the edition would learn that somebody had the rare value for which it was taken back."""
    released(station, [*responses(11, mood=1), *responses(1, start=50, mood=3)], PLAN)
    assert corrected(station, "reason: Too rare.\nwithhold: [mood]\n") == 0
    manifest = json.loads((station.root / "corrected" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["edition"]["sources"][0]["recoded"] == {"mood": [[None, -7]]}
    assert run(["verify", str(station.root / "corrected"), "--from", str(station.root / "out"), "--key",
                str(station.key)]) == 0  # fmt: skip
