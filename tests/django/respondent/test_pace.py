"""Limits against abuse: whoever meets one is asked once more, or later, loses nothing, and may go on."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.http import HttpResponse
from hypothesis import given
from hypothesis import strategies as st

from selfhelp_survey.core.questionnaire import Questionnaire
from selfhelp_survey.models import Draft, InboxResponse
from selfhelp_survey.pace import Bucket
from tests.django.instruments import consent, number, small, written
from tests.django.survey_site import Respondent, as_json, open_survey, received

Chosen = Callable[..., None]
ONCE_MORE = "whether a person or a machine"
BUSY = "Many people are sending just now"


@pytest.fixture
def chosen(settings: Any) -> Chosen:
    """Sets keys of SELFHELP_SURVEY."""

    def choose(**keys: object) -> None:
        settings.SELFHELP_SURVEY = {**settings.SELFHELP_SURVEY, **keys}

    return choose


def _ready(**first: Any) -> Respondent:
    """Somebody who stands at the check, with an answer."""
    respondent = Respondent()
    respondent.send("consent", adult=1, consent=1, **first)
    respondent.send("first", go="finish", gate=2)
    return respondent


def _followed(respondent: Respondent, response: HttpResponse) -> str:
    assert response.status_code == 303
    return respondent.client.get(response["Location"].partition("#")[0], secure=True).content.decode()


def _is_sent(response: HttpResponse) -> bool:
    return response.status_code == 303 and response["Location"].endswith("/thanks/")


# -- the bucket -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("calls", "fits"), [(59, True), (60, True), (61, False)])
def test_bucket__calls_in_one_moment__as_many_fit_as_in_a_minute(calls: int, *, fits: bool) -> None:
    bucket = Bucket()
    taken = [bucket.take(60, now=1000.0) for _ in range(calls)]
    assert (all(taken[:60]), taken[-1]) == (True, fits)


@pytest.mark.parametrize(("seconds", "fits"), [(0.9, False), (1.0, True), (1.1, True)])
def test_bucket__full__takes_the_next_after_its_share_of_a_minute(seconds: float, *, fits: bool) -> None:
    bucket = Bucket()
    for _ in range(60):
        bucket.take(60, now=1000.0)
    assert bucket.take(60, now=1000.0 + seconds) is fits


def test_bucket__no_limit__takes_everything() -> None:
    bucket = Bucket()
    assert all(bucket.take(0, now=0.0) for _ in range(1000))


@given(st.integers(1, 5), st.lists(st.integers(0, 40), max_size=60))
def test_bucket__any_calls__agree_with_counting_second_by_second(per_minute: int, gaps: list[int]) -> None:
    bucket, now, level, seen = Bucket(), 0, 0, 0  # the twin counts in sixtieths of a call, in whole numbers
    for gap in gaps:
        now += gap
        for _ in range(seen, now):
            level = max(0, level - per_minute)
        seen = now
        fits = level + 60 <= per_minute * 60
        assert bucket.take(per_minute, now=float(now) + 1e-9) is fits
        level += 60 * fits


# -- too quick, or where people cannot see --------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(("seconds", "is_asked"), [(4, True), (5, False), (6, False)])
def test_send__around_the_minimum_time__asks_once_more_below_it(
    seconds: int, chosen: Chosen, monkeypatch: pytest.MonkeyPatch, *, is_asked: bool
) -> None:
    chosen(MINIMUM_SECONDS=5)
    open_survey(small())
    begun = int(time.time())
    monkeypatch.setattr(time, "time", lambda: begun)
    respondent = _ready()
    monkeypatch.setattr(time, "time", lambda: begun + seconds)
    response = respondent.send("check", go="send")
    assert _is_sent(response) is not is_asked
    assert InboxResponse.objects.count() == (0 if is_asked else 1)


@pytest.mark.django_db
def test_send__asked_once_more__says_why_and_is_taken_whole_at_the_second_press(chosen: Chosen) -> None:
    chosen(MINIMUM_SECONDS=3600)
    open_survey(small())
    respondent = _ready()
    page = _followed(respondent, respondent.send("check", go="send"))
    assert ONCE_MORE in page
    assert 'role="alert"' in page
    assert ONCE_MORE not in respondent.see("check").content.decode()  # nor when coming back to it later
    assert _is_sent(respondent.send("check", go="send"))
    [response] = received()
    assert as_json(response) == {"gate": 2}


@pytest.mark.django_db
def test_send__begun_in_the_future_of_a_slow_clock__asks_once_and_takes_it(
    chosen: Chosen, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen(MINIMUM_SECONDS=5)
    open_survey(small())
    respondent = _ready()
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now - 600)
    assert not _is_sent(respondent.send("check", go="send"))
    assert _is_sent(respondent.send("check", go="send"))


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "es"])
def test_first_page__field_that_people_do_not_see__is_hidden_from_everybody_and_empty(language: str) -> None:
    open_survey(small())
    page = BeautifulSoup(Respondent(language=language).see().content, "html.parser")
    field = page.select_one("fieldset label[hidden] input[name=website]")
    assert field is not None
    assert (field.get("type"), field.get("tabindex"), field.get("checked")) == ("checkbox", "-1", None)


@pytest.mark.django_db
@pytest.mark.parametrize(("honeypot", "count"), [(True, 1), (False, 0)])
def test_first_page__honeypot_on_or_off__has_the_field_or_not(count: int, chosen: Chosen, *, honeypot: bool) -> None:
    chosen(HONEYPOT=honeypot)
    open_survey(small())
    respondent = Respondent()
    assert respondent.see().content.decode().count('name="website"') == count
    respondent.consent()
    assert 'name="website"' not in respondent.see("first").content.decode()


@pytest.mark.django_db
def test_honeypot__filled_on_the_first_page__goes_on_and_is_asked_once_at_the_end(chosen: Chosen) -> None:
    chosen(MINIMUM_SECONDS=0)
    open_survey(small())
    respondent = _ready(website="https://spam.example")
    assert ONCE_MORE in _followed(respondent, respondent.send("check", go="send"))
    assert InboxResponse.objects.count() == 0
    assert _is_sent(respondent.send("check", go="send"))
    [response] = received()
    assert as_json(response) == {"gate": 2}


@pytest.mark.django_db
def test_honeypot__filled_at_the_send__is_asked_once(chosen: Chosen) -> None:
    chosen(MINIMUM_SECONDS=0)
    open_survey(small())
    respondent = _ready()
    assert not _is_sent(respondent.send("check", go="send", website="x"))
    assert _is_sent(respondent.send("check", go="send", website="x"))


@pytest.mark.django_db
def test_honeypot__switched_off__is_not_looked_at(chosen: Chosen) -> None:
    chosen(MINIMUM_SECONDS=0, HONEYPOT=False)
    open_survey(small())
    assert _is_sent(_ready(website="x").send("check", go="send"))


# -- too many at once -----------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(("limit", "sent"), [(1, 1), (2, 2), (3, 2), (0, 2)])
def test_send__around_the_limit_of_a_minute__takes_as_many(limit: int, sent: int, chosen: Chosen) -> None:
    chosen(SENDS_PER_MINUTE=limit)
    open_survey(small())
    answers = [respondent.send("check", go="send") for respondent in (_ready(), _ready())]
    assert [_is_sent(answer) for answer in answers] == [True, sent == 2]
    assert InboxResponse.objects.count() == sent


@pytest.mark.django_db
def test_send__too_many_at_once__says_so_keeps_the_draft_and_is_taken_later(
    chosen: Chosen, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen(SENDS_PER_MINUTE=1)
    open_survey(small())
    first, second = _ready(), _ready()
    first.send("check", go="send")
    assert BUSY in _followed(second, second.send("check", go="send"))
    assert BUSY not in second.see("check").content.decode()
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + 61)
    assert _is_sent(second.send("check", go="send"))
    assert [as_json(response) for response in received()] == [{"gate": 2}] * 2


@pytest.mark.django_db
def test_send__refused_again_and_again__keeps_the_draft_as_long_as_somebody_tries(
    chosen: Chosen, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen(SENDS_PER_MINUTE=0.5)
    open_survey(small())
    respondent, begun = _ready(), time.time()
    for minutes in (60, 119, 178, 237):
        monkeypatch.setattr(time, "time", lambda minutes=minutes: begun + minutes * 60)
        assert BUSY in _followed(respondent, respondent.send("check", go="send"))
    chosen(SENDS_PER_MINUTE=60)
    assert _is_sent(respondent.send("check", go="send"))


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", [-1, "120", None, True, [1]])
def test_limit__no_number_from_nought_up__reads_as_its_default(wrong: object, chosen: Chosen) -> None:
    chosen(STARTS_PER_MINUTE=wrong, SENDS_PER_MINUTE=wrong)
    open_survey(small())
    assert _is_sent(_ready().send("check", go="send"))


@pytest.mark.django_db
def test_limit__met_again_and_again__tells_the_log_once_an_hour_and_no_number(
    chosen: Chosen, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    chosen(STARTS_PER_MINUTE=0.5)
    open_survey(small())
    now = time.monotonic()
    for seconds in (0, 60, 3599, 3600, 3700):
        monkeypatch.setattr(time, "monotonic", lambda seconds=seconds: now + seconds)
        Respondent().consent()
    told = [record.getMessage() for record in caplog.records if "STARTS_PER_MINUTE" in record.getMessage()]
    assert len(told) == 2
    assert not any(character.isdigit() for character in told[0])


@pytest.mark.django_db
def test_start__too_many_at_once__keeps_a_refusal_and_a_text_as_well(chosen: Chosen) -> None:
    chosen(STARTS_PER_MINUTE=0.5)
    first = consent()
    open_survey(Questionnaire(
        code="early", title=first.title, languages=("en", "es"),
        pages=(dataclasses.replace(first, questions=(*first.questions, number("years"), written("words"))),),
    ))  # fmt: skip
    response = Respondent().post(
        "consent", {"adult": 1, "consent": 1, "years__refused": "on", "words": "so", "go": "next"}
    )
    assert response["Retry-After"] == "60"
    fields = BeautifulSoup(response.content, "html.parser").select("main form input[type=hidden]")
    assert {str(one["name"]): str(one["value"]) for one in fields} == {
        "adult": "1", "consent": "1", "years__refused": "on", "words": "so", "go": "next",
    }  # fmt: skip


@pytest.mark.django_db
def test_start__too_many_at_once__offers_the_same_page_again_with_a_press_of_a_button(
    chosen: Chosen, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen(STARTS_PER_MINUTE=1)
    open_survey(small())
    Respondent().consent()
    late = Respondent()
    response = late.send("consent", adult=1, consent=1, pause=24, website="", junk="<script>")
    assert (response.status_code, Draft.objects.count(), late.cookie) == (429, 1, "")
    form = BeautifulSoup(response.content, "html.parser").select_one('main form[method="post"]')
    assert form is not None
    fields = {str(one["name"]): str(one["value"]) for one in form.select("input[type=hidden]")}
    assert fields == {"adult": "1", "consent": "1", "pause": "24", "go": "next", "t": "", "website": ""}
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + 61)
    assert late.post("consent", fields)["Location"] == "/feedback/en/end/first/?c"
    assert str(form["action"]) == late.address("consent")


@pytest.mark.django_db
def test_start__too_many_at_once__lets_those_who_have_begun_go_on(chosen: Chosen) -> None:
    chosen(STARTS_PER_MINUTE=1)
    open_survey(small())
    early = Respondent()
    early.consent()
    assert Respondent().consent().status_code == 429
    assert early.send("first", gate=2)["Location"] == "/feedback/en/end/third/"


@pytest.mark.django_db
def test_start__at_the_cap__offers_the_same_page_again(chosen: Chosen) -> None:
    chosen(DRAFT_CAP=0)
    open_survey(small())
    response = Respondent().send("consent", adult=1, consent=1)
    assert response.status_code == 503
    assert 'name="adult" value="1"' in response.content.decode()


@pytest.mark.django_db
def test_limits__whatever_the_address__are_one_for_everybody(chosen: Chosen) -> None:
    chosen(STARTS_PER_MINUTE=2)
    open_survey(small())
    statuses = []
    for host in range(3):
        page = Respondent().client.post(
            "/feedback/en/end/consent/", "adult=1&consent=1", content_type="application/x-www-form-urlencoded",
            secure=True, REMOTE_ADDR=f"192.0.2.{host}", headers={"x-forwarded-for": f"198.51.100.{host}"},
        )  # fmt: skip
        statuses.append(page.status_code)
    assert statuses == [303, 303, 429]


def test_demo__settings__ask_nobody_and_slow_nobody_down() -> None:
    from example_project.settings import SELFHELP_SURVEY

    assert SELFHELP_SURVEY["MINIMUM_SECONDS"] == 0
    assert min(SELFHELP_SURVEY[name] for name in ("STARTS_PER_MINUTE", "SENDS_PER_MINUTE")) >= 60_000
