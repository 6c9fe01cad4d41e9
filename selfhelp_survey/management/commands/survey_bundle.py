"""Write the sealed responses into a file for the research workstation."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from selfhelp_survey.collection import bundle
from selfhelp_survey.management.survey_command import SurveyCommand
from selfhelp_survey.models import Upkeep
from selfhelp_survey.upkeep import note


class Command(SurveyCommand):
    help = (
        "Write every sealed response, still sealed, and every published questionnaire into one bundle file. Carry it "
        "to the workstation, run `selfhelp-research receive` there, and bring the receipt back to `survey_collected`. "
        "Nothing is deleted here; bundles may overlap."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--out", type=Path, required=True, metavar="FILE", help="the file to make; never overwritten"
        )

    def carry_out(self, **options: Any) -> None:
        out: Path = options["out"]
        bundle(out)
        note(Upkeep.Chore.BUNDLE)
        self.stdout.write(f"wrote {out}")
