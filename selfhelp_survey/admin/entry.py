"""The ways into the survey in the admin: open, paused, closed, from day to day, real or rehearsal."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from selfhelp_survey.admin.base import HelpfulAdmin
from selfhelp_survey.entrance import (
    ENTRY_CODE,
    EntryRefused,
    reasons_not_to_open,
    reasons_not_to_pause,
    set_entry_state,
)
from selfhelp_survey.entries import WEB_ADDRESS, forget_entries, state_now, state_on, today
from selfhelp_survey.models import Entry, PublishedVersion, Questionnaire

if TYPE_CHECKING:
    EntryModelForm = ModelForm[Entry]
else:
    EntryModelForm = ModelForm


def _codes() -> list[tuple[str, str]]:
    """Every questionnaire that there is a draft or a version of."""
    known = {*Questionnaire.objects.values_list("code", flat=True),
             *PublishedVersion.objects.values_list("code", flat=True)}  # fmt: skip
    return [(code, code) for code in sorted(known)]


class EntryForm(EntryModelForm):
    """An entry opens only where a respondent could finish and be safe."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields.get("questionnaire")
        if field is not None:
            self.fields["questionnaire"] = forms.ChoiceField(
                choices=_codes, label=field.label, help_text=field.help_text
            )

    def clean_code(self) -> str:
        """The code, if an address can hold it."""
        code: str = self.cleaned_data["code"]
        if ENTRY_CODE.fullmatch(code) is None:
            raise forms.ValidationError(_("Use a-z, 0-9 and -: begin with a letter, and do not end with -."))
        return code

    def clean_programme_url(self) -> str:
        """The way back, if it leads to a page and runs nothing."""
        address: str = self.cleaned_data["programme_url"]
        if address and WEB_ADDRESS.match(address) is None:
            raise forms.ValidationError(_("Give an address that begins with https://, or a path that begins with /."))
        return address

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if cleaned and cleaned.get("state") == Entry.State.PAUSED:
            for reason in reasons_not_to_pause(cleaned.get("questionnaire", "")):
                self.add_error("state", reason)
        if cleaned and cleaned.get("state") == Entry.State.OPEN:
            is_rehearsal = bool(cleaned.get("is_rehearsal", self.instance.is_rehearsal))
            code, leads_to = cleaned.get("code", self.instance.pk), cleaned.get("questionnaire", "")
            for reason in reasons_not_to_open(leads_to, entry=code, is_rehearsal=is_rehearsal):
                self.add_error("state", reason)
            if state_on(today(), Entry(state=Entry.State.OPEN, closes_on=cleaned.get("closes_on"))) == "closed":
                self.add_error("closes_on", _("This day is over: give a later one, or none."))
        return cleaned


@admin.register(Entry)
class EntryAdmin(HelpfulAdmin):
    """The closed list of ways into the survey."""

    form = EntryForm
    list_display = ("code", "questionnaire", "mark", "state_today", "opens_on", "closes_on")
    list_filter = ("state", "is_rehearsal")
    actions = ("open_entries", "pause_entries", "close_entries")
    fieldsets = (
        (None, {"fields": ("code", "questionnaire", "is_rehearsal", "programme_url")}),
        (gettext_lazy("Who may come in"), {"fields": ("state", "opens_on", "closes_on")}),
    )

    @admin.display(description=gettext_lazy("responses are"), ordering="is_rehearsal")
    def mark(self, entry: Entry) -> str | SafeString:
        """Real, or plainly something else."""
        if not entry.is_rehearsal:
            return _("real")
        return format_html("<strong>⚠ {}</strong>", _("REHEARSAL: kept apart from real ones, inside the seal"))

    @admin.display(description=gettext_lazy("state today"), ordering="state")
    def state_today(self, entry: Entry) -> str:
        """The state that respondents meet: days, languages, keys and what is published taken in."""
        return str(state_now(entry).label)

    def get_readonly_fields(self, request: HttpRequest, obj: Entry | None = None) -> tuple[str, ...]:
        """A rehearsal stays one: switched over, it would take real answers for tries, or set one person's apart."""
        return ("code", "is_rehearsal") if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Entry | None = None) -> bool:
        """Never: who is in the middle would find nothing. An entry that is over is closed."""
        return False

    def save_model(self, request: HttpRequest, obj: Entry, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        forget_entries()

    @admin.action(description=gettext_lazy("Open: everybody may begin"), permissions=("change",))
    def open_entries(self, request: HttpRequest, rows: QuerySet[Entry]) -> HttpResponse | None:
        return self._confirmed(request, rows, Entry.State.OPEN)

    @admin.action(description=gettext_lazy("Pause: nobody begins, who has begun may finish"), permissions=("change",))
    def pause_entries(self, request: HttpRequest, rows: QuerySet[Entry]) -> HttpResponse | None:
        return self._confirmed(request, rows, Entry.State.PAUSED)

    @admin.action(description=gettext_lazy("Close: nothing more is taken"), permissions=("change",))
    def close_entries(self, request: HttpRequest, rows: QuerySet[Entry]) -> HttpResponse | None:
        return self._confirmed(request, rows, Entry.State.CLOSED)

    def _confirmed(self, request: HttpRequest, rows: QuerySet[Entry], state: Entry.State) -> HttpResponse | None:
        """The page that asks once more; once that was answered, the change itself."""
        if "confirmed" in request.POST:
            for entry in rows:
                self._set(request, entry, state)
            return None
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "entries": rows, "title": CONSEQUENCES[state](),
            "action": request.POST["action"], "checkbox": ACTION_CHECKBOX_NAME, "is_open": state == Entry.State.OPEN,
        }  # fmt: skip
        return TemplateResponse(request, "admin/selfhelp_survey/entry/confirm.html", context)

    def _set(self, request: HttpRequest, entry: Entry, state: Entry.State) -> None:
        try:
            changed = set_entry_state(entry.pk, state)
        except EntryRefused as refused:
            messages.error(request, f"{entry.pk}: {'; '.join(refused.reasons)}")
            return
        self.log_change(request, changed, f"Set to {state.value}.")
        messages.success(request, f"{entry.pk}: {state.label}")


CONSEQUENCES: dict[Entry.State, Callable[[], str]] = {
    Entry.State.OPEN: lambda: _("Open these entries? From now on everybody may begin there."),
    Entry.State.PAUSED: lambda: _("Pause these entries? Nobody begins there; who has begun may finish and send."),
    Entry.State.CLOSED: lambda: _("Close these entries? Who is in the middle can not send any more."),
}
