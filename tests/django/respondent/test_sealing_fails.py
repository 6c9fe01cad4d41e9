"""T-43: sealing fails while somebody sends. Nothing of it is kept, the draft stays open, and can be sent later."""

from __future__ import annotations

import pytest

from selfhelp_survey.models import Draft, InboxResponse
from selfhelp_survey.sealing import suites
from tests.django.instruments import small
from tests.django.survey_site import COOKIE, Respondent, as_json, open_survey, received

pytestmark = pytest.mark.django_db(transaction=True)
ANSWERS = {"gate": 1, "words": "said once"}


def _ready_to_send() -> Respondent:
    open_survey(small())
    respondent = Respondent()
    respondent.consent()
    respondent.send("first", gate=ANSWERS["gate"])
    respondent.send("opened", go="finish", words=ANSWERS["words"])
    return respondent


def _fail(*_arguments: object, **_named: object) -> bytes:
    raise RuntimeError("the library has broken")


def test_send__sealing_fails__keeps_the_draft_as_it_was_and_the_cookie() -> None:
    respondent = _ready_to_send()
    cookie, before = respondent.cookie, Draft.objects.values_list("id", "state", "sealed").get()
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(suites.Suite, "wrap", _fail)
        answered = respondent.send("check", go="send")
    assert answered.status_code == 503
    assert COOKIE not in answered.cookies
    assert respondent.cookie == cookie
    assert InboxResponse.objects.count() == 0
    assert Draft.objects.values_list("id", "state", "sealed").get() == before
    assert respondent.see("check").status_code == 200


def test_send__sealing_fails_for_the_second_recipient_only__stores_nothing_for_the_first() -> None:
    respondent = _ready_to_send()
    wrap, calls = suites.Suite.wrap, []

    def fail_later(suite: suites.Suite, *arguments: object, **named: object) -> bytes:
        calls.append(suite)
        return wrap(suite, *arguments, **named) if len(calls) == 1 else _fail()  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(suites.Suite, "wrap", fail_later)
        assert respondent.send("check", go="send").status_code == 503
    assert len(calls) == 2
    assert InboxResponse.objects.count() == 0


def test_send__again_once_sealing_works__arrives_whole_and_once() -> None:
    respondent = _ready_to_send()
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(suites.Suite, "wrap", _fail)
        for _ in range(3):
            respondent.send("check", go="send")
    assert respondent.send("check", go="send")["Location"] == "/feedback/en/end/thanks/"
    [response] = received()
    assert as_json(response) == ANSWERS
    assert Draft.objects.get().state == Draft.State.SENT


def test_send__sealing_fails__says_so_without_a_word_of_the_answers(caplog: pytest.LogCaptureFixture) -> None:
    respondent = _ready_to_send()
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(suites.Suite, "wrap", _fail)
        page = respondent.send("check", go="send").content.decode()
    assert str(ANSWERS["words"]) not in page + caplog.text
    assert "the library has broken" not in page + caplog.text
    assert "RuntimeError" in caplog.text
