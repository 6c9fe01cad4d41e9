"""Finished releases, checked again and loaded into a directory store."""

import json
from pathlib import Path

import pytest

from selfhelp_survey.research.command_line import run
from selfhelp_survey.research.formats import manifest as manifest_format
from selfhelp_survey.research.ledger import create_ledger
from selfhelp_survey.research_store.directory import DirectoryStore
from selfhelp_survey.sealing.keys import generate_private_key
from tests.unit.research.conftest import Station
from tests.unit.research.survey import PLAN, TOTALS, responses


@pytest.fixture
def store(station: Station) -> Path:
    """An empty directory store, and a release of 12 responses in `out`."""
    station.receive(responses(12))
    station.release("out")
    assert run(["init-store", str(station.root / "store")]) == 0
    return station.root / "store"


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("name", ["responses.csv", "codebook.json", "report.html", "report.json", "manifest.json"])
def test_verify__a_byte_changed_anywhere__is_refused(
    station: Station, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert station.verify("out") == 0
    path = station.root / "out" / name
    path.write_bytes(path.read_bytes().replace(b"1", b"2", 1))
    assert station.verify("out") == 1
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.usefixtures("store")
def test_verify__file_added_or_taken_away__is_refused(station: Station) -> None:
    extra = station.root / "out" / "notes.txt"
    extra.write_text("mine")
    assert station.verify("out") == 1
    extra.unlink()
    (station.root / "out" / "report.html").unlink()
    assert station.verify("out") == 1


@pytest.mark.usefixtures("store")
def test_verify__signed_by_another_key__is_refused(station: Station) -> None:
    other = generate_private_key().public.text
    assert run(["verify", str(station.root / "out"), "--key", other]) == 1
    assert run(["verify", str(station.root / "out"), "--key", station.private.public.text]) == 0


@pytest.mark.usefixtures("store")
def test_verify__class_under_k_behind_a_true_signature__is_refused(
    station: Station, capsys: pytest.CaptureFixture[str]
) -> None:
    directory, document = station.root / "out", station.manifest("out")
    table = directory / "responses.csv"
    lines = table.read_text().splitlines(keepends=True)
    table.write_text("".join([*lines[:-1], lines[-1].replace("en,1,", "en,2,")]))
    description = {name: value for name, value in document.items() if name not in {"files", "signature"}}
    names = [file["path"] for file in document["files"]]
    data = manifest_format.write_manifest(description, directory, names=names, private=station.private)
    (directory / "manifest.json").write_bytes(data)
    assert station.verify("out") == 1
    assert "Classes with fewer than 3 rows: 1." in capsys.readouterr().err


def test_push__twice__loads_once(station: Station, store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert station.push("out", store) == 0
    assert "12 rows are now in" in capsys.readouterr().out
    assert station.push("out", store) == 0
    assert "nothing was changed" in capsys.readouterr().out
    records = list(DirectoryStore(store).read_records("tiny"))
    assert [{name: str(value) for name, value in record.items()} for record in records] == station.rows("out")
    assert isinstance(records[0]["mood"], int)


def test_push__totals__come_back_from_the_store(station: Station, store: Path) -> None:
    station.receive(responses(15, start=100))
    assert station.release("totals", TOTALS + "tables: [[mood]]\n") == 0
    assert station.push("totals", store) == 0
    cells = {tuple(row.cell.items()): row.count for row in DirectoryStore(store).read_totals("t")}
    assert cells[(("mood", "all"),)] == 15


def test_push__release_of_another_workstation__is_refused(station: Station, store: Path) -> None:
    station.ledger.unlink()
    create_ledger(station.ledger, station.private)
    assert station.push("out", store) == 1


def test_push__edited_release__is_refused_and_nothing_is_loaded(station: Station, store: Path) -> None:
    path = station.root / "out" / "responses.csv"
    path.write_bytes(path.read_bytes() + b"en,1,1,0,0,0\n")
    assert station.push("out", store) == 1
    assert DirectoryStore(store).known_releases("tiny") == ()


def test_push__no_store_there__is_one_sentence(
    station: Station, store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert station.push("out", store.with_name("elsewhere")) == 1
    assert "init-store" in capsys.readouterr().err


def test_release__ledger_restored_from_an_old_backup__is_refused_by_what_the_store_knows(
    station: Station, store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    backup = station.backup()
    station.receive(responses(30))
    station.release("second", store=store)
    station.push("second", store)
    station.restore(backup)
    station.receive(responses(30))
    assert station.release("third", store=store) == 1
    assert "newest backup" in capsys.readouterr().err


def test_push__responses_that_an_old_ledger_released_again__are_refused_by_the_store(
    station: Station, store: Path
) -> None:
    backup = station.backup()
    station.receive(responses(30))
    station.release("second")
    station.push("out", store)
    station.push("second", store)
    station.restore(backup)
    station.receive(responses(30))
    assert station.release("again", PLAN.replace("series: tiny", "series: other")) == 0
    assert station.push("again", store) == 1
    assert DirectoryStore(store).known_releases("other") == ()


def test_manifest__written__names_what_a_reader_needs(station: Station, store: Path) -> None:
    document = json.loads((station.root / "out" / "manifest.json").read_text())
    needed = {"series", "release", "kind", "rows", "held_back", "k", "l", "quasi_identifiers", "questionnaire", "files"}
    assert needed <= document.keys()
    assert document["questionnaire"].keys() == {"code", "versions", "hashes"}
