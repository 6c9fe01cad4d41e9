"""The border: what leaves the survey when something goes wrong, and what comes in at all."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from typing import Any

import django
import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import translation
from django.utils.log import AdminEmailHandler

from selfhelp_survey import entries, wizard
from selfhelp_survey.languages import named_language
from selfhelp_survey.middleware import SurveyBorderMiddleware, isolate
from selfhelp_survey.models import Draft, Entry, InboxResponse, KeyProof
from tests.django.instruments import small
from tests.django.survey_site import COOKIE, Respondent, open_survey

pytestmark = pytest.mark.django_db

ADDRESS, AGENT = "192.0.2.7", "Browser-Of-One"


def _marker() -> str:
    return "-".join(["ZQX", "MARKER", str(7700 + 31)])


@pytest.fixture
def mails(settings: Any) -> Iterator[Callable[[], str]]:
    """All that Django mails to ADMINS about a failure, in text and HTML."""
    address = "admin@example.org"
    settings.ADMINS = [address] if django.VERSION >= (6, 0) else [("admin", address)]
    handler = AdminEmailHandler(include_html=True)
    handler.setLevel(logging.WARNING)
    logger = logging.getLogger("django")
    logger.addHandler(handler)
    yield lambda: "\n".join(str(sent.message()) + str(sent.body) for sent in mail.outbox)
    logger.removeHandler(handler)


def _begun() -> Respondent:
    open_survey(small())
    respondent = Respondent()
    respondent.client.raise_request_exception = False
    respondent.consent()
    respondent.send("first", gate=1)
    return respondent


def _secrets(respondent: Respondent) -> tuple[str, ...]:
    return _marker(), respondent.cookie, ADDRESS, AGENT


def _post(respondent: Respondent, **headers: str) -> HttpResponse:
    known = {"x-forwarded-for": ADDRESS, "user-agent": AGENT, **headers}
    return respondent.post("opened", {"go": "next", "words": _marker()}, headers=known, REMOTE_ADDR=ADDRESS)


def test_error_mail__page_fails__is_not_sent_at_all(mails: Callable[[], str], monkeypatch: pytest.MonkeyPatch) -> None:
    respondent = _begun()
    monkeypatch.setattr(wizard.SurveyWizard, "_act", lambda *_: 1 / 0)
    assert _post(respondent).status_code == 503
    assert mails() == ""


@pytest.mark.parametrize("is_debug", [True, False])
def test_host__not_allowed__is_refused_with_every_header_and_reported_to_nobody(
    mails: Callable[[], str], settings: Any, *, is_debug: bool
) -> None:
    respondent = _begun()
    settings.DEBUG, settings.ALLOWED_HOSTS = is_debug, ["testserver"]
    response = _post(respondent, host="elsewhere.example")
    assert (response.status_code, mails()) == (400, "")
    assert not [secret for secret in _secrets(respondent) if secret in response.content.decode()]
    assert "default-src 'none'" in response["Content-Security-Policy"]


def test_other_middleware__of_the_host__never_sees_a_survey_request(mails: Callable[[], str], settings: Any) -> None:
    respondent = _begun()
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.curious_middleware"]
    seen.clear()
    afresh = Respondent()  # middleware is loaded with a client's first request
    afresh.client.cookies[COOKIE] = respondent.cookie
    assert _post(afresh).status_code == 303
    assert afresh.client.get("/en/").status_code == 200
    assert (seen, mails()) == (["/en/"], "")


def test_session__saved_on_every_request__is_not_touched_by_the_survey(settings: Any) -> None:
    settings.SESSION_SAVE_EVERY_REQUEST = True
    respondent = _begun()
    respondent.client.force_login(User.objects.create_user("somebody"))

    def sessions() -> list[tuple[object, ...]]:
        return list(Session.objects.values_list("session_key", "session_data", "expire_date"))

    respondent.client.get("/en/")
    before = sessions()
    respondent.send("opened", go="finish", words="x")
    respondent.send("check", go="send")
    assert InboxResponse.objects.count() == 1
    assert sessions() == before
    respondent.client.get("/en/")
    assert sessions() != before


seen: list[str] = []


def curious_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """A host's own middleware that notes what comes by."""

    def note(request: HttpRequest) -> HttpResponse:
        seen.append(request.path)
        return get_response(request)

    return note


def test_view__without_the_border__answers_nothing(settings: Any) -> None:
    respondent = _begun()
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "selfhelp_survey" not in name]
    afresh = Respondent()
    afresh.client.cookies[COOKIE] = respondent.cookie
    assert [afresh.see(step).status_code for step in ("first", "help", "check")] == [503] * 3
    assert _post(afresh).status_code == 503
    assert InboxResponse.objects.count() == 0


