"""Every screen a respondent can meet, in one language: met by walking with scripts off on a phone, and kept as sent.

What needs scripts (axe), or other colours and sizes, opens the kept screens again: `replay`.
"""

from __future__ import annotations

import contextlib
import re
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from bs4 import BeautifulSoup
from playwright.sync_api import Locator, Page

from tests.browsers import PHONE, Browsing, Visitor
from tests.rubric.pages.site import Site

EXIT_LANGUAGES = ("en", "es", "fi", "sv")
KIND_LANGUAGES = ("en", "ar")
LANGUAGES = (*EXIT_LANGUAGES, "ar")
CONSENT = {"c1_adult": 1, "c2_consent": 1, "grown": 1, "willing": 1}
ALL_OF_IT = {"a1_reason": 1, "p1_progress": 4, "h3_sought": 1, "w1_first_age": 3, "w5_moved": 1, "t1_seen": 1}
TOO_LONG = "word " * 60
MOST_PAGES = 25
PATIENCE = 10_000  # milliseconds
FOCUSED = "document.activeElement.id || document.activeElement.localName"
OVERFLOW = "document.documentElement.scrollWidth - window.innerWidth"


@dataclass(frozen=True, kw_only=True)
class Screen:
    """One screen as it was sent, what had the focus when it was open, and how far it stood out of 320 pixels."""

    name: str
    language: str
    url: str
    html: str
    css: str
    focused: str = ""
    overflow: int = 0

    @property
    def label(self) -> str:
        """The name with the language, for files and failures."""
        return f"{self.name} ({self.language})"

    @property
    def soup(self) -> BeautifulSoup:
        """The page to look things up in."""
        return BeautifulSoup(self.html, "html.parser")

    @property
    def is_error(self) -> bool:
        """Whether it says that something is to be put right."""
        return 'class="problems"' in self.html


@dataclass(kw_only=True)
class Visit:
    """Somebody with a browser, and the screens kept on the way."""

    page: Page
    site: Site
    language: str
    html: str = ""
    screens: list[Screen] = field(default_factory=list)

    def go(self, entry: str, step: str = "") -> None:
        """Open an address."""
        response = self.page.goto(self.site.address(self.language, entry, step))
        assert response
        self.html = response.text()

    @property
    def step(self) -> str:
        """The last word of the address."""
        return re.split("[?#]", self.page.url)[0].rstrip("/").rsplit("/", 1)[-1]

    def press(self, action: str) -> None:
        """Press the button that stands for this."""
        self.follow(self.page.locator(f'main button[name="go"][value="{action}"]').first)

    def follow(self, control: Locator) -> None:
        """Click what leads to another page."""
        with self.page.expect_navigation() as navigation:
            control.click()
        self.html = navigation.value.text()

    def choose(self, choices: dict[str, int]) -> None:
        """Choose these values, as far as this page asks for them."""
        for name, code in choices.items():
            for control in self.page.locator(f'input[name="{name}"][value="{code}"]').all():
                control.check()

    def begin(self, entry: str) -> None:
        """Start afresh, and agree to take part."""
        self.page.context.clear_cookies()
        self.go(entry)
        self.choose(CONSENT)
        self.press("next")

    def keep(self, name: str) -> None:
        """Keep what is shown under this name."""
        self._wait_for_focus()
        self.screens.append(Screen(
            name=name, language=self.language, url=self.page.url, html=self.html, css=stylesheet(self.site, self.html),
            focused=self.page.evaluate(FOCUSED), overflow=self.page.evaluate(OVERFLOW),
        ))  # fmt: skip

    def _wait_for_focus(self) -> None:
        """A browser moves the focus to what the address names a moment after the page is there."""
        end = time.monotonic() + 1
        while "#" in self.page.url and self.page.evaluate(FOCUSED) == "body" and time.monotonic() < end:
            time.sleep(0.02)

    def fetch(self, name: str, request: urllib.request.Request) -> None:
        """Keep what the server answers to a request that no button of ours makes."""
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 - our own server
                html = answer.read().decode()
        except urllib.error.HTTPError as refusal:
            html = refusal.read().decode()
        css = stylesheet(self.site, html)
        self.screens.append(Screen(name=name, language=self.language, url=request.full_url, html=html, css=css))


@cache
def _fetched(address: str) -> str:
    with urllib.request.urlopen(address, timeout=20) as answer:  # noqa: S310 - our own server
        return str(answer.read().decode())


def stylesheet(site: Site, html: str) -> str:
    """The stylesheet that this page links to; "" where it links to none."""
    link = re.search(r'rel="stylesheet" href="([^"]+)"', html)
    return _fetched(site.origin + link[1]) if link else ""


@contextlib.contextmanager
def visiting(chromium: Browsing, site: Site, language: str) -> Iterator[Visit]:
    """A visitor with scripts off and a narrow screen."""
    with chromium.open(Visitor(screen=PHONE, language=language)) as page:
        page.set_default_timeout(PATIENCE)
        yield Visit(page=page, site=site, language=language)


