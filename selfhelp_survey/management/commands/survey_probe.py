"""Walk a whole survey, and take it back."""

from argparse import ArgumentParser
from typing import Any

from selfhelp_survey.entries import read_entry, state_on, today
from selfhelp_survey.errors import SurveyError, UsageError
from selfhelp_survey.management.probing import probe
from selfhelp_survey.management.survey_command import SurveyCommand
from selfhelp_survey.models import Entry, Upkeep
from selfhelp_survey.upkeep import note


class Command(SurveyCommand):
    help = (
        "Answer every page of the survey as a respondent would, send it, look that exactly one sealed response for "
        "the research keys arrived, and roll everything back: nothing stays. Safe in production, once a day or after "
        "each deployment. An entry that a person closed or paused is not walked, and that is no failure. Ends with 1 "
        "where a page fails, and says which."
    )
    requires_system_checks = ()  # a site that fails them is told what a respondent would meet

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--entry", default="", metavar="CODE", help="the entry to walk (default: every one)")
        parser.add_argument("--language", default="", metavar="L", help="the language (default: the first offered)")

    def carry_out(self, **options: Any) -> None:
        failures, walked = [], False
        for row in _entries(options["entry"]):
            state = state_on(today(), row)
            if state != Entry.State.OPEN:
                self.stdout.write(f"entry '{row.pk}' is {state.value}, as somebody set it: not walked")
                continue
            try:
                self._walk(row.pk, options["language"])
                walked = True
            except UsageError:
                raise
            except SurveyError as error:
                failures.append(f"entry '{row.pk}': {error}")
        if failures:
            raise SurveyError("\n".join(failures))
        if walked:
            note(Upkeep.Chore.PROBE)

    def _walk(self, code: str, language: str) -> None:
        entry = read_entry(code)
        if entry is None:
            raise SurveyError("its questionnaire is not published")
        if entry.recipients.reasons:
            raise SurveyError(f"nobody can begin: {'; '.join(entry.recipients.reasons)}")
        if language and language not in entry.languages:
            raise UsageError(f"'{code}' is offered in {', '.join(entry.languages)}")
        found = probe(entry, language or entry.languages[0])
        self.stdout.write(f"entry '{code}': walked {len(found.pages)} pages, sent, and took everything back")
        if found.left_out:
            self.stdout.write(f"  not on this way: {', '.join(found.left_out)}")


def _entries(code: str) -> list[Entry]:
    entries = list(Entry.objects.filter(pk=code) if code else Entry.objects.order_by("pk"))
    if not entries and code:
        raise UsageError(f"there is no entry '{code}'")
    if not entries:
        raise SurveyError("there is no way in: make one with `manage.py survey_entry`")
    return entries
