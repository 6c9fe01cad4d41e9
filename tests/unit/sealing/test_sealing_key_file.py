import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from selfhelp_survey.errors import SealingError
from selfhelp_survey.sealing.errors import WrongPassphrase
from selfhelp_survey.sealing.key_file import Cost, load_private_key, load_public_key, save_private_key
from selfhelp_survey.sealing.keys import PrivateKey, private_bytes

PASSPHRASE = "five quiet words on paper"
CHEAP = Cost(memory=64, passes=1)


@pytest.fixture
def path(tmp_path: Path, stranger: PrivateKey) -> Path:
    path = tmp_path / "research.key"
    save_private_key(stranger, path, passphrase=PASSPHRASE, cost=CHEAP)
    return path


def change(path: Path, **changes: Any) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_load_private_key__right_passphrase__gives_the_key(path: Path, stranger: PrivateKey) -> None:
    assert private_bytes(load_private_key(path, passphrase=PASSPHRASE)) == private_bytes(stranger)


def test_load_private_key__default_cost__gives_the_key(tmp_path: Path, stranger: PrivateKey) -> None:
    save_private_key(stranger, tmp_path / "key", passphrase=PASSPHRASE)
    assert load_private_key(tmp_path / "key", passphrase=PASSPHRASE).public == stranger.public
    assert json.loads((tmp_path / "key").read_text())["cost"] == {"memory": 65536, "passes": 3, "lanes": 1}


@pytest.mark.parametrize("passphrase", ["", "five quiet words on papeR", PASSPHRASE + " ", "\ud800"])
def test_load_private_key__wrong_passphrase__is_one_sentence_without_it(path: Path, passphrase: str) -> None:
    with pytest.raises(WrongPassphrase) as caught:
        load_private_key(path, passphrase=passphrase)
    assert str(caught.value).startswith("The passphrase is wrong, or the key file was changed")
    assert caught.value.__cause__ is None


def test_load_private_key__letter_composed_in_another_way__opens(tmp_path: Path, stranger: PrivateKey) -> None:
    save_private_key(stranger, tmp_path / "key", passphrase="viisi hiljaista sanaa pöydällä", cost=CHEAP)
    decomposed = "viisi hiljaista sanaa po\u0308yda\u0308lla\u0308"
    assert load_private_key(tmp_path / "key", passphrase=decomposed).public == stranger.public


def test_load_private_key__file_cut_anywhere__is_refused(path: Path) -> None:
    whole = path.read_bytes()
    for length in range(len(whole) - 1):  # without its last line feed it is still whole
        path.write_bytes(whole[:length])
        with pytest.raises(SealingError, match=r"research\.key is not a whole research key file: use the other copy"):
            load_private_key(path, passphrase=PASSPHRASE)


def test_load_private_key__public_half_exchanged__is_refused(path: Path, first: PrivateKey) -> None:
    change(path, public=first.public.text)
    with pytest.raises(WrongPassphrase):
        load_private_key(path, passphrase=PASSPHRASE)


def test_load_private_key__cost_changed__is_refused(path: Path) -> None:
    change(path, cost={"memory": 128, "passes": 1, "lanes": 1})
    with pytest.raises(WrongPassphrase):
        load_private_key(path, passphrase=PASSPHRASE)


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "shs-private-key/2"},
        {"more": 1},
        {"salt": 1},
        {"salt": "AA"},
        {"nonce": "!" * 16},
        {"sealed": None},
        {"cost": None},
        {"cost": {}},
        {"cost": {"memory": 1 << 40, "passes": 1, "lanes": 1}},
        {"cost": {"memory": 7, "passes": 1, "lanes": 1}},
        {"cost": {"memory": 64, "passes": 0, "lanes": 1}},
        {"cost": {"memory": 64, "passes": True, "lanes": 1}},
        {"cost": {"memory": "64", "passes": 1, "lanes": 1}},
        {"cost": {"memory": 64, "passes": 1, "lanes": 1, "more": 1}},
    ],
)
def test_load_private_key__strange_file__is_refused(path: Path, changes: dict[str, Any]) -> None:
    change(path, **changes)
    with pytest.raises(SealingError, match="use the other copy"):
        load_private_key(path, passphrase=PASSPHRASE)


def test_load_private_key__huge_file__is_refused(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b" " * 5000)
    with pytest.raises(SealingError, match="use the other copy"):
        load_private_key(path, passphrase=PASSPHRASE)


def test_load_private_key__no_file__is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(SealingError, match=r"The file absent\.key was not read: No such file"):
        load_private_key(tmp_path / "absent.key", passphrase=PASSPHRASE)


def test_load_public_key__without_passphrase__gives_the_public_half(path: Path, stranger: PrivateKey) -> None:
    assert load_public_key(path) == stranger.public


def test_load_public_key__not_text__is_refused(path: Path) -> None:
    change(path, public=5)
    with pytest.raises(SealingError):
        load_public_key(path)


def test_save_private_key__file_there__is_refused_and_left_alone(path: Path, first: PrivateKey) -> None:
    before = path.read_bytes()
    with pytest.raises(SealingError, match="nothing is overwritten"):
        save_private_key(first, path, passphrase=PASSPHRASE, cost=CHEAP)
    assert path.read_bytes() == before
    assert [held.name for held in path.parent.iterdir()] == ["research.key"]


def test_save_private_key__dangling_link_there__is_refused(tmp_path: Path, first: PrivateKey) -> None:
    (tmp_path / "key").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SealingError, match="nothing is overwritten"):
        save_private_key(first, tmp_path / "key", passphrase=PASSPHRASE, cost=CHEAP)


def test_save_private_key__generous_umask__is_still_private(tmp_path: Path, first: PrivateKey) -> None:
    before = os.umask(0)
    try:
        save_private_key(first, tmp_path / "key", passphrase=PASSPHRASE, cost=CHEAP)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600


def test_save_private_key__no_folder__is_one_sentence(tmp_path: Path, first: PrivateKey) -> None:
    with pytest.raises(SealingError, match="The file key was not written: No such file"):
        save_private_key(first, tmp_path / "absent" / "key", passphrase=PASSPHRASE, cost=CHEAP)


@pytest.mark.parametrize("passphrase", ["", "x" * 11])
def test_save_private_key__short_passphrase__is_refused(tmp_path: Path, first: PrivateKey, passphrase: str) -> None:
    with pytest.raises(SealingError, match="at least 12 characters"):
        save_private_key(first, tmp_path / "key", passphrase=passphrase, cost=CHEAP)
    assert not list(tmp_path.iterdir())


def test_save_private_key__passphrase_of_twelve__is_taken(tmp_path: Path, first: PrivateKey) -> None:
    save_private_key(first, tmp_path / "key", passphrase="x" * 12, cost=CHEAP)
    assert (tmp_path / "key").exists()


def test_save_private_key__file__holds_no_private_byte_in_any_spelling(path: Path, stranger: PrivateKey) -> None:
    data, half = path.read_bytes(), private_bytes(stranger)[:32]
    assert half not in data
    assert half.hex().encode() not in data


def test_save_private_key__twice_with_one_passphrase__differs(tmp_path: Path, first: PrivateKey) -> None:
    for name in ("a", "b"):
        save_private_key(first, tmp_path / name, passphrase=PASSPHRASE, cost=CHEAP)
    assert (tmp_path / "a").read_bytes() != (tmp_path / "b").read_bytes()
