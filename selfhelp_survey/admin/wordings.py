"""Texts one by one, signatures and published versions in the admin: structure comes from the file."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from selfhelp_survey.admin.base import ReadOnlyAdmin
from selfhelp_survey.admin.translators import NotedTextsAdmin
from selfhelp_survey.models import LanguageSignOff, PublishedVersion, Wording


@admin.register(Wording)
class WordingAdmin(NotedTextsAdmin):
    """The texts, one row each, in every language of the host."""

    list_display = ("key", "text", "questionnaire")
    list_filter = ("questionnaire",)
    list_per_page = 50
    search_fields = ("key", "text")
    readonly_fields = ("questionnaire", "key")
    fields = ("questionnaire", "key", "text")

    def text_area(self, row: Any) -> str:
        return str(row.questionnaire.code)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(LanguageSignOff)
class LanguageSignOffAdmin(ReadOnlyAdmin):
    """Who stands by which language; signed with `survey_sign`."""

    list_display = ("questionnaire", "language", "signed_by")


@admin.register(PublishedVersion)
class PublishedVersionAdmin(ReadOnlyAdmin):
    """What respondents were asked, for ever."""

    list_display = ("code", "number", "published_on", "content_hash", "note")
    list_filter = ("code",)
    fields = ("code", "number", "published_on", "content_hash", "note")
