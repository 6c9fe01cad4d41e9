"""Somebody known to the site answers the survey: nothing of it touches what the site knows of them."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.messages import get_messages
from django.contrib.sessions.models import Session
from django.http import HttpResponse

from selfhelp_survey.leaks.search import hits_in
from tests.django.everything_stored import everything_stored, stored_tables
from tests.django.instruments import small
from tests.django.survey_site import COOKIE, Respondent, open_survey, received

pytestmark = pytest.mark.django_db

OURS = {"selfhelp_survey_draft", "selfhelp_survey_inboxresponse"}
TOLD = {
    name: "".join(["zqx", word, str(7700 + 31)])
    for name, word in (("x-forwarded-for", "forwarded"), ("forwarded", "for"), ("x-real-ip", "real"),
                       ("user-agent", "agent"), ("referer", "referer"), ("accept-language", "language"),
                       ("via", "via"), ("cf-connecting-ip", "cf"), ("true-client-ip", "client"), ("dnt", "dnt"))
}  # fmt: skip


@pytest.fixture
def programme_user(settings: Any) -> Respondent:
    """Somebody logged in to the programme, on a host that saves every session at every request."""
    settings.SESSION_SAVE_EVERY_REQUEST = True
    open_survey(small())
    respondent = Respondent()
    respondent.client.force_login(get_user_model().objects.create_user("somebody", "somebody@example.org", "x"))
    session = respondent.client.session
    session["progress"] = "section 3"
    session.save()
    return respondent


def _answer_all(respondent: Respondent, **headers: str) -> list[HttpResponse]:
    respondent.client.defaults |= {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    return [
        respondent.see(), respondent.consent(), respondent.see("first"), respondent.send("first", gate=1, several=[2]),
        respondent.send("opened", words="what was hard"), respondent.see("opened"), respondent.send("third", amount=3),
        respondent.send("more", go="on"), respondent.send("late", last=1), respondent.see("check"),
        respondent.send("check", go="send"), respondent.see("thanks"), respondent.see("help"), respondent.see("none"),
        respondent.post("leave", {}), respondent.see("leave"),
    ]  # fmt: skip


def test_programme_user__answers_the_whole_survey__changes_no_table_but_drafts_and_inbox(
    programme_user: Respondent,
) -> None:
    before = stored_tables()
    _answer_all(programme_user)
    after = stored_tables()
    assert len(received()) == 1
    assert {name for name in after if after[name] != before[name]} == OURS


def test_programme_user__answers_the_whole_survey__gets_no_cookie_but_the_drafts_and_keeps_the_session(
    programme_user: Respondent,
) -> None:
    responses = _answer_all(programme_user)
    assert {name for response in responses for name in response.cookies} == {COOKIE}
    assert Session.objects.get().get_decoded()["progress"] == "section 3"
    assert not [message for response in responses for message in get_messages(response.wsgi_request)]  # type: ignore[attr-defined]


def test_programme_user__visits_a_page_of_the_host__changes_the_session(programme_user: Respondent) -> None:
    """The comparison can tell: a page of the host does what the survey does not."""
    before = stored_tables()
    programme_user.client.get("/en/", secure=True)
    after = stored_tables()
    assert {name for name in after if after[name] != before[name]} == {"django_session"}


def test_programme_user__row_of_the_response__holds_nothing_of_the_user(programme_user: Respondent) -> None:
    _answer_all(programme_user)
    [response] = received()
    assert not hits_in(response.to_json(), "somebody", "section 3")


def test_headers_that_tell_of_a_browser__whole_survey__appear_in_no_page_no_table_and_no_response() -> None:
    open_survey(small())
    responses = _answer_all(Respondent(), **TOLD)
    shown = b"".join(one.content + repr(one.headers).encode() + repr(one.cookies).encode() for one in responses)
    sent = b"".join(response.to_json() for response in received())
    assert sent
    assert not hits_in(b"\0\0".join((shown, everything_stored(), sent)), *TOLD.values())
