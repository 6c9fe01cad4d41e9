"""Open, pause or close a way into the survey."""

from argparse import ArgumentParser
from typing import Any

from selfhelp_survey.entrance import set_entry_state
from selfhelp_survey.management.survey_command import SurveyCommand
from selfhelp_survey.models import Entry


class Command(SurveyCommand):
    help = (
        "Open, pause or close an entry. Its code stands in the address, so choose a neutral one. Open takes "
        "everybody; paused takes what was begun before and no new respondents; closed takes nothing, and whoever "
        "was in the middle is told so. An entry opens only with a published questionnaire and proven keys."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", metavar="CODE", help="the entry, as in its address")
        state = parser.add_mutually_exclusive_group(required=True)
        for name, (value, sense) in _STATES.items():
            state.add_argument(f"--{name}", dest="state", action="store_const", const=value, help=sense)
        parser.add_argument("--questionnaire", default="", metavar="CODE", help="what it leads to; makes a new entry")

    def carry_out(self, **options: Any) -> None:
        entry = set_entry_state(options["code"], options["state"], questionnaire=options["questionnaire"])
        self.stdout.write(f"entry '{entry.code}' to '{entry.questionnaire}' is {Entry.State(entry.state).value}")


_STATES = {
    "open": (Entry.State.OPEN, "take everybody"),
    "pause": (Entry.State.PAUSED, "take no new respondents"),
    "close": (Entry.State.CLOSED, "take nothing"),
}
