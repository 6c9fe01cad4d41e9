"""Finished releases, checked again and loaded into a directory store."""

import json
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from selfhelp_survey.research.command_line import run
from selfhelp_survey.research.formats import manifest as manifest_format
from selfhelp_survey.research.ledger import create_ledger
from selfhelp_survey.research.pushing import registration_of
from selfhelp_survey.research.verify import verify_release
from selfhelp_survey.research_store.directory import DirectoryStore
from selfhelp_survey.sealing.keys import generate_private_key
from tests.unit.research.conftest import Station
from tests.unit.research.survey import PLAN, TOTALS, bundle, new_workstation, responses


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


def second_workstation(station: Station) -> Station:
    """A second research key with a ledger of its own; what `station` bundles is sealed to both."""
    key, private = new_workstation(station.root / "second")
    return Station(root=station.root / "second", key=key, private=private)


def test_push__two_ledgers_release_the_same_people__store_takes_them_once(
    station: Station, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    second = second_workstation(station)
    both = bundle(tmp_path / "both.bundle", responses(12), [station.private.public, second.private.public])
    for one, name in ((station, "first"), (second, "second")):
        assert run(one.with_key("receive", both, "--receipt", one.root / "receipt")) == 0
        assert one.release("out", PLAN.replace("series: tiny", f"series: {name}")) == 0
    run(["init-store", str(tmp_path / "store")])
    assert station.push("out", tmp_path / "store") == 0
    capsys.readouterr()
    assert second.push("out", tmp_path / "store") == 1
    assert "A response of this release is already in the store" in capsys.readouterr().err
    assert DirectoryStore(tmp_path / "store").known_releases("second") == ()


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    ("name", "value"),
    [("k", 2), ("quasi_identifiers", []), ("minimum_size", 1), ("levels", {}), ("diversity", [{}]), ("plan", {})],
)
def test_verify__manifest_against_its_own_plan_behind_a_true_signature__is_refused(
    station: Station, capsys: pytest.CaptureFixture[str], name: str, value: object
) -> None:
    directory, document = station.root / "out", station.manifest("out")
    description = {key: held for key, held in document.items() if key not in {"files", "signature"}} | {name: value}
    names = [file["path"] for file in document["files"]]
    data = manifest_format.write_manifest(description, directory, names=names, private=station.private)
    (directory / "manifest.json").write_bytes(data)
    assert station.verify("out") == 1
    assert "do not use it" in capsys.readouterr().err


def test_init_store__series_of_a_release__is_registered_once(
    station: Station, store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["init-store", str(store), "--series", str(station.root / "out")]
    assert run([*arguments, "--key", generate_private_key().public.text]) == 1
    capsys.readouterr()
    for told in ("The series tiny is registered.", "The series tiny was registered already."):
        assert run([*arguments, "--key", station.private.public.text]) == 0
        assert told in capsys.readouterr().out
    assert DirectoryStore(store).find_series("tiny").k == 3
    assert station.push("out", store) == 0


def test_push__series_registered_with_a_weaker_promise__is_refused(station: Station, store: Path) -> None:
    wanted = registration_of(verify_release(station.root / "out", [station.private.public]).series)
    DirectoryStore(store).register_series(replace(wanted, minimum=1))
    assert station.push("out", store) == 1
    assert DirectoryStore(store).known_releases("tiny") == ()


@pytest.mark.parametrize(
    "damage",
    list(product(["series.json", "release-0001/index.json", "release-0001/digests.txt"], [b"", b"{", b"[]", b"\xff"])),
)
def test_push__store_folder_damaged__is_one_sentence(
    station: Station, store: Path, capsys: pytest.CaptureFixture[str], damage: tuple[str, bytes]
) -> None:
    station.push("out", store)
    station.receive(responses(12, start=100))
    station.release("second")
    name, data = damage
    (store / "tiny" / name).write_bytes(data)
    capsys.readouterr()
    assert station.push("second", store) == 1
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "was changed after the store wrote it" in told


def test_push__rest_of_a_load_that_was_killed__is_cleared_away(station: Station, store: Path) -> None:
    rest = store / "tiny" / ".unfinished-abc"
    rest.mkdir(parents=True)
    (rest / "records.jsonl").write_text("{}")
    assert station.push("out", store) == 0
    assert not rest.exists()


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("name", ["", "elsewhere"])
def test_push__folder_that_is_no_store__is_left_alone(
    station: Station, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = station.root / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    assert run(station.with_key("push", station.root / "out", "--store", name and elsewhere)) == 1
    assert list(elsewhere.iterdir()) == []
    (elsewhere / "thesis.txt").write_text("mine")
    assert run(["init-store", str(elsewhere)]) == 1
    assert [path.name for path in elsewhere.iterdir()] == ["thesis.txt"]
