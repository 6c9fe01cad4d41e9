"""The demo site, inside `.venv`: keys, tables, programme, questionnaire, open entries; then Django's own server."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
from io import StringIO
from pathlib import Path
from types import FrameType

import django
from django.core.management import call_command
from django.core.management.base import CommandError

from example_project.front_door.command_line import VAR, parsed
from example_project.front_door.demo_keys import PASSPHRASE, made_demo_keys
from example_project.front_door.entrance import LOOPBACK, REFUSED
from example_project.front_door.environment import ROOT, say
from example_project.front_door.workstation import Refused, Workstation
from selfhelp_survey.errors import SurveyError

KEYS = VAR / "keys"
QUESTIONNAIRE = ROOT / "selfhelp_survey" / "questionnaires" / "exit.yaml"
CODE = "exit"
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


def prepare() -> None:
    """Make the site as far as it is not made yet; a second time takes a moment. Raises: CommandError, SurveyError."""
    VAR.mkdir(exist_ok=True)
    keys = made_demo_keys(KEYS)  # before the settings are read: they list the public keys
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "example_project.settings")
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("demo_content")
    if not _is_open():
        _prove(keys)
        call_command("survey_import", str(QUESTIONNAIRE))
        call_command("survey_publish", CODE)
        call_command("demo_content", open_entries=True)


def workstations() -> tuple[Workstation, ...]:
    """One workstation for each demo key."""
    return tuple(Workstation(key=key, passphrase=KEYS / PASSPHRASE) for key in made_demo_keys(KEYS))


def _is_open() -> bool:
    """Whether an entry of the survey is open already."""
    answer = StringIO()
    with contextlib.suppress(SystemExit):
        call_command("survey_status", json=True, stdout=answer)
    return bool(json.loads(answer.getvalue())["open"])


def _prove(keys: tuple[Path, ...]) -> None:
    """Every key answers the host's challenge, exactly as on a real project."""
    challenge = VAR / "challenge.txt"
    call_command("survey_keys", prove=True, out=str(challenge))
    for key, workstation in zip(keys, workstations(), strict=True):
        answer = VAR / f"{key.stem}-answer.txt"
        workstation.answer(challenge, answer)
        call_command("survey_keys", answer=str(answer))


def _announce(port: int) -> None:
    """The addresses and the maintainer's login."""
    address = f"http://{LOOPBACK}:{port}/"
    from django.conf import settings

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
