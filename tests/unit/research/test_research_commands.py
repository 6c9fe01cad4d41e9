"""The commands at the door: keys, help, exit codes, one sentence on stderr."""

import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from selfhelp_survey.research.command_line import run
from selfhelp_survey.sealing import ml_kem
from selfhelp_survey.sealing.challenge import check_answer, make_challenge
from selfhelp_survey.sealing.key_file import load_private_key
from selfhelp_survey.sealing.keys import generate_private_key
from tests.unit.research.conftest import Station
from tests.unit.research.survey import PASSPHRASE, PLAN, responses

pytestmark = pytest.mark.every_format


def test_keygen__new_directory__makes_key_and_ledger_for_their_owner_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    passphrase = tmp_path / "passphrase"
    passphrase.write_text(PASSPHRASE)
    arguments = ["keygen", "--out", str(tmp_path / "keys"), "--passphrase-file", str(passphrase)]
    assert run(arguments) == 0
    key, ledger = tmp_path / "keys" / "research-key.json", tmp_path / "keys" / "research-key.ledger"
    assert {path.stat().st_mode & 0o777 for path in (key, ledger)} == {0o600}
    assert load_private_key(key, passphrase=PASSPHRASE).public.text in capsys.readouterr().out
    before = key.read_bytes()
    assert run(arguments) == 2
    assert key.read_bytes() == before


@pytest.mark.hybrid
def test_keygen__hybrid__makes_a_hybrid_key_whose_text_verify_takes(
    tmp_path: Path, station: Station, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "passphrase").write_text(PASSPHRASE)
    more = ["--passphrase-file", str(tmp_path / "passphrase")]
    assert run(["keygen", "--hybrid", "--out", str(tmp_path / "keys"), *more]) == 0
    public = load_private_key(tmp_path / "keys" / "research-key.json", passphrase=PASSPHRASE).public
    assert public.is_hybrid
    assert public.text in capsys.readouterr().out
    (tmp_path / "public").write_text(f"{public.text}\n")
    for key in (public.text, tmp_path / "public", tmp_path / "keys" / "research-key.json"):
        assert run(["verify", str(tmp_path / "nothing"), "--key", str(key)]) == 1
        assert "key" not in capsys.readouterr().err


def test_keygen__hybrid_where_cryptography_cannot__says_so_and_leaves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ml_kem, "is_offered", lambda: False)
    (tmp_path / "passphrase").write_text(PASSPHRASE)
    arguments = ["keygen", "--hybrid", "--out", str(tmp_path / "keys")]
    assert run([*arguments, "--passphrase-file", str(tmp_path / "passphrase")]) == 1
    assert "cryptography >= 48" in capsys.readouterr().err
    assert not (tmp_path / "keys").exists()


@pytest.mark.hybrid
def test_prove_key__challenges_of_both_kinds__answers_its_own(tmp_path: Path, station: Station) -> None:
    hybrid = generate_private_key(is_hybrid=True)
    challenge = make_challenge(station.private.public, bytes(32))
    (station.root / "challenge").write_text(f"{make_challenge(hybrid.public, bytes(32)).text}\n{challenge.text}\n")
    assert run(station.with_key("prove-key", station.root / "challenge", "--out", station.root / "answer")) == 0
    answer = (station.root / "answer").read_text()
    assert check_answer(answer, public=station.private.public, digest=challenge.digest)


def test_prove_key__challenge_of_a_host__is_answered(station: Station) -> None:
    challenge = make_challenge(station.private.public, bytes(32))
    (station.root / "challenge").write_text(challenge.text + "\n")
    assert run(station.with_key("prove-key", station.root / "challenge", "--out", station.root / "answer")) == 0
    answer = (station.root / "answer").read_text()
    assert check_answer(answer, public=station.private.public, digest=challenge.digest)


def test_receive__wrong_passphrase__is_one_sentence(station: Station, capsys: pytest.CaptureFixture[str]) -> None:
    (station.root / "passphrase").write_text("not the passphrase")
    assert station.receive(responses(3)) == 1
    told = capsys.readouterr().err
    assert told.startswith("selfhelp-research: The passphrase is wrong")
    assert told.count("\n") == 1


def test_receive__no_such_key_or_bundle__is_one_sentence(station: Station, capsys: pytest.CaptureFixture[str]) -> None:
    assert station.receive_file(station.root / "nothing.bundle") == 1
    station.key.unlink()
    assert station.receive_file(station.root / "nothing.bundle") == 1
    assert capsys.readouterr().err.count("\n") == 2


@pytest.mark.parametrize("arguments", [[], ["dance"], ["receive"], ["release", "plan.yaml"]])
def test_run__wrong_use__exits_with_two(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        run(arguments)
    assert caught.value.code == 2


def test_help__every_command__teaches(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        run(["--help"])
    assert caught.value.code == 0
    told = capsys.readouterr().out
    for command in ("keygen", "prove-key", "receive", "release", "verify", "init-store", "push"):
        assert f"selfhelp-research {command}" in told


def test_module__started_as_a_program__needs_no_terminal(station: Station) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "selfhelp_survey.research", "receive", "b", "--receipt", "r", "--key", str(station.key)],
        check=False, stdin=subprocess.DEVNULL, capture_output=True, text=True,
    )  # fmt: skip
    assert ended.returncode == 2
    assert ended.stderr == "selfhelp-research: Nobody is here to type the passphrase: give --passphrase-file FILE.\n"


def test_keygen__passphrase_too_short__leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "passphrase").write_text("short")
    assert run(["keygen", "--out", str(tmp_path / "k"), "--passphrase-file", str(tmp_path / "passphrase")]) == 1
    assert list((tmp_path / "k").iterdir()) == []


def test_release__several_mistakes_in_a_plan__are_told_one_a_line(
    station: Station, capsys: pytest.CaptureFixture[str]
) -> None:
    station.receive(responses(12))
    capsys.readouterr()
    assert station.release("out", PLAN.replace("all", "[mod, hair]")) == 1
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 2
    assert told[0].endswith("plan.yaml, line 5: tiny has no variable mod; did you mean mood?")


def full_disk() -> None:
    """Let this process write no file longer than a hundred bytes: what a full disk does, without filling one."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))


def test_keygen__disk_full__leaves_nothing_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "passphrase").write_text(PASSPHRASE)
    arguments = ["keygen", "--out", str(tmp_path / "keys"), "--passphrase-file", str(tmp_path / "passphrase")]
    full = subprocess.run(
        [sys.executable, "-m", "selfhelp_survey.research", *arguments],
        check=False, capture_output=True, text=True, preexec_fn=full_disk,
    )  # fmt: skip
    assert (full.returncode, full.stderr.count("\n")) == (1, 1)
    assert list((tmp_path / "keys").iterdir()) == []
    assert run(arguments) == 0


def test_release__disk_full__takes_nobody_and_can_be_called_again(station: Station) -> None:
    station.receive(responses(20))
    command = station.with_key("release", station.plan(), "--out", station.root / "out")
    full = subprocess.run(
        [sys.executable, "-m", "selfhelp_survey.research", *command],
        check=False, capture_output=True, text=True, preexec_fn=full_disk,
    )  # fmt: skip
    assert (full.returncode, full.stderr.count("\n")) == (1, 1)
    assert not (station.root / "out").exists()
    assert run(command) == 0
    assert len(station.rows("out")) == 20
