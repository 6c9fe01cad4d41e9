"""A respondent's way: pages by route, back, choice of the parts, check, send."""

from __future__ import annotations

import pytest

from selfhelp_survey.core.answers import MissingCode
from selfhelp_survey.core.record import record
from selfhelp_survey.core.response import Channel, Mark
from selfhelp_survey.models import Draft, InboxResponse
from tests.django.instruments import page, questionnaire, single, small
from tests.django.survey_site import Respondent, as_json, open_survey, received

pytestmark = pytest.mark.django_db


def test_start__no_draft__shows_consent_without_row_or_cookie() -> None:
    open_survey(small())
    respondent = Respondent()
    response = respondent.see()
    assert response.status_code == 200
    assert b"Taking part" in response.content
    assert not response.cookies
    assert Draft.objects.count() == 0


def test_consent__given__leads_to_the_first_page_with_one_row_and_a_session_cookie() -> None:
    open_survey(small())
    respondent = Respondent()
    response = respondent.consent()
    assert (response.status_code, response["Location"]) == (303, "/feedback/en/end/first/?c")
    assert Draft.objects.count() == 1
    cookie = response.cookies["__Host-v"]
    assert (cookie["httponly"], cookie["secure"], cookie["samesite"]) == (True, True, "Strict")
    assert (cookie["max-age"], cookie["expires"], cookie["path"], cookie["domain"]) == ("", "", "/", "")
    assert list(response.cookies) == ["__Host-v"]


@pytest.mark.parametrize(
    "answers",
    [
        {"adult": 2, "consent": 1}, {"adult": 1, "consent": 2}, {"adult": 3}, {"adult": 2}, {"consent": 2},
        {"adult": 2, "consent": 2},
    ],
)  # fmt: skip
def test_consent__turned_away__leaves_no_row_and_no_cookie(answers: dict[str, int]) -> None:
    open_survey(small())
    respondent = Respondent()
    response = respondent.send("consent", "next", **answers)
    assert (response.status_code, response["Location"]) == (303, "/feedback/en/end/end/")
    assert not response.cookies or not response.cookies["__Host-v"].value
    assert Draft.objects.count() == 0
    assert respondent.see("end").status_code == 200


def test_consent__withdrawn_later__deletes_the_draft() -> None:
    open_survey(small())
    respondent = Respondent()
    respondent.consent()
    respondent.send("first", gate=2)
    respondent.send("consent", adult=1, consent=2)
    assert Draft.objects.count() == 0
    assert respondent.cookie == ""


def test_consent__left_blank__shows_the_errors_without_a_row() -> None:
    open_survey(small())
    respondent = Respondent()
    response = respondent.send("consent")
    assert (response.status_code, response["Location"]) == (303, "/feedback/en/end/consent/?e#attention")
    shown = respondent.client.get(response["Location"], secure=True)
    assert shown.status_code == 200
    assert "<title>Error" in shown.content.decode()
    assert Draft.objects.count() == 0


def test_page__left_blank__leads_on() -> None:
    open_survey(small())
    respondent = Respondent()
    respondent.consent()
    assert respondent.send("first")["Location"] == "/feedback/en/end/third/"


def test_route__gate_opened__shows_what_it_opens() -> None:
    open_survey(small())
    respondent = Respondent()
    respondent.consent()
    assert respondent.send("first", gate=1)["Location"] == "/feedback/en/end/opened/"


def test_whole_way__both_parts__arrives_sealed_as_answered() -> None:
    instrument = small()
    open_survey(instrument)
    respondent = Respondent(language="es")
    respondent.consent()
    respondent.send("first", gate=1, several=[1, 3])
    respondent.send("opened", detail=2, words="Gracias por todo")
    respondent.send("third", grid_a=1, amount="\u0667")  # seven in Arabic-Indic digits
    assert respondent.send("more", go="on")["Location"] == "/feedback/es/end/late/"
    assert respondent.send("late", last=-2)["Location"] == "/feedback/es/end/check/"
    check = respondent.see("check").content.decode()
    assert "Gracias por todo" in check
    assert respondent.send("check", go="send")["Location"] == "/feedback/es/end/thanks/"
    [response] = received()
    assert as_json(response) == {
        "gate": 1, "several": [1, 3], "detail": 2, "words": "Gracias por todo", "grid_a": 1, "amount": 7, "last": -2,
    }  # fmt: skip
    assert (response.language, response.entry, response.mark) == ("es", "end", Mark.REAL)
    assert response.channel is Channel.CLEAR
    assert respondent.see("thanks").status_code == 200


def test_more__send_now__leaves_the_second_part_unreached() -> None:
    instrument = small()
    open_survey(instrument)
    respondent = Respondent()
    respondent.consent()
    respondent.send("first", gate=2)
    respondent.send("third")
    assert respondent.send("more", go="stop")["Location"] == "/feedback/en/end/check/"
    respondent.send("check", go="send")
    [response] = received()
    values = record(instrument, response)
    assert values["last"] == MissingCode.NOT_REACHED
    assert values["detail"] == MissingCode.NOT_ASKED
    assert values["grid_a"] == MissingCode.LEFT_BLANK


