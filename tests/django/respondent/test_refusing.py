"""What the pages do not do: lose, leak, change on reading, or believe a forged request."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest

from selfhelp_survey.conf import survey_settings
from selfhelp_survey.leaks.search import hits_in
from selfhelp_survey.models import Draft, InboxResponse
from selfhelp_survey.sealing.draft_cipher import derive_draft_keys, open_draft, read_secret
from tests.django.everything_stored import everything_stored
from tests.django.instruments import small
from tests.django.survey_site import COOKIE, Respondent, open_survey

pytestmark = pytest.mark.django_db

STEPS = ("", "consent", "first", "opened", "third", "more", "late", "check", "thanks", "help", "end", "leave")


def _marker() -> str:
    return "-".join(["ZQX", "MARKER", str(7700 + 31), "żółć", "🜁"])


def test_half_finished_draft__whole_database_searched__holds_no_answer() -> None:
    open_survey(small())
    respondent = Respondent()
    respondent.consent()
    respondent.send("first", gate=1, several=[1, 2])
    respondent.send("opened", go="back", words=_marker())
    respondent.send("opened", words=_marker() * 40)  # too long: kept as typed
    assert Draft.objects.count() == 1
    assert not hits_in(everything_stored(), _marker(), _marker()[:10], respondent.cookie)


def test_reading__every_address_many_times__changes_nothing() -> None:
    open_survey(small())
    respondent = Respondent()
    respondent.consent()
    respondent.send("first", gate=1)
    before = (Draft.objects.values_list("pk", "state", "sealed", "purge_hour").get(), InboxResponse.objects.count())
    for step in STEPS:
        for method in ("get", "head", "options"):
            ask = getattr(respondent.client, method)
            ask(respondent.address(step), secure=True, headers={"sec-purpose": "prefetch"})
    after = (Draft.objects.values_list("pk", "state", "sealed", "purge_hour").get(), InboxResponse.objects.count())
    assert before == after


@pytest.mark.parametrize("method", ["put", "delete", "patch", "trace"])
@pytest.mark.parametrize("step", STEPS)
def test_method__unknown__is_refused_with_every_header(step: str, method: str) -> None:
    open_survey(small())
    response = getattr(Respondent().client, method)(Respondent().address(step), secure=True)
    assert response.status_code == 405
    assert response["Cache-Control"] == "no-store, private, max-age=0"


@pytest.mark.parametrize("step", [*STEPS, "unknown", "NOT-A-NAME", "a/b"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_headers__every_address__are_complete(step: str, method: str) -> None:
    open_survey(small())
    respondent = Respondent()
    response = getattr(respondent.client, method)(respondent.address(step), secure=True)
    assert "script" not in response["Content-Security-Policy"]
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Robots-Tag"].startswith("noindex")
    assert response["X-Frame-Options"] == "DENY"
    assert "max-age" in response["Strict-Transport-Security"]
    assert response["Vary"] == "Accept-Encoding"
    assert not {"ETag", "Last-Modified"} & set(response.headers)


def test_stylesheet__linked_by_the_page__may_be_kept_for_a_day() -> None:
    open_survey(small())
    respondent = Respondent()
    page = respondent.see()
    [address] = re.findall(r'<link rel="stylesheet" href="([^"]+)">', page.content.decode())
    response = respondent.client.get(address, secure=True)
    assert response["Content-Type"] == "text/css; charset=utf-8"
    assert response["Cache-Control"] == "private, max-age=86400, immutable"
    assert "style-src 'self';" in page["Content-Security-Policy"]
    assert b":root" in response.content


@pytest.mark.django_db(databases=[])
def test_stylesheet__address_of_another_version__is_not_kept() -> None:
    response = Respondent().client.get("/feedback/style-000000000000.css", secure=True)
    assert (response.status_code, response["Cache-Control"]) == (200, "no-store, private, max-age=0")


@pytest.mark.django_db(databases=[])
def test_stylesheet__posted_to__is_refused() -> None:
    assert Respondent().client.put("/feedback/style-000000000000.css", secure=True).status_code == 405


@pytest.mark.parametrize("step", ["zzz", "99", "-1", "x" * 10_000, "%00", "..%2f..%2fetc%2fpasswd", "\u202eabc"])
def test_step__hostile__is_not_found(step: str) -> None:
    open_survey(small())
    assert Respondent().see(step).status_code == 404


@pytest.mark.parametrize("language", ["fi", "zz", "en-xx", "..", "e" * 5000])
def test_language__not_offered__is_not_found(language: str) -> None:
    open_survey(small())
    assert Respondent(language=language).see().status_code == 404


def test_entry__unknown__is_not_found() -> None:
    open_survey(small())
    assert Respondent(entry="other").see().status_code == 404


def test_post__multipart__is_refused_unread() -> None:
    open_survey(small())
    respondent = Respondent()
    response = respondent.client.post(respondent.address("consent"), {"adult": "1"}, secure=True)
    assert (response.status_code, Draft.objects.count()) == (415, 0)


@pytest.mark.parametrize("origin", ["null", "https://evil.example", "http://testserver"])
def test_post__from_elsewhere__changes_nothing(origin: str) -> None:
    open_survey(small())
    respondent = Respondent(origin=origin)
    respondent.post("consent", {"adult": 1, "consent": 1, "go": "next"})
    assert Draft.objects.count() == 0


def test_post__cross_site__is_refused_with_a_valid_cookie() -> None:
    open_survey(small())
    respondent = Respondent()
    respondent.consent()
    before = bytes(Draft.objects.get().sealed or b"")
    respondent.post("first", {"gate": 1}, headers={"sec-fetch-site": "cross-site"})
    assert bytes(Draft.objects.get().sealed or b"") == before


def test_post__empty_token_and_silent_browser__is_refused() -> None:
    open_survey(small())
    respondent = Respondent(origin="")
    respondent.post("consent", {"adult": 1, "consent": 1})
    assert Draft.objects.count() == 0


def test_post__token_and_silent_browser__is_taken() -> None:
    open_survey(small())
    respondent = Respondent()
    respondent.consent()
    silent = Respondent(origin="")
    silent.client.cookies[COOKIE] = respondent.cookie
    assert silent.send("first", gate=2)["Location"] == "/feedback/en/end/third/"


def test_post__token_of_another_page__is_refused() -> None:
    open_survey(small())
    respondent = Respondent()
    respondent.consent()
    token = re.search(r'name="t" value="(\w+)"', respondent.see("consent").content.decode())
    assert token is not None
    response = respondent.post("first", {"gate": 2, "t": token[1]})
    assert "This page has expired" in response.content.decode()


@pytest.mark.parametrize("cookie", ["x", "A" * 43, "é", "A" * 5000, "a b", '"quoted"', "A" * 42 + "="])
def test_cookie__hostile__gives_the_neutral_page_and_is_cleared(cookie: str) -> None:
    open_survey(small())
    respondent = Respondent()
    respondent.client.cookies[COOKIE] = cookie
    response = respondent.see("first")
    assert response.status_code == 200
    assert "This page has expired" in response.content.decode()
    assert response.cookies[COOKIE].value == ""


def test_cookie__refused_by_the_browser__is_explained_without_a_loop() -> None:
    open_survey(small())
    respondent = Respondent()
    location = respondent.consent()["Location"]
    respondent.client.cookies.clear()
    response = respondent.client.get(location, secure=True)
    assert response.status_code == 200
    assert "needs one cookie" in response.content.decode()


def test_draft__rows_swapped__are_found_out() -> None:
    open_survey(small())
    one, two = Respondent(), Respondent()
    for respondent in (one, two):
        respondent.consent()
    first, second = Draft.objects.all()
    Draft.objects.filter(pk=first.pk).update(sealed=second.sealed)
    Draft.objects.filter(pk=second.pk).update(sealed=first.sealed)
    assert "This page has expired" in one.see("first").content.decode()
    assert "This page has expired" in two.see("first").content.decode()


def test_draft__pause_over__has_expired(monkeypatch: pytest.MonkeyPatch) -> None:
    open_survey(small())
    respondent = Respondent()
    respondent.consent()
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 2 * 3600 - 60)
    assert respondent.see("first").status_code == 200
    assert "This page has expired" not in respondent.see("first").content.decode()
    monkeypatch.setattr(time, "time", lambda: now + 2 * 3600 + 60)
    assert "This page has expired" in respondent.see("first").content.decode()


def test_draft__longer_pause_chosen__waits_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    open_survey(small())
    respondent = Respondent()
    respondent.send("consent", adult=1, consent=1, pause=24)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 23 * 3600)
    assert "This page has expired" not in respondent.see("first").content.decode()


def test_leave__with_a_draft__deletes_row_and_cookie_and_goes_elsewhere() -> None:
    open_survey(small())
    respondent = Respondent()
    respondent.consent()
    response = respondent.post("leave", {})
    assert (response.status_code, response["Location"]) == (303, "/feedback/en/end/leave/")
    assert Draft.objects.count() == 0
    assert respondent.cookie == ""
    away = respondent.see("leave")
    assert "wikipedia.org" in away.content.decode()
    assert away["Refresh"].startswith("0;url=https://")


def test_leave__forged_from_another_site__keeps_the_draft() -> None:
    open_survey(small())
    respondent = Respondent()
    respondent.consent()
    respondent.post("leave", {}, headers={"origin": "https://evil.example"})
    assert Draft.objects.count() == 1


@pytest.mark.usefixtures("in_production")
def test_transport__plain_http_on_a_public_host__is_refused(settings: Any) -> None:
    open_survey(small())
    settings.ALLOWED_HOSTS = ["public.example"]
    response = Respondent().client.get("/feedback/en/end/", headers={"host": "public.example"})
    assert response.status_code == 403


@pytest.mark.usefixtures("in_production")
def test_transport__plain_http_on_an_onion__uses_a_plain_cookie(settings: Any) -> None:
    open_survey(small())
    settings.ALLOWED_HOSTS = [".onion"]
    client = Respondent(origin="http://abc.onion").client
    response = client.post("/feedback/en/end/consent/", "adult=1&consent=1", headers={"host": "abc.onion"},
                           content_type="application/x-www-form-urlencoded")  # fmt: skip
    assert response.status_code == 303
    assert response.cookies["v"]["secure"] == ""


@pytest.mark.parametrize(
    ("host", "status"), [("localhost", 200), ("127.0.0.1:8000", 200), ("[::1]:8000", 200), ("testserver", 200),
                         ("public.example", 503), ("abc.onion", 503), ("localhost.example", 503)],
)  # fmt: skip
@pytest.mark.parametrize("step", ["", "help"])
def test_debug__on__serves_this_machine_only(step: str, host: str, status: int, settings: Any) -> None:
    open_survey(small())
    settings.ALLOWED_HOSTS = ["*"]
    response = Respondent().client.get(Respondent().address(step), headers={"host": host}, secure=True)
    assert response.status_code == status


def test_unknown_fields__posted__are_neither_kept_nor_sent() -> None:
    open_survey(small())
    respondent = Respondent()
    respondent.consent()
    respondent.send("first", gate=1, junk="x" * 100, csrfmiddlewaretoken="abc", is_staff=1)
    secret = read_secret(respondent.cookie)
    assert secret is not None
    plain = str(open_draft(derive_draft_keys(secret, pepper=survey_settings.pepper), Draft.objects.get().sealed or b""))
    assert not [name for name in ("junk", "csrf", "is_staff") if name in plain]


@pytest.mark.parametrize(
    "answers",
    [{"gate": 7}, {"gate": "x"}, {"gate": [1, 2]}, {"several": [1, 77]}, {"several": ["1", "1"]},
     {"several": list(range(900))}],
)  # fmt: skip
def test_answers__not_on_the_page__give_an_error_and_are_not_kept(answers: dict[str, object]) -> None:
    open_survey(small())
    respondent = Respondent()
    respondent.consent()
    respondent.send("first", "next", **answers)
    assert "<title>Error" in respondent.see("first").content.decode()
    respondent.send("first", go="finish")
