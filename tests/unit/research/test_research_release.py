"""Releases as a researcher makes them: who is in, who is held back, and what the files say."""

import csv
import hashlib
import json
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest

from selfhelp_survey.core.questionnaire import Questionnaire, QuestionType, Role
from selfhelp_survey.core.response import Mark
from selfhelp_survey.research.release import shuffled
from selfhelp_survey.research.versions import Version
from tests.unit.research.conftest import Station
from tests.unit.research.survey import PLAN, TOTALS, question, response, responses, tiny


@pytest.mark.parametrize(("size", "released"), [(2, 0), (3, 3), (4, 4)])
def test_release__class_around_k__goes_from_k_on(station: Station, size: int, released: int) -> None:
    station.receive([*responses(10), *responses(size, start=100, age=2)])
    assert station.release("out") == 0
    assert sum(row["age"] == "2" for row in station.rows("out")) == released


@pytest.mark.parametrize(("count", "code"), [(9, 1), (10, 0), (11, 0)])
def test_release__rows_around_the_minimum_size__refused_below_it(station: Station, count: int, code: int) -> None:
    station.receive([*responses(count), response(100, age=2), response(101, age=3)])
    assert station.release("out") == code
    assert (station.root / "out").exists() == (code == 0)


@pytest.mark.parametrize(("new", "code"), [(9, 1), (10, 0), (11, 0)])
def test_release__new_responses_around_the_minimum__refused_below_it(station: Station, new: int, code: int) -> None:
    station.receive([*responses(10), response(50, age=2), response(51, age=2)])
    station.release("first")
    station.receive(responses(new, start=100, age=2))
    assert station.release("second") == code


@pytest.mark.parametrize(("held", "told"), [(2, 0), (3, 5), (7, 5), (8, 10)])
def test_release__held_back_count__is_rounded_to_five(station: Station, held: int, told: int) -> None:
    plan = PLAN.replace("k: 3", "k: 9")
    station.receive([*responses(10), *responses(held, start=100, age=2)])
    assert station.release("out", plan) == 0
    assert station.manifest("out")["held_back"] == told


def test_release__second_of_a_series__holds_only_new_people_and_only_pending_ones_count(station: Station) -> None:
    station.receive([*responses(10), *responses(3, start=50, age=2)])
    station.release("first")
    station.receive([*responses(10, start=100), *responses(2, start=150, age=2)])
    assert station.release("second") == 0
    assert [row["age"] for row in station.rows("second")] == ["1"] * 10  # 2 pending are 2, whoever was released before


def test_release__bundles_overlap__nobody_is_released_twice(station: Station) -> None:
    station.receive(responses(20))
    station.release("first")
    station.receive(responses(40))
    assert station.release("second") == 0
    assert len(station.rows("second")) == 20


def test_release__host_restored_from_an_old_backup__nobody_is_released_twice(
    station: Station, capsys: pytest.CaptureFixture[str]
) -> None:
    old = station.bundle(responses(20))
    station.receive_file(old)
    station.release("first")
    old.with_suffix(".receipt").unlink()
    assert station.receive_file(old) == 0
    assert "0 new, 20 received before" in capsys.readouterr().out
    assert station.release("second") == 1


def test_release__same_response_in_another_series__is_never_used_again(station: Station) -> None:
    station.receive(responses(15))
    station.release("first")
    assert station.release("second", TOTALS + "tables: [[mood]]\n") == 1
    assert station.release("third", PLAN.replace("series: tiny", "series: other")) == 1


def test_release__sender_asked_for_no_use__is_left_out(station: Station) -> None:
    station.receive([*responses(12), *responses(6, start=100, use=2)])
    station.release("out")
    assert len(station.rows("out")) == 12
    assert json.loads((station.root / "out" / "report.json").read_text())["not_usable"] == 5


def test_release__rehearsals_and_made_up_ones__never_mix_with_real_ones(station: Station) -> None:
    station.receive([*responses(12), *responses(12, start=50, mark=Mark.REHEARSAL),
                     *responses(13, start=100, mark=Mark.SYNTHETIC)])  # fmt: skip
    station.release("out")
    made_up = PLAN.replace("real", "synthetic").replace("series: tiny", "series: made-up")
    station.release("made-up", made_up)
    assert (len(station.rows("out")), len(station.rows("made-up"))) == (12, 13)


def test_release__diversity__class_with_one_value_is_held_back(station: Station) -> None:
    plan = PLAN + "l: 2\ndiversity: [mood]\n"
    alike = [response(number, age=2, mood=1) for number in range(100, 106)]
    silent = [response(number, language="es", mood=None) for number in range(200, 203)]
    station.receive([*responses(12), *alike, *silent])
    station.release("out", plan)
    assert {(row["age"], row["language"]) for row in station.rows("out")} == {("1", "en"), ("1", "other")}


