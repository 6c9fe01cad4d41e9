"""Delete the sealed responses that the research workstation holds safely."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from selfhelp_survey.collection import collected
from selfhelp_survey.errors import UsageError
from selfhelp_survey.management.survey_command import SurveyCommand
from selfhelp_survey.models import Upkeep
from selfhelp_survey.upkeep import note


class Command(SurveyCommand):
    help = (
        "Delete exactly the sealed responses that a receipt names. The receipt must be signed by a configured and "
        "proven research key; a row goes only if it still holds the very value that was received. Nothing else ever "
        "deletes them."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("receipt", type=Path, metavar="RECEIPT", help="what `selfhelp-research receive` wrote")

    def carry_out(self, **options: Any) -> None:
        receipt: Path = options["receipt"]
        try:
            text = receipt.read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            raise UsageError(f"{receipt} cannot be read: give the receipt that `receive` wrote") from None
        deleted, absent = collected(text)
        note(Upkeep.Chore.COLLECTED)
        self.stdout.write("deleted the collected responses" if deleted else "nothing to delete")
        if absent:
            self.stdout.write(
                "some rows of the receipt are not here: they were deleted before, or are another backup's"
            )
