"""Entries opened, paused and closed with a second question; rehearsals; a language that is switched off."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.template import Context, Template
from django.test import Client

from selfhelp_survey.core.response import Mark
from selfhelp_survey.entrance import LastLanguage, switch_language
from selfhelp_survey.entries import find_entry, forget_entries, today
from selfhelp_survey.models import Entry, KeyProof, Questionnaire
from tests.django.admin.desk import address, drafted, seen, sent, superuser
from tests.django.instruments import small
from tests.django.survey_site import Respondent, open_survey, received

pytestmark = pytest.mark.django_db


def asked(action: str, *codes: str, confirmed: bool) -> dict[str, object]:
    """What the list of entries sends for an action, or the page that asks once more."""
    return {"action": action, ACTION_CHECKBOX_NAME: list(codes), **({"confirmed": "yes"} if confirmed else {})}


def test_action__not_confirmed__asks_and_changes_nothing() -> None:
    open_survey(small())
    answer = sent(superuser(), "entry_changelist", **asked("close_entries", "end", confirmed=False))
    assert "can not send any more" in answer.content.decode()
    assert Entry.objects.get().state == Entry.State.OPEN
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize(("action", "state"), [("pause_entries", "paused"), ("close_entries", "closed")])
def test_action__confirmed__changes_the_state_and_is_noted(action: str, state: str) -> None:
    open_survey(small())
    client = superuser()
    sent(client, "entry_changelist", **asked(action, "end", confirmed=True))
    assert Entry.objects.get().state == state
    assert LogEntry.objects.get().change_message == f"Set to {state}."
    sent(client, "entry_changelist", **asked("open_entries", "end", confirmed=True))
    assert Entry.objects.get().state == "open"


def test_open__questionnaire_not_published__stays_closed_with_the_reason() -> None:
    Entry.objects.create(code="end", questionnaire="small")
    answer = sent(superuser(), "entry_changelist", **asked("open_entries", "end", confirmed=True))
    assert "has no published version" in answer.content.decode()
    assert Entry.objects.get().state == Entry.State.CLOSED


@pytest.mark.parametrize(("days", "state"), [(-1, "open"), (-2, "closed")])
def test_form__opened_with_a_last_day__refused_once_that_is_over(days: int, state: str) -> None:
    open_survey(small())
    Entry.objects.update(state="closed")
    last = today() + timedelta(days=days)
    form = {"questionnaire": "small", "state": "open", "opens_on": "", "closes_on": last.isoformat()}
    sent(superuser(), "entry_change", "end", **form)
    assert Entry.objects.get().state == state


@pytest.mark.parametrize(("state", "leads_to"), [("paused", "small"), ("closed", "draft")])
def test_form__sent_to_a_draft_that_nobody_has_published__only_while_it_is_closed(state: str, leads_to: str) -> None:
    open_survey(small())
    Entry.objects.update(state="paused")
    drafted(replace(small(), code="draft"))
    form = {"questionnaire": "draft", "state": state, "opens_on": "", "closes_on": "", "programme_url": ""}
    told = sent(superuser(), "entry_change", "end", **form).content.decode()
    assert Entry.objects.get().questionnaire == leads_to
    assert ("has no published version" in told) == (state == "paused")


def test_command__paused_entry_to_a_draft_that_nobody_has_published__exits_1() -> None:
    drafted()
    with pytest.raises(CommandError, match="has no published version") as refused:
        call_command("survey_entry", "end", "--pause", "--questionnaire", "small")
    assert refused.value.returncode == 1
    assert not Entry.objects.exists()


def test_command__opened_with_every_language_switched_off__exits_1() -> None:
    open_survey(small())
    drafted()
    Questionnaire.objects.update(languages_off="en es")
    with pytest.raises(CommandError, match="every language of 'small' is switched off"):
        call_command("survey_entry", "end", "--open")


@pytest.mark.parametrize("code", ["End_1", "-a", "1x", "a-", "END"])
def test_form__code_that_no_address_can_hold__is_refused(code: str) -> None:
    open_survey(small())
    answer = sent(superuser(), "entry_add", code=code, questionnaire="small", state="closed", programme_url="")
    assert "begin with a letter" in answer.content.decode()
    assert Entry.objects.count() == 1


@pytest.mark.parametrize(
    ("way_back", "kept"),
    [
        ("javascript:alert(1)", ""),
        ("//evil.test", ""),
        ("/way/back/", "/way/back/"),
        ("https://a.example", "https://a.example"),
    ],
)
def test_form__way_back__leads_to_a_page_or_is_refused(way_back: str, kept: str) -> None:
    open_survey(small())
    form = {"questionnaire": "small", "state": "closed", "opens_on": "", "closes_on": "", "programme_url": way_back}
    told = sent(superuser(), "entry_change", "end", **form).content.decode()
    assert Entry.objects.get().programme_url == kept
    assert ("begins with https://" in told) == (not kept)


def test_list__every_language_switched_off_or_a_key_not_proven__shows_what_respondents_meet() -> None:
    open_survey(small())
    drafted()
    Questionnaire.objects.update(languages_off="en es")
    client = superuser()
    assert "paused: those who have begun may finish" in seen(client, "entry_changelist")
    Questionnaire.objects.update(languages_off="")
    KeyProof.objects.update(proven=False)
    shown = BeautifulSoup(seen(client, "entry_changelist"), "html.parser").select("td.field-state_today")
    assert [cell.get_text() for cell in shown] == ["closed"]


def test_list__entry_before_its_first_day__shows_the_state_of_today() -> None:
    open_survey(small())
    Entry.objects.update(opens_on=today() + timedelta(days=1))
    assert "paused: those who have begun may finish" in seen(superuser(), "entry_changelist")


def rehearsal() -> None:
    """A rehearsal made in the admin, beside the real entry."""
    open_survey(small())
    form = {"code": "trial", "questionnaire": "small", "state": "open", "is_rehearsal": "on", "programme_url": ""}
    sent(superuser(), "entry_add", **form)


def answer_at(entry: str) -> None:
    respondent = Respondent(entry=entry)
    respondent.consent()
    respondent.send("first", go="finish", gate=2)
    respondent.send("check", go="send")


def test_rehearsal__made_in_the_admin_and_answered__is_marked_inside_the_seal() -> None:
    rehearsal()
    answer_at("trial")
    answer_at("end")
    assert sorted((response.entry, response.mark) for response in received()) == [
        ("end", Mark.REAL), ("trial", Mark.REHEARSAL),
    ]  # fmt: skip


def test_rehearsal__form_sent_with_the_mark_taken_off__stays_one() -> None:
    rehearsal()
    client = superuser_again()
    form = {"questionnaire": "small", "state": "open", "programme_url": "", "opens_on": "", "closes_on": ""}
    sent(client, "entry_change", "trial", **form)
    sent(client, "entry_change", "end", **form, is_rehearsal="on")
    assert dict(Entry.objects.values_list("pk", "is_rehearsal")) == {"trial": True, "end": False}


def superuser_again() -> Client:
    """The maintainer of `superuser`, in another browser."""
    client = Client()
    client.force_login(User.objects.get(username="maintainer"))
    return client


def test_rehearsal__in_the_list__looks_plainly_different() -> None:
    rehearsal()
    html = seen(superuser_again(), "entry_changelist")
    assert html.count("REHEARSAL") == 1


def test_language__switched_off__nobody_begins_in_it_and_no_page_offers_it() -> None:
    open_survey(small())
    row = drafted()
    sent(superuser(), "questionnaire_language", row.pk, "es", "off")
    turned_away = Respondent(language="es").see()
    assert turned_away.status_code == 404
    assert "Estas preguntas están en otros idiomas" in turned_away.content.decode()
    assert 'href="/feedback/en/end/"' in turned_away.content.decode()
    assert 'value="language-es"' not in Respondent().see().content.decode()
    page = Template("{% load selfhelp_survey %}{% exit_survey_invitation programme %}")
    assert "/feedback/en/" in page.render(Context({"programme": 1}))
    assert find_entry("end").languages == ("en",)  # type: ignore[union-attr]


def test_language__switched_off_while_somebody_answers_in_it__they_finish_and_find_help() -> None:
    open_survey(small())
    drafted()
    respondent = Respondent(language="es")
    respondent.consent()
    switch_language("small", "es", off=True)
    forget_entries()
    page = respondent.see("first").content.decode()
    assert "Question gate (es)" in page
    assert 'value="language-en"' in page
    assert respondent.see("help").status_code == 200
    respondent.send("first", go="finish", gate=2)
    respondent.send("check", go="send")
    assert [response.language for response in received()] == ["es"]
    assert respondent.see("thanks").status_code == 200


def test_language__switched_off_while_somebody_answers_in_it__they_may_change_but_not_come_back() -> None:
    open_survey(small())
    drafted()
    respondent = Respondent(language="es")
    respondent.consent()
    switch_language("small", "es", off=True)
    forget_entries()
    respondent.send("first", go="language-en")
    respondent.language = "en"
    page = respondent.see("first").content.decode()
    assert "Question gate" in page
    assert 'value="language-es"' not in page


def test_language__switched_on_again__is_offered_as_before() -> None:
    open_survey(small())
    row = drafted()
    client = superuser()
    for turn in ("off", "on"):
        sent(client, "questionnaire_language", row.pk, "es", turn)
    assert Respondent(language="es").see().status_code == 200


def test_language__the_last_one__is_not_switched_off() -> None:
    open_survey(small())
    row = drafted()
    client = superuser()
    sent(client, "questionnaire_language", row.pk, "es", "off")
    answer = sent(client, "questionnaire_language", row.pk, "en", "off")
    assert "Pause the entries instead" in answer.content.decode()
    with pytest.raises(LastLanguage):
        switch_language("small", "en", off=True)


def test_language__new_version_in_the_only_one_that_is_off__entry_is_paused_not_broken() -> None:
    open_survey(small())
    drafted()
    Questionnaire.objects.update(languages_off="en es")
    assert "taking a break" in Respondent().see().content.decode()


def test_language__looked_at_with_get__changes_nothing() -> None:
    open_survey(small())
    row = drafted()
    assert superuser().get(address("questionnaire_language", row.pk, "es", "off"), secure=True).status_code == 405
    assert Questionnaire.objects.get().languages_off == ""
