"""After a mistake: what was typed, what is asked again, and in which language it is said."""

from __future__ import annotations

from dataclasses import replace

import pytest
from bs4 import BeautifulSoup, Tag

from selfhelp_survey.core.text import Text
from selfhelp_survey.models import Entry
from tests.django.instruments import number, page, questionnaire, single, small, written
from tests.django.survey_site import Respondent, open_survey, publish

pytestmark = pytest.mark.django_db
MANY = "x" * 501


def _at(*questions: object) -> Respondent:
    open_survey(questionnaire(page("first", *questions), page("last", single("three"))))  # type: ignore[arg-type]
    respondent = Respondent()
    respondent.consent()
    return respondent


def _soup(respondent: Respondent, step: str) -> BeautifulSoup:
    return BeautifulSoup(respondent.see(step).content.decode(), "html.parser")


def _control(respondent: Respondent, css: str) -> Tag:
    found = _soup(respondent, "first").select_one(css)
    assert found
    return found


def test_number__given_beside_a_refusal__is_still_in_the_field() -> None:
    respondent = _at(number("amount"))
    respondent.send("first", amount="7", amount__refused="on")
    assert _control(respondent, "input[name=amount]")["value"] == "7"


def test_number__refused_and_saved__shows_an_empty_field() -> None:
    respondent = _at(number("amount"))
    respondent.send("first", amount__refused="on")
    assert _control(respondent, "input[name=amount]")["value"] == ""


def test_text_with_a_name__on_a_page_with_an_error__is_asked_about_after_the_error() -> None:
    respondent = _at(number("amount"), written("words"))
    respondent.send("first", amount="many", words="Write to someone@sample.example")
    assert not _soup(respondent, "first").select(".notice")
    response = respondent.send("first", amount="7", words="Write to someone@sample.example")
    assert response["Location"] == "/feedback/en/end/first/#attention"
    assert _soup(respondent, "first").select(".notice#attention")


@pytest.mark.parametrize(
    ("question", "given"),
    [
        (number("amount"), {"amount": "many"}),
        (number("amount"), {"amount": "11"}),
        (number("amount"), {"amount": "7", "amount__refused": "on"}),
        (written("words"), {"words": MANY}),
        (single("gate"), {"gate": ["1", "2"]}),
    ],
)
def test_message__every_mistake__names_its_question(question: object, given: dict[str, str]) -> None:
    respondent = _at(question)
    respondent.send("first", **given)
    assert "“Question " in _control(respondent, "#attention a").text


def test_message__question_with_a_percent_sign__says_it() -> None:
    asked = replace(number("amount"), label=Text.of({"en": "How many %s of 100 %?", "es": "¿Cuántos %?"}))
    respondent = _at(asked)
    respondent.send("first", amount="11")
    assert "“How many %s of 100 %?”" in _control(respondent, "#attention a").text


def test_message__questions_without_this_language__is_in_the_language_of_the_questions() -> None:
    english = questionnaire(page("first", number("amount")), page("last", single("three")), languages=("en",))
    open_survey(english)
    respondent = Respondent()
    respondent.consent()
    respondent.send("first", amount="many")
    publish(replace(small(), code="other"))
    Entry.objects.update(questionnaire="other")
    respondent.language = "es"
    soup = _soup(respondent, "first")
    assert soup.html
    assert soup.html["lang"] == "es"
    for css in (".error", "#attention a", ".choice"):
        element = soup.select_one(f"main {css}")
        assert element
        assert "Write" in element.text or "I prefer not to say" in element.text
        assert next(str(each["lang"]) for each in element.find_parents(lang=True)) == "en"
