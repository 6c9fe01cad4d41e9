"""The end of a series: what still waits is dropped, or goes once more, coarser; then nothing follows."""

import json
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from selfhelp_survey.core.questionnaire import Role
from selfhelp_survey.core.response import Mark
from selfhelp_survey.research.closing import Ending, close_series
from selfhelp_survey.research.command_line import run
from selfhelp_survey.research.ledger import open_ledger
from selfhelp_survey.research.plan_reader import read_plan_file
from selfhelp_survey.research.release import Workstation
from selfhelp_survey.research_store.directory import DirectoryStore
from tests.unit.research.conftest import Station
from tests.unit.research.survey import PLAN, TOTALS, question, response, responses, tiny

COARSER = ("--level", "age=2")
COUNTS = TOTALS + "tables: [[mood]]\n"

pytestmark = [pytest.mark.usefixtures("tables_only"), pytest.mark.once]


def close(station: Station, *words: str | Path, plan: str = PLAN, yes: Sequence[str] = ("tiny",)) -> int:
    return run(station.with_key("close", station.plan(plan), *words, *(("--yes", *yes) if yes else ())))


def waiting(station: Station) -> int:
    """How many responses the ledger still holds for whatever series."""
    with open_ledger(station.ledger, station.private) as ledger:
        return len(list(ledger.pending()))


def bodies(station: Station) -> int:
    """How many responses the file of the ledger still holds, taken by whatever."""
    with closing(sqlite3.connect(station.ledger)) as file:
        return int(file.execute("select count(*) from response where body is not null").fetchone()[0])


@pytest.fixture
def begun(station: Station) -> Station:
    """A series with one release of 12; an old woman of Spanish and one of Finnish wait, and one who said no."""
    station.receive([*responses(12), response(50, age=2, language="es"), response(51, age=-2), response(52, use=2)])
    assert station.release("first") == 0
    return station


