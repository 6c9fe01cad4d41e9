"""Sending: exactly once, sealed, and only when it may be."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.db import connection

from selfhelp_survey.core.response import Mark
from selfhelp_survey.entries import forget_entries
from selfhelp_survey.models import Draft, Entry, InboxResponse, PublishedVersion
from selfhelp_survey.sealing.envelope import open_response
from tests.django.instruments import page, questionnaire, single, small
from tests.django.survey_site import COOKIE, Respondent, as_json, open_survey, private_key, publish, received


def _ready_to_send() -> Respondent:
    respondent = Respondent()
    respondent.consent()
    respondent.send("first", gate=1)
    respondent.send("opened", go="finish", words="sent once")
    return respondent


@pytest.mark.django_db
def test_send__twice_with_the_same_cookie__stores_one_response_and_thanks_both_times() -> None:
    open_survey(small())
    respondent = _ready_to_send()
    cookie = respondent.cookie
    respondent.send("check", go="send")
    respondent.client.cookies[COOKIE] = cookie
    again = respondent.post("check", {"go": "send"})
    assert again["Location"] == "/feedback/en/end/thanks/"
    assert InboxResponse.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_send__twenty_at_once__stores_one_response() -> None:
    open_survey(small())
    respondent = _ready_to_send()
    start = threading.Barrier(20)

    def send_once(_number: int) -> str:
        twin = Respondent()
        twin.client.cookies[COOKIE] = respondent.cookie
        start.wait()
        try:
            return str(twin.post("check", {"go": "send"})["Location"])
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        places = list(pool.map(send_once, range(20)))
    assert InboxResponse.objects.count() == 1
    assert set(places) == {"/feedback/en/end/thanks/"}


@pytest.mark.django_db(transaction=True)
def test_pages__saved_at_the_same_time__are_all_kept() -> None:
    pages = [page(f"page-{number}", single(f"question_{number}")) for number in range(8)]
    open_survey(questionnaire(*pages))
    respondent = Respondent()
    respondent.consent()
    for number in range(8):
        respondent.send(f"page-{number}")
    start = threading.Barrier(8)

    def save(number: int) -> None:
        twin = Respondent()
        twin.client.cookies[COOKIE] = respondent.cookie
        start.wait()
        twin.post(f"page-{number}", {"go": "next", f"question_{number}": 2})
        connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(save, range(8)))
    respondent.send("check", go="send")
    assert as_json(received()[0]) == {f"question_{number}": 2 for number in range(8)}


@pytest.mark.django_db
def test_sealed_response__either_recipient__opens_it() -> None:
    open_survey(small())
    _ready_to_send().send("check", go="send")
    sealed = bytes(InboxResponse.objects.get().sealed)
    assert open_response(sealed, private_key("first")) == open_response(sealed, private_key("second"))


@pytest.mark.django_db
def test_draft__after_sending__is_an_empty_tombstone_and_the_cookie_is_gone() -> None:
    open_survey(small())
    respondent = _ready_to_send()
    response = respondent.send("check", go="send")
    draft = Draft.objects.get()
    assert (draft.state, draft.sealed) == (Draft.State.SENT, None)
    assert response.cookies[COOKIE].value == ""
    assert respondent.see("check").status_code == 303


@pytest.mark.django_db
def test_send__entry_closed_meanwhile__takes_nothing_and_says_so() -> None:
    open_survey(small())
    respondent = _ready_to_send()
    Entry.objects.update(state=Entry.State.CLOSED)
    response = respondent.post("check", {"go": "send"})
    assert "are closed" in response.content.decode()
    assert InboxResponse.objects.count() == 0


@pytest.mark.django_db
def test_send__entry_paused_meanwhile__is_taken() -> None:
    open_survey(small())
    respondent = _ready_to_send()
    Entry.objects.update(state=Entry.State.PAUSED)
    forget_entries()
    respondent.send("check", go="send")
    assert InboxResponse.objects.count() == 1


@pytest.mark.django_db
def test_draft__new_version_published_meanwhile__finishes_in_its_own() -> None:
    open_survey(small())
    respondent = Respondent()
    respondent.consent()
    first_hash = PublishedVersion.objects.get().content_hash
    publish(questionnaire(page("other", single("other"))), number=2)
    respondent.send("first", go="finish", gate=2)
    respondent.send("check", go="send")
    [response] = received()
    assert response.version_hash == first_hash
    assert as_json(response) == {"gate": 2}


@pytest.mark.django_db
@pytest.mark.parametrize("state", [Entry.State.PAUSED, Entry.State.CLOSED])
def test_start__entry_not_open__takes_no_new_respondent(state: str) -> None:
    open_survey(small())
    Entry.objects.update(state=state)
    forget_entries()
    respondent = Respondent()
    assert respondent.see().status_code == 200
    respondent.post("consent", {"go": "next", "adult": 1, "consent": 1})
    assert Draft.objects.count() == 0


@pytest.mark.django_db
def test_draft_cap__reached__asks_new_ones_to_wait_and_keeps_live_ones(settings: Any) -> None:
    open_survey(small())
    settings.SELFHELP_SURVEY = {**settings.SELFHELP_SURVEY, "DRAFT_CAP": 1}
    first, second = Respondent(), Respondent()
    assert first.consent().status_code == 303
    refused = second.consent()
    assert (refused.status_code, Draft.objects.count()) == (503, 1)
    assert "try again later" in refused.content.decode()
    assert first.send("first", gate=1).status_code == 303


@pytest.mark.django_db
def test_queries__per_request__stay_within_the_budget(
    django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]], settings: Any
) -> None:
    settings.SELFHELP_SURVEY = {**settings.SELFHELP_SURVEY, "CACHE_SECONDS": 60}
    open_survey(small())
    respondent = Respondent()
    respondent.consent()
    respondent.see("first")
    with django_assert_max_num_queries(1):
        respondent.see("first")
    with django_assert_max_num_queries(4):
        respondent.post("first", {"gate": 2, "go": "finish"})
    with django_assert_max_num_queries(6):
        respondent.post("check", {"go": "send"})


@pytest.mark.django_db
@pytest.mark.parametrize(("is_rehearsal", "mark"), [(False, Mark.REAL), (True, Mark.REHEARSAL)])
def test_send__entry_in_rehearsal__is_marked_inside_the_seal(*, is_rehearsal: bool, mark: Mark) -> None:
    open_survey(small())
    Entry.objects.update(is_rehearsal=is_rehearsal)
    forget_entries()
    _ready_to_send().send("check", go="send")
    assert received()[0].mark is mark


@pytest.mark.django_db
def test_thanks__entry_with_its_own_way_back__leads_there() -> None:
    open_survey(small())
    Entry.objects.update(programme_url="/en/own-programme/")
    forget_entries()
    assert 'href="/en/own-programme/"' in Respondent().see("thanks").content.decode()
