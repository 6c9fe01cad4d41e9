"""What `python3 example_project` understands before anything is installed."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from example_project.front_door.command_line import VAR, is_connection_string, parsed
from example_project.front_door.demo_keys import demo_workstations
from example_project.front_door.entrance import is_taken, main
from selfhelp_survey.sealing.key_file import load_private_key

pytestmark = pytest.mark.once


def test_parsed__no_word__serves_on_8000() -> None:
    assert parsed([]).words == ["serve", "--port", "8000"]


def test_parsed__option_alone__still_means_serve() -> None:
    assert parsed(["--port", "8001"]).port == 8001


def test_parsed__release__stores_in_a_folder_of_the_demo() -> None:
    order = parsed(["release"])
    assert (order.out, order.store, order.synthetic) == (None, str(VAR / "store"), 0)


def test_parsed__relative_folder__becomes_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert parsed(["release", "--out", "here"]).out == tmp_path / "here"


def test_words__parsed_again__give_the_same_order() -> None:
    order = parsed(["release", "--synthetic", "100", "--store", "postgresql://localhost/research"])
    assert parsed(order.words) == order


@pytest.mark.parametrize("words", [["--port", "0"], ["--port", "65536"], ["release", "--synthetic", "0"], ["sreve"]])
def test_parsed__wrong_use__ends_with_two(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ending:
        parsed(words)
    assert ending.value.code == 2
    assert capsys.readouterr().err


@pytest.mark.parametrize("store", ["postgresql://localhost/a", "postgres://a", "host=/run/x dbname=a"])
def test_is_connection_string__either_spelling_of_libpq__is_true(store: str) -> None:
    assert is_connection_string(store)


@pytest.mark.parametrize("store", ["store", "/srv/a=b/store", "./year=2026"])
def test_is_connection_string__folder__is_false(store: str) -> None:
    assert not is_connection_string(store)


def test_main__port_taken__is_refused_in_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        assert is_taken(port)
        assert main(["--port", str(port)]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_demo_workstations__second_time__have_the_same_two_keys(tmp_path: Path) -> None:
    """Which the passphrase of the folder opens."""
    stations = demo_workstations(tmp_path)
    texts = [station.folder.with_suffix(".pub").read_text() for station in stations]
    assert [station.public_key + "\n" for station in demo_workstations(tmp_path)] == texts
    assert len(set(texts)) == 2
    for station in stations:
        private = load_private_key(station.key, passphrase=station.passphrase.read_text().strip())
        assert private.public.text == station.public_key
