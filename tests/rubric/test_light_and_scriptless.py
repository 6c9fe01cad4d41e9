"""Points 2 to 5, 10, 26, 28 and 29: what every screen is made of, and what it weighs."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from tests.browsers import PHONE, Browsing, Visitor
from tests.journeys.demo_site import DemoSite
from tests.journeys.walk import Walk
from tests.rubric.evidence import Evidence
from tests.rubric.screens import MARKER, Screen, Watch, expire_drafts

Screens = tuple[Screen, ...]
ScreensIn = Callable[[str], Screens]
COLD_BYTES, PAGE_BYTES = 10 * 1024, 3 * 1024
TOPIC = re.compile(
    r"abus|sex|child|minor|offen[cds]|porn|csam|urge|redirect|crim|victim|shame|treat|therap|addict|illegal"
    r"|niñ|menor|delit|laps|rikos|seksu|barn|brott|övergrepp", re.IGNORECASE
)  # fmt: skip
WORDS_OF_ADDRESSES = {
    "", "about", "before", "check", "consent", "days", "end", "feedback", "first", "help", "ideas", "later", "more",
    "path", "since", "start", "steps", "thanks", "there-is-no-such-page", "using", "view", "ways", "words",
}  # fmt: skip


@pytest.mark.rubric(2)
def test_screens__every_one__hold_no_script_no_handler_and_no_inline_style(
    screens: Screens, evidence: Evidence
) -> None:
    for screen in screens:
        tags = screen.soup.find_all(True)
        assert not [tag.name for tag in tags if tag.name in {"script", "style", "svg", "iframe", "object", "embed"}]
        assert not [name for tag in tags for name in tag.attrs if name == "style" or name.startswith("on")]
        assert not [tag for tag in tags if str(tag.get("href", "")).startswith("javascript:")]
    evidence(f"{len(screens)} screens, errors included: no script, handler, style element or style attribute")


@pytest.mark.rubric(2)
def test_screens__every_one__pass_their_own_policy_without_a_complaint(screens: Screens, evidence: Evidence) -> None:
    complaints = [(screen.name, text) for screen in screens for text in screen.complaints]
    assert [one for one in complaints if "status of 404" not in one[1]] == []
    policy = screens[0].headers["content-security-policy"]
    assert "default-src 'none'; style-src 'self'" in policy
    evidence(f"Chromium reports nothing under: {policy}")


@pytest.mark.rubric(3, 4)
def test_first_page__cold__is_small(screens: Screens, demo: DemoSite, chromium: Browsing, evidence: Evidence) -> None:
    with chromium.open(Visitor(screen=PHONE)) as page:
        watch = Watch(page=page)
        page.goto(f"{demo.address}/feedback/en/end/")
        sizes = [request.sizes() for request in watch.requests]
        requests = len(watch.requests)
    bodies = sum(size["responseBodySize"] for size in sizes)
    total = bodies + sum(size["responseHeadersSize"] for size in sizes)
    evidence(f"cold: {bodies:,} bytes compressed, {total:,} with all headers", point=3)
    evidence(f"cold: {requests} requests (page and stylesheet)", point=4)
    assert total <= COLD_BYTES
    assert requests <= 2


@pytest.mark.parametrize("language", ["en", "es", "fi", "sv"])
class TestEveryLanguage:
    """What is walked again in each language."""

    @pytest.mark.rubric(4)
    def test_next_pages__warm__are_small_and_ask_for_nothing_more(
        self, screens_in: ScreensIn, evidence: Evidence, language: str
    ) -> None:
        screens = screens_in(language)
        walked = screens[2 : [screen.name for screen in screens].index("thanks") + 1]
        sizes = sorted(screen.body_bytes for screen in walked)
        headers = max(screen.header_bytes for screen in walked)
        evidence(f"{language}: next pages {sizes[0]:,} / {sizes[len(sizes) // 2]:,} / {sizes[-1]:,} bytes compressed "
                 f"(least, middle, most) and {headers:,} of headers, no further request")  # fmt: skip
        assert {screen.name: screen.requests for screen in walked if _further(screen)} == {}
        assert sizes[-1] <= PAGE_BYTES

    @pytest.mark.rubric(28)
    def test_title_path_and_icon__every_screen__reveal_nothing(
        self, screens_in: ScreensIn, evidence: Evidence, language: str
    ) -> None:
        screens = screens_in(language)
        titles = [screen.soup.title.text for screen in screens if screen.soup.title]
        assert len(titles) == len(screens)
        assert not [title for title in titles if TOPIC.search(title)]
        for screen, title in zip(screens, titles, strict=True):
            assert set(urlsplit(screen.address).path.split("/")) - {language} <= WORDS_OF_ADDRESSES
            assert MARKER not in title + screen.address
            assert [link["href"] for link in screen.soup.select("link[rel~=icon]")] == ["data:,"]
        evidence(f"{language}: {len(titles)} titles, such as {sorted(set(titles))[:3]}; empty icon; neutral paths")


def _further(screen: Screen) -> list[str]:
    return [request for request in screen.requests if "/feedback/" not in request or ".css" in request]


@pytest.mark.rubric(5)
def test_requests__whole_walk__go_to_the_site_itself_only(screens: Screens, demo: DemoSite, evidence: Evidence) -> None:
    asked = {request.split(" ")[1] for screen in screens for request in screen.requests}
    assert {address for address in asked if not address.startswith(demo.address + "/")} == set()
    linked = {
        str(tag.get(name)) for screen in screens for tag in screen.soup.find_all(True) for name in ("src", "action")
    }
    assert {address for address in linked if "//" in address} == set()
    evidence(f"{sum(len(screen.requests) for screen in screens)} requests, all to the survey's own address")


@pytest.mark.rubric(10)
def test_entry_link__on_the_programmes_page__leads_to_the_first_page_at_once(
    demo: DemoSite, chromium: Browsing, evidence: Evidence
) -> None:
    with chromium.open(Visitor()) as page:
        page.goto(f"{demo.address}/en/")
        page.locator("main h3 a").first.click()
        page.locator("main ol a").last.click()
        watch = Watch(page=page)
        page.locator(".survey-invitation a").first.click()
        statuses = [one.status for one in watch.responses if one.request.resource_type == "document"]
        assert page.locator("button[value=next]").count() == 1
    assert statuses == [200]
    evidence("0 redirects")


@pytest.mark.rubric(26)
def test_help_lines__every_screen__stand_right_after_the_content(screens: Screens, evidence: Evidence) -> None:
    for screen in screens:
        [support] = screen.soup.select("#support")
        before = support.find_previous_sibling()
        assert before is not None, screen.name
        assert before.name == "main", screen.name
        assert len(support.select("li")) > 3, screen.name
    evidence(f'{len(screens)} screens, "thanks" and "expired" included: the same list right after the content')


@pytest.mark.rubric(26)
@pytest.mark.parametrize("address", ["thanks", "start/?c"])
def test_help_lines__done_or_lost__are_looked_at(
    demo: DemoSite, chromium: Browsing, evidence: Evidence, address: str
) -> None:
    with chromium.open(Visitor(screen=PHONE)) as page:
        page.goto(f"{demo.address}/feedback/en/end/{address}")
        assert page.locator("#support").is_visible()
        evidence.picture(page, f"26 help {address}")


@pytest.mark.rubric(28)
def test_title_path_and_icon__first_page__are_looked_at(demo: DemoSite, chromium: Browsing, evidence: Evidence) -> None:
    with chromium.open(Visitor()) as page:
        page.goto(f"{demo.address}/feedback/en/end/")
        evidence(f'title "{page.title()}", path {urlsplit(page.url).path}')
        evidence.picture(page, "28 first page")


@pytest.mark.rubric(29)
def test_headers__every_screen__keep_nothing_and_tell_no_one(screens: Screens, evidence: Evidence) -> None:
    for screen in screens:
        assert screen.headers["cache-control"] == "no-store, private, max-age=0", screen.name
        assert screen.headers["referrer-policy"] == "same-origin", screen.name
        forms = [form for form in screen.soup.find_all("form") if form.find(["input", "textarea"])]
        assert [form.get("autocomplete") for form in forms] == ["off"] * len(forms), screen.name
    evidence("no-store, Referrer-Policy same-origin, autocomplete off on every screen")


@pytest.mark.rubric(29)
def test_session__after_send__is_destroyed(demo: DemoSite, chromium: Browsing, evidence: Evidence) -> None:
    with chromium.open(Visitor()) as page:
        page.goto(f"{demo.address}/feedback/en/end/")
        walk = Walk(page=page)
        walk.consent()
        [cookie] = page.context.cookies()
        assert (cookie["httpOnly"], cookie["sameSite"], cookie["expires"]) == (True, "Strict", -1)
        walk.press("finish")
        walk.press("send")
        assert page.context.cookies() == []
        page.go_back()
        assert not page.locator("main section").count()
    evidence("session cookie HttpOnly, Strict; none after Send; Back shows no answer")


@pytest.mark.rubric(29, 26)
def test_session__expired__is_destroyed_and_help_is_shown(
    demo: DemoSite, chromium: Browsing, evidence: Evidence
) -> None:
    with chromium.open(Visitor(screen=PHONE)) as page:
        page.goto(f"{demo.address}/feedback/en/end/")
        walk = Walk(page=page)
        walk.consent()
        expire_drafts(demo)
        walk.choose({"a1_reason": 2})
        walk.press("next")
        assert page.locator("h1").inner_text() == "This page has expired"
        assert page.context.cookies() == []
        assert page.locator("#support li").count() > 3
        evidence.picture(page, "29 expired")
