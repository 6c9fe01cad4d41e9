"""Reading, prefetching and asking in strange ways change nothing; the host name decides nothing that is shown."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.http import HttpResponse

from selfhelp_survey.collection import purge
from selfhelp_survey.models import Draft, InboxResponse
from tests.django.instruments import small
from tests.django.survey_site import COOKIE, Respondent, open_survey

pytestmark = [pytest.mark.django_db, pytest.mark.once]

STEPS = (
    "",
    "consent",
    "first",
    "opened",
    "third",
    "more",
    "late",
    "check",
    "thanks",
    "help",
    "end",
    "leave",
    "nowhere",
)
READING = ("get", "head", "options", "trace")
AHEAD = (
    {"sec-purpose": "prefetch"},
    {"purpose": "prefetch"},
    {"sec-purpose": "prefetch;prerender"},
    {"x-moz": "prefetch"},
)


def _begun() -> Respondent:
    open_survey(small())
    respondent = Respondent()
    respondent.consent()
    respondent.send("first", gate=1)
    respondent.send("opened", go="finish", words="kept")
    return respondent


def _everything() -> tuple[object, ...]:
    return (*Draft.objects.values_list("pk", "state", "sealed", "purge_hour"), InboxResponse.objects.count())


@pytest.mark.parametrize("headers", [{}, *AHEAD])
@pytest.mark.parametrize("method", READING)
def test_reading__every_address_again_and_again__changes_no_row_and_sends_nothing(
    method: str, headers: dict[str, str]
) -> None:
    respondent = _begun()
    before, cookie = _everything(), respondent.cookie
    for _ in range(8):  # times thirteen addresses: more than a hundred requests in the middle of a survey
        for step in STEPS:
            respondent.client.generic(method.upper(), respondent.address(step), secure=True, headers=headers)
    assert (_everything(), respondent.cookie) == (before, cookie)
    assert respondent.send("check", go="send")["Location"].endswith("/thanks/")


@pytest.mark.parametrize(
    "query", ["?c", "?e", "?reset=1", "?step=check&go=send", "?go=send", "?t=x&go=leave", "?_method=POST"]
)
@pytest.mark.parametrize("step", ["", "first", "check", "leave"])
def test_reading__with_a_query__changes_nothing(step: str, query: str) -> None:
    respondent = _begun()
    before = _everything()
    respondent.client.get(respondent.address(step) + query, secure=True)
    assert _everything() == before


def test_send__repeated_after_the_purge__is_told_it_has_expired_and_stores_nothing_more() -> None:
    respondent = _begun()
    cookie = respondent.cookie
    respondent.send("check", go="send")
    assert purge(now=Draft.objects.get().purge_hour * 3600.0) == 1
    respondent.client.cookies[COOKIE] = cookie
    assert "This page has expired" in respondent.post("check", {"go": "send"}).content.decode()
    assert InboxResponse.objects.count() == 1


BY_SCRIPT = (
    {"sec-fetch-dest": "empty", "sec-fetch-mode": "cors"}, {"sec-fetch-dest": "empty"},
    {"sec-fetch-dest": "iframe", "sec-fetch-mode": "navigate"}, {"sec-fetch-dest": "object"},
    {"sec-fetch-mode": "same-origin"}, {"sec-fetch-dest": "embed"}, {"sec-fetch-mode": "no-cors"},
    {"sec-fetch-dest": "serviceworker"}, {"sec-fetch-dest": ""},
)  # fmt: skip


@pytest.mark.parametrize("headers", BY_SCRIPT)
def test_page__asked_for_by_a_script_of_the_host__shows_and_takes_nothing(headers: dict[str, str]) -> None:
    respondent = _begun()
    before = _everything()
    own = {**headers, "sec-fetch-site": "same-origin"}
    for step in STEPS:
        response = respondent.see(step, headers=own)
        assert response.status_code == 403
        assert "kept" not in response.content.decode()
        assert respondent.post(step or "consent", {"go": "next", "words": "forged"}, headers=own).status_code == 403
    assert _everything() == before


def test_page__asked_for_by_its_reader__is_shown_and_taken() -> None:
    respondent = _begun()
    own = {"sec-fetch-dest": "document", "sec-fetch-mode": "navigate", "sec-fetch-site": "same-origin"}
    assert "kept" in respondent.see("opened", headers=own).content.decode()
    assert respondent.post("opened", {"go": "next", "words": "new"}, headers=own).status_code == 303


STRANGE_HOSTS = ("evil.test", "a.onion.evil", "testserver.evil.test", "testserver:99999", "testserver@evil.test", "",
                 "testserver/evil", "[::1", "testserver,evil.test", "TESTSERVER.", "evil.test:443")  # fmt: skip


@pytest.mark.parametrize("host", STRANGE_HOSTS)
@pytest.mark.parametrize("method", ["get", "post"])
def test_host__not_allowed__is_refused_without_an_echo(host: str, method: str, settings: Any) -> None:
    respondent = _begun()
    settings.ALLOWED_HOSTS = ["other.example"]
    response: HttpResponse = respondent.client.generic(
        method.upper(), respondent.address("first"), secure=True, headers={"host": host}
    )  # type: ignore[assignment]
    assert response.status_code == 400
    assert "evil" not in response.content.decode()


def test_forwarded_host__claimed__is_neither_believed_nor_shown() -> None:
    respondent = _begun()
    headers = {
        "x-forwarded-host": "evil.test",
        "x-original-url": "/evil",
        "x-rewrite-url": "/evil",
        "forwarded": "host=evil",
    }
    for step in STEPS:
        response = respondent.see(step, headers=headers)
        assert "evil" not in response.content.decode() + str(response.headers)


def test_links_and_forms__every_page__stay_on_the_site_and_carry_neither_id_nor_answer() -> None:
    respondent = _begun()
    secret = respondent.cookie
    for step in STEPS:
        response = respondent.see(step)
        html = response.content.decode()
        addresses = [*re.findall(r'(?:href|action|src)="([^"]*)"', html), response.get("Location", "")]
        inside = [one for one in addresses if one.startswith("/feedback/")]
        plain = r"/feedback/(en|es)/end/([a-z]+/)?(\?[ce])?(#attention)?|/feedback/style-[0-9a-f]+\.css"
        assert [one for one in inside if not re.fullmatch(plain, one)] == []
        assert not [one for one in addresses if secret in one or "kept" in one]
        title = re.search(r"<title>(.*?)</title>", html, re.DOTALL)
        assert "kept" not in (title[1] if title else "")
