"""Tell broken from quiet."""

import json
from argparse import ArgumentParser
from typing import Any

from selfhelp_survey.errors import SurveyError
from selfhelp_survey.management.survey_command import SurveyCommand
from selfhelp_survey.status.findings import CALLING, findings, verdict
from selfhelp_survey.status.gathering import gather
from selfhelp_survey.status.wording import as_lines, as_plain


class Command(SurveyCommand):
    help = (
        "Tell whether the survey works, and whether it is open: the database, room on its disk, the keys, the entries, "
        "and when shuffle, bundle and purge were last done. Ends with 0 where all is well or closed by a person, with "
        "1 where something is broken or overdue. Works with the database down. Sizes are in tens and hours are whole: "
        "nothing is told of anybody who answers. Once an hour is often enough."
    )
    requires_system_checks = ()  # a site that fails them is told what is wrong all the same

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="for machines")

    def carry_out(self, **options: Any) -> None:
        status = gather()
        found = findings(status)
        if options["json"]:
            self.stdout.write(json.dumps(as_plain(status, found), indent=2))
        else:
            self.stdout.write("\n".join(as_lines(status, found)))
        calling = [finding.code for finding in found if finding.grade in CALLING]
        if calling:
            raise SurveyError(f"{verdict(found)}: {', '.join(dict.fromkeys(calling))}")