def test_close__drop__empties_what_waits_and_ends_the_series_for_good(
    begun: Station, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bodies(begun) == 3
    assert close(begun, "--drop") == 0
    assert "Series tiny is closed. No last release; about 0 responses were dropped." in capsys.readouterr().out
    assert (waiting(begun), bodies(begun)) == (0, 0)
    begun.receive(responses(30, start=100))
    assert begun.release("second") == 1
    assert "The series tiny was closed, and that is for good: begin a new series." in capsys.readouterr().err
    assert begun.release("other", PLAN.replace("series: tiny", "series: other")) == 0


def test_close__dropped_responses_come_again_from_an_old_backup__are_known_and_stay_dropped(
    begun: Station, capsys: pytest.CaptureFixture[str]
) -> None:
    close(begun, "--drop")
    capsys.readouterr()
    begun.receive([response(50, age=2, language="es"), response(51, age=-2)])
    assert "0 new, 2 received before" in capsys.readouterr().out
    assert waiting(begun) == 0


def test_close__not_confirmed__says_what_it_means_and_changes_nothing(
    begun: Station, capsys: pytest.CaptureFixture[str]
) -> None:
    assert close(begun, "--drop", yes=()) == 1
    assert "say `--yes tiny`" in capsys.readouterr().err
    assert waiting(begun) == 3
    assert close(begun, "--drop", yes=("other",)) == 1
    assert waiting(begun) == 3


def test_close__another_series_waits_for_the_same_people__must_be_named(
    begun: Station, capsys: pytest.CaptureFixture[str]
) -> None:
    other = PLAN.replace("series: tiny", "series: other").replace("language: 1", "language: 2")
    begun.receive(responses(12, start=100))
    assert begun.release("other", other) == 0
    assert begun.receive([response(200, age=2)]) == 0
    assert close(begun, "--drop") == 1
    told = capsys.readouterr().err
    assert "They wait for other too, and would be lost there." in told
    assert "--yes tiny other" in told
    assert waiting(begun) > 0
    assert close(begun, "--drop", yes=("other", "tiny")) == 0
    assert begun.release("other-2", other) == 1  # too few new ones: it is open, and its residue is gone
    assert "closed" not in capsys.readouterr().err


def test_close__series_that_is_closed_or_of_another_kind__need_not_be_named(begun: Station) -> None:
    made_up = PLAN.replace("real", "synthetic").replace("series: tiny", "series: made-up")
    begun.receive([response(number, mark=Mark.SYNTHETIC) for number in range(300, 312)])
    assert begun.release("made-up", made_up) == 0
    assert close(begun, "--drop") == 0


@pytest.mark.parametrize(("alike", "released"), [(2, 10), (3, 13), (4, 14)])
def test_close__residue_around_k__goes_from_k_on_and_the_rest_is_dropped(
    station: Station, alike: int, released: int
) -> None:
    station.receive([*responses(12), *responses(2, start=50, language="es")])
    assert station.release("first") == 0
    more = [response(100 + place, age=1 + place % 2, language=("es", "fi")[place % 2]) for place in range(8)]
    scarce = [response(200 + place, age=(1, 2, 3, -2)[place]) for place in range(alike)]
    station.receive([*more, *scarce])
    assert close(station, "--out", station.root / "last", *COARSER) == 0
    assert len(station.rows("last")) == released
    manifest = station.manifest("last")
    assert (manifest["release"], manifest["levels"]) == (2, {"age": 2, "language": 1})
    assert manifest["residue"] == {"dropped": 0}
    assert manifest["plan"]["plan"]["quasi_identifiers"] == {"age": 1, "language": 1}
    assert {row["age"] for row in station.rows("last")} == {"-7"}
    assert station.verify("last") == 0
    assert waiting(station) == 0


def test_close__residue__its_codebook_and_report_tell_the_coarser_level(begun: Station) -> None:
    begun.receive([response(100 + place, age=1 + place % 3, language="es") for place in range(12)])
    assert close(begun, "--out", begun.root / "last", *COARSER) == 0
    codebook = json.loads((begun.root / "last" / "codebook.json").read_text(encoding="utf-8"))
    assert {held["name"]: held["level"] for held in codebook["variables"]}["age"] == 2
    assert "the last one of its series" in (begun.root / "last" / "report.html").read_text(encoding="utf-8")


def test_close__residue__the_store_takes_it_once(begun: Station) -> None:
    begun.receive([response(100 + place, age=1 + place % 3, language="es") for place in range(12)])
    close(begun, "--out", begun.root / "last", *COARSER)
    run(["init-store", str(begun.root / "store")])
    assert begun.push("first", begun.root / "store") == 0
    assert begun.push("last", begun.root / "store") == 0
    assert [known.number for known in DirectoryStore(begun.root / "store").known_releases("tiny")] == [1, 2]
    ages = [record["age"] for record in DirectoryStore(begun.root / "store").read_records("tiny")]
    assert ages.count(-7) == 13


@pytest.mark.parametrize(("waits", "code"), [(9, 1), (10, 0), (11, 0)])
def test_close__residue_around_the_minimum_size__refused_below_it_and_still_open(
    station: Station, capsys: pytest.CaptureFixture[str], waits: int, code: int
) -> None:
    station.receive(responses(12))
    station.release("first")
    station.receive([response(100 + place, age=1 + place % 2) for place in range(waits)])
    assert close(station, "--out", station.root / "last", *COARSER) == code
    assert (station.root / "last").exists() == (code == 0)
    assert waiting(station) == (waits if code else 0)
    assert ("tiny is still open: give higher levels, or --drop." in capsys.readouterr().err) == (code == 1)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "at a coarser level, or not at all"),
        (("--level", "age=1"), "at a coarser level, or not at all"),
        (("--level", "age=0"), "can only be raised"),
        (("--level", "age=3"), "up to 2 (withheld)"),
        (("--level", "mood=1"), "mood is no quasi-identifier of tiny"),
    ],
)
def test_close__levels_that_are_not_coarser__are_wrong_use(
    begun: Station, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], told: str
) -> None:
    assert close(begun, "--out", begun.root / "last", *words) == 2
    assert told in capsys.readouterr().err
    assert waiting(begun) == 3


