"""Answer the survey with made-up answers."""

from argparse import ArgumentParser
from typing import Any

from selfhelp_survey.conf import survey_settings
from selfhelp_survey.entries import read_entry
from selfhelp_survey.errors import SurveyError, UsageError
from selfhelp_survey.management.progress import progress
from selfhelp_survey.management.survey_command import SurveyCommand
from selfhelp_survey.synthesis import synthesiser


class Command(SurveyCommand):
    help = (
        "Answer N surveys with made-up answers, page by page and sealed like real ones. Each is marked as synthetic "
        "inside its seal, so it can never mix with real ones. Refused on a production site."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", type=int, metavar="N", help="how many surveys to answer")
        parser.add_argument("--entry", default="end", help="the entry to answer at (default: end)")

    def carry_out(self, **options: Any) -> None:
        number: int = options["number"]
        entry: str = options["entry"]
        if number < 1:
            raise UsageError("N is a whole number of at least 1")
        if not survey_settings.is_debug:
            raise SurveyError("made-up answers are for demonstrations: this is a production site (DEBUG is off)")
        way_in = read_entry(entry)
        if way_in is None:
            raise SurveyError(f"there is no entry '{entry}' with a published questionnaire")
        makes_up = synthesiser(way_in)
        for _ in progress(range(number), self.stderr, "answering"):
            makes_up.answer_one()
        self.stdout.write(f"answered {number} surveys with made-up answers")
