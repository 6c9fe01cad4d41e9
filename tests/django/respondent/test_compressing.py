"""Pages travel compressed, and what makes that safe beside a token (docs/decisions/0007) holds."""

from __future__ import annotations

import gzip

import pytest
from django.http import HttpRequest, HttpResponse

from selfhelp_survey.headers import compress
from selfhelp_survey.models import Draft
from tests.django.instruments import small
from tests.django.survey_site import COOKIE, Respondent, open_survey

pytestmark = pytest.mark.django_db

GZIP = {"accept-encoding": "gzip, deflate, br"}


def _sent(length: int, **headers: str) -> HttpResponse:
    request = HttpRequest()
    request.META["HTTP_ACCEPT_ENCODING"] = "gzip"
    response = compress(request, HttpResponse(b"x" * length, headers=headers))
    assert isinstance(response, HttpResponse)
    return response


def test_page__browser_takes_gzip__comes_compressed_and_whole() -> None:
    open_survey(small())
    respondent = Respondent()
    plain, response = respondent.see(), respondent.see(headers=GZIP)
    assert response["Content-Encoding"] == "gzip"
    assert response["Content-Length"] == str(len(response.content))
    assert gzip.decompress(response.content) == plain.content
    assert len(response.content) < len(plain.content) / 2


@pytest.mark.parametrize("headers", [{}, {"accept-encoding": "identity"}, {"accept-encoding": "br"}])
def test_page__browser_takes_no_gzip__comes_plain(headers: dict[str, str]) -> None:
    open_survey(small())
    response = Respondent().see(headers=headers)
    assert "Content-Encoding" not in response.headers
    assert response["Vary"] == "Accept-Encoding"
    assert b"<!doctype html>" in response.content


def test_page__asked_for_with_head__has_the_headers_and_no_body() -> None:
    open_survey(small())
    respondent = Respondent()
    response = respondent.client.head(respondent.address(), secure=True, headers=GZIP)
    assert response["Content-Encoding"] == "gzip"
    assert response.content == b""


def test_answer_to_a_post__has_no_body_and_no_encoding() -> None:
    open_survey(small())
    respondent = Respondent()
    response = respondent.post("consent", {"adult": 1, "consent": 1}, headers=GZIP)
    assert response.status_code == 303
    assert "Content-Encoding" not in response.headers


@pytest.mark.parametrize(("length", "encoding"), [(199, None), (200, "gzip")])
def test_compress__199_bytes__are_left_alone(length: int, encoding: str | None) -> None:
    response = _sent(length)
    assert response.get("Content-Encoding") == encoding


def test_compress__host_has_compressed_already__is_left_alone() -> None:
    response = _sent(500, **{"Content-Encoding": "br"})
    assert response["Content-Encoding"] == "br"
    assert response.content == b"x" * 500


def test_length__same_page_again__varies_at_random() -> None:
    open_survey(small())
    respondent = Respondent()
    assert len({len(respondent.see(headers=GZIP).content) for _ in range(20)}) > 1


def test_page__parameters_and_headers_of_the_request__are_not_shown_again() -> None:
    open_survey(small())
    respondent = Respondent()
    respondent.consent()
    headers = {"referer": "https://testserver/zqx", "user-agent": "zqx", "accept-language": "zqx"}
    response = respondent.client.get(respondent.address("first") + "?c=zqx&e=zqx&t=zqx", secure=True, headers=headers)
    assert response.status_code == 200
    assert b"zqx" not in response.content


def test_cookie__draft__is_withheld_from_other_sites() -> None:
    open_survey(small())
    respondent = Respondent()
    respondent.consent()
    assert respondent.client.cookies[COOKIE]["samesite"] == "Strict"


@pytest.mark.parametrize("site", ["same-site", "cross-site"])
def test_post__from_a_neighbouring_host_name__leaves_the_draft_as_it_was(site: str) -> None:
    open_survey(small())
    respondent = Respondent()
    respondent.consent()
    before = Draft.objects.values_list("sealed", flat=True).get()
    respondent.post("first", {"t": "", "go": "next", "gate": 1}, headers={"sec-fetch-site": site})
    assert Draft.objects.values_list("sealed", flat=True).get() == before
