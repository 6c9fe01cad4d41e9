"""Support resources: which are due for a check, and noting one; who wrote one does not sign it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.urls import reverse

from example_project.host.models import SupportResource
from selfhelp_survey.admin.content import CHECKED_FOR, due_for_a_check
from selfhelp_survey.entries import today
from selfhelp_survey.sign_offs import SignedByTheirWriter, sign
from selfhelp_survey.translations.units import SUPPORT
from tests.django.admin.desk import superuser

pytestmark = [pytest.mark.django_db, pytest.mark.once]
DAY = date(2026, 7, 20)
READINGS = {"place": ("Lugar", "place")}
LIST = reverse("admin:host_supportresource_changelist")


def resource(slug: str, checked: date | None) -> SupportResource:
    return SupportResource.objects.create(slug=slug, name=slug, last_checked=checked)


def test_due__half_a_year_to_the_day_and_a_day_more__only_the_latter() -> None:
    resource("never", None)
    resource("just", DAY - CHECKED_FOR)
    resource("over", DAY - CHECKED_FOR - timedelta(days=1))
    assert set(SupportResource.objects.filter(due_for_a_check(DAY)).values_list("slug", flat=True)) == {"never", "over"}


@pytest.mark.parametrize(("chosen", "shown"), [("due", {"old"}), ("done", {"fresh"}), ("", {"old", "fresh"})])
def test_filter__chosen__shows_those(chosen: str, shown: set[str]) -> None:
    resource("old", None)
    resource("fresh", today())
    response = superuser().get(LIST, {"checked": chosen} if chosen else {}, secure=True)
    assert {row.slug for row in response.context["cl"].result_list} == shown


def test_action__note_as_checked__writes_the_day() -> None:
    row = resource("old", None)
    superuser().post(LIST, {"action": "note_as_checked", ACTION_CHECKBOX_NAME: [row.pk]}, secure=True)
    assert SupportResource.objects.get().last_checked == today()


def test_host_with_its_own_model__whoever_wrote_a_text__cannot_sign_that_language() -> None:
    row = resource("place", None)
    address = reverse("admin:host_supportresource_change", args=(row.pk,))
    form = {"slug": "place", "kind": "talk", "position": "0", "name_en": "place", "name_es": "Lugar"}
    answer = superuser().post(address, form, secure=True)
    assert answer.status_code == 302
    with pytest.raises(SignedByTheirWriter):
        sign(SUPPORT, "es", READINGS, signed_by="maintainer")
    sign(SUPPORT, "en", READINGS, signed_by="maintainer")
