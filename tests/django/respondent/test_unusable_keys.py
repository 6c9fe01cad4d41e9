"""T-42: with keys nobody can rely on, the survey is closed to everybody, and nothing is taken."""

from __future__ import annotations

from typing import Any

import pytest

from selfhelp_survey.entries import forget_entries
from selfhelp_survey.keys_in_use import reasons_closed
from selfhelp_survey.models import Draft, InboxResponse, KeyProof
from tests.django.instruments import small
from tests.django.survey_site import COOKIE, Respondent, open_survey, private_key, recipient_lines

pytestmark = pytest.mark.django_db
FIRST, SECOND = recipient_lines()
UNUSABLE = {
    "no key": {"RECIPIENTS": []},
    "one key": {"RECIPIENTS": [FIRST]},
    "truncated": {"RECIPIENTS": [FIRST[:-1], SECOND]},
    "a character changed": {"RECIPIENTS": [FIRST[:20] + ("A" if FIRST[20] != "A" else "B") + FIRST[21:], SECOND]},
    "prefix of a hybrid key": {"RECIPIENTS": ["shs2." + FIRST[5:], SECOND]},
    "unknown prefix": {"RECIPIENTS": ["shs9." + FIRST[5:], SECOND]},
    "garbage": {"RECIPIENTS": ["age1qqqqqqqq", SECOND]},
    "blank line": {"RECIPIENTS": ["", FIRST, SECOND]},
    "not text": {"RECIPIENTS": [5, FIRST, SECOND]},
    "bytes": {"RECIPIENTS": [FIRST.encode(), SECOND.encode()]},
    "one text": {"RECIPIENTS": FIRST},
    "nothing": {"RECIPIENTS": None},
    "unknown suite": {"SUITE": "rot13"},
    "suite of another type": {"SUITE": ["hybrid"]},
    "suite the keys are not for": {"SUITE": "hybrid"},
}
"""What is written into the settings; everything else is as on a site whose survey is open."""


def _use(settings: Any, written: dict[str, object]) -> None:
    settings.SELFHELP_SURVEY = {**settings.SELFHELP_SURVEY, **written}
    forget_entries()


def _assert_closed() -> None:
    """A newcomer sees that the survey is closed, whatever is asked for or sent, and leaves no trace."""
    newcomer = Respondent()
    begun = newcomer.post("consent", {"adult": 1, "consent": 1, "go": "next"})
    for answered in (newcomer.see(), newcomer.see("consent"), begun, newcomer.see("first")):
        assert "These questions are closed" in answered.content.decode()
        assert COOKIE not in answered.cookies
    assert newcomer.cookie == ""
    assert (Draft.objects.count(), InboxResponse.objects.count()) == (0, 0)


def test_survey__keys_as_they_should_be__is_open() -> None:
    """The other side of every test below."""
    open_survey(small())
    assert Respondent().consent().status_code == 303
    assert Draft.objects.count() == 1


@pytest.mark.parametrize("written", UNUSABLE.values(), ids=UNUSABLE.keys())
def test_survey__key_line_or_suite_that_cannot_be_used__is_closed_and_takes_nothing(
    settings: Any, written: dict[str, object]
) -> None:
    open_survey(small())
    _use(settings, written)
    assert reasons_closed()
    _assert_closed()


def test_survey__published_test_keys_outside_debug__is_closed_and_takes_nothing(settings: Any) -> None:
    open_survey(small())
    settings.DEBUG = False
    forget_entries()
    assert all("test key" in reason for reason in reasons_closed())
    _assert_closed()


@pytest.mark.hybrid
@pytest.mark.parametrize("name", ["third", "fourth"])
def test_survey__published_hybrid_test_key_outside_debug__is_refused_too(settings: Any, name: str) -> None:
    public = private_key(name).public
    KeyProof.objects.create(fingerprint=public.fingerprint, challenge_digest=b"", proven=True)
    _use(settings, {"RECIPIENTS": [public.text], "SINGLE_RECIPIENT_SIGNED_OFF": "A. Person, 2026"})
    assert reasons_closed() == ()
    settings.DEBUG = False
    assert any("test key" in reason for reason in reasons_closed())


@pytest.mark.parametrize("lost", ["proof", "row"])
def test_survey__key_not_proven__is_closed_and_takes_nothing(lost: str) -> None:
    open_survey(small())
    proofs = KeyProof.objects.filter(fingerprint=private_key().public.fingerprint)
    if lost == "row":
        proofs.delete()
    else:
        proofs.update(proven=False)
    forget_entries()
    assert any("not proven" in reason for reason in reasons_closed())
    _assert_closed()


@pytest.mark.parametrize("written", UNUSABLE.values(), ids=UNUSABLE.keys())
def test_send__keys_became_unusable_in_the_middle__stores_nothing_and_keeps_the_draft(
    settings: Any, written: dict[str, object]
) -> None:
    """Never with less than was promised, never in the clear; and it can be sent once the keys are put right."""
    open_survey(small())
    respondent, before = Respondent(), settings.SELFHELP_SURVEY
    respondent.consent()
    respondent.send("first", go="finish", gate=2)
    token = respondent.see("check").content.decode().split('name="t" value="')[1].split('"')[0]
    _use(settings, written)
    answered = respondent.post("check", {"t": token, "go": "send"})
    assert "These questions are closed" in answered.content.decode()
    assert InboxResponse.objects.count() == 0
    assert Draft.objects.get().state == Draft.State.OPEN
    settings.SELFHELP_SURVEY = before
    forget_entries()
    assert respondent.send("check", go="send")["Location"] == "/feedback/en/end/thanks/"
    assert InboxResponse.objects.count() == 1
