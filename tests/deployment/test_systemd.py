"""The shipped units: systemd understands them, their commands are there, and those that can be run here are run."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.deployment.deployed_site import DeployedSite
from tests.deployment.guide import GUIDES, UNITS, environment_file, text_of, unit

TIMERS = [path for path in UNITS if path.suffix == ".timer"]
ONESHOTS = [path for path in UNITS if path.name.startswith("survey-") and path.suffix == ".service"]
NAMED = re.compile(r"^# /etc/systemd/system/([\w@.-]+)")


@pytest.fixture(scope="module")
def verified(site: DeployedSite) -> Path:
    """All units with the places of this machine, in one folder."""
    folder = site.root / "units"
    folder.mkdir()
    for path in UNITS:
        text = path.read_text("utf-8").replace("/srv/site", str(site.folder))
        (folder / path.name).write_text(text.replace("/etc/site", str(site.root / "etc" / "site")), "utf-8")
    (site.folder / ".venv" / "bin" / "gunicorn").chmod(0o755)
    return folder


def complaints(folder: Path, *names: str) -> str:
    """What systemd says of unit files, of this folder's own only: other packages' units are not ours."""
    words = ["systemd-analyze", "verify", "--man=no", *(str(folder / name) for name in names)]
    told = {**os.environ, "SYSTEMD_LOG_TARGET": "console", "SYSTEMD_LOG_LEVEL": "warning"}
    done = subprocess.run(words, env=told, text=True, capture_output=True, check=False, timeout=60)
    own = [path.stem for path in UNITS]
    return "\n".join(line for line in done.stderr.splitlines() if any(name in line for name in own))


def test_units__all__are_understood_by_systemd(verified: Path) -> None:
    assert complaints(verified, *(path.name for path in UNITS if "@" not in path.name)) == ""


@pytest.mark.parametrize(
    ("change", "said"), [(("Type=oneshot", "Tipe=oneshot"), "Tipe"), (("python manage", "missing manage"), "missing")]
)
def test_units__one_misspelt__is_complained_of(verified: Path, change: tuple[str, str], said: str) -> None:
    text = (verified / "survey-purge.service").read_text("utf-8")
    other = verified / "survey-purge-misspelt.service"
    other.write_text(text.replace(*change), "utf-8")
    try:
        assert said in complaints(verified, other.name)
    finally:
        other.unlink()


@pytest.mark.parametrize("path", TIMERS, ids=lambda path: path.stem)
def test_timer__its_time__comes_again_and_its_service_is_shipped(path: Path) -> None:
    when = unit(path.read_text("utf-8")).value("OnCalendar")
    done = subprocess.run(
        ["systemd-analyze", "calendar", "--iterations=2", when], text=True, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "Iter. #2" in done.stdout or "Iteration #2" in done.stdout
    assert path.with_suffix(".service") in UNITS


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_unit__first_line__says_where_it_goes_and_the_guide_links_it(path: Path) -> None:
    found = NAMED.match(path.read_text("utf-8"))
    assert found
    assert found[1] == path.name
    assert f"files/systemd/{path.name}" in (GUIDES / "systemd.md").read_text("utf-8")


@pytest.mark.parametrize("path", ONESHOTS, ids=lambda path: path.stem)
def test_service_of_a_timer__run_as_it_stands__ends_well(path: Path, site: DeployedSite, tmp_path: Path) -> None:
    if path.stem == "survey-status":  # well once the chores are noted
        assert all(site.start(f"survey-{chore}.service").returncode == 0 for chore in ("purge", "shuffle"))
    done = site.start(path.name, BACKUP_FOLDER=str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", ONESHOTS, ids=lambda path: path.stem)
def test_service_of_a_timer__tells_somebody_when_it_fails(path: Path) -> None:
    found = unit(path.read_text("utf-8"))
    assert (found.value("Type"), found.value("OnFailure")) == ("oneshot", "tell-somebody@%n.service")
    assert found.value("User") == "site"


def test_environment_file__names__are_those_that_the_settings_read() -> None:
    read = set(re.findall(r'os\.environ\["(\w+)"\]', text_of("production.py")))
    told = set(environment_file(text_of("environment")))
    assert read < told
    assert told - read == {"DJANGO_SETTINGS_MODULE", "WEB_CONCURRENCY", "BACKUP_DATABASE"}
