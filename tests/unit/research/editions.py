"""Two releases of one series in a workstation's folder, and what the tests of editions do with them."""

import shutil
from collections import Counter
from pathlib import Path

import pytest

from selfhelp_survey.research.command_line import run
from selfhelp_survey.research.formats import every
from tests.unit.research.conftest import TABLES, Station
from tests.unit.research.survey import PLAN, TOTALS, new_workstation, response, responses

COLUMNS = ("language", "age", "mood", "needs_01", "needs_02", "needs_03")
DIVERSE = PLAN + "l: 2\ndiversity: [mood]\n"
COUNTS = TOTALS + "quasi_identifiers: {language: 1}\ntables: [[mood], [mood, language]]\n"
SURVEY = Path(every.__file__).parents[2] / "questionnaires" / "exit_survey.yaml"


def edition(station: Station, name: str, *words: str | Path) -> int:
    return run(station.with_key("edition", "--out", station.root / name, *words))


def of(station: Station, *names: str) -> list[str | Path]:
    return [word for name in names for word in ("--from", station.root / name)]


def erratum(station: Station, text: str) -> list[str | Path]:
    path = station.root / "erratum.yaml"
    path.write_text(text, encoding="utf-8")
    return ["--erratum", path]


def verify_from(station: Station, name: str, *sources: str) -> int:
    return run(["verify", str(station.root / name), "--key", station.private.public.text,
                *map(str, of(station, *sources))])  # fmt: skip


def rows(station: Station, *names: str) -> Counter[tuple[str, ...]]:
    return Counter(tuple(row.values()) for name in names for row in station.rows(name))


def content(station: Station, name: str) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (station.root / name).iterdir()}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Station:
    """Two releases: 17 and 18 rows, some old, some of other languages; mood differs in every class."""
    root = tmp_path_factory.mktemp("prepared")
    key, private = new_workstation(root)
    station = Station(root=root, key=key, private=private)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(every, "FORMATS", tuple(each for each in every.FORMATS if TABLES.issuperset(each.names)))
        make_two(station)
    return station


def make_two(station: Station) -> None:
    for number in (1, 2):
        start = 100 * number
        old = responses(2 + number, start=start + 20, age=2, needs=(number,))
        foreign = responses(3, start=start + 40, age=3, language="fi", needs=(number,))
        more = response(start + 60, mood=1, needs=(number,))
        station.receive([*responses(10, start=start, needs=(number,)), *old, *foreign, more])
        assert station.release(f"release-{number}", DIVERSE) == 0


@pytest.fixture
def two(prepared: Station, tmp_path: Path, tables_only: None) -> Station:
    """A copy of the two releases and their ledger, which still notes the places they were copied from."""
    root = Path(shutil.copytree(prepared.root, tmp_path / "copy"))
    return Station(root=root, key=root / prepared.key.name, private=prepared.private, bundles=2)
