"""Odd ways through the survey on which an answer could get lost, or into the wrong hands."""

from __future__ import annotations

import pytest

from selfhelp_survey.core.response import Mark
from selfhelp_survey.entries import forget_entries
from selfhelp_survey.forms import KEPT_CHARACTERS
from selfhelp_survey.models import Draft, Entry, InboxResponse
from tests.django.instruments import page, questionnaire, single, small
from tests.django.survey_site import Respondent, as_json, open_survey, publish, received

pytestmark = pytest.mark.django_db

TOO_LONG = "x" * 501


def _begun(language: str = "en", *, gate: int = 1) -> Respondent:
    open_survey(small())
    respondent = Respondent(language=language)
    respondent.consent()
    respondent.send("first", gate=gate)
    return respondent


def _open_second_entry(code: str = "try", *, is_rehearsal: bool = True) -> None:
    publish(questionnaire(page("other", single("other")), code="second"))
    Entry.objects.create(code=code, questionnaire="second", state=Entry.State.OPEN, is_rehearsal=is_rehearsal)
    forget_entries()


def test_finish_here__with_an_error_on_the_page__shows_it() -> None:
    respondent = _begun(gate=2)
    assert respondent.send("third", go="finish", amount="many")["Location"] == "/feedback/en/end/third/#attention"
    assert "<title>Error" in respondent.see("third").content.decode()


def test_send__text_on_an_earlier_page_is_too_long__asks_for_it_first() -> None:
    respondent = _begun()
    respondent.send("opened", go="back", words=TOO_LONG, detail=2)
    respondent.send("first", go="finish", gate=1)
    assert respondent.send("check", go="send")["Location"] == "/feedback/en/end/opened/#attention"
    shown = respondent.see("opened").content.decode()
    assert "<title>Error" in shown
    assert TOO_LONG in shown
    assert InboxResponse.objects.count() == 0


def test_send__text_shortened_when_asked__arrives_with_all_of_its_page() -> None:
    respondent = _begun()
    respondent.send("opened", go="back", words=TOO_LONG, detail=2)
    respondent.send("first", go="finish", gate=1)
    respondent.send("check", go="send")
    assert respondent.send("opened", go="finish", words="short", detail=2)["Location"] == "/feedback/en/end/check/"
    respondent.send("check", go="send")
    [response] = received()
    assert as_json(response) == {"gate": 1, "detail": 2, "words": "short"}
    assert "opened" in response.sent


def test_send__text_made_too_long_after_the_check__is_not_left_out_silently() -> None:
    respondent = _begun()
    respondent.send("opened", words="fine")
    respondent.send("third")
    respondent.send("more", go="stop")
    respondent.send("opened", words=TOO_LONG)
    assert respondent.send("check", go="send")["Location"] == "/feedback/en/end/opened/#attention"
    assert InboxResponse.objects.count() == 0


def test_more__stop_after_part_two_was_begun__sends_what_was_answered_there() -> None:
    respondent = _begun(gate=2)
    respondent.send("third")
    respondent.send("more", go="on")
    respondent.send("late", go="back", last=2)
    assert respondent.send("more", go="stop")["Location"] == "/feedback/en/end/check/"
    respondent.send("check", go="send")
    assert as_json(received()[0]) == {"gate": 2, "last": 2}


def test_check__finishing_with_a_page_behind_the_frontier__shows_all_that_will_be_sent() -> None:
    respondent = _begun(gate=2)
    respondent.send("third", amount=7)
    respondent.send("first", gate=1, go="finish")  # opens a page in between that still waits
    shown = respondent.see("check").content.decode()
    assert "<bdi>7</bdi>" in shown
    assert "/end/third/" not in shown  # it cannot be visited yet
    respondent.send("check", go="send")
    assert as_json(received()[0]) == {"gate": 1, "amount": 7}


def test_draft__its_language_left_out_of_the_next_version__is_finished_in_it() -> None:
    respondent = _begun("es", gate=2)
    publish(questionnaire(page("first", single("gate")), languages=("en",)), number=2)
    assert respondent.see("third").status_code == 200
    respondent.send("third", go="finish", amount=3)
    assert respondent.send("check", go="send")["Location"] == "/feedback/es/end/thanks/"
    assert respondent.see("thanks").status_code == 200
    assert (received()[0].language, as_json(received()[0])) == ("es", {"gate": 2, "amount": 3})


