"""The address for monitors: the same bytes whatever respondents do, and failing only with the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import include, path

from selfhelp_survey.middleware import SurveyBorderMiddleware, survey_prefix
from selfhelp_survey.models import Draft, Entry, KeyProof, PublishedVersion
from tests.django.attacks.test_headers_matrix import METHODS, assert_whole
from tests.django.instruments import small
from tests.django.survey_site import Respondent, open_survey

pytestmark = pytest.mark.django_db

ADDRESS = "/feedback/health/"


def ask(method: str = "get", **more: Any) -> HttpResponse:
    """A monitor's request."""
    return Client().generic(method.upper(), ADDRESS, secure=True, **more)  # type: ignore[return-value]


def as_sent(response: HttpResponse) -> bytes:
    """Everything of a response that a monitor could see."""
    return bytes(response.serialize()) + str(response.status_code).encode() + response.cookies.output().encode()


def test_health__database_and_tables_there__is_ok_in_plain_text() -> None:
    response = ask()
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"


def _closed() -> None:
    Entry.objects.update(state=Entry.State.CLOSED)


def _no_key() -> None:
    KeyProof.objects.all().delete()


def _no_entry() -> None:
    Entry.objects.all().delete()


def _sent() -> None:
    respondent = Respondent()
    respondent.consent()
    respondent.send("first", "finish", gate=2)
    respondent.send("check", "send")


@pytest.mark.parametrize("happens", [_closed, _no_key, _no_entry, _sent, lambda: Respondent().consent()])
def test_health__whatever_happens_in_the_survey__is_the_same_to_the_byte(happens: Callable[[], Any]) -> None:
    empty = as_sent(ask())
    open_survey(small())
    before = as_sent(ask())
    happens()
    assert as_sent(ask()) == before == empty
    assert b"ok" in empty


def test_health__respondents_cookie__is_not_looked_at() -> None:
    open_survey(small())
    respondent = Respondent()
    respondent.consent()
    assert respondent.cookie
    response: Any = respondent.client.get(ADDRESS, secure=True)
    assert as_sent(response) == as_sent(ask()) == as_sent(ask(headers={"cookie": "__Host-v=forged"}))
    assert not response.cookies


def test_health__asked__takes_one_query(django_assert_num_queries: Any) -> None:
    ask()
    with django_assert_num_queries(1):
        ask()


@pytest.mark.parametrize("method", METHODS)
def test_health__every_method__has_all_headers_and_only_reading_is_answered(method: str) -> None:
    response = ask(method)
    assert_whole(response)
    assert response.status_code == (200 if method in {"get", "head"} else 405)
    assert response.content == (b"ok\n" if method == "get" else b"")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("model", [Draft, Entry, PublishedVersion, KeyProof])
def test_health__table_missing__is_failing_with_all_headers(model: Any) -> None:
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f'ALTER TABLE "{table}" RENAME TO "{table}_away"')
    try:
        response = ask()
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f'ALTER TABLE "{table}_away" RENAME TO "{table}"')
    assert (response.status_code, response.content) == (503, b"failing\n")
    assert_whole(response)
    assert ask().status_code == 200


@pytest.mark.usefixtures("in_production")
@pytest.mark.parametrize("redirects", [True, False])
def test_health__monitor_over_http_in_production__is_answered(redirects: bool, settings: Any) -> None:
    open_survey(small())
    settings.SECURE_SSL_REDIRECT = redirects
    settings.ALLOWED_HOSTS = ["survey.example"]
    response = Client().get(ADDRESS, headers={"host": "survey.example"}, REMOTE_ADDR="127.0.0.1")
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert_whole(response, is_https=False)  # type: ignore[arg-type]
    elsewhere = Client().get("/feedback/en/end/", headers={"host": "survey.example"})
    assert elsewhere.status_code == (301 if redirects else 403)


def test_health__without_its_last_slash__moves_there() -> None:
    response = Client().get("/feedback/health", secure=True)
    assert (response.status_code, response["Location"]) == (301, ADDRESS)


def test_health__entry_of_that_name__has_its_own_address() -> None:
    open_survey(small(), entry="health")
    assert Respondent(entry="health").see().status_code == 200
    assert ask().content == b"ok\n"


def own_health(request: HttpRequest) -> HttpResponse:
    """What the host itself says at this address."""
    return HttpResponse("the host's own")


class Root:
    """A site that is the survey and nothing else."""

    urlpatterns = (path("", include("selfhelp_survey.urls")),)


class RootWithHealth:
    """A site that had a health address before the survey came."""

    urlpatterns = (path("health/", own_health), path("", include("selfhelp_survey.urls")))


@pytest.fixture
def mounted(settings: Any, request: pytest.FixtureRequest) -> Iterator[None]:
    settings.ROOT_URLCONF = request.param
    survey_prefix.cache_clear()
    yield
    survey_prefix.cache_clear()


@pytest.mark.usefixtures("mounted")
@pytest.mark.parametrize(("mounted", "is_surveys"), [(Root, True), (RootWithHealth, False)], indirect=["mounted"])
def test_health__survey_at_the_root__leaves_the_hosts_own_to_the_host(is_surveys: bool) -> None:
    response: Any = SurveyBorderMiddleware(own_health)(RequestFactory().get("/health/", secure=True))
    assert response.content == (b"ok\n" if is_surveys else b"the host's own")
    assert ("Content-Security-Policy" in response.headers) is is_surveys
