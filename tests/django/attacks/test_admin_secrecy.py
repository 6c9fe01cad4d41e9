"""Nobody sees an answer in the admin, whatever they may do there, nor finds a page that shows or counts answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client

from selfhelp_survey.collection import shuffle
from selfhelp_survey.leaks.search import hits_in
from selfhelp_survey.models import Draft, Entry, InboxResponse, RoundedCount, SealedResponse
from tests.django.instruments import small
from tests.django.survey_site import Respondent, open_survey

pytestmark = [pytest.mark.django_db, pytest.mark.once]

SECRET = (Draft, InboxResponse, SealedResponse)
MOST_PAGES = 400
_LINK = re.compile(r'(?:href|action|data-ajax--url|src)="([^"]+)"')


def _marker() -> str:
    return "-".join(["ZQX", "MARKER", str(7700 + 31), "żółć", "🜁"])


@pytest.fixture
def secrets() -> list[str]:
    """What must not be seen: an answer of a site with a draft, a response in the inbox and a moved one; their ids."""
    call_command("demo_content", verbosity=0)
    open_survey(small())
    found = []
    for ending in ("send", "send", "wait"):
        respondent = Respondent()
        respondent.consent()
        respondent.send("first", gate=1)
        respondent.send("opened", words=_marker())
        respondent.send("third", go="finish", amount=7)
        found.append(respondent.cookie)
        if ending == "send":
            respondent.send("check", go="send")
            shuffle(close=SealedResponse.objects.count() == 0)
    assert [model._default_manager.count() for model in SECRET] == [3, 1, 1]
    ids = [str(row.pk) for model in SECRET for row in model._default_manager.all()]
    return [_marker(), *found, *ids, *(one.replace("-", "") for one in ids)]


def _superuser() -> Client:
    return _logged_in(is_superuser=True, is_staff=True)


def _staff_who_may_everything() -> Client:
    return _logged_in(is_staff=True, may=lambda permission: True)


def _translator() -> Client:
    return _logged_in(is_staff=True, may=lambda permission: "wording" in permission or "section" in permission)


def _staff_who_may_nothing() -> Client:
    return _logged_in(is_staff=True)


def _programme_user() -> Client:
    return _logged_in()


def _logged_in(
    *, may: Callable[[str], bool] | None = None, is_staff: bool = False, is_superuser: bool = False
) -> Client:
    user = get_user_model().objects.create_user("somebody", is_staff=is_staff, is_superuser=is_superuser)
    if may is not None:
        user.user_permissions.set([one for one in Permission.objects.all() if may(one.codename)])
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def _crawled(client: Client, start: str) -> Iterator[tuple[str, HttpResponse]]:
    """Every page of the admin that links lead to from here, by GET and without their queries; but not logging out."""
    waiting, seen = [start], {start}
    while waiting:
        assert len(seen) < MOST_PAGES
        address = waiting.pop()
        response = client.get(address, follow=True)
        yield address, response  # type: ignore[misc]
        for link in _LINK.findall(response.content.decode()):
            found = urlsplit(urljoin(address, unescape(link))).path
            if found.startswith("/admin/") and "logout" not in found and found not in seen:
                seen.add(found)
                waiting.append(found)


def _guessed() -> Iterator[str]:
    """Pages of the admin beside those that are linked: lists, searched ones too, histories, autocompletion."""
    for model in admin.site._registry:
        base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        yield from (base, f"{base}add/", f"{base}?q={_marker()[:10]}", f"{base}?_facets=True", f"{base}?all=")
        for row in model._default_manager.all()[:2]:
            yield from (f"{base}{row.pk}/{page}/" for page in ("change", "history", "delete"))
        for field in model._meta.get_fields():
            if field.is_relation:
                query = f"app_label={model._meta.app_label}&model_name={model._meta.model_name}&field_name={field.name}"
                yield f"/admin/autocomplete/?term=&{query}"


@pytest.mark.parametrize("user", [_superuser, _staff_who_may_everything, _translator, _staff_who_may_nothing])
def test_admin__every_page_of_it__shows_neither_answer_nor_cookie_nor_id(
    user: Callable[[], Client], secrets: list[str]
) -> None:
    client = user()
    seen = dict(_crawled(client, "/admin/")) | {address: client.get(address, follow=True) for address in _guessed()}
    shown = b"\0\0".join(response.content for response in seen.values())
    assert not hits_in(shown, *secrets)
    assert seen["/admin/"].status_code == 200


def test_admin__superuser__has_seen_every_registered_list(secrets: list[str]) -> None:
    """The crawl above comes where answers could be, if there were any."""
    linked = dict(_crawled(_superuser(), "/admin/"))
    for model in admin.site._registry:
        assert f"/admin/{model._meta.app_label}/{model._meta.model_name}/" in linked


def test_admin__answer_that_stands_in_a_registered_table__would_be_noticed(secrets: list[str]) -> None:
    Entry.objects.update(programme_url=_marker())
    shown = b"".join(response.content for _, response in _crawled(_superuser(), "/admin/selfhelp_survey/entry/"))
    assert hits_in(shown, _marker())


@pytest.mark.parametrize("model", [*SECRET, RoundedCount])
def test_admin__tables_of_respondents__are_not_registered_and_nothing_refers_to_them(model: type) -> None:
    assert model not in admin.site._registry
    pointing = [
        field for other in apps.get_models() for field in other._meta.get_fields() if field.related_model is model
    ]
    assert pointing == []


def test_admin_log__after_surveys_were_answered__is_empty(secrets: list[str]) -> None:
    assert LogEntry.objects.count() == 0


GUESSES = tuple(
    f"{base}{page}"
    for base in ("/", "/feedback/", "/feedback/en/end/", "/admin/", "/admin/selfhelp_survey/", "/api/")
    for page in ("export/", "export.csv", "stats/", "statistics/", "results/", "responses/", "inbox/", "download/",
                 "dump.json", "api/")
) + tuple(
    f"/admin/selfhelp_survey/{model._meta.model_name}/{page}"
    for model in (*SECRET, RoundedCount)
    for page in ("", "add/", "1/change/", "export/")
)  # fmt: skip


@pytest.mark.parametrize("user", [Client, _programme_user, _staff_who_may_nothing, _translator, _superuser])
def test_addresses__guessed_for_export_or_statistics__lead_nowhere(
    user: Callable[[], Client], secrets: list[str]
) -> None:
    client = user()
    for address in GUESSES:
        for method in (client.get, client.post):
            response = method(address, secure=True)
            is_login = response.status_code == 302 and "/admin/login/" in response["Location"]
            is_elsewhere = response.status_code in {301, 302} and _is_refused(client, response["Location"])
            assert response.status_code in {403, 404, 405, 415} or is_login or is_elsewhere, address
            assert not hits_in(response.content, *secrets), address


def _is_refused(client: Client, location: str) -> bool:
    """True where following the redirect, for a slash or a language, ends in a refusal or at the login."""
    last = client.get(location, secure=True, follow=True)
    return last.status_code in {403, 404} or "/admin/login/" in last.request["PATH_INFO"]
