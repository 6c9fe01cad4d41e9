"""Opens the survey on an empty database, as a project would: python -m tests.faults.opening, private keys on stdin.

Tables, the organisation's facts, the exit survey read, signed and published, keys proven by answering the host's own
challenge, both database roles made. Entry `end` leads to the exit survey, `short` to a questionnaire of three pages.
"""

from __future__ import annotations

import sys

import django

WEB, MAINTENANCE = "survey_web", "survey_maintenance"
EXIT_SURVEY, SHORT = "exit_survey", "short"
LANGUAGES = ("en", "es")


def main(keys: list[str]) -> None:
    """Everything, in order."""
    django.setup()
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    open_survey(keys)
    call_command("survey_roles", web=WEB, maintenance=MAINTENANCE, apply=True)


def open_survey(keys: list[str]) -> None:
    """All that comes after the tables, and before the roles."""
    from django.core.management import call_command

    call_command("demo_content", verbosity=0)
    _state_facts()
    _prove(keys)
    _publish_exit_survey()
    _publish_short()
    for entry, code in (("end", EXIT_SURVEY), ("short", SHORT)):
        call_command("survey_entry", entry, "--open", questionnaire=code)


def _state_facts() -> None:
    """The sample facts stand for true ones: nobody but tests reads them."""
    from selfhelp_survey.models import Organisation

    Organisation.objects.update(is_sample=False)


def _prove(keys: list[str]) -> None:
    from selfhelp_survey.keys_in_use import accept_answer, challenge_unproven
    from selfhelp_survey.sealing.challenge import answer_challenge
    from selfhelp_survey.sealing.keys import private_key_from_bytes

    challenges = challenge_unproven()
    for key in map(private_key_from_bytes, map(bytes.fromhex, keys)):
        accept_answer(answer_challenge(challenges[key.public.fingerprint], key))


def _publish_exit_survey() -> None:
    from django.core.management import call_command

    from example_project.front_door.site import QUESTIONNAIRE

    call_command("survey_import", str(QUESTIONNAIRE))
    for language in LANGUAGES:
        call_command("survey_sign", EXIT_SURVEY, language, by="somebody who reads it")
    call_command("survey_publish", EXIT_SURVEY)


def _publish_short() -> None:
    from selfhelp_survey import repository
    from tests.django.instruments import multiple, page, questionnaire, single, written

    pages = (page("first", single("gate"), multiple("several")), page("second", written("words"), single("last")))
    repository.save_version(questionnaire(*pages, code=SHORT))


if __name__ == "__main__":
    main(sys.stdin.read().split())
