"""Delete drafts whose time has passed."""

from typing import Any

from selfhelp_survey.collection import purge
from selfhelp_survey.management.survey_command import SurveyCommand
from selfhelp_survey.models import Upkeep
from selfhelp_survey.upkeep import note


class Command(SurveyCommand):
    help = "Delete expired drafts and the empty rows of sent ones. Run it from a timer, every hour."

    def carry_out(self, **options: Any) -> None:
        deleted = purge()
        note(Upkeep.Chore.PURGE)
        self.stdout.write("deleted expired drafts" if deleted else "no draft had expired")
