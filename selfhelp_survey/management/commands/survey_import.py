"""Import a questionnaire file into a draft."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from selfhelp_survey import repository
from selfhelp_survey.core.questionnaire import Questionnaire
from selfhelp_survey.errors import UsageError
from selfhelp_survey.file_review import review
from selfhelp_survey.management.survey_command import SurveyCommand
from selfhelp_survey.person_names import fault_in_name
from selfhelp_survey.questionnaire_files import read_questionnaire_file
from selfhelp_survey.sign_offs import LONGEST_NAME


class Command(SurveyCommand):
    help = (
        "Read a questionnaire file (YAML, or an XLSForm workbook) into the draft of its code. Every problem is told at "
        "once, with line or row, column and a way to put it right; a file with problems changes nothing. Warnings ask "
        "you to look again: long sentences, two questions in one, many pages, and variables that can no longer be "
        "compared with the last published version or with another questionnaire. Wordings in languages that the file "
        "does not have stay as they are. Next: sign the languages (survey_sign) and publish (survey_publish)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="the questionnaire, ending in .yaml or .xlsx")
        parser.add_argument("--dry-run", action="store_true", help="only say what would be imported, and all problems")
        parser.add_argument("--by", default="", metavar="NAME", help="who brings a draft in; cannot sign it then")
        parser.add_argument("--beside", action="append", type=Path, default=[], metavar="FILE",
                            help="the file of a sister survey whose harmonised variables should mean the same; "
                                 "may be given several times")  # fmt: skip

    def carry_out(self, **options: Any) -> None:
        file: Path = options["file"]
        reading = read_questionnaire_file(file)
        sisters = [read_questionnaire_file(path).questionnaire for path in options["beside"]]
        for warning in review(reading, source=file.name, sisters=sisters):
            self.stderr.write(f"warning: {file.name}: {warning}")
        if options["dry_run"]:
            self.stdout.write(f"would import {_described(reading.questionnaire)}; nothing was changed")
            return
        why = repository.why_draft(reading.questionnaire)
        importer = self._importer(reading.questionnaire.code, options["by"].strip(), why=why)
        repository.save_draft(reading.questionnaire, by=importer)
        if why and not reading.questionnaire.is_draft:
            self.stderr.write(f"warning: '{reading.questionnaire.code}' {why}: it is marked as a draft, until somebody "
                              "else signs it")  # fmt: skip
        self.stdout.write(f"imported {_described(reading.questionnaire)}")
        self._name_lost_languages(reading.questionnaire)

    def _importer(self, code: str, name: str, *, why: str) -> tuple[str, ...]:
        """The name given, none where there is none; `why` it will wait for a signature, "" where it does not.

        Raises UsageError where a draft that waits for a signature comes without a name that somebody can be told by.
        """
        if why and not name:
            raise UsageError(f"'{code}' {why}, and whoever brings it in cannot sign it: add --by NAME")
        if len(name) > LONGEST_NAME:
            raise UsageError(f"--by takes at most {LONGEST_NAME} characters")
        if name and (fault := fault_in_name(name)):
            raise UsageError(f"--by: {fault}")
        return (name,) if name else ()

    def _name_lost_languages(self, questionnaire: Questionnaire) -> None:
        lost = [language for language in questionnaire.languages if language not in repository.host_languages()]
        if lost:
            self.stderr.write(f"warning: not kept, because not among this site's LANGUAGES: {', '.join(lost)}")


def _described(questionnaire: Questionnaire) -> str:
    questions = sum(1 for _ in questionnaire.questions())
    return (f"'{questionnaire.code}': {len(questionnaire.pages)} pages, {questions} questions, languages "
            f"{', '.join(questionnaire.languages)}")  # fmt: skip
