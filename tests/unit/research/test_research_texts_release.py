"""Releasing texts: enough together, shuffled, harmless in a spreadsheet, whole or not at all, and then gone."""

import csv
import json
import shutil
import signal
import subprocess
import sys

import pytest

from selfhelp_survey.core.questionnaire import QuestionType, Role
from selfhelp_survey.research.texts.queue import FEWEST_TEXTS
from selfhelp_survey.research.texts.text_file import NAME, cell_of
from tests.unit.research.conftest import Station
from tests.unit.research.reading import held_words, released, review, states, writers, wrote
from tests.unit.research.survey import PASSPHRASE, new_workstation, question, response, responses, tiny

pytestmark = pytest.mark.once

Said = pytest.CaptureFixture[str]
KILLED_AT = """
import os, signal, sys
from pathlib import Path
from selfhelp_survey.core.response import Mark
from selfhelp_survey.research.ledger import open_ledger
from selfhelp_survey.research.release import Workstation
from selfhelp_survey.research.texts.text_release import make_text_release
from selfhelp_survey.sealing.key_file import load_private_key

key, passphrase, out, stage = sys.argv[1:]
private = load_private_key(Path(key), passphrase=passphrase)
def die(reached):
    if reached == stage:
        os.kill(os.getpid(), signal.SIGKILL)
with open_ledger(Path(key).with_suffix(".ledger"), private) as ledger:
    station = Workstation(ledger=ledger, private=private, checkpoint=die)
    make_text_release(Mark.REAL, Path(out), fewest=10, station=station)
"""


def keep(station: Station, count: int, *, start: int = 0) -> None:
    """Receive so many texts and keep them all."""
    station.receive(writers(count, start=start))
    review(station, "--last", lines=["k"] * count)


def release(station: Station, name: str) -> int:
    return review(station, "--release", "--out", station.root / name)


@pytest.mark.parametrize(("count", "code"), [(FEWEST_TEXTS - 1, 1), (FEWEST_TEXTS, 0)])
def test_release__around_the_fewest__is_made_or_refused(station: Station, count: int, code: int) -> None:
    keep(station, count)
    assert release(station, "texts") == code
    assert (station.root / "texts").exists() is (code == 0)
    assert len(held_words(station)) == (0 if code == 0 else count)


def test_release__a_larger_minimum__is_kept(station: Station) -> None:
    keep(station, 11)
    assert review(station, "--release", "--out", station.root / "texts", "--minimum", "12") == 1


def test_release__second__needs_as_many_new_ones(station: Station) -> None:
    keep(station, 10)
    assert release(station, "first") == 0
    keep(station, 9, start=10)
    assert release(station, "second") == 1
    keep(station, 1, start=19)
    assert release(station, "second") == 0
    everything = [row.text for name in ("first", "second") for row in released(station, name)]
    assert sorted(everything) == sorted(wrote(number) for number in range(20))


def test_release__question_with_too_few__stays_and_is_named(station: Station, capsys: Said) -> None:
    also = question("also", Role.FREE_TEXT, type=QuestionType.TEXT, values=(), maximum_length=100)
    survey = tiny(also)
    sent = [response(number, of=survey, words="a", also="b" if number < 9 else None) for number in range(10)]
    station.receive(sent, of=[survey])
    review(station, "--last", lines=["k"] * 19)
    assert release(station, "texts") == 0
    assert {row.question for row in released(station, "texts")} == {"words"}
    assert "9 kept texts of also wait" in capsys.readouterr().out
    assert states(station) == {"kept": 9}


def test_release__takes_only_what_was_kept_and_drops_what_was_discarded(station: Station) -> None:
    station.receive(writers(30))
    review(station, lines=[*["k"] * 12, "d", "d", "e", "s"])
    assert release(station, "texts") == 0
    assert states(station) == {"escalated": 1, "open": 15}
    assert len(released(station, "texts")) == 12


def test_release__redacted_text__is_marked_and_holds_only_what_is_left(station: Station) -> None:
    station.receive(writers(10))
    review(station, lines=["r", "marker", "", "n", "r", "more help", "", "y", *["k"] * 9])
    release(station, "texts")
    rows = released(station, "texts")
    assert [row.redacted for row in rows].count("1") == 1
    assert [row.text[:20] for row in rows if row.redacted == "1"] == ["[removed] at night, "]


def test_release__same_ledger__gives_the_same_bytes_in_an_order_that_only_the_seed_knows(station: Station) -> None:
    keep(station, 30)
    backup = station.backup()
    release(station, "one")
    station.restore(backup)
    release(station, "two")
    files = [{path.name: path.read_bytes() for path in (station.root / name).iterdir()} for name in ("one", "two")]
    assert files[0] == files[1]
    words = [row.text for row in released(station, "one")]
    assert words not in (sorted(words), sorted(words, reverse=True))
    assert words != [wrote(number) for number in range(30)]


def test_release__same_texts_in_another_ledger__come_in_another_order(station: Station) -> None:
    elsewhere = station.root / "elsewhere"
    key, private = new_workstation(elsewhere)
    orders = []
    for one in (station, Station(root=elsewhere, key=key, private=private)):
        keep(one, 30)
        release(one, "texts")
        orders.append([row.text for row in released(one, "texts")])
    assert orders[0] != orders[1]
    assert sorted(orders[0]) == sorted(orders[1])


