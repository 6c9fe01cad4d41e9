"""`{% exit_survey_invitation %}` on a host's page."""

from __future__ import annotations

import html5lib
import pytest
from bs4 import BeautifulSoup
from django.template import Context, Template
from django.test import Client
from django.utils import translation

from example_project.host.models import Programme
from selfhelp_survey.entries import forget_entries
from selfhelp_survey.models import Entry
from tests.django.instruments import page, questionnaire, single
from tests.django.survey_site import open_survey

pytestmark = pytest.mark.django_db
SURVEY = questionnaire(page("one", single("q1")), page("two", single("q2"), part=2))


def drawn(language: str = "en", *, arguments: str = "") -> str:
    """The invitation on a page in this language."""
    source = "{% load selfhelp_survey %}{% exit_survey_invitation programme" + arguments + " %}"
    with translation.override(language):
        return Template(source).render(Context({"programme": Programme(title="<Pace>")}))


def test_invitation__open_entry__first_link_leads_to_the_survey_in_the_pages_language() -> None:
    open_survey(SURVEY)
    links = BeautifulSoup(drawn("es"), "html.parser").select(".survey-invitation a")
    assert [link["href"] for link in links[:2]] == ["/feedback/es/end/", "/feedback/es/end/help/"]
    assert links[0]["rel"] == ["noreferrer"]


def test_invitation__links__lead_to_pages_that_are_there() -> None:
    open_survey(SURVEY)
    for link in BeautifulSoup(drawn(), "html.parser").select("a"):
        assert Client().get(str(link["href"]), secure=True, follow=True).status_code == 200


def test_invitation__root_element__alone_carries_the_class() -> None:
    open_survey(SURVEY)
    html = drawn()
    assert html.startswith('<div class="survey-invitation">')
    assert html.count("survey-invitation") == 1


def test_invitation__pages_and_minutes__are_those_of_part_one() -> None:
    open_survey(SURVEY)
    assert "2 short pages" in drawn()
    assert "about 1 minute" in drawn()


def test_invitation__title_of_the_programme__is_escaped() -> None:
    open_survey(SURVEY)
    assert "&lt;Pace&gt;" in drawn()


def test_invitation__html__parses_without_errors() -> None:
    open_survey(SURVEY)
    html5lib.HTMLParser(strict=True).parseFragment(drawn())


def test_invitation__regional_page__offers_the_language_without_its_region() -> None:
    open_survey(SURVEY)
    assert 'href="/feedback/es/end/"' in drawn("es-co")


def test_invitation__language_not_offered__is_nothing() -> None:
    open_survey(SURVEY)
    assert drawn("fi") == ""


@pytest.mark.parametrize("state", [Entry.State.PAUSED, Entry.State.CLOSED])
def test_invitation__entry_not_open__is_nothing(state: Entry.State) -> None:
    open_survey(SURVEY)
    Entry.objects.update(state=state)
    forget_entries()
    assert drawn() == ""


def test_invitation__unknown_entry__is_nothing() -> None:
    open_survey(SURVEY)
    assert drawn(arguments=' entry="elsewhere"') == ""


def test_invitation__another_entry__leads_there() -> None:
    open_survey(SURVEY, entry="middle")
    assert 'href="/feedback/en/middle/"' in drawn(arguments=' entry="middle"')
