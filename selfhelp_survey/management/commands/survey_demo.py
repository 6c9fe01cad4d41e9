"""Open a working survey to look at, or take it away again."""

from argparse import ArgumentParser
from typing import Any

from selfhelp_survey.demonstration import ENTRY, open_demonstration, remove_demonstration
from selfhelp_survey.management.survey_command import SurveyCommand

SITE = "http://127.0.0.1:8000"
"""Where `manage.py runserver` serves the site unless it is told otherwise."""


class Command(SurveyCommand):
    help = (
        "Open a working survey on a developer's machine: the exit survey under a code of its own, sample facts, two "
        "throwaway keys that nobody can open anything with, and an entry that is a rehearsal. Running it again "
        "changes nothing that is there. Refused on a production site (DEBUG off). There --remove takes away one that "
        "was forgotten, all but the responses: on a production site only a receipt deletes those."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = "take it all away again; with DEBUG on also what was answered"
        parser.add_argument("--remove", action="store_true", help=what)

    def carry_out(self, **options: Any) -> None:
        if options["remove"]:
            self._remove()
        else:
            self._open()

    def _open(self) -> None:
        demonstration = open_demonstration()
        self.stdout.write("A survey to look at is open. Run `python manage.py runserver`, then visit:\n")
        for language, path in demonstration.paths:
            self.stdout.write(f"  {language:<7} {SITE}{path}")
        self.stdout.write(
            "\nIts answers are rehearsals, sealed to keys whose private halves exist nowhere unless RECIPIENTS names "
            "others.\n"
            f"Many made-up answers: python manage.py survey_synthesise 20 --entry {ENTRY}\n"
            "Take it all away:     python manage.py survey_demo --remove"
        )

    def _remove(self) -> None:
        removal = remove_demonstration()
        if not removal.was_there:
            self.stdout.write("There is no demonstration here; nothing was changed.")
        elif removal.responses is None:
            self.stdout.write(
                "The demonstration is gone, with its keys. What was sealed to them, if anything, stays: nobody can "
                "read it, and on a production site only a receipt deletes a response."
            )
        else:
            self.stdout.write("The demonstration is gone, with its keys and what was sealed to them.")
        if removal.are_versions_kept:
            self.stdout.write(
                "Its published versions stay: responses wait here that may have answered one, and could not be read "
                "without it. Once they are collected, run this again."
            )
