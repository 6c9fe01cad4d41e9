"""Who runs the survey, and the content of a host without models of its own, in the admin."""

from datetime import date, timedelta
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from selfhelp_survey.admin.base import HelpfulAdmin, HelpTexts, RowsAdmin, TextsAdmin
from selfhelp_survey.admin.translators import NotedTextsAdmin
from selfhelp_survey.entries import today
from selfhelp_survey.models import Organisation, Programme, Section, SupportResource
from selfhelp_survey.translations.units import ORGANISATION, SUPPORT

CHECKED_FOR = timedelta(days=183)
"""How long a check of a support resource counts: half a year."""


def due_for_a_check(day: date) -> Q:
    """The support resources that nobody has checked for half a year on this day, or ever."""
    return Q(last_checked__isnull=True) | Q(last_checked__lt=day - CHECKED_FOR)


SLUG_HELP = gettext_lazy("Names it for good, in addresses and in the data: do not change it later.")
POSITION_HELP = gettext_lazy("Lower numbers come first.")


class NotChecked(admin.SimpleListFilter):
    """Finds the support resources that are due for a check. For any model on the abstract base."""

    title = gettext_lazy("last checked")
    parameter_name = "checked"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("due", _("not for 6 months")), ("done", _("within 6 months"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        due = due_for_a_check(today())
        chosen = {"due": queryset.filter(due), "done": queryset.exclude(due)}
        return chosen.get(self.value() or "", queryset)


@admin.action(description=gettext_lazy("Note as checked today"), permissions=("change",))
def note_as_checked(model_admin: Any, request: HttpRequest, rows: QuerySet[Any]) -> None:
    """Note that somebody has just looked whether these places still are as described."""
    count = rows.update(last_checked=today())
    messages.success(request, _("Noted as checked today: %(count)d.") % {"count": count})


class OrganisationAdmin(NotedTextsAdmin):
    """Who runs the survey: the facts that go into the next published version."""

    list_display = ("name", "is_sample")

    def text_area(self, row: Any) -> str:
        return ORGANISATION

    def has_add_permission(self, request: HttpRequest) -> bool:
        return not Organisation.objects.exists() and super().has_add_permission(request)


class SupportResourceAdmin(NotedTextsAdmin):
    """The places that help. A host registers its own model with it, or with a descendant."""

    group_fieldsets = True
    list_display = ("name", "kind", "languages", "last_checked", "is_active")
    list_filter = ("kind", "is_active", NotChecked)
    actions = (note_as_checked,)
    help_texts: ClassVar[HelpTexts] = {
        "slug": SLUG_HELP,
        "kind": gettext_lazy("Under which heading the survey shows it."),
        "name": gettext_lazy("As the place calls itself."),
        "position": POSITION_HELP,
        "is_active": gettext_lazy("Without this mark the survey does not show it."),
        "last_checked": gettext_lazy("When somebody last looked whether all of this is still right."),
    }

    def text_area(self, row: Any) -> str:
        return SUPPORT


class TitledAdmin(HelpfulAdmin, TextsAdmin):
    """Programmes and their sections. A host registers its own models with it, or with a descendant."""

    group_fieldsets = True
    list_display: tuple[str, ...] = ("title", "slug", "position")
    help_texts: ClassVar[HelpTexts] = {
        "slug": SLUG_HELP,
        "title": gettext_lazy("Stands above it, and in the invitation."),
        "position": POSITION_HELP,
        "programme": gettext_lazy("The programme it is part of."),
    }


OWN: dict[type[Model], type[RowsAdmin]] = {
    Programme: TitledAdmin, Section: TitledAdmin, SupportResource: SupportResourceAdmin,
}  # fmt: skip
"""What is shown here unless the host has a model of its own in its place."""

admin.site.register(Organisation, OrganisationAdmin)
for model, admin_class in OWN.items():
    if not model._meta.swapped:
        admin.site.register(model, admin_class)