def test_release__files__say_nothing_of_series_release_quarter_or_language(station: Station) -> None:
    keep(station, 12)
    station.release("records")
    release(station, "texts")
    document = json.loads((station.root / "texts" / "manifest.json").read_text())
    assert set(document) == {"columns", "files", "format", "kind", "questions", "rows", "signature"}
    texts = "".join(path.read_text("utf-8") for path in (station.root / "texts").iterdir())
    assert all(word not in texts for word in ("2026", "quarter", "series", "release", "site"))
    assert document["questions"] == [
        {"questionnaire": "tiny", "question": "words",
         "label": dict.fromkeys(("en", "es", "fi"), "About words?")}
    ]  # fmt: skip


def test_release__something_there__is_wrong_use_and_changes_nothing(station: Station) -> None:
    keep(station, 10)
    (station.root / "texts").mkdir()
    assert release(station, "texts") == 2
    assert states(station) == {"kept": 10}


def test_release__something_strange_under_the_temporary_name__is_left_alone(station: Station) -> None:
    keep(station, 10)
    (station.root / "texts.partial").mkdir()
    (station.root / "texts.partial" / "thesis.txt").write_text("mine")
    assert release(station, "texts") == 2
    assert (station.root / "texts.partial" / "thesis.txt").read_text() == "mine"


# --- killed ----------------------------------------------------------------------------------------------------------


def killed_at(station: Station, stage: str) -> None:
    """Make a text release in a process of its own that is killed at a stage."""
    arguments = [station.key, PASSPHRASE, station.root / "texts", stage]
    ended = subprocess.run([sys.executable, "-c", KILLED_AT, *map(str, arguments)], check=False)
    assert ended.returncode == -signal.SIGKILL


@pytest.mark.parametrize("stage", ["written", "prepared", "named"])
def test_release__killed_at_a_stage__next_call_ends_with_the_same_bytes(station: Station, stage: str) -> None:
    keep(station, 12)
    backup = station.backup()
    release(station, "twin")
    station.restore(backup)
    killed_at(station, stage)
    assert release(station, "texts") == 0
    names = ("texts", "twin")
    one, other = ({path.name: path.read_bytes() for path in (station.root / name).iterdir()} for name in names)
    assert one == other
    assert held_words(station) == []


def test_release__killed_and_its_files_lost_and_more_came_in__is_made_again_from_the_ledger(station: Station) -> None:
    keep(station, 12)
    killed_at(station, "prepared")
    shutil.rmtree(station.root / "texts.partial")
    station.receive(writers(10, start=12))
    assert review(station) == 0  # any sitting ends what was begun
    assert sorted(row.text for row in released(station, "texts")) == sorted(wrote(number) for number in range(12))
    assert station.verify("texts") == 0
    assert states(station) == {"open": 10}


# --- checked by others -----------------------------------------------------------------------------------------------


def test_verify__text_release__holds_until_a_byte_changes(station: Station, capsys: Said) -> None:
    keep(station, 10)
    release(station, "texts")
    capsys.readouterr()
    assert station.verify("texts") == 0
    assert "10 real texts" in capsys.readouterr().out
    path = station.root / "texts" / NAME
    path.write_bytes(path.read_bytes().replace(b"night", b"NIGHT", 1))
    assert station.verify("texts") == 1


def test_verify__text_release_with_a_file_more__is_refused(station: Station) -> None:
    keep(station, 10)
    release(station, "texts")
    (station.root / "texts" / "notes.txt").write_text("mine")
    assert station.verify("texts") == 1


# --- spreadsheets ----------------------------------------------------------------------------------------------------

FORMULAS = (
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1", "\uff1d1+1", "\uff0b1", "\uff0d1", "\uff20x",
    "|cmd", "%0A=1+1", "a;=1+1", 'a";=1+1', "a\n=1+1", "a\t=1+1", "a,=1+1", "'=1+1", '"=1+1"', '=HYPERLINK("x")',
    " =1+1", "\ufeff=1", "\u00a0=1", "\u200f=1", "\u200b\u200e-1", "- more help",
)  # fmt: skip


@pytest.mark.parametrize("words", FORMULAS)
def test_cell_of__anything__begins_with_no_formula_and_stays_on_one_line(words: str) -> None:
    cell = cell_of(words)
    assert len(cell.splitlines()) == 1
    assert cell[0] not in "=+-@|%\uff1d\uff0b\uff0d\uff20\t\r\n"
    assert not cell.startswith((" =", "\u00a0=", "\u200f=", "\u200e-", '"='))
    assert cell_of(cell) == cell


@pytest.mark.parametrize("words", ["more help", "5 = five", "a-b", "مرحبا", "¿Qué?", "…", "1+1"])
def test_cell_of__ordinary_words__stay_as_they_are(words: str) -> None:
    assert cell_of(words) == words


def test_release__everybody_wrote_a_formula__no_separator_finds_a_cell_that_runs(station: Station) -> None:
    station.receive(response(number, words=words) for number, words in enumerate(FORMULAS))
    review(station, lines=["k"] * len(FORMULAS))
    assert release(station, "texts") == 0
    lines = (station.root / "texts" / NAME).read_text("utf-8").splitlines()
    assert len(lines) == len(FORMULAS) + 1
    cells = [cell for mark in ",;\t" for row in csv.reader(lines, delimiter=mark) for cell in row]
    bare = [cell.lstrip(' \u00a0"\ufeff\u200b\u200e\u200f') for cell in cells]
    assert [cell for cell in bare if cell[:1] in set("=+-@|%\uff1d\uff0b\uff0d\uff20")] == []
    assert station.verify("texts") == 0


def test_release__empty_ledger__is_refused_in_one_sentence(station: Station, capsys: Said) -> None:
    station.receive(responses(3))
    capsys.readouterr()
    assert release(station, "texts") == 1
    assert capsys.readouterr().err.count("\n") == 1
