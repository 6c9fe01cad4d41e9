"""A small site to translate: a questionnaire, a support resource and an organisation, in English and part Spanish."""

from __future__ import annotations

from io import StringIO
from typing import Any

from django.core.management import call_command

from example_project.host.models import SupportResource
from selfhelp_survey import repository
from selfhelp_survey.models import Organisation, Wording
from selfhelp_survey.translations.glossary import Glossary
from selfhelp_survey.translations.report import LanguageReport, Line, report_on
from tests.django.instruments import small

LABEL = "pages.first.questions.gate.label"


def make_site() -> None:
    """Its Spanish lacks one question and one fact."""
    repository.save_draft(small())
    Wording.objects.filter(key=LABEL).update(text_es="")
    Wording.objects.filter(key="pages.consent.facts.1.text").update(text_es="Para saber qué ayuda.")
    SupportResource.objects.create(slug="line", kind="talk", name_en="A line", name_es="Una línea",
                                   reach_en="Call 0800", reach_es="Llame al 0800")  # fmt: skip
    Organisation.objects.create(name_en="An institute", name_es="Un instituto", contact_en="Write to us")


def report(language: str = "es", glossary: Glossary | None = None) -> LanguageReport:
    """The report, without the shipped glossary."""
    return report_on(language, glossary or Glossary(terms=()))


def line_of(name: str, language: str = "es") -> Line:
    """One text of the report by its name."""
    lines = [line for area in report(language).areas for line in area.lines if line.unit.name == name]
    assert len(lines) == 1, name
    return lines[0]


def said(command: str, *arguments: str, **options: Any) -> str:
    """What a command prints."""
    out = StringIO()
    call_command(command, *arguments, stdout=out, stderr=StringIO(), **options)
    return out.getvalue()
