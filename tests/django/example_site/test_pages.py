"""The example host as a visitor finds it: every page, by following links from the start page, in four languages."""

from __future__ import annotations

import re
from collections import deque
from io import StringIO
from urllib.parse import urljoin

import html5lib
import pytest
from bs4 import BeautifulSoup
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import Client

from example_project.host.models import Programme, Section, Task
from selfhelp_survey.models import Organisation
from tests.django.instruments import page, questionnaire, single
from tests.django.survey_site import open_survey

pytestmark = pytest.mark.django_db
LANGUAGES = ("en", "es", "fi", "sv")
SURVEY = "/feedback/"


@pytest.fixture(autouse=True)
def content() -> None:
    call_command("demo_content", stdout=StringIO())


def visited(start: str) -> dict[str, str]:
    """Every page of the host that links lead to from here, by its address. Asserts that each is there."""
    client, found, waiting = Client(), dict[str, str](), deque([start])
    while waiting:
        address = waiting.popleft()
        if address in found:
            continue
        response = client.get(address)
        assert response.status_code == 200, address
        found[address] = response.content.decode()
        links = [str(link["href"]) for link in BeautifulSoup(found[address], "html.parser").select("a[href]")]
        addresses = [urljoin(address, link).partition("#")[0] for link in links]
        waiting.extend(link for link in addresses if not link.startswith(SURVEY))
    return found


def test_links__followed_from_the_start__reach_six_pages_in_each_language() -> None:
    found = visited("/en/")
    assert len(found) == 6 * len(LANGUAGES)
    assert all(f"/{language}/own-pace/keeping-the-change/" in found for language in LANGUAGES)


def test_pages__html__parse_without_errors_and_say_their_language() -> None:
    for address, html in visited("/en/").items():
        html5lib.HTMLParser(strict=True).parse(html)
        soup = BeautifulSoup(html, "html.parser")
        assert soup.html is not None
        assert soup.html["lang"] == address.split("/")[1]
        assert len(soup.select("h1")) == len(soup.select("main")) == 1


def test_pages__titles__are_unique_within_a_language() -> None:
    titles = [re.findall("<title>(.*?)</title>", html, re.S)[0] for html in visited("/en/").values()]
    assert len(set(titles)) == len(titles)


def test_pages__anything_loaded__is_the_sites_own_and_no_script() -> None:
    for html in visited("/en/").values():
        soup = BeautifulSoup(html, "html.parser")
        assert not soup.select("script, iframe, img, [style], style")
        assert [link["href"] for link in soup.select("link[rel=stylesheet]")] == ["/static/host/site.css"]
    assert finders.find("host/site.css")


def test_pages__every_one__says_that_it_is_a_sample() -> None:
    marks = {"en": "Sample text", "es": "Texto de ejemplo", "fi": "Esimerkkiteksti", "sv": "Exempeltext"}
    for address, html in visited("/en/").items():
        assert marks[address.split("/")[1]] in html


@pytest.mark.parametrize(
    ("browser", "language"), [("", "en"), ("de", "en"), ("fi, en;q=0.5", "fi"), ("es-CO", "es"), ("de, sv;q=0.3", "sv")]
)
def test_start__browser_language__decides_and_else_it_is_english(browser: str, language: str) -> None:
    response = Client().get("/", headers={"accept-language": browser} if browser else {})
    assert response.headers["Location"] == f"/{language}/"


def test_page__browser_in_english__spanish_address_stays_spanish() -> None:
    response = Client().get("/es/own-pace/", headers={"accept-language": "en"})
    assert '<html lang="es">' in response.content.decode()


def test_support__every_language__shows_every_line() -> None:
    counts = {BeautifulSoup(Client().get(f"/{code}/support/").content, "html.parser").select("h3").__len__()
              for code in LANGUAGES}  # fmt: skip
    assert counts == {10}


def test_demo_content__run_twice__changes_nothing() -> None:
    call_command("demo_content", stdout=StringIO())
    assert (Programme.objects.count(), Section.objects.count(), Task.objects.count()) == (1, 3, 9)


def test_demo_content__organisation__is_marked_as_a_sample() -> None:
    organisation = Organisation.objects.get()
    assert organisation.is_sample
    assert organisation.name_es == "Ejemplo: Organización de ejemplo"  # type: ignore[attr-defined]


def test_programme__survey_open__invites_at_the_end_and_in_the_middle() -> None:
    survey = questionnaire(page("one", single("q1")))
    open_survey(survey)
    addresses = {address: html for address, html in visited("/en/").items() if "survey-invitation" in html}
    assert sorted(addresses) == ["/en/own-pace/keeping-the-change/", "/es/own-pace/keeping-the-change/"]


def test_programme__entries_opened_by_the_demo__middle_invites_under_its_own_code() -> None:
    open_survey(questionnaire(page("one", single("q1"))))
    call_command("demo_content", open_entries=True, stdout=StringIO())
    html = Client().get("/es/own-pace/what-lies-behind/").content.decode()
    assert 'href="/feedback/es/middle/"' in html
