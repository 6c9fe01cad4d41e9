"""A questionnaire file sent to the admin: the same reading and review as `survey_import`, all problems at once."""

from pathlib import PurePath
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from selfhelp_survey import repository
from selfhelp_survey.authoring.problems import Problem
from selfhelp_survey.authoring.source_tree import MAXIMUM_BYTES
from selfhelp_survey.core.questionnaire import Questionnaire as Value
from selfhelp_survey.errors import SurveyError
from selfhelp_survey.file_review import review
from selfhelp_survey.models import Questionnaire
from selfhelp_survey.questionnaire_files import FORMATS
from selfhelp_survey.sign_offs import names_of

MOST_TOLD = 20
"""Warnings shown after an import; `survey_import` tells all."""


class FileForm(forms.Form):
    """One file."""

    file = forms.FileField(
        label=gettext_lazy("Questionnaire file"), max_length=200,
        help_text=gettext_lazy("A file with problems changes nothing. Its texts replace those of the draft."),
    )  # fmt: skip

    def clean_file(self) -> Any:
        """The file, of a kind that can be read and not too large."""
        file = self.cleaned_data["file"]
        if PurePath(file.name).suffix.lower() not in FORMATS:
            raise forms.ValidationError(_("Send a file ending in %(endings)s.") % {"endings": ", ".join(FORMATS)})
        if file.size > MAXIMUM_BYTES:
            raise forms.ValidationError(_("This file is too large."))
        return file


def upload(request: HttpRequest) -> tuple[dict[str, Any], Questionnaire | None]:
    """What the page shows, and the draft that the file became; None where nothing was imported."""
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    if not form.is_bound or not form.is_valid():
        return {"form": form, "problems": ""}, None
    file = form.cleaned_data["file"]
    name = PurePath(file.name)
    try:
        reading = FORMATS[name.suffix.lower()].read(file.read(), name.name)
        warnings = review(reading, source=name.name)
    except SurveyError as error:
        return {"form": form, "problems": str(error)}, None
    why = "" if reading.questionnaire.is_draft else repository.why_draft(reading.questionnaire)
    _save(reading.questionnaire, names=names_of(request.user))
    _tell(request, warnings)
    if why:
        _say(request, f"'{reading.questionnaire.code}' {why}: it is marked as a draft, until somebody else signs it")
    return {}, Questionnaire.objects.get(code=reading.questionnaire.code)


@transaction.atomic
def _save(questionnaire: Value, *, names: tuple[str, ...]) -> None:
    """Keep it as the draft. Whoever sent the file cannot sign the languages whose texts it changed."""
    repository.lock_draft(questionnaire.code)
    for language in repository.languages_changed_by(questionnaire):
        repository.note_text_writers(questionnaire.code, language, names=names)
    repository.save_draft(questionnaire, by=names)


def _tell(request: HttpRequest, warnings: tuple[Problem, ...]) -> None:
    """Show what to look at again, in English as the files' other problems, and how much of it was left out."""
    told = [str(warning) for warning in warnings[:MOST_TOLD]]
    if len(warnings) > MOST_TOLD:
        told.append(f"{len(warnings) - MOST_TOLD} more: survey_import --dry-run tells all")
    for sentence in told:
        _say(request, sentence)


def _say(request: HttpRequest, sentence: str) -> None:
    messages.warning(request, format_html('<span lang="en" dir="ltr">{}</span>', sentence))
