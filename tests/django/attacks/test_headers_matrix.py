"""Every route, every method, every status: the same full set of headers, and no cookie but the draft's.

Written from the specification, not from the code: a header that is left out there is missing here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from selfhelp_survey.models import Draft, Entry
from tests.django.instruments import small
from tests.django.survey_site import COOKIE, ORIGIN, Respondent, open_survey

pytestmark = [pytest.mark.django_db, pytest.mark.once]

CLOSED_FEATURES = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "clipboard-read", "clipboard-write", "display-capture",
    "geolocation", "gyroscope", "interest-cohort", "magnetometer", "microphone", "midi", "payment", "usb",
    "xr-spatial-tracking",
)  # fmt: skip
EXACT = {
    "Cache-Control": "no-store, private, max-age=0",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in CLOSED_FEATURES),
    "X-Robots-Tag": "noindex, nofollow, noarchive, nosnippet",
    "X-DNS-Prefetch-Control": "off",
    "Strict-Transport-Security": "max-age=31536000",
    "Vary": "Accept-Encoding",
}
POLICY = {
    "default-src": "'none'", "style-src": "'self'", "img-src": "'self' data:", "form-action": "'self'",
    "base-uri": "'none'", "object-src": "'none'", "frame-ancestors": "'none'",
    "sandbox": "allow-forms allow-same-origin",
}  # fmt: skip
ALLOWED = {*EXACT, "Content-Security-Policy", "Content-Type", "Content-Language", "Content-Length", "Location", "Allow",
           "Refresh", "Clear-Site-Data", "Content-Encoding", "Retry-After"}  # fmt: skip
WIZARD = ("", "consent/", "first/", "opened/", "third/", "more/", "late/", "check/")
BESIDE = ("thanks/", "help/", "end/", "leave/")
LOST = ("unknown/", "NOT-A-NAME/", "a/b/", "..%2f..%2fetc/", "%00/")
METHODS = ("get", "head", "post", "put", "patch", "delete", "options", "trace", "connect", "propfind", "brew")
FORM = "application/x-www-form-urlencoded"


def assert_whole(response: HttpResponse, *, is_https: bool = True, is_style: bool = False) -> None:
    """The full set, and nothing that tells or keeps more."""
    expected = dict(EXACT)
    if not is_https:
        del expected["Strict-Transport-Security"]
    if is_style:
        expected["Cache-Control"] = "private, max-age=86400, immutable"
    assert {name: response.headers.get(name) for name in expected} == expected
    assert ("Strict-Transport-Security" in response.headers) is is_https
    parts = [part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";")]
    assert {part[0]: part[1] for part in parts} == POLICY
    assert set(response.headers) <= ALLOWED
    assert set(response.cookies) <= {COOKIE, "v"}


def ask(client: Client, method: str, path: str, **more: Any) -> HttpResponse:
    """A request with any method; a post brings an empty form unless it says otherwise."""
    if method == "post":
        more = {"data": "go=next", "content_type": FORM, **more}
    return client.generic(method.upper(), path, secure=True, **more)  # type: ignore[return-value]


@pytest.mark.parametrize("method", METHODS)
def test_headers__every_route_and_method_without_and_with_a_draft__are_whole(method: str) -> None:
    open_survey(small())
    begun = Respondent()
    begun.consent()
    begun.send("first", gate=1)
    statuses = set()
    for client in (Client(headers={"origin": ORIGIN}), begun.client):
        for rest in (*WIZARD, *BESIDE, *LOST):
            response = ask(client, method, f"/feedback/en/end/{rest}", content_type=FORM)
            assert_whole(response)
            statuses.add(response.status_code)
    expected = {"get": {200, 303, 404}, "head": {200, 303, 404}, "post": {303, 404, 405}}
    assert statuses == expected.get(method, {404, 405})


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "path", ["/feedback/", "/feedback/en/", "/feedback/zz/end/", "/feedback/en/other/", "/feedback/EN/end/",
             "/feedback//", "/feedback/style-.css", "/feedback/style-x.js", "/feedback/health",
             "/feedback/%E2%80%AEtxt/"],
)  # fmt: skip
def test_headers__address_that_is_none_of_the_surveys__are_whole(path: str, method: str) -> None:
    open_survey(small())
    response = ask(Client(), method, path)
    assert_whole(response)
    assert response.status_code in {301, 404, 405}


def test_headers__stylesheet__are_whole_and_let_it_be_kept() -> None:
    open_survey(small())
    found = re.search(r'href="([^"]+\.css)"', Respondent().see().content.decode())
    assert found
    assert_whole(ask(Client(), "get", found[1]), is_style=True)
    assert_whole(ask(Client(), "delete", found[1]))


def _debugging(settings: Any) -> HttpResponse:
    settings.ALLOWED_HOSTS = ["public.example"]
    return ask(Client(), "get", "/feedback/en/end/", headers={"host": "public.example"})


def _closed(settings: Any) -> HttpResponse:
    Entry.objects.update(state=Entry.State.CLOSED)
    return Respondent().see()


def _limited(settings: Any) -> HttpResponse:
    settings.SELFHELP_SURVEY = {**settings.SELFHELP_SURVEY, "STARTS_PER_MINUTE": 1}
    Respondent().consent()
    return Respondent().consent()


def _full(settings: Any) -> HttpResponse:
    settings.SELFHELP_SURVEY = {**settings.SELFHELP_SURVEY, "DRAFT_CAP": 0}
    return Respondent().consent()


def _sent(body: bytes | str, kind: str = FORM) -> Callable[[Any], HttpResponse]:
    def post(settings: Any) -> HttpResponse:
        return ask(Client(), "post", "/feedback/en/end/consent/", data=body, content_type=kind)

    return post


STATUSES: dict[str, tuple[int, Callable[[Any], HttpResponse]]] = {
    "host not allowed": (400, lambda _: ask(Client(), "get", "/feedback/en/end/", headers={"host": "evil.test"})),
    "host unreadable": (400, lambda _: ask(Client(), "get", "/feedback/en/end/", headers={"host": "a b"})),
    "not UTF-8": (400, _sent(b"x", f"{FORM}; charset=utf-16")),
    "body too large": (413, _sent(b"words=" + b"x" * 3_000_000)),
    "too many fields": (413, _sent(b"&".join(b"f%d=1" % number for number in range(1100)))),
    "upload": (415, _sent(b"--x--", "multipart/form-data; boundary=x")),
    "json": (415, _sent("{}", "application/json")),
    "limit of a minute": (429, _limited),
    "no room for drafts": (503, _full),
    "debugging in public": (503, _debugging),
    "closed": (200, _closed),
    "moved": (301, lambda _: ask(Client(), "get", "/feedback/en/end")),
}


@pytest.mark.parametrize("name", STATUSES)
def test_headers__every_refusal__are_whole(name: str, settings: Any) -> None:
    open_survey(small())
    status, call = STATUSES[name]
    response = call(settings)
    assert response.status_code == status
    assert_whole(response)


def test_headers__plain_http__are_whole_without_the_promise_of_https(settings: Any) -> None:
    open_survey(small())
    response = Client().get("/feedback/en/end/", headers={"host": "testserver"})
    assert response.status_code == 200
    assert_whole(response, is_https=False)  # type: ignore[arg-type]


@pytest.mark.usefixtures("in_production")
def test_headers__insecure__are_whole(settings: Any) -> None:
    open_survey(small())
    response = Client().get("/feedback/en/end/", headers={"host": "testserver"})
    assert response.status_code == 403
    assert_whole(response, is_https=False)  # type: ignore[arg-type]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("method", ["get", "post"])
def test_headers__table_of_drafts_gone__are_whole(method: str) -> None:
    open_survey(small())
    respondent = Respondent()
    respondent.consent()
    table, away = Draft._meta.db_table, f"{Draft._meta.db_table}_away"
    with connection.cursor() as cursor:
        cursor.execute(f'ALTER TABLE "{table}" RENAME TO "{away}"')
    try:
        responses = [ask(respondent.client, method, f"/feedback/en/end/{rest}")
                     for rest in ("first/", "check/", "leave/")]  # fmt: skip
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f'ALTER TABLE "{away}" RENAME TO "{table}"')
    for response in responses:
        assert_whole(response)
    assert 503 in {response.status_code for response in responses}


def test_headers__page_and_its_plain_words_both_fail__are_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    open_survey(small())
    monkeypatch.setattr("selfhelp_survey.drawing.loader.render_to_string", lambda *_: 1 / 0)
    response = Respondent().see()
    assert response.status_code == 503
    assert_whole(response)


@pytest.mark.parametrize("name", ["Content-Security-Policy", *EXACT])
def test_headers__one_left_out__would_be_noticed(name: str) -> None:
    open_survey(small())
    response = Respondent().see()
    del response.headers[name]
    with pytest.raises((AssertionError, KeyError)):
        assert_whole(response)
