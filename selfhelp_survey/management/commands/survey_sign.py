"""Note that a person has read a questionnaire in one language and stands by it."""

from argparse import ArgumentParser
from typing import Any

from selfhelp_survey import repository
from selfhelp_survey.errors import UsageError
from selfhelp_survey.management.survey_command import SurveyCommand
from selfhelp_survey.sign_offs import LONGEST_NAME
from selfhelp_survey.translations.signing import sign_texts
from selfhelp_survey.translations.units import INTERFACE, ORGANISATION, SUPPORT


class Command(SurveyCommand):
    help = (
        "Sign one language of a draft: somebody who knows the language has read every text and stands by it. Only "
        "signed languages are published on a real site. A signature holds until a wording in that language changes. "
        "Whoever translated cannot sign: a second person does. With --draft, sign a whole questionnaire that its file "
        "marks as a draft: without that no real site publishes it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", metavar="CODE", help=f"the questionnaire, {SUPPORT}, {ORGANISATION} or {INTERFACE}")
        parser.add_argument("language", metavar="LANGUAGE", nargs="?", help="the language that was read, like es")
        parser.add_argument(
            "--draft", action="store_true", help="sign the whole draft instead; whoever imported cannot"
        )
        parser.add_argument("--by", required=True, metavar="NAME", help="who has read it")

    def carry_out(self, **options: Any) -> None:
        code, language, name = options["code"], options["language"], options["by"].strip()
        if not name or len(name) > LONGEST_NAME:
            raise UsageError(f"--by names the person who has read it, in at most {LONGEST_NAME} characters")
        if bool(language) is bool(options["draft"]):
            raise UsageError("name one language, or sign the whole with --draft")
        if options["draft"]:
            signed = repository.sign_whole(code, signed_by=name)
            self.stdout.write(f"signed: the draft '{code}' as it stands ({signed[:12]}), by {name}")
            return
        sign_texts(code, language, signed_by=name)
        self.stdout.write(f"signed: '{code}' in {language}, by {name}")