def test_language__left_out_of_the_next_version__is_not_found_without_a_draft() -> None:
    open_survey(small())
    publish(questionnaire(page("first", single("gate")), languages=("en",)), number=2)
    assert [Respondent(language="es").see(step).status_code for step in ("", "first", "help")] == [404] * 3
    assert Respondent(language="zz").see("thanks").status_code == 404


def test_two_entries__draft_of_one__is_led_home_from_the_other() -> None:
    respondent = _begun()
    _open_second_entry()
    respondent.entry = "try"
    assert respondent.see()["Location"] == "/feedback/en/end/"
    assert respondent.see("other")["Location"] == "/feedback/en/end/"
    assert respondent.post("consent", {"go": "next", "adult": 2})["Location"] == "/feedback/en/end/"
    assert Draft.objects.count() == 1


def test_two_entries__rehearsal_sent_at_the_real_one__is_not_taken_there() -> None:
    open_survey(small())
    _open_second_entry()
    respondent = Respondent(entry="try")
    respondent.consent()
    respondent.send("other", other=1)
    respondent.entry = "end"
    assert respondent.post("check", {"go": "send"})["Location"] == "/feedback/en/try/"
    respondent.entry = "try"
    respondent.send("check", go="send")
    assert [(one.entry, one.questionnaire, one.mark) for one in received()] == [("try", "second", Mark.REHEARSAL)]


@pytest.mark.parametrize("state", [Entry.State.CLOSED, None])
def test_two_entries__home_closed_or_removed__lets_the_respondent_begin_anew(state: str | None) -> None:
    respondent = _begun()
    _open_second_entry()
    home = Entry.objects.filter(code="end")
    if state:
        home.update(state=state)
    else:
        home.delete()
    forget_entries()
    respondent.entry = "try"
    assert "This page has expired" in respondent.see().content.decode()
    assert respondent.cookie == ""
    assert respondent.consent().status_code == 303


def test_rehearsal__entry_made_real_meanwhile__stays_a_rehearsal() -> None:
    open_survey(small())
    Entry.objects.update(is_rehearsal=True)
    forget_entries()
    respondent = Respondent()
    respondent.consent()
    respondent.send("first", gate=2, go="finish")
    Entry.objects.update(is_rehearsal=False)
    forget_entries()
    respondent.send("check", go="send")
    assert received()[0].mark is Mark.REHEARSAL


def test_skip__asked_for_where_there_is_no_block__makes_no_row() -> None:
    open_survey(small())
    respondent = Respondent()
    assert respondent.send("consent", go="skip").status_code == 303
    assert (Draft.objects.count(), respondent.cookie) == (0, "")


def test_draft__read_through_a_router__is_read_where_it_was_written(settings: object) -> None:
    respondent = _begun()
    settings.DATABASE_ROUTERS = [f"{__name__}.LaggingReplica"]  # type: ignore[attr-defined]
    assert respondent.see("opened").status_code == 200
    assert respondent.cookie


class LaggingReplica:
    """Reads of drafts go to a copy that has nothing yet."""

    def db_for_read(self, model: type, **hints: object) -> str | None:
        return "replica" if model is Draft else None


def test_number__hint_absent_and_error_shown__is_described_by_what_exists() -> None:
    respondent = _begun(gate=2)
    respondent.send("third", amount="many")
    shown = respondent.see("third").content.decode()
    assert 'aria-describedby="error_amount"' in shown


@pytest.mark.parametrize(("length", "kept"), [(KEPT_CHARACTERS - 1, KEPT_CHARACTERS - 1), (200_000, KEPT_CHARACTERS)])
def test_text__far_too_long__is_kept_as_far_as_a_draft_can_hold_it_and_the_writer_told(length: int, kept: int) -> None:
    open_survey(small())
    respondent = Respondent()
    respondent.consent()
    respondent.send("first", gate=1)
    respondent.send("opened", words="\U0001f600" * length)
    shown = respondent.see("opened").content.decode()
    assert shown.count("\U0001f600") == kept
    assert ("only its beginning was kept" in shown) is (length > kept)
