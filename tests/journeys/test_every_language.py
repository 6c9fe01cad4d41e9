"""From the home page of the host to "thank you", in every language, with scripts off."""

from __future__ import annotations

import pytest

from tests.browsers import PHONE, Browsing, Visitor
from tests.journeys.demo_site import DemoSite
from tests.journeys.walk import Walk

ALL_PAGES = [
    "start", "about", "using", "since", "words", "more", "view", "steps", "before", "ways", "first", "path", "later",
    "days", "ideas", "check",
]  # fmt: skip
EVERYTHING = {"a1_reason": 1, "p1_progress": 4, "h3_sought": 1, "w1_first_age": 3, "w5_moved": 1, "t1_seen": 1}
THANKS = {"en": "Thank you", "es": "Gracias", "fi": "Kiitos", "sv": "Tack"}


@pytest.mark.parametrize("language", ["en", "es", "fi", "sv"])
def test_survey__every_page__is_walked_from_the_home_page(demo: DemoSite, chromium: Browsing, language: str) -> None:
    with chromium.open(Visitor(screen=PHONE, language=language)) as page:
        page.goto(f"{demo.address}/{language}/")
        page.locator("main h3 a").first.click()
        page.locator("main ol a").last.click()
        page.locator(".survey-invitation a").first.click()
        assert page.url == f"{demo.address}/feedback/{language}/end/"
        assert page.locator("html").get_attribute("lang") == language
        walk = Walk(page=page)
        walk.consent()
        walk.to_the_check(EVERYTHING)
        assert walk.met == ALL_PAGES
        walk.press("send")
        assert walk.step == "thanks"
        assert THANKS[language] in page.locator("h1").inner_text()


def test_invitation__spanish_page_in_an_english_browser__stays_spanish(demo: DemoSite, chromium: Browsing) -> None:
    with chromium.open(Visitor(language="en")) as page:
        page.goto(f"{demo.address}/es/")
        page.locator("main h3 a").first.click()
        page.locator("main ol a").last.click()
        page.locator(".survey-invitation a").first.click()
        walk = Walk(page=page)
        walk.consent()
        walk.to_the_check({}, both_parts=False)
        walk.press("send")
        assert page.locator("html").get_attribute("lang") == "es"
        assert page.url == f"{demo.address}/feedback/es/end/thanks/"


def test_home_page__browser_without_a_language__is_english(demo: DemoSite) -> None:
    import urllib.request

    with urllib.request.urlopen(f"{demo.address}/", timeout=10) as answer:  # noqa: S310 - our own server
        assert answer.url == f"{demo.address}/en/"


def test_middle_section__its_own_entry__is_reached_by_links(demo: DemoSite, chromium: Browsing) -> None:
    with chromium.open(Visitor()) as page:
        page.goto(f"{demo.address}/en/")
        page.locator("main h3 a").first.click()
        page.locator("main ol a").nth(1).click()
        page.locator(".survey-invitation a").first.click()
        assert page.url == f"{demo.address}/feedback/en/middle/"


def test_language_switch__in_the_middle__keeps_answers_and_page(demo: DemoSite, chromium: Browsing) -> None:
    with chromium.open(Visitor()) as page:
        page.goto(f"{demo.address}/feedback/en/end/")
        walk = Walk(page=page)
        walk.consent()
        walk.choose({"a1_reason": 2})
        walk.press("language-fi")
        assert page.url.startswith(f"{demo.address}/feedback/fi/end/start/")
        assert page.locator('input[name="a1_reason"][value="2"]').is_checked()


def test_browser_back__after_two_pages__shows_the_saved_answer(demo: DemoSite, chromium: Browsing) -> None:
    with chromium.open(Visitor()) as page:
        page.goto(f"{demo.address}/feedback/en/end/")
        walk = Walk(page=page)
        walk.consent()
        walk.choose({"a1_reason": 1, "p1_progress": 2})
        walk.press("next")
        page.go_back()
        assert walk.step == "start"
        assert page.locator('input[name="p1_progress"][value="2"]').is_checked()


def test_leave__in_the_middle__goes_away_and_back_shows_no_answer(demo: DemoSite, chromium: Browsing) -> None:
    with chromium.open(Visitor()) as page:
        page.route("https://**", lambda route: route.fulfill(body="elsewhere"))
        page.goto(f"{demo.address}/feedback/en/end/")
        walk = Walk(page=page)
        walk.consent()
        walk.choose({"a1_reason": 2})
        page.locator("header .leave button").click()
        page.wait_for_url("https://**")
        page.go_back()
        assert not page.locator("input:checked").count() or walk.step in {"end", "consent"}
        assert not page.context.cookies(demo.address)
