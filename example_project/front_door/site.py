"""The demo site, inside `.venv`: keys, tables, programme, questionnaire, open entries; then Django's own server."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from pathlib import Path
from types import FrameType

import django
from django.core.management import call_command
from django.core.management.base import CommandError

from example_project.front_door.command_line import VAR, parsed
from example_project.front_door.demo_keys import demo_workstations
from example_project.front_door.entrance import LOOPBACK, REFUSED
from example_project.front_door.environment import ROOT, say
from example_project.front_door.workstation import Refused, Workstation
from selfhelp_survey.errors import SurveyError

QUESTIONNAIRE = ROOT / "selfhelp_survey" / "questionnaires" / "exit_survey.yaml"
CODE = "exit_survey"
ENTRY = "end"
GOODBYE = "\nStopped. Everything is kept in example_project/var for the next time."


def main(words: list[str]) -> int:
    """The exit code, after the server was stopped with Ctrl-C or could not start."""
    order = parsed(words)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        prepare()
        _announce(order.port)
        call_command("runserver", f"{LOOPBACK}:{order.port}", use_reloader=False, shutdown_message=GOODBYE)
    except KeyboardInterrupt:
        say(GOODBYE)
    except (CommandError, Refused, SurveyError) as refusal:
        print(refusal, file=sys.stderr)
        return REFUSED
    return 0


def prepare() -> tuple[Workstation, ...]:
    """The demo's workstations, after making the site as far as it is not made yet.

    A second time takes a moment. Raises: CommandError, Refused, SurveyError.
    """
    VAR.mkdir(exist_ok=True)
    stations = demo_workstations(VAR)  # before the settings are read: they name the public keys
    os.environ["DJANGO_SETTINGS_MODULE"] = "example_project.settings"  # whatever else this shell works on
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("demo_content", verbosity=0)
    if not _is_open():
        say("Proving the demo keys, publishing the survey")
        _prove(stations)
        call_command("survey_import", str(QUESTIONNAIRE))
        call_command("survey_publish", CODE)
        call_command("demo_content", open_entries=True, verbosity=0)
    return stations


def _is_open() -> bool:
    """Whether new respondents can begin already."""
    from selfhelp_survey.entries import read_entry

    entry = read_entry(ENTRY)
    return entry is not None and entry.is_open


def _prove(stations: tuple[Workstation, ...]) -> None:
    """Every key answers the host's challenge, exactly as on a real project."""
    with tempfile.TemporaryDirectory(dir=VAR) as folder:
        challenges = Path(folder) / "challenges.txt"
        call_command("survey_keys", prove=True, out=challenges)
        if not challenges.exists():
            return
        for number, station in enumerate(stations):
            answer = Path(folder) / f"answer-{number}.txt"
            station.answer(challenges, answer)
            call_command("survey_keys", answer=answer)


def _announce(port: int) -> None:
    """The addresses and the maintainer's login."""
    from django.conf import settings

    address = f"http://{LOOPBACK}:{port}/"
    login = settings.DEMO_MAINTAINER
    say(f"\nThe programme     {address}")
    say(f"The survey        {address}{settings.DEMO_SURVEY_PATH}")
    say(f"For maintainers   {address}admin/   name: {login['username']}   password: {login['password']}")
    say("Research release  python3 example_project release")
    say("Ctrl-C stops it.\n")


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
