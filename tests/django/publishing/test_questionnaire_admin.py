"""The admin's lists of questionnaires, texts, versions and entries."""

from __future__ import annotations

from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from selfhelp_survey.models import Entry, PublishedVersion, Wording
from selfhelp_survey.publication import publish

pytestmark = pytest.mark.django_db
SECTIONS = ("questionnaire", "wording", "languagesignoff", "publishedversion", "entry", "organisation")


@pytest.fixture
def maintainer() -> Client:
    """A signed-in maintainer, on a site whose exit survey is published."""
    call_command("survey_import", "selfhelp_survey/questionnaires/exit_survey.yaml", stdout=StringIO())
    publish("exit_survey")
    client = Client()
    client.force_login(User.objects.create_superuser("maintainer"))
    return client


def address(section: str, page: str = "changelist", *args: object) -> str:
    return reverse(f"admin:selfhelp_survey_{section}_{page}", args=args)


@pytest.mark.parametrize("section", SECTIONS)
def test_list__every_section__is_shown(maintainer: Client, section: str) -> None:
    assert maintainer.get(address(section), secure=True).status_code == 200


def test_wording__one_text__shows_every_language(maintainer: Client) -> None:
    wording = Wording.objects.get(key="title")
    page = maintainer.get(address("wording", "change", wording.pk), secure=True).content.decode()
    assert 'name="text_en"' in page
    assert 'name="text_es"' in page


def test_published_version__sent_with_changes__refused(maintainer: Client) -> None:
    row = PublishedVersion.objects.get()
    answer = maintainer.post(address("publishedversion", "change", row.pk), {"note": "other"}, secure=True)
    assert answer.status_code == 403
    answer = maintainer.post(address("publishedversion", "delete", row.pk), {"post": "yes"}, secure=True)
    assert answer.status_code == 403


@pytest.mark.parametrize(("state", "exists"), [("open", False), ("closed", True)])
def test_entry__keys_not_proven__cannot_be_opened_but_made(maintainer: Client, state: str, exists: bool) -> None:
    data = {"code": "end", "questionnaire": "exit_survey", "state": state, "programme_url": ""}
    maintainer.post(address("entry", "add"), data, secure=True)
    assert Entry.objects.exists() is exists
