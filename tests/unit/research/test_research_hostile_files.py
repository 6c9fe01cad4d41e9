"""Files that nobody should have made: plans, tables and releases are refused in words, never with a traceback."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyreadstat
import pytest
from polars.exceptions import ComputeError
from xlsxwriter.exceptions import FileCreateError

from selfhelp_survey.research import release_files
from selfhelp_survey.research.__main__ import main
from selfhelp_survey.research.command_line import run
from selfhelp_survey.research.errors import MarginalsError
from selfhelp_survey.research.formats import every
from selfhelp_survey.research.formats import manifest as manifest_format
from selfhelp_survey.research.formats.every import RECORDS, Format
from selfhelp_survey.research.planning.marginals_reader import read_marginals
from selfhelp_survey.sealing.signing import canonical_bytes, sign_document
from tests.unit.research.conftest import Station
from tests.unit.research.survey import PLAN, responses, tiny

pytestmark = [pytest.mark.every_format, pytest.mark.once]

Document = dict[str, Any]
ESCAPE = "\x1b[2J"  # clears the screen of a terminal


@pytest.fixture
def released(station: Station, tables_only: None) -> Station:
    """A workstation that released 12 responses into `out`."""
    station.receive(responses(12))
    assert station.release("out") == 0
    return station


def sign(station: Station, document: Document) -> None:
    """Put this manifest, truly signed, into `out`."""
    unsigned = {name: value for name, value in document.items() if name != "signature"}
    data = canonical_bytes(sign_document(unsigned, station.private))
    (station.root / "out" / "manifest.json").write_bytes(data)


def replace_file(station: Station, name: str, data: bytes) -> None:
    """Put these bytes into a file of `out`, as if they had been released."""
    (station.root / "out" / name).write_bytes(data)
    document = station.manifest("out")
    for file in document["files"]:
        file["sha256"] = manifest_format.file_digest(station.root / "out" / file["path"])
    sign(station, document)


def refusal(station: Station, capsys: pytest.CaptureFixture[str]) -> str:
    """What `verify` says against `out`, in one line."""
    capsys.readouterr()
    assert station.verify("out") == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    return said


def without_digest(document: Document) -> None:
    del document["files"][0]["sha256"]


FILE_LISTS: list[Callable[[Document], object]] = [
    lambda document: document.update(files=None),
    lambda document: document.update(files=7),
    lambda document: document.update(files=["responses.csv"]),
    lambda document: document.update(files=[[["deep"]]]),
    lambda document: document["files"][0].update(path=7),
    lambda document: document["files"][0].update(path="../responses.csv"),
    lambda document: document["files"][0].update(sha256=None),
    lambda document: document.pop("files"),
    without_digest,
]


@pytest.mark.parametrize("damage", FILE_LISTS)
def test_verify__signed_manifest_with_an_impossible_list_of_files__is_refused(
    released: Station, capsys: pytest.CaptureFixture[str], damage: Callable[[Document], object]
) -> None:
    document = released.manifest("out")
    damage(document)
    sign(released, document)
    assert "names its files" in refusal(released, capsys)


@pytest.mark.parametrize("name", ["release", "held_back", "rows"])
@pytest.mark.parametrize("value", [None, "12", -1, 12.0, True, [], ESCAPE])
def test_verify__signed_manifest_with_a_count_that_is_none__is_refused(
    released: Station, capsys: pytest.CaptureFixture[str], name: str, value: object
) -> None:
    sign(released, released.manifest("out") | {name: value})
    assert ESCAPE not in refusal(released, capsys)


@pytest.mark.parametrize(
    "data", [b"", b"null", b"7", b"{}", b'{"variables": [7]}', b'{"variables": 7}', b"[" * 100_000, b"9" * 5000,
             "{}".encode("utf-16")]
)  # fmt: skip
def test_verify__signed_codebook_that_describes_nothing__is_refused(
    released: Station, capsys: pytest.CaptureFixture[str], data: bytes
) -> None:
    replace_file(released, "codebook.json", data)
    assert "codebook.json" in refusal(released, capsys)


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b'"' + b"x" * 200_000])
def test_verify__signed_table_that_is_no_table__is_refused(
    released: Station, capsys: pytest.CaptureFixture[str], data: bytes
) -> None:
    replace_file(released, "responses.csv", data)
    assert "responses.csv" in refusal(released, capsys)


@pytest.mark.parametrize("name", ["responses.csv", "manifest.json"])
def test_verify__directory_where_a_file_belongs__is_refused(
    released: Station, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    (released.root / "out" / name).unlink()
    (released.root / "out" / name).mkdir()
    assert name in refusal(released, capsys)


@pytest.mark.parametrize("name", ["responses.csv", "manifest.json"])
def test_verify__named_pipe_where_a_file_belongs__is_refused_at_once(
    released: Station, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    (released.root / "out" / name).unlink()
    os.mkfifo(released.root / "out" / name)
    assert name in refusal(released, capsys)


def test_verify__file_name_that_would_clear_the_screen__is_shown_harmless(
    released: Station, capsys: pytest.CaptureFixture[str]
) -> None:
    (released.root / "out" / f"{ESCAPE}.txt").write_text("x")
    said = refusal(released, capsys)
    assert "\x1b" not in said
    assert "�[2J.txt" in said


def test_release__variable_that_would_clear_the_screen__is_shown_harmless(
    station: Station, capsys: pytest.CaptureFixture[str]
) -> None:
    station.receive(responses(12))
    assert station.release("out", PLAN.replace("all", r'["\e[2J"]')) == 1
    said = capsys.readouterr().err
    assert "\x1b" not in said
    assert "line 5: tiny has no variable �[2J" in said


def test_release__plan_of_no_column__is_refused_before_anything_is_written(
    station: Station, capsys: pytest.CaptureFixture[str]
) -> None:
    station.receive(responses(12))
    plan = PLAN.replace("all", "[]").replace("quasi_identifiers: {age: 1, language: 1}\n", "")
    assert station.release("out", plan) == 1
    assert "line 5: nothing would be released: name a variable" in capsys.readouterr().err
    assert not list(station.root.glob("out*"))


@pytest.mark.parametrize("key", ["? [a, b]\n: 3\n", "? {a: b}\n: 3\n"])
def test_plan__key_that_is_no_word__is_told_with_its_line(
    station: Station, capsys: pytest.CaptureFixture[str], key: str
) -> None:
    assert station.release("out", PLAN + key) == 1
    said = capsys.readouterr().err
    assert "line 10: a key is one word" in said
    assert "Node" not in said


@pytest.mark.parametrize(("character", "told"), [("\0", "U+0000"), ("\x1b", "U+001B"), ("￾", "U+FFFE")])
def test_marginals__character_that_no_text_holds__is_named_as_it_is(character: str, told: str) -> None:
    with pytest.raises(MarginalsError, match=f"the character {told.replace('+', '[+]')} cannot stand in a text file"):
        read_marginals(f"left_blank: 5{character}\n", tiny(), source="shares.yaml")


def test_command__output_that_no_encoding_holds__ends_without_a_traceback(tmp_path: Path) -> None:
    name = os.fsdecode(b"\xff.csv")
    command = [sys.executable, "-m", "selfhelp_survey.research", "verify", name]
    done = subprocess.run(command, capture_output=True, cwd=tmp_path, check=False)
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    assert run(["verify", str(tmp_path / name), "--key", "shs1.x"]) == 1


def test_manifest__written_by_a_release__names_whole_counts(released: Station) -> None:
    document = json.loads((released.root / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert all(type(document[name]) is int for name in ("release", "held_back", "rows"))


@pytest.mark.parametrize("stopped", [KeyboardInterrupt, OSError])
def test_release__stopped_or_failed_while_it_is_written__leaves_nothing_and_can_be_called_again(
    station: Station, tables_only: None, monkeypatch: pytest.MonkeyPatch, stopped: type[BaseException]
) -> None:
    def stop(_source: object, _directory: Path) -> None:
        raise stopped

    station.receive(responses(12))
    with monkeypatch.context() as patched:
        patched.setattr(release_files, "check_every", stop)
        assert station.release("out") == 1
    assert not list(station.root.glob("out*"))
    assert station.release("out") == 0


def test_command__stopped_while_it_loads__says_so_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(name: str, *_more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("builtins.__import__", stop)
    code = main()
    monkeypatch.undo()
    assert code == 1
    assert capsys.readouterr().err == "selfhelp-research: Stopped before it began.\n"


@pytest.mark.parametrize(
    "told", [pyreadstat.ReadstatError("Unable to write 4711"), FileCreateError("4711"), ComputeError("4711")]
)
def test_release__writer_that_finds_the_disk_full__is_refused_in_words_without_a_cell(
    station: Station, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], told: Exception
) -> None:
    def fill(_source: object, _directory: Path) -> None:
        raise told

    station.receive(responses(12))
    sav = Format(outputs=RECORDS, names=("responses.LANGUAGE.sav",), write=fill)
    monkeypatch.setattr(every, "FORMATS", (sav,))
    assert station.release("out") == 1
    said = capsys.readouterr().err
    assert "responses.LANGUAGE.sav cannot be written: look at the disk" in said
    assert "4711" not in said
    assert not list(station.root.glob("out*"))
