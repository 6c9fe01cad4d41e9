"""Everything that is missing or unsigned in a language, wherever it lives; out to translators, and back."""

import json
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.db import transaction

from selfhelp_survey.conf import survey_settings
from selfhelp_survey.errors import SurveyError, UsageError
from selfhelp_survey.management.survey_command import SurveyCommand
from selfhelp_survey.person_names import fault_in_name
from selfhelp_survey.repository import note_text_writers
from selfhelp_survey.sealing.files import new_file
from selfhelp_survey.sign_offs import LONGEST_NAME
from selfhelp_survey.translations.areas import all_units, area_of, known_languages
from selfhelp_survey.translations.changes import Change, by_area, changes_in
from selfhelp_survey.translations.exchange import kind_of, read_file
from selfhelp_survey.translations.glossary import glossary_of
from selfhelp_survey.translations.preview import write_preview
from selfhelp_survey.translations.report import as_lines, as_plain, report_on
from selfhelp_survey.translations.units import INTERFACE

WORK = ("export", "import", "preview")


class Command(SurveyCommand):
    help = (
        "For each language, every text that respondents read: questionnaires, support resources, the organisation's "
        "facts and the interface, as the site would show them. Tells what is missing, unsigned, changed since it was "
        "signed, or worded against the glossary. Ends with 1 where a language is not complete. With --export the texts "
        "go out to a translator, with --import they come back: first only the difference is shown, with --apply it is "
        "taken, all or nothing. Whoever translated cannot sign: survey_sign is for a second person."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("languages", nargs="*", metavar="LANGUAGE", help="like fi; without it the site's languages")
        parser.add_argument(
            "--show", action="store_true", help="show each text that needs something, beside its source"
        )
        parser.add_argument("--all", action="store_true", help="show every text beside its source")
        parser.add_argument("--json", action="store_true", help="for machines; with --show or --all each text too")
        parser.add_argument(
            "--glossary", type=Path, metavar="FILE", help="the site's own terms, beside the shipped ones"
        )
        parser.add_argument("--export", type=Path, metavar="FILE", help="write one language's texts: .po or .xlsx")
        parser.add_argument("--import", type=Path, metavar="FILE", help="show what a file that came back would change")
        parser.add_argument("--apply", action="store_true", help="with --import: make these changes")
        parser.add_argument("--by", default="", metavar="NAME", help="with --apply: who translated; cannot sign then")
        parser.add_argument("--preview", type=Path, metavar="FOLDER", help="write one language's pages, to look at")

    def carry_out(self, **options: Any) -> None:
        languages: list[str] = options["languages"]
        _check(languages, options)
        if options["export"]:
            self._export(options["export"], languages[0])
        elif options["import"]:
            self._import(options["import"], languages[0], by=options["by"].strip() if options["apply"] else "")
        elif options["preview"]:
            count = write_preview(options["preview"], languages[0])
            self.stdout.write(f"{count} pages: open {options['preview'] / 'index.html'} in a browser, and narrow it")
        else:
            self._report(languages or list(survey_settings.languages), options)

    def _report(self, languages: list[str], options: dict[str, Any]) -> None:
        glossary = glossary_of(options["glossary"])
        reports = [report_on(language, glossary) for language in languages]
        shows = "all" if options["all"] else "wanting" if options["show"] else ""
        if options["json"]:
            self.stdout.write(json.dumps([as_plain(report, shows=shows) for report in reports], indent=2))
        else:
            self.stdout.write("\n".join(line for report in reports for line in as_lines(report, shows=shows)))
        wanting = [report.language for report in reports if not report.is_complete]
        if wanting:
            raise SurveyError(f"not complete: {', '.join(wanting)} (--show tells each text)")

    def _export(self, path: Path, language: str) -> None:
        units = all_units(language)
        content = kind_of(path).write(units, language)
        with new_file(path) as file:
            file.write(content)
        self.stdout.write(f"{len(units)} texts in {language}: {path}")

    def _import(self, path: Path, language: str, *, by: str) -> None:
        changes = changes_in(read_file(path), all_units(language), language=language)
        for line in _difference(changes):
            self.stdout.write(line)
        if by:
            apply_changes(changes, language, by=by)
        ending = "taken over; survey_sign is for a second person" if by else "nothing was changed (--apply --by NAME)"
        self.stdout.write(f"{len(changes)} texts differ; {ending}")
        if by and INTERFACE in by_area(changes):
            self.stdout.write("the interface changes once the site is started again")


def _check(languages: list[str], options: dict[str, Any]) -> None:
    """Raises UsageError for languages the site does not know, and for options that do not go together."""
    unknown = [language for language in languages if language not in known_languages()]
    if unknown:
        raise UsageError(f"not known here: {', '.join(unknown)}; known: {', '.join(known_languages())}")
    work = [f"--{name}" for name in WORK if options[name]]
    if len(work) > 1:
        raise UsageError(f"one at a time: {' or '.join(work)}")
    if work and len(languages) != 1:
        raise UsageError(f"{work[0]} takes exactly one language")
    name = options["by"].strip()
    if options["apply"] and (not options["import"] or not name or len(name) > LONGEST_NAME):
        raise UsageError(f"--apply goes with --import, and with --by NAME of at most {LONGEST_NAME} characters")
    if name and (fault := fault_in_name(name)):
        raise UsageError(f"--by: {fault}")


def _difference(changes: Iterable[Change]) -> Iterator[str]:
    for change in changes:
        unit = change.unit
        yield f"{unit.name} ({unit.place})"
        yield f"  {unit.source_language}: {unit.source}"
        yield f"  - {unit.target or '(missing)'}"
        yield f"  + {change.new}"


@transaction.atomic
def apply_changes(changes: Iterable[Change], language: str, *, by: str) -> None:
    """Write the changes, all or nothing, and note who translated. The interface's files come last: they cannot fail
    half-way and leave the tables changed.
    """
    found = by_area(changes)
    for name in sorted(found, key=lambda area: area == INTERFACE):
        note_text_writers(name, language, names=(by,))
        area_of(name, language).write(language, found[name])
