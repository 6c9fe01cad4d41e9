"""Every screen of the example site's survey, seen once by a Chromium with scripts off, and what came over the wire."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field

from bs4 import BeautifulSoup
from playwright.sync_api import ConsoleMessage, Page, Request, Response

from tests.browsers import Browsing, Visitor
from tests.journeys.demo_site import DemoSite
from tests.journeys.walk import Walk

EVERYTHING = {"a1_reason": 1, "p1_progress": 4, "h3_sought": 1, "w1_first_age": 3, "w5_moved": 1, "t1_seen": 1}
MARKER = "ZQXMARK"
TOO_LONG = MARKER + " and a few plain words more" * 400


OF_THE_DRIVER = "Blocked script execution"
"""Playwright asks the page where a button stands, and the policy's sandbox stops it. The page itself has no script."""


@dataclass(frozen=True, kw_only=True)
class Screen:
    """One screen as it arrived: `requests` are the addresses asked for on the way, `top` where "leave" stands."""

    name: str
    address: str
    status: int
    headers: dict[str, str]
    html: str
    requests: tuple[str, ...]
    complaints: tuple[str, ...]
    body_bytes: int
    header_bytes: int
    top: float | None

    @property
    def soup(self) -> BeautifulSoup:
        """The page to look things up in."""
        return BeautifulSoup(self.html, "html.parser")


@dataclass(kw_only=True)
class Watch:
    """What the browser asked for, got and complained about since the last screen was taken down."""

    page: Page
    requests: list[Request] = field(default_factory=list)
    responses: list[Response] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("request", self._note_request)
        self.page.on("response", self._note_response)
        self.page.on("console", self._note_complaint)

    def _note_request(self, request: Request) -> None:
        self.requests.append(request)

    def _note_response(self, response: Response) -> None:
        self.responses.append(response)

    def _note_complaint(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(OF_THE_DRIVER):
            self.complaints.append(message.text)

    def _fetched(self) -> tuple[str, ...]:
        """What came over the wire: not from the browser's own cache."""
        return tuple(f"{one.method} {one.url}" for one in self.requests if not _is_cached(one))

    def screen(self, name: str) -> Screen:
        """The screen now shown, with all that came since the one before."""
        self.page.wait_for_load_state("load")
        document = [one for one in self.responses if one.request.resource_type == "document"][-1]
        sizes = document.request.sizes()
        leave = self.page.locator(".leave button")
        box = leave.first.bounding_box() if leave.count() else None
        screen = Screen(
            name=name, address=self.page.url, status=document.status, headers=document.headers, html=document.text(),
            requests=self._fetched(),
            complaints=tuple(self.complaints), top=box["y"] if box else None,
            body_bytes=sizes["responseBodySize"], header_bytes=sizes["responseHeadersSize"],
        )  # fmt: skip
        for kept in (self.requests, self.responses, self.complaints):
            kept.clear()
        return screen


def _is_cached(request: Request) -> bool:
    """Nothing of a cached stylesheet came over the wire, headers included."""
    if request.resource_type != "stylesheet":
        return False
    sizes = request.sizes()
    return sizes["responseBodySize"] + sizes["responseHeadersSize"] <= 0


def walked_screens(demo: DemoSite, chromium: Browsing, *, language: str = "en") -> Iterator[Screen]:
    """From the cold first page to "thank you" on the longest way, with the error pages; then those beside the way."""
    with chromium.open(Visitor()) as page:
        watch = Watch(page=page)
        start = f"{demo.address}/feedback/{language}/end/"
        page.goto(start)
        yield watch.screen("first page")
        walk = Walk(page=page)
        walk.press("next")
        yield watch.screen("first page with errors")
        walk.consent()
        while walk.step != "check":
            yield watch.screen(walk.step)
            if walk.step == "words":
                page.locator("textarea").first.fill(TOO_LONG)
                walk.press("next")
                yield watch.screen("words with errors")
                page.locator("textarea").first.fill(f"{MARKER}, call me at 040 1234567")
                walk.press("next")
                yield watch.screen("words asked about")
            walk.choose(EVERYTHING)
            walk.press("on" if walk.step == "more" else "next")
        yield watch.screen("check")
        walk.press("send")
        yield watch.screen("thanks")
        yield from _beside(watch, start, demo)


def _beside(watch: Watch, start: str, demo: DemoSite) -> Iterator[Screen]:
    page = watch.page
    for name in ("help", "end", "there-is-no-such-page"):
        page.goto(f"{start}{name}/")
        yield watch.screen(name)
    page.goto(start)
    Walk(page=page).consent()
    expire_drafts(demo)
    page.reload()
    yield watch.screen("expired")
    page.goto(f"{start}start/?c")
    yield watch.screen("start without cookie")


def expire_drafts(demo: DemoSite) -> None:
    """Have every unsent draft deleted, as when its time is over."""
    with database(demo) as connection:
        connection.execute("DELETE FROM selfhelp_survey_draft")


def database(demo: DemoSite) -> sqlite3.Connection:
    """The site's tables."""
    return sqlite3.connect(demo.var / "example.sqlite3", timeout=20)


def inbox_count(demo: DemoSite) -> int:
    """How many responses wait in the inbox."""
    with database(demo) as connection:
        return int(connection.execute("SELECT count(*) FROM selfhelp_survey_inboxresponse").fetchone()[0])
