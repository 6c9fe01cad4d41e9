"""Author, translator, publisher: what each may do; and that nobody sees an answer."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from selfhelp_survey.models import Draft, InboxResponse, PublishedVersion, SealedResponse
from tests.django.admin.desk import address, drafted, member, worded
from tests.django.instruments import small
from tests.django.survey_site import open_survey

pytestmark = [pytest.mark.django_db, pytest.mark.once]
TRANSLATORS, AUTHORS, PUBLISHERS = "Survey translators", "Survey authors", "Survey publishers"
TITLE = "pages.first.title"


def deeds(client: Client, pk: int) -> dict[str, int]:
    """The status of what answers each deed: 403 where it may not be done."""
    written = {TITLE: "New", f"initial-{TITLE}": "Page first"}
    done = {
        "read": client.get(address("questionnaire_texts", pk)),
        "preview": client.get(address("questionnaire_preview", pk, "first", "en")),
        "write": client.post(address("questionnaire_page", pk, "first"), written),
        "import": client.get(address("questionnaire_import")),
        "publish": client.post(address("questionnaire_publish", pk)),
        "switch": client.post(address("questionnaire_language", pk, "es", "off")),
        "entries": client.get(address("entry_changelist")),
        "organisation": client.get(address("organisation_add")),
        "support": client.get(reverse("admin:host_supportresource_add")),
    }
    return {name: response.status_code for name, response in done.items()}


ALLOWED = {
    TRANSLATORS: {"read", "preview", "write"},
    AUTHORS: {"read", "preview", "write", "import", "organisation", "support"},
    PUBLISHERS: {"read", "preview", "publish", "switch", "entries"},
}


@pytest.mark.parametrize("group", ALLOWED)
def test_group__every_deed__only_what_is_theirs(group: str) -> None:
    open_survey(small())
    row = drafted()
    answered = deeds(member(group), row.pk)
    assert {deed for deed, status in answered.items() if status != 403} == ALLOWED[group]


def test_staff_in_no_group__every_deed__is_refused() -> None:
    row = drafted()
    client = Client()
    client.force_login(User.objects.create_user("nobody", is_staff=True))
    assert set(deeds(client, row.pk).values()) == {403}
    assert client.get(address("questionnaire_file", row.pk, "yaml")).status_code == 403


def test_translator__refused_deeds__change_nothing() -> None:
    row = drafted()
    deeds(member(TRANSLATORS), row.pk)
    assert not PublishedVersion.objects.exists()
    assert worded(TITLE, "en") == "New"


def test_publisher__writes_a_text__is_refused_and_it_stays() -> None:
    row = drafted()
    deeds(member(PUBLISHERS), row.pk)
    assert worded(TITLE, "en") == "Page first"


def test_stranger__every_page__is_sent_to_the_login() -> None:
    row = drafted()
    assert set(deeds(Client(), row.pk).values()) == {302}


def test_groups__made_twice_with_something_added__keep_it() -> None:
    call_command("survey_groups", verbosity=0)
    group = Group.objects.get(name=TRANSLATORS)
    before = set(group.permissions.values_list("pk", flat=True))
    extra = Permission.objects.get(codename="view_entry")
    group.permissions.set([extra])
    call_command("survey_groups", verbosity=0)
    assert set(group.permissions.values_list("pk", flat=True)) == before | {extra.pk}


def test_groups__taken_together__hold_no_permission_on_a_response() -> None:
    call_command("survey_groups", verbosity=0)
    touched = {permission.content_type.model for permission in Permission.objects.filter(group__isnull=False)}
    assert touched
    assert touched.isdisjoint({"draft", "inboxresponse", "sealedresponse", "roundedcount"})


@pytest.mark.parametrize("model", [Draft, InboxResponse, SealedResponse])
def test_admin__what_respondents_gave__is_not_registered(model: type) -> None:
    assert model not in admin.site._registry
