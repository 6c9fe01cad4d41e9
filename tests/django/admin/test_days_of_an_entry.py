"""The first and the last day of an entry: what they make of its state, and of what respondents send."""

from __future__ import annotations

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import CommandError
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


# `manage.py survey_entry`


def entry_command(*words: str) -> str:
    out = StringIO()
    call_command("survey_entry", "end", *words, stdout=out)
    return out.getvalue().strip()


def days_of_the_entry() -> tuple[str, date | None, date | None]:
    entry = Entry.objects.get()
    return entry.state, entry.opens_on, entry.closes_on


@pytest.mark.django_db
def test_command__new_entry_with_both_days__is_open_within_them() -> None:
    open_survey(small())
    Entry.objects.all().delete()
    first, last = today() + DAY, today() + 9 * DAY
    said = entry_command("--questionnaire=small", "--open", f"--first-day={first}", f"--last-day={last}")
    assert said == f"entry 'end' to 'small' is open from {first} to {last}; today it counts as paused"
    assert days_of_the_entry() == ("open", first, last)


@pytest.mark.django_db
def test_command__one_day_alone__leaves_state_and_the_other_and_none_takes_it_away() -> None:
    open_survey(small())
    Entry.objects.update(opens_on=FIRST, state="paused")
    last = today()
    entry_command(f"--last-day={last}")
    assert days_of_the_entry() == ("paused", FIRST, last)
    entry_command("--first-day=none", "--close")
    assert days_of_the_entry() == ("closed", None, last)


@pytest.mark.django_db
@pytest.mark.parametrize(("days", "is_refused"), [(-1, False), (-2, True)])
def test_command__open_entry_given_a_last_day__refused_once_that_is_over(days: int, is_refused: bool) -> None:
    open_survey(small())
    last = today() + days * DAY
    if is_refused:
        with pytest.raises(CommandError, match=r"its last day was .* \(--last-day\)") as refused:
            entry_command(f"--last-day={last}")
        assert refused.value.returncode == 1
    else:
        entry_command(f"--last-day={last}")
    assert Entry.objects.get().closes_on == (None if is_refused else last)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--close", "--first-day=2026-03-20", "--last-day=2026-03-10"), "can not come before the first one"),
        (("--close", "--last-day=31.3.2026"), "is no day: write it like"),
        ((), "say what to do"),
    ],
)
def test_command__days_that_cannot_be__is_wrong_use_and_changes_nothing(words: tuple[str, ...], said: str) -> None:
    open_survey(small())
    with pytest.raises(CommandError, match=said) as wrong:
        entry_command(*words)
    assert wrong.value.returncode in {1, 2}
    assert days_of_the_entry() == ("open", None, None)


@pytest.mark.django_db
def test_command__days_of_an_entry_that_is_not_there__makes_none() -> None:
    with pytest.raises(CommandError, match="add --questionnaire CODE to make it"):
        entry_command("--first-day=2026-03-10")
    assert not Entry.objects.exists()