def test_finish_here__early__sends_what_was_answered() -> None:
    instrument = small()
    open_survey(instrument)
    respondent = Respondent()
    respondent.consent()
    assert respondent.send("first", go="finish", gate=2)["Location"] == "/feedback/en/end/check/"
    respondent.send("check", go="send")
    [response] = received()
    assert as_json(response) == {"gate": 2}
    assert record(instrument, response)["amount"] == MissingCode.NOT_REACHED


def test_hidden_answer__gate_closed_again__is_not_sent() -> None:
    open_survey(small())
    respondent = Respondent()
    respondent.consent()
    respondent.send("first", gate=1)
    respondent.send("opened", detail=3, words="should not be sent")
    respondent.send("first", gate=2)
    respondent.send("third", go="finish")
    respondent.send("check", go="send")
    [response] = received()
    assert as_json(response) == {"gate": 2}


def test_hidden_question__posted_anyway__is_ignored() -> None:
    two = page("second", single("asked"), single("hidden", relevant="${gate} = 1"))
    open_survey(questionnaire(page("first", single("gate")), two))
    respondent = Respondent()
    respondent.consent()
    respondent.send("first", gate=2)
    respondent.send("second", asked=1, hidden=1, go="finish")
    respondent.send("check", go="send")
    assert as_json(received()[0]) == {"gate": 2, "asked": 1}


def test_page__not_reached_yet__leads_back_to_where_the_respondent_is() -> None:
    open_survey(small())
    respondent = Respondent()
    respondent.consent()
    assert respondent.see("third")["Location"] == "/feedback/en/end/first/"
    assert respondent.post("third", {"amount": 3})["Location"] == "/feedback/en/end/first/"
    assert respondent.post("check", {"go": "send"})["Location"] == "/feedback/en/end/first/"
    assert InboxResponse.objects.count() == 0


def test_back__with_something_typed__keeps_it() -> None:
    open_survey(small())
    respondent = Respondent()
    respondent.consent()
    respondent.send("first", gate=1)
    assert respondent.send("opened", go="back", words="half a thou")["Location"] == "/feedback/en/end/first/"
    assert "half a thou" in respondent.see("opened").content.decode()


def test_language_switch__invalid_text_typed__keeps_it_in_the_other_language() -> None:
    open_survey(small())
    respondent = Respondent()
    respondent.consent()
    respondent.send("first", gate=2)
    switched = respondent.send("third", go="language-es", amount="many")
    assert switched["Location"] == "/feedback/es/end/third/"
    shown = respondent.client.get(switched["Location"], secure=True)
    assert 'value="many"' in shown.content.decode()
    assert shown["Content-Language"] == "es"


def test_language_switch__before_any_answer__leads_to_the_start_without_a_row() -> None:
    open_survey(small())
    respondent = Respondent()
    assert respondent.send("consent", go="language-es")["Location"] == "/feedback/es/end/"
    assert Draft.objects.count() == 0


def test_error__number_in_words__is_shown_once_with_the_text_kept() -> None:
    open_survey(small())
    respondent = Respondent()
    respondent.consent()
    respondent.send("first", gate=2)
    response = respondent.send("third", amount="many")
    assert (response.status_code, response["Location"]) == (303, "/feedback/en/end/third/#attention")
    shown = respondent.see("third").content.decode()
    assert "<title>Error" in shown
    assert 'value="many"' in shown
    assert "from 0 to 10" in shown


def test_exclusive_value__beside_another__names_both_ways_out() -> None:
    open_survey(small())
    respondent = Respondent()
    respondent.consent()
    respondent.send("first", several=[1, 9])
    assert "or choose only “Value 9”" in respondent.see("first").content.decode()


def test_start__draft_begun__shows_the_first_page_and_leads_to_where_the_respondent_was() -> None:
    open_survey(small())
    respondent = Respondent()
    respondent.consent()
    respondent.send("first", gate=2)
    page = respondent.see()
    assert page.status_code == 200
    assert 'name="consent" id="id_consent_0" value="1" checked' in page.content.decode()
    assert '<a class="button" href="/feedback/en/end/third/">Go on where you were</a>' in page.content.decode()


def test_start__no_draft__leads_nowhere_else() -> None:
    open_survey(small())
    assert "Go on where you were" not in Respondent().see().content.decode()


def test_check__answer_changed__returns_to_the_check() -> None:
    open_survey(questionnaire(page("first", single("gate")), page("second", single("other"))))
    respondent = Respondent()
    respondent.consent()
    respondent.send("first", gate=1)
    respondent.send("second", other=1)
    assert respondent.send("first", gate=3)["Location"] == "/feedback/en/end/check/"


def test_single__saved_answer__can_be_taken_back() -> None:
    open_survey(questionnaire(page("first", single("gate"))))
    respondent = Respondent()
    respondent.consent()
    respondent.send("first", gate=1)
    assert 'name="gate" value=""' in respondent.see("first").content.decode()
    respondent.send("first", gate="")
    respondent.send("check", go="send")
    assert as_json(received()[0]) == {}


def test_refusal__of_a_text__is_kept_as_a_refusal() -> None:
    open_survey(small())
    respondent = Respondent()
    respondent.consent()
    respondent.send("first", gate=1)
    respondent.send("opened", words__refused="on", go="finish")
    assert "I prefer not to say" in respondent.see("check").content.decode()
    respondent.send("check", go="send")
    assert as_json(received()[0]) == {"gate": 1, "words": -2}
