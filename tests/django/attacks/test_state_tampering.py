"""Cookies, rows and addresses that somebody changed: a calm page, nothing lost for the owner, nothing kept."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from selfhelp_survey.conf import survey_settings
from selfhelp_survey.models import Draft, InboxResponse
from selfhelp_survey.sealing.draft_cipher import derive_draft_keys, open_draft, read_secret
from tests.django.instruments import small
from tests.django.survey_site import COOKIE, Respondent, as_json, open_survey, received

pytestmark = pytest.mark.django_db

EXPIRED = "This page has expired"


def _begun(**answers: Any) -> Respondent:
    respondent = Respondent()
    respondent.consent()
    respondent.send("first", **{"gate": 1, **answers})
    return respondent


def _row() -> tuple[object, ...]:
    row: tuple[object, ...] = Draft.objects.values_list("pk", "state", "sealed", "purge_hour").get()
    return row


def _with_cookie(header: str, *, step: str = "first") -> HttpResponse:
    """A page asked for with exactly this cookie header."""
    return Client().get(f"/feedback/en/end/{step}/", secure=True, headers={"cookie": header})  # type: ignore[return-value]


def _is_neutral(response: HttpResponse) -> bool:
    is_cleared = COOKIE in response.cookies and response.cookies[COOKIE].value == ""
    return response.status_code == 200 and EXPIRED in response.content.decode() and is_cleared


def _plain(respondent: Respondent) -> str:
    secret = read_secret(respondent.cookie)
    assert secret is not None
    keys = derive_draft_keys(secret, pepper=survey_settings.pepper)
    return str(open_draft(keys, Draft.objects.get(pk=keys.id).sealed or b""))


def test_cookie__any_one_byte_flipped__gives_one_neutral_page_and_leaves_the_draft_to_its_owner() -> None:
    open_survey(small())
    respondent = _begun()
    before, secret = _row(), base64.urlsafe_b64decode(respondent.cookie + "=")
    bodies = set()
    for place in range(len(secret)):
        flipped = bytearray(secret)
        flipped[place] ^= 1
        value = base64.urlsafe_b64encode(bytes(flipped)).decode().rstrip("=")
        response = _with_cookie(f"{COOKIE}={value}")
        assert _is_neutral(response)
        bodies.add(response.content)
    assert len(bodies) == 1
    assert _row() == before
    assert EXPIRED not in respondent.see("opened").content.decode()


NOT_OURS = (
    "x", "A" * 42, "A" * 43, "A" * 44, "A" * 5000, "!" * 43, "A" * 42 + "\x00", "A" * 43 + "=", '"' + "A" * 43 + '"',
    "%41" * 43, "A A", "ż".encode().decode("latin-1") * 43,
)  # fmt: skip


@pytest.mark.parametrize("value", NOT_OURS)
@pytest.mark.parametrize("step", ["first", "check"])
def test_cookie__that_opens_nothing__gives_the_neutral_page(value: str, step: str) -> None:
    open_survey(small())
    assert _is_neutral(_with_cookie(f"{COOKIE}={value}", step=step))


def test_cookie__empty__counts_as_none() -> None:
    open_survey(small())
    response = _with_cookie(f"{COOKIE}=")
    assert (response.status_code, response["Location"]) == (303, "/feedback/en/end/")


@pytest.mark.parametrize("order", ["{0}; {1}", "{1}; {0}"])
def test_cookie__twice_in_one_header__never_fails_and_shows_at_most_the_own_draft(order: str) -> None:
    open_survey(small())
    respondent = _begun()
    before = _row()
    header = order.format(f"{COOKIE}={respondent.cookie}", f"{COOKIE}=" + "B" * 43)
    response = _with_cookie(header)
    assert _is_neutral(response) or 'name="gate"' in response.content.decode()
    assert _row() == before


@pytest.mark.parametrize("other", ["v", "__Host-V", "__host-v", "sessionid", "csrftoken"])
def test_cookie__secret_under_another_name__opens_nothing(other: str) -> None:
    open_survey(small())
    respondent = _begun()
    assert _with_cookie(f"{other}={respondent.cookie}").status_code == 303


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "cut": lambda sealed: sealed[:-1],
    "cut to the head": lambda sealed: sealed[:13],
    "empty": lambda sealed: b"",
    "first byte": lambda sealed: b"\x02" + sealed[1:],
    "version of the future": lambda sealed: b"\xff" + sealed[1:],
    "nonce": lambda sealed: sealed[:1] + bytes([sealed[1] ^ 1]) + sealed[2:],
    "tag": lambda sealed: sealed[:-1] + bytes([sealed[-1] ^ 1]),
    "longer": lambda sealed: sealed + b"\0" * 4096,
    "zeros": lambda sealed: b"\0" * len(sealed),
    "words": lambda sealed: b'{"version": "x"}',
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_draft__ciphertext_damaged__gives_the_neutral_page_for_every_request(damage: str) -> None:
    open_survey(small())
    respondent = _begun()
    sealed = bytes(Draft.objects.get().sealed or b"")
    Draft.objects.update(sealed=DAMAGES[damage](sealed))
    header = f"{COOKIE}={respondent.cookie}"
    assert _is_neutral(_with_cookie(header))
    assert EXPIRED in respondent.post("opened", {"go": "next", "words": "x"}).content.decode()
    assert InboxResponse.objects.count() == 0


def test_draft__emptied_but_open__is_told_it_was_sent() -> None:
    open_survey(small())
    respondent = _begun()
    Draft.objects.update(sealed=None)
    assert respondent.see("first")["Location"] == "/feedback/en/end/thanks/"


@pytest.mark.parametrize("step", ["third", "late", "more", "check"])
def test_answers__for_a_page_not_reached__lead_to_where_the_respondent_is_and_are_not_kept(step: str) -> None:
    open_survey(small())
    respondent = _begun()
    before = _row()
    response = respondent.post(step, {"go": "next", "amount": 7, "last": 1})
    assert (response.status_code, response["Location"]) == (303, "/feedback/en/end/opened/")
    assert _row() == before


@pytest.mark.parametrize("go", ["send", "on", "stop", "next", "finish", "skip", "language-es", "", "\x00", "x" * 9999])
@pytest.mark.parametrize("step", ["check", "more", "late"])
def test_send__nothing_answered__leads_to_the_start_and_stores_nothing(step: str, go: str) -> None:
    open_survey(small())
    response = Respondent().post(step, {"go": go})
    assert (response.status_code, response["Location"]) == (303, "/feedback/en/end/")
    assert (InboxResponse.objects.count(), Draft.objects.count()) == (0, 0)


def test_send__consent_only_then_jump_to_the_end__stores_nothing() -> None:
    open_survey(small())
    respondent = Respondent()
    respondent.consent()
    assert respondent.post("check", {"go": "send"})["Location"] == "/feedback/en/end/first/"
    assert InboxResponse.objects.count() == 0


def test_question_not_asked__answered_in_the_same_request__is_neither_kept_nor_sent() -> None:
    open_survey(small())
    respondent = _begun(gate=2, detail=3, words="ignored words")
    assert "ignored words" not in _plain(respondent)
    respondent.send("third", go="finish", amount=4, detail=3, words="ignored words")
    assert "ignored words" not in _plain(respondent)
    respondent.send("check", go="send")
    [response] = received()
    assert as_json(response) == {"gate": 2, "amount": 4}


def test_token__of_another_draft__is_refused_and_changes_nothing() -> None:
    open_survey(small())
    one, two = _begun(), Respondent()
    two.consent()
    token = one.see("first").content.decode().split('name="t" value="')[1][:32]
    rows = set(Draft.objects.values_list("pk", "sealed"))
    assert EXPIRED in two.post("first", {"t": token, "go": "next", "gate": 3}).content.decode()
    assert set(Draft.objects.values_list("pk", "sealed")) == rows


@pytest.mark.parametrize("token", ["0" * 32, "x", "é", "0" * 5000, "\x00"])
def test_token__made_up__is_refused_and_changes_nothing(token: str) -> None:
    open_survey(small())
    respondent = _begun()
    before = _row()
    assert EXPIRED in respondent.post("first", {"t": token, "go": "next", "gate": 3}).content.decode()
    assert _row() == before


def test_cookie__kept_after_sending__never_sends_twice_nor_shows_an_answer() -> None:
    open_survey(small())
    respondent = _begun()
    respondent.send("opened", go="finish", words="once only")
    cookie = respondent.cookie
    respondent.send("check", go="send")
    copy = Respondent()
    copy.client.cookies[COOKIE] = cookie
    for step in ("first", "opened", "check"):
        assert copy.see(step)["Location"] == "/feedback/en/end/thanks/"
    assert copy.post("check", {"go": "send"})["Location"] == "/feedback/en/end/thanks/"
    assert InboxResponse.objects.count() == 1


def test_cookie__kept_after_leaving__opens_nothing() -> None:
    open_survey(small())
    respondent = _begun()
    cookie = respondent.cookie
    respondent.post("leave", {})
    copy = Respondent()
    copy.client.cookies[COOKIE] = cookie
    assert EXPIRED in copy.post("opened", {"go": "next", "words": "x"}).content.decode()
    assert (Draft.objects.count(), InboxResponse.objects.count()) == (0, 0)
