"""Who writes a text in the admin cannot sign it: their names are noted, as digests, by area and language."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from modeltranslation.translator import translator
from modeltranslation.utils import build_localized_fieldname

from selfhelp_survey.admin.base import HelpfulAdmin, TextsAdmin
from selfhelp_survey.repository import host_languages, note_text_writers
from selfhelp_survey.sign_offs import names_of


class NotedTextsAdmin(HelpfulAdmin, TextsAdmin):
    """Notes who wrote texts, in each language they wrote in."""

    def text_area(self, row: Any) -> str:
        """The area that the row's texts belong to."""
        raise NotImplementedError

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        for language in languages_written(type(obj), form.changed_data):
            note_text_writers(self.text_area(obj), language, names=names_of(request.user))


def languages_written(model: type[Any], changed: Iterable[str]) -> tuple[str, ...]:
    """The languages in which one of these form fields holds a text of the model."""
    fields, written = translator.get_options_for_model(model).get_field_names(), set(changed)
    return tuple(
        language
        for language in host_languages()
        if any(build_localized_fieldname(field, language) in written for field in fields)
    )
