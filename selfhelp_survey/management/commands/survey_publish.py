"""Freeze the draft of a questionnaire as its next version."""

from argparse import ArgumentParser
from typing import Any

from selfhelp_survey.core.comparison import comparable_variables
from selfhelp_survey.entries import forget_entries
from selfhelp_survey.management.survey_command import SurveyCommand
from selfhelp_survey.publication import Publication, prepare, publish
from selfhelp_survey.repository import latest_version, load_version


class Command(SurveyCommand):
    help = (
        "Freeze the draft as the next version: all its complete, signed languages, with the organisation's facts "
        "filled in. Shows what has changed since the last version and which variables can still be compared. "
        "Refuses, with all reasons, what respondents must not get. A version is never changed: publish the next "
        "one. New respondents get it at once; whoever has begun finishes the version they began with."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", metavar="CODE", help="the questionnaire, as in the first line of its file")
        parser.add_argument("--dry-run", action="store_true", help="only show what would be published")
        parser.add_argument(
            "--without", action="append", default=[], metavar="LANGUAGE",
            help="a language of the last version that may go; without this nothing is published that would drop one",
        )  # fmt: skip
        parser.add_argument("--note", default="", metavar="TEXT", help="why there is a new version; kept with it")

    def carry_out(self, **options: Any) -> None:
        code: str = options["code"]
        dry_run: bool = options["dry_run"]
        last = latest_version(code)
        publication = prepare(code) if dry_run else publish(code, note=options["note"], without=options["without"])
        self._show(publication, last_hash=last.content_hash if last else "")
        self._conclude(publication, dry_run=dry_run)
        forget_entries()

    def _show(self, publication: Publication, *, last_hash: str) -> None:
        for warning in (*publication.cautions, *publication.warnings):
            self.stderr.write(f"warning: {warning}")
        for language, reason in publication.left_out.items():
            self.stderr.write(f"not offered: {language} {reason}")
        for change in publication.changes:
            self.stdout.write(str(change))
        if last_hash and publication.is_new:
            comparable = comparable_variables(load_version(last_hash), publication.questionnaire)
            split = [name for name, is_comparable in comparable.items() if not is_comparable]
            told = f"; not comparable or new: {', '.join(split)}" if split else ""
            self.stdout.write(f"{len(comparable) - len(split)} of {len(comparable)} variables stay comparable{told}")

    def _conclude(self, publication: Publication, *, dry_run: bool) -> None:
        what = f"version {publication.number} of '{publication.questionnaire.code}'"
        languages = ", ".join(publication.questionnaire.languages)
        if not publication.is_new:
            self.stdout.write(f"nothing new since {what}; nothing was published")
        elif dry_run:
            self.stdout.write(f"would publish {what} in {languages}; nothing was changed")
        else:
            self.stdout.write(f"published {what} in {languages} ({publication.content_hash[:12]})")
