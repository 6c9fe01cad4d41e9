"""Texts one by one, signatures and published versions in the admin: structure comes from the file."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from selfhelp_survey.admin.base import HelpTexts, ReadOnlyAdmin
from selfhelp_survey.admin.translators import NotedTextsAdmin
from selfhelp_survey.admin.writing import WordingForm
from selfhelp_survey.models import LanguageSignOff, PublishedVersion, Wording


@admin.register(Wording)
class WordingAdmin(NotedTextsAdmin):
    """The texts, one row each, in every language of the host."""

    form = WordingForm
    list_display = ("key", "text", "questionnaire")
    list_filter = ("questionnaire",)
    list_per_page = 50
    search_fields = ("key", "text")
    readonly_fields = ("questionnaire", "key")
    fields = ("questionnaire", "key", "text")
    help_texts: ClassVar[HelpTexts] = {
        "questionnaire": _("Its structure comes from its file; only texts are changed here."),
        "key": _("Where the text stands, as the file names it."),
        "text": _("Once changed, this language has to be signed again. Words in curly brackets stay as they are."),
    }

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
    help_texts: ClassVar[HelpTexts] = {
        "questionnaire": _("Signed with the command survey_sign."),
        "language": _("The language that was read in full."),
        "wording_hash": _("The signature counts as long as no text changes this."),
        "signed_by": _("Who stands by it: somebody who did not write these texts."),
    }


@admin.register(PublishedVersion)
class PublishedVersionAdmin(ReadOnlyAdmin):
    """What respondents were asked, for ever."""

    list_display = ("code", "number", "published_on", "content_hash", "note")
    list_filter = ("code",)
    fields = ("code", "number", "published_on", "content_hash", "note")
    help_texts: ClassVar[HelpTexts] = {
        "code": _("The data bear this code too."),
        "number": _("Each new version counts one up."),
        "published_on": _("New respondents have got it since that day."),
        "content_hash": _("Made from the whole version: two are equal where every word is."),
        "note": _("Why there was a new version, for those who compare the data."),
    }