def test_release__missing_answers_of_quasi_identifiers__merge_into_no_answer(station: Station) -> None:
    station.receive([*responses(10), response(50, age=-2), response(51, age=-2), response(52, age=None)])
    station.release("out")
    assert [row["age"] for row in station.rows("out")].count("-1") == 3


def test_release__variable_new_in_a_version__is_minus_six_for_the_earlier_one(station: Station) -> None:
    later = tiny(question("extra", Role.INSENSITIVE))
    station.receive([*responses(6), *responses(6, start=50, of=later, extra=2)], of=[tiny(), later])
    assert station.release("out") == 0
    assert sorted(row["extra"] for row in station.rows("out")) == ["-6"] * 6 + ["2"] * 6
    assert len(station.manifest("out")["questionnaire"]["hashes"]) == 2


def test_release__files__are_what_the_manifest_says(station: Station) -> None:
    station.receive(responses(12))
    station.release("out")
    directory, manifest = station.root / "out", station.manifest("out")
    named = {file["path"] for file in manifest["files"]}
    assert named | {"manifest.json"} == {path.name for path in directory.iterdir()}
    for file in manifest["files"]:
        assert hashlib.sha256((directory / file["path"]).read_bytes()).hexdigest() == file["sha256"]
    assert (manifest["series"], manifest["release"], manifest["kind"], manifest["rows"]) == ("tiny", 1, "real", 12)
    assert (manifest["k"], manifest["l"], manifest["quasi_identifiers"]) == (3, 1, ["language", "age"])


def test_responses_csv__bytes__are_plain_codes_without_free_text_or_control(station: Station) -> None:
    station.receive(responses(12, words="never seen", needs=(1, 3)))
    station.release("out")
    data = (station.root / "out" / "responses.csv").read_bytes()
    assert not data.startswith(b"\xef\xbb\xbf")
    assert b"never seen" not in data
    assert data.split(b"\n")[0] == b"language,age,mood,needs_01,needs_02,needs_03"
    assert all(cell for row in csv.reader(data.decode().splitlines()) for cell in row)


def test_codebook__every_column__is_described_in_every_language(station: Station) -> None:
    station.receive(responses(12))
    station.release("out")
    codebook = json.loads((station.root / "out" / "codebook.json").read_text())
    by_name = {variable["name"]: variable for variable in codebook["variables"]}
    assert list(by_name) == ["language", "age", "mood", "needs_01", "needs_02", "needs_03"]
    assert by_name["age"]["values"][1]["label"] == {"en": "old", "es": "old", "fi": "old"}
    assert (by_name["age"]["level"], by_name["age"]["role"], by_name["mood"]["level"]) == (1, "quasi-identifier", None)
    assert [missing["code"] for missing in by_name["mood"]["missing"]] == [-1, -2, -3, -4, -5, -6, -7, -8]
    assert all({"en", "es", "fi", "sv"} <= missing["label"].keys() for missing in by_name["mood"]["missing"])


def test_report__page__needs_nothing_else(station: Station) -> None:
    station.receive(responses(12))
    station.release("out")
    page = (station.root / "out" / "report.html").read_text()
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")
    assert "12 anonymised records" in page


def test_release__order__is_drawn_by_the_seed_and_not_by_arrival() -> None:
    ids = [bytes([number]) for number in range(50)]
    first, again = (shuffled(ids, seed=b"seed", name="s/1") for _ in range(2))
    assert first == again == shuffled(reversed(ids), seed=b"seed", name="s/1")
    assert first != ids
    assert first != shuffled(ids, seed=b"seed", name="s/2")
    assert first != shuffled(ids, seed=b"other", name="s/1")


def test_release__plan_changed_after_the_first_release__is_refused(
    station: Station, capsys: pytest.CaptureFixture[str]
) -> None:
    station.receive(responses(40))
    station.release("first")
    station.receive(responses(40, start=100))
    assert station.release("second", PLAN.replace("k: 3", "k: 4")) == 1
    assert "They differ in k." in capsys.readouterr().err


def test_release__existing_directory__is_left_alone(station: Station) -> None:
    station.receive(responses(12))
    (station.root / "out").mkdir()
    assert station.release("out") == 2
    assert list((station.root / "out").iterdir()) == []