def all_screens(chromium: Browsing, site: Site, language: str) -> list[Screen]:
    """Every screen in this language, in the order in which they were met."""
    screens: list[Screen] = []
    parts = [messages, refusals, *([exit_survey] if language in EXIT_LANGUAGES else [])]
    for part in [*parts, *([every_kind] if language in KIND_LANGUAGES else [])]:
        with visiting(chromium, site, language) as visit:
            part(visit)
            screens += visit.screens
    return screens


def exit_survey(visit: Visit) -> None:
    """The shipped survey on its longest way."""
    visit.go("end")
    visit.keep("start")
    visit.press("next")
    visit.keep("start, nothing chosen")
    visit.choose(CONSENT)
    visit.press("next")
    for _ in range(MOST_PAGES):
        visit.keep(f"exit {visit.step}")
        if visit.step == "check":
            break
        visit.choose(ALL_OF_IT)
        visit.press("on" if visit.step == "more" else "next")
    visit.go("end", "ways")
    exclusive = visit.page.locator(".apart input[type=checkbox]").first
    exclusive.check()
    visit.page.locator(f'input[name="{exclusive.get_attribute("name")}"]').first.check()
    visit.press("next")
    visit.keep("exit ways, none of these and another")


def every_kind(visit: Visit) -> None:
    """Each type of question, each mistake, and each thing a page can say about what was written."""
    visit.go("every")
    visit.keep("consent")
    visit.press("next")
    visit.keep("consent, nothing chosen")
    visit.choose(CONSENT)
    visit.press("next")
    visit.keep("drinks")
    visit.choose({"drink": 2, "additions": 1})
    visit.page.locator('input[name="additions"][value="9"]').check()
    visit.press("next")
    visit.keep("drinks, none of these and another")
    visit.page.locator('input[name="additions"][value="9"]').uncheck()
    visit.press("next")
    visit.keep("warmth")
    visit.press("back")
    visit.keep("drinks, answered")
    for name in ("warmth", "reading", "kinds"):
        visit.press("next")
        if name != "warmth":
            visit.keep(name)
    visit.choose({"kind_news": 2, "kind_novels": -2})
    visit.press("next")
    _numbers_and_words(visit)
    visit.keep("more")
    visit.press("on")
    visit.keep("later")
    visit.press("next")
    visit.keep("check")
    visit.press("send")
    visit.keep("check, asked once more")
    with visit.site.busy():
        visit.press("send")
        visit.keep("check, too many at once")
    visit.press("send")
    visit.keep("thanks")


def _numbers_and_words(visit: Visit) -> None:
    visit.keep("numbers")
    visit.page.locator('input[name="cups"]').fill("many")
    visit.page.locator("textarea").fill(TOO_LONG)
    visit.press("next")
    visit.keep("numbers, no number and too long")
    visit.page.locator('input[name="cups"]').fill("2")
    visit.page.locator('input[name="cups__refused"]').check()
    visit.page.locator("textarea").fill("Write to someone@sample.example")
    visit.press("next")
    visit.keep("numbers, number and refused")
    visit.page.locator('input[name="cups__refused"]').uncheck()
    visit.press("next")
    visit.keep("numbers, please look again")
    visit.press("next")


def messages(visit: Visit) -> None:
    """The pages beside the questions."""
    entry = _entry(visit)
    for step in ("help", "end", "thanks"):
        visit.go(entry, step)
        visit.keep(f"message {step}")
    visit.go(entry, "no-such-page")
    visit.keep("message not found")
    for state in ("paused", "closed"):
        visit.go(state + ("-kinds" if visit.language == "ar" else ""))
        visit.keep(f"message {state}")
    visit.begin(entry)
    visit.page.context.clear_cookies()
    visit.go(entry, f"{visit.step}?c")
    visit.keep("message cookies refused")
    visit.begin(entry)
    visit.site.forget_drafts()
    visit.go(entry, visit.step)
    visit.keep("message expired")
    with visit.site.full():
        visit.begin(entry)
        visit.keep("message full")
    with visit.site.busy():
        visit.begin(entry)
        visit.keep("message busy")
    with visit.site.out_of_order():
        visit.begin(entry)
        visit.keep("message unavailable")


def refusals(visit: Visit) -> None:
    """What is answered to requests that only a broken browser or a wrong address makes."""
    url = visit.site.address(visit.language, _entry(visit), "consent")
    form = {"Content-Type": "application/x-www-form-urlencoded", "Origin": visit.site.origin}
    plain = {"Content-Type": "text/plain", "Origin": visit.site.origin}
    visit.fetch("message too large", urllib.request.Request(url, b"a=" + b"b" * 3_000_000, form))  # noqa: S310
    visit.fetch("message unsupported", urllib.request.Request(url, b"{}", plain))  # noqa: S310


def _entry(visit: Visit) -> str:
    return "end" if visit.language in EXIT_LANGUAGES else "every"
