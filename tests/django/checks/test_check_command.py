"""`manage.py check` on the example site: nothing while developing, a checklist for production."""

from __future__ import annotations

import os
import re
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import registry
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from selfhelp_survey.sealing.keys import generate_private_key

ROOT = Path(__file__).resolve().parents[3]
EVERYWHERE = {"W001", "W002", "W003", "W018"}
"""What the example leaves as Django has it, and the limits it leaves open: it is a demo."""
SILENT_SETTINGS = """
from example_project.settings import *

SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_PATH = "/admin/"
CSRF_COOKIE_AGE = None
SECURE_HSTS_SECONDS = 31536000
DATABASES["maintenance"] = dict(DATABASES["default"], USER="maintenance")
SELFHELP_SURVEY = {
    "RECIPIENTS": SELFHELP_SURVEY["RECIPIENTS"],
    "PEPPER": SELFHELP_SURVEY["PEPPER"],
    "MAINTENANCE_DATABASE": "maintenance",
}
"""


def check(folder: Path, *options: str, **given: str) -> tuple[int, set[str], str]:
    """The exit code of `manage.py check` on the example site, our ids in what it said, and all that it said."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("EXAMPLE_", "DJANGO_"))}
    variables = {**kept, "EXAMPLE_VAR": str(folder), "PYTHONPATH": f"{ROOT}{os.pathsep}{folder}", **given}
    command = [sys.executable, str(ROOT / "example_project" / "manage.py"), "check", *options]
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False, timeout=100)
    said = done.stdout + done.stderr
    return done.returncode, set(re.findall(r"\(selfhelp_survey\.([EW]\d{3})\)", said)), said


def recipients(count: int = 2) -> str:
    return ",".join(generate_private_key().public.text for _ in range(count))


def test_check__example_while_developing__is_silent(tmp_path: Path) -> None:
    code, found, said = check(tmp_path)
    assert (code, found) == (0, set())
    assert "no issues" in said


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({}, {"E001", "E002", "E003", "W010", "W019"}),
        ({"EXAMPLE_DEBUG": "0"}, {"E001", "E002", "W010", "W019"}),
        ({"EXAMPLE_DEBUG": "0", "EXAMPLE_DATABASE_DSN": "host=nowhere"}, {"E001", "W010", "W019"}),
        (
            {"EXAMPLE_DEBUG": "0", "EXAMPLE_DATABASE_DSN": "host=nowhere", "EXAMPLE_RECIPIENTS": "KEYS"},
            {"W010", "W019"},
        ),
        (
            {
                "EXAMPLE_DEBUG": "0",
                "EXAMPLE_DATABASE_DSN": "host=nowhere",
                "EXAMPLE_RECIPIENTS": "KEYS",
                "EXAMPLE_ALLOWED_HOSTS": "abcdefgh.onion,example.org",
            },
            {"W011", "W019"},
        ),
    ],
)
def test_check_deploy__example__names_what_is_missing(tmp_path: Path, given: dict[str, str], found: set[str]) -> None:
    given = {name: value.replace("KEYS", recipients()) for name, value in given.items()}
    code, ids, _ = check(tmp_path, "--deploy", **given)
    assert ids == EVERYWHERE | found
    assert code == any(number.startswith("E") for number in ids)


def test_check_deploy__everything_set_right__says_nothing_of_ours(tmp_path: Path) -> None:
    (tmp_path / "silent_settings.py").write_text(SILENT_SETTINGS)
    code, found, said = check(
        tmp_path, "--deploy", DJANGO_SETTINGS_MODULE="silent_settings", EXAMPLE_DEBUG="0",
        EXAMPLE_DATABASE_DSN="host=nowhere", EXAMPLE_RECIPIENTS=recipients(),
        EXAMPLE_ALLOWED_HOSTS="abcdefgh.onion",
    )  # fmt: skip
    assert (code, found) == (0, set()), said


def test_check_deploy__whatever_it_says__shows_no_secret(tmp_path: Path) -> None:
    hidden = {f"EXAMPLE_{name}": secrets.token_hex(8) for name in ("SECRET_KEY", "PEPPER", "RECIPIENTS")}
    _, found, said = check(tmp_path, "--deploy", EXAMPLE_DEBUG="0", **hidden)
    assert {"E001", "E006", "W012"} <= found
    assert [name for name, value in hidden.items() if value in said] == []


def test_check_deploy__silenced_ids__stop_nothing(settings: Any) -> None:
    settings.SELFHELP_SURVEY = {}
    with pytest.raises(SystemCheckError, match=r"selfhelp_survey\.E001"):
        call_command("check", deploy=True, tags=["security"])
    ours = {f"selfhelp_survey.E{number:03}" for number in range(1, 10)}
    settings.SILENCED_SYSTEM_CHECKS = sorted(ours)
    call_command("check", deploy=True, tags=["security"])


def test_registered_checks__ours__are_documented_functions_that_production_runs() -> None:
    ours = [each for each in registry.registry.get_checks(True) if each.__module__.startswith("selfhelp_survey.checks")]
    assert len(ours) > 30
    assert [each for each in ours if not each.__doc__] == []
