"""The operators' page: what `survey_status` tells, for those who look after the site and sign in to its admin."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from selfhelp_survey.admin.counts import counts_of_the_hour
from selfhelp_survey.models import Upkeep
from selfhelp_survey.status.findings import findings, verdict
from selfhelp_survey.status.gathering import gather
from selfhelp_survey.status.wording import as_rows

if TYPE_CHECKING:
    UpkeepAdmin = admin.ModelAdmin[Upkeep]
else:
    UpkeepAdmin = admin.ModelAdmin

TEMPLATE = "admin/selfhelp_survey/status.html"
HEADINGS = {
    "database": _("database"),
    "entries": _("entries"),
    "keys": _("research keys"),
    "last": _("last done"),
    "at_least": _("sizes, rounded down to tens"),
    "failures": _("what could not be found out"),
}


@admin.register(Upkeep)
class StatusAdmin(UpkeepAdmin):
    """One page in place of a list; whoever may view `upkeep` sees it.

    Outside a transaction of the request: a part that fails must not spoil the next, and nothing is to be kept.
    """

    @transaction.non_atomic_requests
    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The page. It writes what the command writes, the trial of room on the disk, and rolls it back."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        status = counts_of_the_hour.put_into(gather())
        found = findings(status)
        rows = as_rows(status)
        context = {
            **self.admin_site.each_context(request), "title": capfirst(self.opts.verbose_name), "opts": self.opts,
            "verdict": verdict(found), "findings": found,
            "tables": [(key, heading, rows[key]) for key, heading in HEADINGS.items()], **(extra_context or {}),
        }  # fmt: skip
        return TemplateResponse(request, TEMPLATE, context)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Upkeep | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Upkeep | None = None) -> bool:
        return False
