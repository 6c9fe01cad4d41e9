import os
from pathlib import Path

import pytest

from selfhelp_survey.errors import SealingError
from selfhelp_survey.sealing.files import new_file


def no_links(*_: object) -> None:
    raise PermissionError(1, "Operation not permitted")  # what a FAT memory stick says


def test_new_file__block_ends_well__is_there_whole(tmp_path: Path) -> None:
    with new_file(tmp_path / "a") as file:
        file.write(b"whole")
        assert not (tmp_path / "a").exists()
    assert (tmp_path / "a").read_bytes() == b"whole"


def test_new_file__block_is_interrupted__leaves_nothing(tmp_path: Path) -> None:
    def write_half() -> None:
        with new_file(tmp_path / "a") as file:
            file.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_half()
    assert not list(tmp_path.iterdir())


def test_new_file__disk_is_full__is_one_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(SealingError, match="The file a was not written: No space left"), new_file(tmp_path / "a"):
        raise OSError(28, "No space left on device")
    assert not list(tmp_path.iterdir())


def test_new_file__stick_without_hard_links__is_there_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "link", no_links)
    with new_file(tmp_path / "a") as file:
        file.write(b"whole")
    assert [(held.name, held.read_bytes()) for held in tmp_path.iterdir()] == [("a", b"whole")]


def test_new_file__stick_without_hard_links_and_file_there__is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "link", no_links)
    with pytest.raises(SealingError, match="nothing is overwritten"), new_file(tmp_path / "a"):
        (tmp_path / "a").write_bytes(b"first")
    assert [(held.name, held.read_bytes()) for held in tmp_path.iterdir()] == [("a", b"first")]
