"""Nobody who waits leaves a trace: with one person more or less waiting, a release has the same bytes in every file.

Files of every format are compared byte by byte, so that nothing needs to be known of where a trace could hide: a label
table, a statistic, a width, an order, a time.
"""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from selfhelp_survey.core.response import Channel, Response
from selfhelp_survey.research.command_line import run
from tests.unit.research.conftest import Station
from tests.unit.research.survey import PLAN, TOTALS, new_workstation, responses

pytestmark = [pytest.mark.every_format, pytest.mark.once]

RECORDS = PLAN.replace("k: 3", "k: 10") + "l: 2\ndiversity: [mood]\n"
COUNTED = f"{TOTALS}quasi_identifiers: {{age: 1}}\ntables:\n  - [mood, age]\n"
GOING = responses(10)
WAITING = responses(9, start=50, age=2)
ONE_MORE: dict[str, list[Response]] = {
    "of a rare language": responses(1, start=90, age=2, language="fi"),
    "of an age nobody else has": responses(1, start=91, age=None, language="es"),
    "who declined and wrote": responses(
        1, start=92, age=1, language="es", mood=-2, needs=(1, 3), words="Hei, olen Anna"
    ),
    "who wants not to be used": responses(2, start=93, language="fi", use=2, words="Not this"),
}
Files = dict[str, bytes]


def files(directory: Path) -> Files:
    return {path.name: path.read_bytes() for path in directory.iterdir()}


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Station:
    """A workstation to be copied, so that all copies draw the same lots."""
    key, private = new_workstation(tmp_path_factory.mktemp("before") / "station")
    return Station(root=key.parent, key=key, private=private)


def copied(before: Station, to: Path) -> Station:
    root = Path(shutil.copytree(before.root, to))
    return Station(root=root, key=root / before.key.name, private=before.private)


def released(station: Station, held: list[Response], plan: str) -> Files:
    station.receive(held)
    assert station.release("out", plan) == 0
    return files(station.root / "out")


@pytest.mark.parametrize("name", ONE_MORE)
def test_release__one_more_person_waits__every_file_has_the_same_bytes(
    before: Station, tmp_path: Path, name: str
) -> None:
    without = released(copied(before, tmp_path / "without"), [*GOING, *WAITING], RECORDS)
    with_one = released(copied(before, tmp_path / "with"), [*GOING, *WAITING, *ONE_MORE[name]], RECORDS)
    assert {path for path in with_one if with_one[path] != without.get(path)} == set()
    assert len(without) == len(with_one) > 20


def test_totals__somebody_wants_not_to_be_counted__every_file_has_the_same_bytes(
    before: Station, tmp_path: Path
) -> None:
    without = released(copied(before, tmp_path / "without"), GOING, COUNTED)
    unused = ONE_MORE["who wants not to be used"]
    assert released(copied(before, tmp_path / "with"), [*GOING, *unused], COUNTED) == without


def test_close__one_more_person_is_dropped__last_release_has_the_same_bytes(
    before: Station, tmp_path: Path, tables_only: None
) -> None:
    found = []
    for place, dropped in enumerate(([], responses(1, start=290, age=2))):
        station = copied(before, tmp_path / str(place))
        released(station, [*GOING, *responses(10, start=200, age=3, language="es", mood=1), *dropped], RECORDS)
        station.receive(responses(2, start=300, age=1, language="es", mood=2))
        plan = station.plan(RECORDS)
        wanted = ("--out", station.root / "last", "--level", "age=2", "--yes", "tiny")
        assert run(station.with_key("close", plan, *wanted)) == 0
        found.append(files(station.root / "last"))
    assert found[0] == found[1]


def test_release__what_its_people_hide_or_when_they_came__every_file_has_the_same_bytes(
    before: Station, tmp_path: Path
) -> None:
    """Not released: age 2 or 3, what was written, entry, channel and quarter; nor which bundle brought whom."""
    old = responses(4, start=50, age=2, words="Minun nimeni on Anna")
    hidden = [replace(one, answers={**one.answers, "age": 3, "words": "-"}, entry="other", channel=Channel.ANONYMOUS,
                      quarter="2027Q1") for one in old]  # fmt: skip
    one_way = released(copied(before, tmp_path / "one"), [*GOING, *old], PLAN)
    station = copied(before, tmp_path / "other")
    station.receive(hidden[1:])
    assert released(station, [*hidden[:1], *GOING[::-1]], PLAN) == one_way
