"""A demo release that was made and could not be loaded."""

from __future__ import annotations

from pathlib import Path

import pytest

from example_project.front_door.command_line import parsed
from example_project.front_door.workstation import Refused, Workstation


class WithoutStore(Workstation):
    """A workstation whose releases succeed and whose store has gone away."""

    def _run(self, command: str, *arguments: str) -> None:
        if command == "push":
            raise Refused(1)


def test_publish__store_refuses_the_release__says_where_it_is_and_how_to_load_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from example_project.front_door.release import publish  # its models need the apps, which stand by now

    station = WithoutStore(folder=tmp_path / "keys", passphrase=tmp_path / "passphrase")
    with pytest.raises(Refused):
        publish(station, parsed(["release", "--out", str(tmp_path / "out")]))
    told = capsys.readouterr().out
    assert f"selfhelp-research push {tmp_path / 'out'} --store DSN --key {station.key}" in told
    assert "Stored in" not in told