@pytest.mark.parametrize("words", [(), ("--drop", "--out", "last"), ("--drop", "--level", "age=2")])
def test_close__neither_or_both_ways_out__is_wrong_use(begun: Station, words: tuple[str, ...]) -> None:
    assert close(begun, *words) == 2
    assert waiting(begun) == 3


@pytest.mark.parametrize("level", ["age", "age=", "=2", "age=-1", "age=two", "age=²"])
def test_close__level_that_is_none__is_wrong_use(begun: Station, level: str) -> None:
    with pytest.raises(SystemExit) as ended:
        close(begun, "--out", begun.root / "last", "--level", level)
    assert ended.value.code == 2


def test_close__before_the_first_release_or_with_another_plan__is_refused(
    begun: Station, capsys: pytest.CaptureFixture[str]
) -> None:
    assert close(begun, "--drop", plan=PLAN.replace("series: tiny", "series: new"), yes=("new",)) == 1
    assert "has no release yet" in capsys.readouterr().err
    assert close(begun, "--drop", plan=PLAN.replace("k: 3", "k: 4")) == 1
    assert "They differ in k." in capsys.readouterr().err
    assert waiting(begun) == 3


def test_close__responses_to_a_version_that_the_series_cannot_take__wait_for_another_series(begun: Station) -> None:
    page = tiny().pages[0]
    asked = tuple(question("mood", Role.CONTROL) if one.name == "mood" else one for one in page.questions)
    other = replace(tiny(), pages=(replace(page, questions=asked),))
    begun.receive([response(100, of=other, mood=None)], of=(other,))
    assert begun.release("second") == 1
    assert close(begun, "--drop") == 0
    assert waiting(begun) == 1


@pytest.mark.parametrize(("waits", "code"), [(9, 1), (10, 0)])
def test_close__totals__count_the_rest_once_from_the_minimum_on(station: Station, waits: int, code: int) -> None:
    station.receive(responses(15))
    assert station.release("counts", COUNTS) == 0
    station.receive(responses(waits, start=100))
    assert close(station, "--out", station.root / "last", plan=COUNTS, yes=("t",)) == code
    if code == 0:
        assert station.manifest("last")["residue"] == {"dropped": 0}
        assert station.verify("last") == 0
    station.receive(responses(20, start=200))
    assert station.release("more", COUNTS) == (0 if code else 1)


def test_close__totals_at_other_levels__is_wrong_use(station: Station, capsys: pytest.CaptureFixture[str]) -> None:
    station.receive(responses(15))
    station.release("counts", COUNTS)
    assert close(station, "--out", station.root / "last", *COARSER, plan=COUNTS, yes=("t",)) == 2
    assert "tables of a series of totals are fixed" in capsys.readouterr().err


class PowerCutError(Exception):
    """The power went out."""


@pytest.mark.parametrize(
    ("stage", "lost"), [("written", None), ("prepared", None), ("prepared", "last.partial"), ("named", "last")]
)
def test_close__stopped_at_a_stage__next_call_ends_with_the_same_bytes(
    begun: Station, stage: str, lost: str | None
) -> None:
    begun.receive([response(100 + place, age=1 + place % 3, language="es") for place in range(12)])
    plan, backup = begun.plan(), begun.backup()
    assert close(begun, "--out", begun.root / "twin", *COARSER) == 0
    begun.restore(backup)

    def stop(reached: str) -> None:
        if reached == stage:
            raise PowerCutError

    ending = Ending(out=begun.root / "last", levels={"age": 2}, confirmed=frozenset({"tiny"}))
    with open_ledger(begun.ledger, begun.private) as ledger:
        station = Workstation(ledger=ledger, private=begun.private, checkpoint=stop)
        with pytest.raises(PowerCutError):
            close_series(read_plan_file(plan).plan, ending, station)
    if lost:
        shutil.rmtree(begun.root / lost)
    assert close(begun, "--out", begun.root / "last", *COARSER) == 0
    files = {path.name: path.read_bytes() for path in (begun.root / "last").iterdir()}
    assert files == {path.name: path.read_bytes() for path in (begun.root / "twin").iterdir()}
    assert (waiting(begun), bodies(begun)) == (0, 0)
    assert begun.release("second") == 1
