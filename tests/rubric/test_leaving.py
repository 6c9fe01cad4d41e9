"""Point 27: "leave quickly" is at the top of every page, needs one press and no script, and the page is gone at once.

What the next address holds is held back, so that a picture shows the page itself and not what follows.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Error, Page

from tests.browsers import DESKTOP, Browsing, Firefox, Visitor
from tests.journeys.demo_site import DemoSite
from tests.journeys.walk import Walk
from tests.rubric.evidence import Evidence
from tests.rubric.neutral_site import TITLE
from tests.rubric.screens import Screen, database

BUTTON = ".leave button"
SOON = 0.1
TOP = 100  # CSS pixels
MOST_TRIES = 50
PRESSES = 3
TAB, ENTER = "\ue004", "\ue007"

pytestmark = pytest.mark.rubric(27)


def _shot(session: CDPSession) -> bytes:
    """A picture, also while a navigation hangs. A page that was never drawn yet cannot be taken: try again then."""
    for _ in range(MOST_TRIES):
        with suppress(Error):
            return base64.b64decode(session.send("Page.captureScreenshot", {"format": "png"})["data"])
        time.sleep(0.1)
    raise AssertionError("the browser gave no picture")


def _white(session: CDPSession, page: Page) -> bytes:
    page.goto("about:blank")
    return _shot(session)


@contextmanager
def _film(session: CDPSession) -> Iterator[list[float]]:
    """When each picture of the page was put on the screen, in seconds of the wall clock."""
    times: list[float] = []

    def keep(event: dict[str, Any]) -> None:
        times.append(float(event["metadata"]["timestamp"]))
        session.send("Page.screencastFrameAck", {"sessionId": event["sessionId"]})

    session.on("Page.screencastFrame", keep)
    session.send("Page.startScreencast", {"format": "png"})
    yield times
    session.send("Page.stopScreencast")


@pytest.mark.parametrize("way", ["mouse", "touch"])
def test_leave__chromium__page_is_white_within_a_tenth_of_a_second(
    demo: DemoSite, chromium: Browsing, evidence: Evidence, way: str
) -> None:
    """The quickest of a few presses counts: a busy machine draws late now and then, a page that waits always does."""
    quickest, picture = float("inf"), b""
    for _ in range(PRESSES):
        picture, white, late = _pressed(demo, chromium, way)
        assert picture == white
        quickest = min(quickest, late)
        if quickest < SOON:
            break
    evidence.keep(picture, f"27 left in chromium {way}")
    evidence(f"Chromium, {way}: white {quickest * 1000:.0f} ms after the press")
    assert quickest < SOON  # nothing was drawn later, and what was drawn last is white


def _pressed(demo: DemoSite, chromium: Browsing, way: str) -> tuple[bytes, bytes, float]:
    """The page after a press that nobody answers, a white one, and the seconds to the last picture drawn."""
    context = chromium.browser.new_context(java_script_enabled=False, has_touch=way == "touch")
    page = context.new_page()
    session = context.new_cdp_session(page)
    white = _white(session, page)
    page.goto(f"{demo.address}/feedback/en/end/")
    walk = Walk(page=page)
    walk.consent()
    walk.choose({"a1_reason": 2})
    assert _shot(session) != white
    page.route("**/leave/", lambda route: None)  # never answered
    box = page.locator(BUTTON).bounding_box()
    assert box is not None
    where = box["x"] + 20, box["y"] + 20
    page.mouse.move(*where)
    with _film(session) as times:
        page.wait_for_timeout(500)
        pressed = time.time()
        _press_at(page, where, way)
        page.wait_for_timeout(500)
    picture = _shot(session)
    context.close()
    return picture, white, max(moment - pressed for moment in times if moment > pressed)


def _press_at(page: Page, where: tuple[float, float], way: str) -> None:
    if way == "touch":
        page.touchscreen.tap(*where)
    else:
        page.mouse.down()
        page.mouse.up()


def test_leave__chromium_keyboard__focus_alone_hides_nothing(
    demo: DemoSite, chromium: Browsing, evidence: Evidence
) -> None:
    with chromium.open(Visitor()) as page:
        page.goto(f"{demo.address}/feedback/en/end/")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        assert page.locator(f"{BUTTON}:focus").count() == 1
        assert page.locator("h1").is_visible()
        evidence.picture(page, "27 focus by keyboard")
        page.keyboard.press("Enter")
        page.locator("h1", has_text=TITLE).wait_for()
    evidence("keyboard focus hides nothing, Enter leaves")


def test_leave__whole_way__ends_on_the_neutral_site_without_draft_and_cookie(
    demo: DemoSite, chromium: Browsing, neutral_site: str, evidence: Evidence
) -> None:
    with chromium.open(Visitor()) as page:
        page.goto(f"{demo.address}/feedback/en/end/")
        Walk(page=page).consent()
        page.locator(BUTTON).click()
        page.wait_for_url(neutral_site)
        assert page.title() == TITLE
        assert page.context.cookies(demo.address) == []
        page.go_back()
        assert not page.locator("input:checked:not([name=pause])").count()
    evidence("POST, 303, Refresh: neutral site, no cookie, Back shows no answer")


def test_leave__every_screen__is_at_the_top_in_a_form_of_its_own(
    screens: tuple[Screen, ...], evidence: Evidence
) -> None:
    for screen in screens:
        skip, leave = screen.soup.find_all(["a", "button", "input"])[:2]
        assert skip.get("href") == "#main", screen.name
        assert leave.find_parent("form", class_="leave") is not None, screen.name
        assert screen.top is not None, screen.name
        assert screen.top < TOP, screen.name
    evidence(f"{len(screens)} screens: first after the skip link, at most "
             f"{max(screen.top or 0 for screen in screens):.0f} px from the top")  # fmt: skip


def test_leave__database_down__still_leads_away_and_forgets_the_cookie(
    demo: DemoSite, chromium: Browsing, neutral_site: str, evidence: Evidence
) -> None:
    with chromium.open(Visitor()) as page:
        page.goto(f"{demo.address}/feedback/en/end/")
        Walk(page=page).consent()
        with _database_down(demo):
            page.goto(page.url)
            assert page.locator("h1").inner_text() == "Nothing was saved just now"
            page.locator(BUTTON).click()
            page.wait_for_url(neutral_site)
        assert page.context.cookies(demo.address) == []
    evidence("database gone: calm page, Leave works, cookie forgotten")


@contextmanager
def _database_down(demo: DemoSite) -> Iterator[None]:
    """A folder stands where the tables were: nothing can open them."""
    file = demo.var / "example.sqlite3"
    aside = file.with_suffix(".aside")
    file.rename(aside)
    file.mkdir()
    try:
        yield
    finally:
        file.rmdir()
        aside.rename(file)
        database(demo).close()


def _firefox_picture(firefox: Firefox) -> bytes:
    return base64.b64decode(firefox.ask("browsingContext.captureScreenshot", context=firefox.context)["data"])


def _press(firefox: Firefox, way: str) -> None:
    if way == "mouse":
        firefox.click(BUTTON)
        return
    element = {"type": "element", "element": {"sharedId": firefox._first(BUTTON)["sharedId"]}}
    move = {"type": "pointerMove", "x": 0, "y": 0, "origin": element}
    press = [{"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}]
    finger = {"type": "pointer", "id": "finger", "parameters": {"pointerType": "touch"}, "actions": [move, *press]}
    firefox.ask("input.performActions", context=firefox.context, actions=[finger])


@pytest.mark.parametrize("way", ["mouse", "touch"])
def test_leave__firefox_safest__first_picture_after_the_press_is_white(
    demo: DemoSite, firefox: Firefox, evidence: Evidence, way: str
) -> None:
    firefox.resize(DESKTOP)
    firefox.goto("about:blank")
    white = _firefox_picture(firefox)
    firefox.goto(f"{demo.address}/feedback/en/end/")
    assert _firefox_picture(firefox) != white
    pattern = {"type": "string", "pattern": f"{demo.address}/feedback/en/end/leave/"}
    firefox.ask("network.addIntercept", phases=["beforeRequestSent"], urlPatterns=[pattern])
    firefox.ask("session.subscribe", events=["network.beforeRequestSent"])
    _press(firefox, way)
    start = time.monotonic()
    picture = _firefox_picture(firefox)
    taken = time.monotonic() - start
    assert firefox.url.endswith("/end/")  # still the page itself
    evidence.keep(picture, f"27 left in firefox {way}")
    evidence(f"Firefox, scripts off, {way}: white in the first picture, ready {taken * 1000:.0f} ms after the press")
    assert picture == white


def test_leave__firefox_keyboard__focus_alone_hides_nothing(
    demo: DemoSite, firefox: Firefox, neutral_site: str, evidence: Evidence
) -> None:
    firefox.resize(DESKTOP)
    firefox.goto("about:blank")
    white = _firefox_picture(firefox)
    firefox.goto(f"{demo.address}/feedback/en/end/")
    firefox.press(TAB)
    firefox.press(TAB)
    assert _firefox_picture(firefox) != white
    firefox.press(ENTER)
    firefox.wait_for_url(neutral_site)
    evidence("Firefox: keyboard focus hides nothing, Enter leaves")
