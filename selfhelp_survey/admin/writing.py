"""What keeps a text from being written in the admin: the same that keeps a translator's file from being taken."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.forms import ModelForm, ValidationError
from django.utils.html import format_html
from modeltranslation.utils import build_localized_fieldname

from selfhelp_survey.models import Wording
from selfhelp_survey.repository import host_languages
from selfhelp_survey.translations.changes import source_problems, wording_problems
from selfhelp_survey.translations.questionnaire_texts import unit_of
from selfhelp_survey.translations.units import TranslationUnit

if TYPE_CHECKING:
    WordingModelForm = ModelForm[Wording]
else:
    WordingModelForm = ModelForm


def faults_of(unit: TranslationUnit, written: str, *, language: str) -> Iterator[ValidationError]:
    """What is wrong with what was written for this text in this language, in English as for files; none for a blank."""
    words = written.replace("\r\n", "\n").strip()
    problems = source_problems if language == unit.source_language else wording_problems
    for problem in problems(unit, words) if words else ():
        yield ValidationError(format_html('<span lang="en" dir="ltr">{}.</span>', problem))


class WordingForm(WordingModelForm):
    """A text in every language at once: each is held against the source as it would then be."""

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        source = self.instance.questionnaire.languages.split()[0]
        before = {language: self._stored(language) for language in host_languages()}
        after = before | {source: cleaned.get(self._field(source)) or before[source]}
        for language in host_languages():
            name = self._field(language)
            if name in self.changed_data and name in cleaned:
                beside = before if language == source else after
                unit = unit_of("", self.instance.key, beside, language=language, source=source)
                for fault in faults_of(unit, cleaned[name] or "", language=language):
                    self.add_error(name, fault)
        return cleaned

    def _stored(self, language: str) -> str:
        return getattr(self.instance, self._field(language)) or ""

    @staticmethod
    def _field(language: str) -> str:
        return str(build_localized_fieldname("text", language))