def test_release__twelve_differenced_pairwise__no_class_under_k(station: Station) -> None:
    people = iter(range(10_000))
    for number in range(12):
        mixed = [response(next(people), age=1 + place % 3, language=("en", "es", "fi")[place % 7 % 3])
                 for place in range(10 + number % 3)]  # fmt: skip
        station.receive([*mixed, *(response(next(people)) for _ in range(6))])
        station.release(f"out-{number}")
    made = [path for path in sorted(station.root.glob("out-*"), key=lambda path: int(path.name[4:])) if path.is_dir()]
    assert len(made) > 5
    states = [[row for path in made[:upto] for row in station.rows(path.name)] for upto in range(len(made) + 1)]
    for before, after in combinations(states, 2):
        new = [(row["age"], row["language"]) for row in after[len(before) :]]
        assert all(new.count(held) >= 3 for held in new)


def test_totals__counts__are_rounded_on_their_own_and_empty_cells_are_there(station: Station) -> None:
    plan = TOTALS + "quasi_identifiers: {age: 1}\ntables: [[mood], [mood, age]]\n"
    station.receive([response(number, mood=1 if number < 8 else 2) for number in range(12)])
    assert station.release("out", plan) == 0
    with (station.root / "out" / "totals.csv").open(newline="") as file:
        cells = {(row["table"], row["cell"]): int(row["count"]) for row in csv.DictReader(file)}
    assert cells["mood", '{"mood":1}'] == 10
    assert cells["mood", '{"mood":2}'] == 5
    assert cells["mood", '{"mood":3}'] == 0
    assert all(count % 5 == 0 for count in cells.values())
    assert station.verify("out") == 0


def test_shipped_plans__read__are_in_order() -> None:
    from selfhelp_survey.research.plan_reader import read_plan_file

    plans = Path(__file__).parents[3] / "selfhelp_survey" / "research" / "plans"
    assert {read_plan_file(path).plan.output.value for path in plans.glob("*.yaml")} == {"records", "totals"}


def test_shipped_plans__against_the_exit_survey__name_what_it_asks() -> None:
    from selfhelp_survey.authoring.yaml_reader import read_questionnaire
    from selfhelp_survey.research.plan_reader import read_plan_file
    from selfhelp_survey.research.series import series_findings
    from selfhelp_survey.research.totals import open_ended
    from selfhelp_survey.research.versions import Instrument

    package = Path(__file__).parents[3] / "selfhelp_survey"
    source = package / "questionnaires" / "exit_survey.yaml"
    questionnaire = read_questionnaire(source.read_text(encoding="utf-8"), source=source.name)
    instrument = Instrument(versions=(Version(hash="0" * 64, questionnaire=questionnaire),))
    for path in (package / "research" / "plans").glob("*.yaml"):
        plan = read_plan_file(path).plan
        assert [*series_findings(plan, instrument), *open_ended(plan, instrument)] == []


def test_release__plan_lists_quasi_identifiers_out_of_order__goes_on_after_the_first(station: Station) -> None:
    plan = PLAN.replace("{age: 1, language: 1}", "{language: 1, age: 1}")
    station.receive(responses(12))
    assert station.release("first", plan) == 0
    station.receive(responses(12, start=100))
    assert station.release("second", PLAN) == 0


def other_mood(role: Role, **more: object) -> Questionnaire:
    """The tiny survey, with its question on mood asked in another way."""
    page = tiny().pages[0]
    asked = tuple(question("mood", role, **more) if one.name == "mood" else one for one in page.questions)
    return replace(tiny(), pages=(replace(page, questions=asked),))


@pytest.mark.parametrize(
    "changed",
    [
        other_mood(Role.FREE_TEXT, type=QuestionType.TEXT, values=(), maximum_length=100),
        other_mood(Role.CONTROL),
        other_mood(Role.QUASI_IDENTIFIER, hierarchy="age"),
    ],
)
def test_release__later_version_turns_a_column_into_something_else__is_refused(
    station: Station, capsys: pytest.CaptureFixture[str], changed: Questionnaire
) -> None:
    station.receive(responses(12))
    assert station.release("first") == 0
    mood = "my own words" if changed.asks("mood") and changed.home_of("mood")[1].type is QuestionType.TEXT else 1
    station.receive([response(number, of=changed, mood=mood) for number in range(100, 112)], of=(changed,))
    assert station.release("second") == 1
    told = capsys.readouterr().err
    assert "asks mood in another way" in told
    assert "my own words" not in told


@pytest.mark.parametrize(("of_new_version", "released"), [(2, 12), (3, 15)])
def test_release__columns_that_a_version_does_not_have__are_a_class_of_their_own(
    station: Station, of_new_version: int, released: int
) -> None:
    old, new = tiny(question("extra", Role.INSENSITIVE)), tiny()
    station.receive([response(number, of=old, extra=1) for number in range(12)], of=(old,))
    station.receive([response(number, of=new) for number in range(100, 100 + of_new_version)], of=(new,))
    assert station.release("out") == 0
    assert [row["extra"] for row in station.rows("out")].count("-6") == released - 12
    assert len(station.rows("out")) == released
    assert station.verify("out") == 0