@pytest.mark.parametrize(
    ("content_type", "status"),
    [("application/x-www-form-urlencoded", 303), ("multipart/form-data; boundary=x", 415), ("application/json", 415),
     ("text/plain", 415), ("", 415), ("application/x-www-form-urlencoded; charset=utf-16", 400)],
)  # fmt: skip
def test_form__any_kind__is_off_the_request_when_a_report_could_be_made(content_type: str, status: int) -> None:
    respondent = _begun()
    request = RequestFactory().post(
        respondent.address("opened"), f"go=next&words={_marker()}", content_type=content_type, secure=True,
        headers={"origin": "https://testserver", "cookie": f"{COOKIE}={respondent.cookie}"},
    )  # fmt: skip
    response = SurveyBorderMiddleware(lambda _: HttpResponse())(request)
    assert response.status_code == status
    assert (dict(request.POST), dict(request.FILES), request.body, request.COOKIES) == ({}, {}, b"", {})


def test_debug_page__slash_forgotten__shows_nothing_of_the_post(mails: Callable[[], str]) -> None:
    respondent = _begun()
    secrets = _secrets(respondent)
    response = respondent.client.post(
        "/feedback/en/end/opened", f"words={_marker()}", secure=True, content_type="application/x-www-form-urlencoded"
    )
    assert not [secret for secret in secrets if secret in mails() + response.content.decode()]


def test_isolate__request__keeps_only_what_the_survey_needs() -> None:
    kept = {"host": "testserver", "origin": "https://testserver", "sec-fetch-site": "same-origin"}
    traces = {"user-agent": AGENT, "x-forwarded-for": ADDRESS, "x-cluster-client-ip": ADDRESS, "cookie": "sessionid=1",
              "sec-ch-ua": AGENT, "accept-language": "fi", "referer": "https://x.example/",
              "authorization": "x"}  # fmt: skip
    request = RequestFactory().get("/feedback/en/end/", headers={**kept, **traces}, REMOTE_PORT="4711")
    assert AGENT in str(request.headers)  # somebody may have looked before
    isolate(request)
    assert {name.lower(): value for name, value in request.headers.items()} == kept
    assert not {"REMOTE_PORT", "HTTP_COOKIE"} & set(request.META)
    assert (request.COOKIES, request.META["REMOTE_ADDR"]) == ({}, "0.0.0.0")  # noqa: S104


def test_isolate__header_of_the_proxy__stays(settings: Any) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_SPOKEN", "https")
    request = RequestFactory().get("/feedback/en/end/", headers={"x-spoken": "https"})
    isolate(request)
    assert request.is_secure()


def test_plain_page__whatever_was_spoken_before__is_in_the_sites_own_language(settings: Any) -> None:
    with translation.override("fi"):
        response = Client().get("/feedback/nothing", secure=True)
    assert response.content.decode().startswith("There is no such page")
    assert (response["Content-Type"], response["Content-Language"]) == ("text/plain; charset=utf-8", "en")
    settings.LANGUAGE_CODE = "fi"
    spoken = Client().get("/feedback/nothing", secure=True)
    assert (spoken["Content-Language"], "ä" in spoken.content.decode()) == ("fi", True)


def test_language__unknown__is_not_claimed_of_an_english_page() -> None:
    open_survey(small())
    response = Respondent(language="xx").see()
    assert (response.status_code, response["Content-Language"]) == (404, "en")
    assert '<html lang="en"' in response.content.decode()


def test_method__refused__is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    open_survey(small())
    assert Client().put("/feedback/en/end/first/", secure=True).status_code == 405
    assert [record for record in caplog.records if record.name.startswith("django")] == []


@pytest.mark.parametrize("address", ["/feedback/en/end/first/", "/feedback/health/"])
def test_everything_fails__last_words__have_the_headers_and_reach_no_report(
    address: str, mails: Callable[[], str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    respondent = _begun()
    monkeypatch.setattr("selfhelp_survey.middleware.compress", lambda *_: 1 / 0)
    response = respondent.client.post(address, f"words={_marker()}", secure=True,
                                      content_type="application/x-www-form-urlencoded")  # fmt: skip
    assert (response.status_code, response.content) == (503, b"Nothing was saved just now.\n")
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert (mails(), [record for record in caplog.records if record.name.startswith("django")]) == ("", [])


def test_failure__no_thread_to_be_had__is_a_calm_page(monkeypatch: pytest.MonkeyPatch) -> None:
    respondent = _begun()

    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(wizard.SurveyWizard, "_act", lambda *_: 1 / 0)
    monkeypatch.setattr(threading.Thread, "start", refuse)
    response = _post(respondent)
    assert response.status_code == 503
    assert "Nothing was saved just now" in response.content.decode()


@pytest.mark.parametrize("step", ["", "first", "check", "help", "thanks", "end"])
def test_border__entry_cannot_be_read__ends_in_a_calm_page(step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    respondent = _begun()

    def fail(code: str) -> entries.OpenEntry:
        raise ValueError(code)

    monkeypatch.setattr(entries, "read_entry", fail)
    entries.forget_entries()
    response = respondent.see(step)
    assert response.status_code == 503
    assert "Nothing was saved just now" in response.content.decode()


def test_border__its_own_page_fails__says_so_in_plain_text(monkeypatch: pytest.MonkeyPatch) -> None:
    respondent = _begun()
    monkeypatch.setattr("selfhelp_survey.drawing.loader.render_to_string", lambda *_: 1 / 0)
    response = respondent.see("first")
    assert (response.status_code, response["Content-Type"]) == (503, "text/plain; charset=utf-8")
    assert response.content.decode().startswith("Nothing was saved just now\n")


@pytest.mark.parametrize("charset", ["utf-16", "utf-7", "latin-1"])
def test_post__not_utf_8__is_refused_as_a_bad_request(charset: str) -> None:
    respondent = _begun()
    kind = f"application/x-www-form-urlencoded; charset={charset}"
    response = respondent.client.post(respondent.address("opened"), "words=x", content_type=kind, secure=True)
    assert response.status_code == 400


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"words=%00", 303), (b"words=%ED%A0%80", 303), (b"words=\xff\xfe", 303), (b"words=" + b"x" * 1_000_000, 303),
     (b"words=" + b"x" * 3_000_000, 413), (b"&" * 100_000, 413), (b"&".join(b"f%d=1" % n for n in range(1100)), 413),
     (b"t=%ED%A0%80", 200), (b"go=language-%00", 303), (b"words=a&words=b&t=&t=x", 200), (b"words", 303)],
)  # fmt: skip
def test_body__hostile__never_fails_and_leaves_a_page_that_can_be_shown(body: bytes, status: int) -> None:
    respondent = _begun()
    kind = "application/x-www-form-urlencoded"
    response = respondent.client.post(respondent.address("opened"), body, content_type=kind, secure=True)
    assert (response.status_code, respondent.see("opened").status_code) == (status, 200)


