"""Which addresses are the survey's, what is sent elsewhere, and what the other pages of the host learn."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import include, path, set_script_prefix

from selfhelp_survey import entries
from selfhelp_survey.middleware import SurveyBorderMiddleware, survey_prefix
from selfhelp_survey.models import Entry
from tests.django.instruments import small
from tests.django.survey_site import COOKIE, Respondent, open_survey

pytestmark = pytest.mark.django_db

AGENT = "Browser-Of-One"


def _begun() -> Respondent:
    open_survey(small())
    respondent = Respondent()
    respondent.consent()
    respondent.send("first", gate=1)
    return respondent


@pytest.mark.parametrize(
    ("settings_given", "address", "location"),
    [({"SECURE_SSL_REDIRECT": True}, "/feedback/en/end/?x=1", "https://testserver/feedback/en/end/"),
     ({"SECURE_SSL_REDIRECT": True, "SECURE_SSL_HOST": "safe.example"}, "/feedback/en/end/",
      "https://safe.example/feedback/en/end/"),
     ({}, "/feedback/en/end", "/feedback/en/end/"), ({}, "/feedback/en/end/first", "/feedback/en/end/first/")],
)  # fmt: skip
def test_moved_address__read__leads_there(
    settings_given: dict[str, Any], address: str, location: str, settings: Any
) -> None:
    for name, value in settings_given.items():
        setattr(settings, name, value)
    response = Respondent().client.get(address)
    assert (response.status_code, response["Location"]) == (301, location)


@pytest.mark.usefixtures("in_production")
def test_onion__site_that_redirects_to_https__is_served_as_it_is(settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT, settings.ALLOWED_HOSTS = True, [".onion"]
    open_survey(small())
    assert Respondent().client.get("/feedback/en/end/", headers={"host": "abc.onion"}).status_code == 200


@pytest.mark.parametrize("method", ["post", "put"])
def test_moved_address__written_to__is_not_found(method: str) -> None:
    response = getattr(Respondent().client, method)("/feedback/en/end/first", secure=True)
    assert response.status_code == 404


@pytest.fixture
def at_the_root(settings: Any) -> Iterator[None]:
    """A site that is the survey and an admin, nothing else."""
    settings.ROOT_URLCONF = __name__
    survey_prefix.cache_clear()
    yield
    survey_prefix.cache_clear()


urlpatterns = [path("admin/", admin.site.urls), path("", include("selfhelp_survey.urls"))]


@pytest.mark.parametrize(
    ("address", "is_isolated"),
    [("/en/end/", True), ("/pt-br/end/first/", True), ("/en/end", True), ("/admin/", False), ("/admin/login/", False)],
)
def test_middleware__survey_at_the_root__lets_the_admin_keep_its_cookies(
    at_the_root: None, address: str, *, is_isolated: bool
) -> None:
    request = RequestFactory().get(address, headers={"cookie": "sessionid=1"})
    SurveyBorderMiddleware(lambda _: HttpResponse())(request)
    assert (request.COOKIES == {}) is is_isolated


@pytest.fixture
def beside_others(settings: Any) -> Iterator[None]:
    """A site whose own pages lie under the survey's prefix, before it."""
    settings.ROOT_URLCONF = Beside
    survey_prefix.cache_clear()
    yield
    survey_prefix.cache_clear()


class Beside:
    """The addresses of that site."""

    urlpatterns = (
        path("feedback/contact/", lambda request: HttpResponse(f"host {request.user.is_authenticated}")),
        path("feedback/", include("selfhelp_survey.urls")),
    )


def test_other_app__under_the_surveys_prefix__keeps_its_own_middleware(beside_others: None) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.get("/feedback/contact/").content == b"host False"
    assert client.post("/feedback/contact/").status_code == 403


@pytest.mark.usefixtures("at_the_root")
@pytest.mark.parametrize(
    ("address", "is_isolated"), [("/faq", False), ("/about-us/x/y/", False), ("/en/end/NO/", True)]
)
def test_root__address_that_leads_nowhere__is_the_surveys_only_with_a_language(
    address: str, *, is_isolated: bool
) -> None:
    request = RequestFactory().get(address, headers={"cookie": "sessionid=1"})
    SurveyBorderMiddleware(lambda _: HttpResponse())(request)
    assert (request.COOKIES == {}) is is_isolated


def test_prefix__first_asked_for_without_a_script_name__is_right_with_one() -> None:
    open_survey(small())
    survey_prefix.cache_clear()
    assert Client().get("/feedback/health/", secure=True).status_code == 200
    set_script_prefix("/site/")
    try:
        response = Client().get("/feedback/en/end/", secure=True, SCRIPT_NAME="/site")
    finally:
        set_script_prefix("/")
    assert response.status_code == 200
    assert b'action="/site/feedback/en/end/' in response.content


SECRET = "A" * 43


@pytest.mark.parametrize(
    ("given", "kept"),
    [(f"sessionid=1; {COOKIE}={SECRET}; x=2", "sessionid=1; x=2"), (f"v={SECRET}", ""), ("v=1; x=2", "v=1; x=2"),
     ("sessionid=1", "sessionid=1"), (f"{COOKIE}={SECRET}; {COOKIE}={SECRET}", ""), (f"w={SECRET}", f"w={SECRET}")],
)  # fmt: skip
def test_other_address__draft_cookie__is_kept_from_the_host(given: str, kept: str) -> None:
    request = RequestFactory().get("/en/", headers={"cookie": given})
    SurveyBorderMiddleware(lambda _: HttpResponse())(request)
    assert request.META["HTTP_COOKIE"] == kept
    assert SECRET not in str(request.COOKIES) or "w" in request.COOKIES


@pytest.mark.parametrize(
    ("referrer", "is_kept"),
    [("https://testserver/feedback/en/end/thanks/", False), ("https://testserver/feedback/", False),
     ("https://testserver/en/", True), ("https://elsewhere.example/", True), ("", True), ("http://[::1", True),
     ("%", True), ("\x00", True)],
)  # fmt: skip
def test_other_address__asked_for_from_the_survey__learns_not_where_from(referrer: str, *, is_kept: bool) -> None:
    request = RequestFactory().get("/static/host/site.css", headers={"referer": referrer})
    SurveyBorderMiddleware(lambda _: HttpResponse())(request)
    assert ("HTTP_REFERER" in request.META) is is_kept


def test_other_address__no_cookie__stays_without() -> None:
    request = RequestFactory().get("/en/")
    SurveyBorderMiddleware(lambda _: HttpResponse())(request)
    assert "HTTP_COOKIE" not in request.META or request.META["HTTP_COOKIE"] == ""


def test_link_back_to_the_programme__followed__tells_it_nothing() -> None:
    respondent = _begun()
    Entry.objects.update(programme_url="/en/")
    entries.forget_entries()
    for step in ("first", "opened", "thanks", "help"):
        [link] = re.findall(r'<a [^>]*href="/en/"[^>]*>', respondent.see(step).content.decode())
        assert 'rel="noreferrer"' in link


def test_middleware__other_address__leaves_the_request_alone() -> None:
    request = RequestFactory().get("/en/", headers={"user-agent": AGENT})
    SurveyBorderMiddleware(lambda _: HttpResponse())(request)
    assert request.headers["User-Agent"] == AGENT
