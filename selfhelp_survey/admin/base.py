"""What the parts of the admin have in common."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.functional import Promise
from modeltranslation.admin import TranslationAdmin
from modeltranslation.translator import NotRegistered, translator
from modeltranslation.utils import build_localized_fieldname

from selfhelp_survey.repository import host_languages

if TYPE_CHECKING:
    RowsAdmin = admin.ModelAdmin[Any]
    TextsAdmin = TranslationAdmin[Any]
else:
    RowsAdmin, TextsAdmin = admin.ModelAdmin, TranslationAdmin


HelpTexts = Mapping[str, str | Promise]
"""What stands under a field, by its name."""


class HelpfulAdmin(RowsAdmin):
    """Says under each field what it is for, in every language of a translated one.

    The words stand here, not on the model, where each would be a migration of every host.
    """

    help_texts: ClassVar[HelpTexts] = {}

    class Media:
        """Makes what can be pressed as large as WCAG 2.2 asks."""

        css: ClassVar[dict[str, tuple[str, ...]]] = {"all": ("selfhelp_survey/admin.css",)}

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> type[Any]:
        told = {name: words for field, words in self.help_texts.items() for name in self._names_of(field)}
        return super().get_form(request, obj, change=change, **{"help_texts": told, **kwargs})

    def _names_of(self, field: str) -> Iterator[str]:
        yield field
        try:
            options = translator.get_options_for_model(self.model)
        except NotRegistered:
            return
        if field in options.get_field_names():
            yield from (build_localized_fieldname(field, language) for language in host_languages())


class ReadOnlyAdmin(HelpfulAdmin):
    """Shows rows; nothing can be added, changed or deleted."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
