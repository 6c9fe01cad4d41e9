"""Write the draft of a questionnaire back into a file."""

import os
import secrets
from argparse import ArgumentParser
from contextlib import suppress
from pathlib import Path
from typing import Any

from selfhelp_survey import repository
from selfhelp_survey.errors import UsageError
from selfhelp_survey.management.survey_command import SurveyCommand
from selfhelp_survey.questionnaire_files import questionnaire_file


class Command(SurveyCommand):
    help = (
        "Write the draft with all its wordings into a questionnaire file, in YAML or as an XLSForm workbook, whichever "
        "the file's name ends in. Reading it again with survey_import gives the same draft. Comments, and questions "
        "that are switched off, stand in the author's own file only."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", metavar="CODE", help="the questionnaire, as in the first line of its file")
        parser.add_argument("--out", type=Path, required=True, metavar="FILE",
                            help="where to write it, ending in .yaml or .xlsx")  # fmt: skip
        parser.add_argument("--replace", action="store_true", help="write over a file that is there already")

    def carry_out(self, **options: Any) -> None:
        path: Path = options["out"]
        if path.exists() and not options["replace"]:
            raise UsageError(f"{path.name} is there already; choose another name, or add --replace")
        questionnaire = repository.load_draft(options["code"])
        _put(path, questionnaire_file(questionnaire, path))
        languages = ", ".join(questionnaire.languages)
        self.stdout.write(f"wrote '{questionnaire.code}' with {len(questionnaire.pages)} pages in {languages}")


def _put(path: Path, content: bytes) -> None:
    """The file is whole or as it was: written beside its place, then moved there."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
