"""Move sealed responses from the inbox to where they wait for the research team."""

from argparse import ArgumentParser
from typing import Any

from selfhelp_survey.collection import LEAST_BATCH, shuffle
from selfhelp_survey.management.survey_command import SurveyCommand
from selfhelp_survey.models import Upkeep
from selfhelp_survey.upkeep import note


class Command(SurveyCommand):
    help = (
        f"Move responses out of the inbox, in batches of at least {LEAST_BATCH}, in random order and under fresh ids, "
        "so that nobody can tell later who came when; what has to wait is stirred where it is. Run it from a timer, "
        "every hour. With --close the last few move too: only at the end of fieldwork."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--close", action="store_true", help="move the rest, however few (end of fieldwork)")

    def carry_out(self, **options: Any) -> None:
        close: bool = options["close"]
        moved, waiting = shuffle(close=close)
        note(Upkeep.Chore.SHUFFLE)
        self.stdout.write("moved responses on" if moved else "nothing moved")
        if waiting:
            self.stdout.write(
                f"some wait, for fewer than {LEAST_BATCH} look alike; they were stirred, and move with a later run "
                "(or with --close)"
            )