@pytest.fixture
def without_drafts() -> Iterator[Callable[[], None]]:
    """Takes the table of drafts away until the end of the test."""
    away = f"{Draft._meta.db_table}_away"
    yield lambda: _rename(Draft._meta.db_table, away)
    _rename(away, Draft._meta.db_table)


def _rename(before: str, after: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'ALTER TABLE "{before}" RENAME TO "{after}"')


@pytest.mark.django_db(transaction=True)
def test_database__fails__every_page_says_that_nothing_was_saved_and_leave_leaves(
    without_drafts: Callable[[], None],
) -> None:
    respondent = _begun()
    without_drafts()
    for step in ("consent", "first", "opened", "check"):
        response = respondent.post(step, {"go": "next", "words": _marker()})
        assert (response.status_code, COOKIE in response.cookies) == (503, False)
        assert "Nothing was saved just now" in response.content.decode()
        again = BeautifulSoup(response.content, "html.parser").select_one("main form")
        assert again is not None
        fields = {str(field["name"]): str(field["value"]) for field in again.select("input")}
        assert (again["action"], fields) == (respondent.address(step), {"go": "next", "words": _marker()})
    assert [respondent.see(step).status_code for step in ("help", "thanks", "end", "leave")] == [200] * 4
    left = respondent.post("leave", {})
    assert (left.status_code, left.cookies[COOKIE].value) == (303, "")


@pytest.mark.parametrize(("length", "is_kept"), [(99_995, True), (99_996, False)])
def test_failure__around_the_most_that_is_sent_again__is_kept_or_not(
    length: int, monkeypatch: pytest.MonkeyPatch, *, is_kept: bool
) -> None:
    respondent = _begun()
    monkeypatch.setattr(wizard.SurveyWizard, "_act", lambda *_: 1 / 0)
    response = respondent.post("opened", {"words": "x" * length})
    assert ('<form method="post" action="/feedback/en/end/opened/"' in response.content.decode()) is is_kept


@pytest.mark.parametrize("headers", [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}])
def test_failure__form_of_another_site__is_not_offered_to_be_sent_again(
    headers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    respondent = _begun()
    monkeypatch.setattr("selfhelp_survey.wizard.find_entry", lambda _: 1 / 0)
    response = respondent.post("opened", {"words": _marker()}, headers=headers)
    assert response.status_code == 503
    assert _marker() not in response.content.decode()
    assert BeautifulSoup(response.content, "html.parser").select_one("main form") is None


def test_leave__anything_fails__still_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    respondent = _begun()
    monkeypatch.setattr("selfhelp_survey.draft_storage.DraftStorage._rows", property(lambda _: 1 / 0))
    left = respondent.post("leave", {})
    assert (left.status_code, left.cookies[COOKIE].value) == (303, "")


def test_paused_entry__key_not_proven_any_more__takes_nothing() -> None:
    respondent = _begun()
    respondent.send("opened", go="finish", words="x")
    KeyProof.objects.update(proven=False)
    Entry.objects.update(state=Entry.State.PAUSED)
    entries.forget_entries()
    assert "are closed" in respondent.post("check", {"go": "send"}).content.decode()
    assert InboxResponse.objects.count() == 0


def test_languages__made_up_in_addresses__do_not_pile_up_in_memory() -> None:
    for number in range(300):
        named_language(f"xx-{number:04d}")
    assert named_language.cache_info().currsize <= 256
    assert named_language("fi").name == "suomi"
