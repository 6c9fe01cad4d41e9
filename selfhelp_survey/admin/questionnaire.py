"""Questionnaires in the admin: texts are edited and signed here, structure comes from the file."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from selfhelp_survey.entrance import reasons_not_to_open
from selfhelp_survey.entries import forget_entries
from selfhelp_survey.models import Entry, LanguageSignOff, Organisation, PublishedVersion, Questionnaire, Wording
from selfhelp_survey.repository import latest_version

if TYPE_CHECKING:
    RowsAdmin = admin.ModelAdmin[Any]
    TextsAdmin = TranslationAdmin[Any]
    EntryModelForm = ModelForm[Entry]
else:
    RowsAdmin, TextsAdmin, EntryModelForm = admin.ModelAdmin, TranslationAdmin, ModelForm


class ReadOnlyAdmin(RowsAdmin):
    """Shows rows; nothing can be added, changed or deleted."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Questionnaire)
class QuestionnaireAdmin(ReadOnlyAdmin):
    """The drafts: where they come from and what they have become."""

    list_display = ("code", "languages", "published")
    fields = ("code", "languages", "published")
    readonly_fields = ("published",)

    @admin.display(description=_("last published version"))
    def published(self, questionnaire: Questionnaire) -> str:
        version = latest_version(questionnaire.code)
        return str(version.number) if version else "-"


@admin.register(Wording)
class WordingAdmin(TextsAdmin):
    """The texts, one row each, in every language of the host."""

    list_display = ("key", "text", "questionnaire")
    list_filter = ("questionnaire",)
    list_per_page = 50
    search_fields = ("key", "text")
    readonly_fields = ("questionnaire", "key")
    fields = ("questionnaire", "key", "text")

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

    list_display = ("code", "number", "content_hash", "note")
    list_filter = ("code",)
    fields = ("code", "number", "content_hash", "note")


class EntryForm(EntryModelForm):
    """An entry opens only where a respondent could finish and be safe."""

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if cleaned and cleaned.get("state") == Entry.State.OPEN:
            for reason in reasons_not_to_open(cleaned.get("questionnaire", "")):
                self.add_error("state", reason)
        return cleaned


@admin.register(Entry)
class EntryAdmin(RowsAdmin):
    """The closed list of ways into the survey."""

    form = EntryForm
    list_display = ("code", "questionnaire", "state", "is_rehearsal")
    list_filter = ("state",)

    def get_readonly_fields(self, request: HttpRequest, obj: Entry | None = None) -> tuple[str, ...]:
        """A rehearsal stays one: switched over, it would take real answers for tries, or set one person's apart."""
        return ("code", "is_rehearsal") if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Entry | None = None) -> bool:
        """Never: who is in the middle would find nothing. An entry that is over is closed."""
        return False

    def save_model(self, request: HttpRequest, obj: Entry, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        forget_entries()


@admin.register(Organisation)
class OrganisationAdmin(TextsAdmin):
    """Who runs the survey: the facts that go into the next published version."""

    list_display = ("name", "is_sample")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return not Organisation.objects.exists()
