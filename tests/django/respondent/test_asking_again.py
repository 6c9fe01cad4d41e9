"""A block that is skipped as a whole, and a text that seems to point at a person."""

from __future__ import annotations

from dataclasses import replace

import pytest

from selfhelp_survey.core.answers import MissingCode
from selfhelp_survey.core.record import record
from tests.django.instruments import page, questionnaire, single, small, written
from tests.django.survey_site import Respondent, as_json, open_survey, received

pytestmark = pytest.mark.django_db


def _blocks() -> list[str]:
    instrument = questionnaire(
        page("first", single("gate")),
        replace(page("hard", single("one")), block="hard-part"),
        replace(page("harder", single("two"), relevant="${one} != 2"), block="hard-part"),
        page("last", single("three")),
    )
    open_survey(instrument)
    return [each.name for each in instrument.block_from(instrument.page("hard"))]


def test_block__skipped__leads_past_all_of_it() -> None:
    assert _blocks() == ["hard", "harder"]
    respondent = Respondent()
    respondent.consent()
    respondent.send("first", gate=1)
    assert "Skip this part" in respondent.see("hard").content.decode()
    assert respondent.send("hard", go="skip", one=1)["Location"] == "/feedback/en/end/last/"
    respondent.send("last", three=2)
    respondent.send("check", go="send")
    assert as_json(received()[0]) == {"gate": 1, "three": 2}


def test_block__skipped__reads_as_left_blank() -> None:
    _blocks()
    respondent = Respondent()
    respondent.consent()
    respondent.send("first")
    respondent.send("hard", go="skip")
    respondent.send("last", go="finish", three=1)
    respondent.send("check", go="send")
    [response] = received()
    from selfhelp_survey.repository import load_version

    values = record(load_version(response.version_hash), response)
    assert (values["one"], values["two"]) == (MissingCode.LEFT_BLANK, MissingCode.LEFT_BLANK)


def test_block__its_second_page__offers_no_skipping() -> None:
    _blocks()
    respondent = Respondent()
    respondent.consent()
    respondent.send("first")
    respondent.send("hard")
    assert "Skip this part" not in respondent.see("harder").content.decode()


def test_page_without_block__asked_to_be_skipped__goes_on_as_it_was() -> None:
    _blocks()
    respondent = Respondent()
    respondent.consent()
    assert respondent.send("first", go="skip", gate=1)["Location"] == "/feedback/en/end/first/"


def _with_text() -> Respondent:
    open_survey(questionnaire(page("words", written("words")), page("last", single("last"))))
    respondent = Respondent()
    respondent.consent()
    return respondent


@pytest.mark.parametrize("action", ["next", "finish"])
def test_text__pointing_at_a_person__is_asked_about_once_and_then_taken(action: str) -> None:
    respondent = _with_text()
    text = "write to somebody@example.org"
    assert respondent.send("words", go=action, words=text)["Location"] == "/feedback/en/end/words/#attention"
    shown = respondent.see("words").content.decode()
    assert "<title>Please look again" in shown
    assert text in shown
    assert respondent.send("words", go=action, words=text)["Location"] != "/feedback/en/end/words/#attention"
    assert "Please look again" not in respondent.see("words").content.decode()


def test_text__pointing_at_a_person__can_be_taken_back() -> None:
    respondent = _with_text()
    respondent.send("words", words="call 040 123 4567")
    assert respondent.send("words", words="call me maybe")["Location"] == "/feedback/en/end/last/"
    respondent.send("last", go="finish")
    respondent.send("check", go="send")
    assert as_json(received()[0]) == {"words": "call me maybe"}


def test_text__ordinary__is_not_asked_about() -> None:
    respondent = _with_text()
    assert respondent.send("words", words="More exercises, please")["Location"] == "/feedback/en/end/last/"


def test_message_pages__every_kind__link_to_the_other_language() -> None:
    open_survey(small())
    respondent = Respondent()
    for step in ("thanks", "help", "end"):
        assert f'href="/feedback/es/end/{step}/"' in respondent.see(step).content.decode()
    respondent.client.cookies["__Host-v"] = "A" * 43
    assert 'href="/feedback/es/end/"' in respondent.see("first").content.decode()
