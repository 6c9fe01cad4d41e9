"""The first and the last day of an entry: what they make of its state, and of what respondents send."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from selfhelp_survey.entrance import EntryRefused, set_entry_state
from selfhelp_survey.entries import forget_entries, state_on, today
from selfhelp_survey.models import Entry, InboxResponse
from tests.django.instruments import small
from tests.django.survey_site import Respondent, open_survey

FIRST, LAST = date(2026, 3, 10), date(2026, 3, 20)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("state", "day", "then"),
    [
        ("open", FIRST - DAY, "paused"),
        ("open", FIRST, "open"),
        ("open", LAST, "open"),
        ("open", LAST + DAY, "paused"),
        ("open", LAST + 2 * DAY, "closed"),
        ("paused", FIRST - DAY, "paused"),
        ("paused", FIRST, "paused"),
        ("paused", LAST + DAY, "paused"),
        ("paused", LAST + 2 * DAY, "closed"),
        ("closed", FIRST - DAY, "closed"),
        ("closed", LAST, "closed"),
    ],
)
def test_state_on__around_both_days__follows_them(state: str, day: date, then: str) -> None:
    assert state_on(day, Entry(state=state, opens_on=FIRST, closes_on=LAST)) == then


@pytest.mark.parametrize("days", [{}, {"opens_on": FIRST}, {"closes_on": LAST}])
def test_state_on__within_the_days_that_are_named__is_as_set(days: dict[str, date]) -> None:
    assert state_on(date(2026, 3, 15), Entry(state="open", **days)) == "open"


def lasting(**days: date | None) -> None:
    """Give the entry of the open survey these days."""
    Entry.objects.update(**days)
    forget_entries()


@pytest.mark.django_db
def test_respondent__before_the_first_day__cannot_begin_and_can_on_it() -> None:
    open_survey(small())
    lasting(opens_on=today() + DAY)
    assert "taking a break" in Respondent().see().content.decode()
    lasting(opens_on=today())
    assert "Taking part" in Respondent().see().content.decode()


@pytest.mark.django_db
def test_respondent_in_the_middle__day_after_the_last__may_send_and_nobody_begins() -> None:
    open_survey(small())
    respondent = Respondent()
    respondent.consent()
    lasting(closes_on=today() - DAY)
    assert "taking a break" in Respondent().see().content.decode()
    respondent.send("first", go="finish", gate=2)
    respondent.send("check", go="send")
    assert InboxResponse.objects.count() == 1


@pytest.mark.django_db
def test_respondent_in_the_middle__two_days_after_the_last__is_told_that_it_is_closed() -> None:
    open_survey(small())
    respondent = Respondent()
    respondent.consent()
    respondent.send("first", go="finish", gate=2)
    token = respondent.token("check")
    lasting(closes_on=today() - 2 * DAY)
    assert "are closed" in respondent.post("check", {"t": token, "go": "send"}).content.decode()
    assert not InboxResponse.objects.exists()


@pytest.mark.django_db
def test_open__last_day_is_over__refused_with_the_day() -> None:
    open_survey(small())
    lasting(closes_on=today() - 2 * DAY)
    with pytest.raises(EntryRefused, match="its last day was"):
        set_entry_state("end", Entry.State.OPEN)


@pytest.mark.django_db
def test_entry__last_day_before_the_first__is_refused_by_form_and_database() -> None:
    entry = Entry(code="end", questionnaire="small", opens_on=LAST, closes_on=FIRST)
    with pytest.raises(ValidationError, match="can not come before"):
        entry.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        entry.save()
    entry.closes_on = LAST
    entry.full_clean()
