"""Somebody at a browser, whichever it is: the same gestures in Chromium and in Firefox."""

from __future__ import annotations

import contextlib
import copy
import json
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Page

from tests.browsers import ANSWER_SECONDS, DESKTOP, BrowserProblem, Firefox

LEAVE = ".leave button"
MOST_PAGES = 25
Cookie = Mapping[str, Any]

# Everything in the page that somebody chose or wrote, but for the pause, which is chosen from the start.
_FILLED = """[...document.querySelectorAll('input, textarea')].filter(one =>
  one.name != 'pause' && one.type != 'hidden' && (['radio', 'checkbox'].includes(one.type) ? one.checked : one.value)
).map(one => one.name + '=' + one.value)"""

# On the way to another site, Firefox shows an empty page for a moment.
_ANOTHER_IS_THERE = """location.href != 'about:blank' && document.readyState == 'complete'
  && !document.documentElement.hasAttribute('data-before')"""


class Surfer(ABC):
    """A tab with cookies of its own."""

    name: str

    # -- what every browser can ----------------------------------------------------------------------------------

    @abstractmethod
    def goto(self, url: str) -> None:
        """Type an address."""

    @property
    @abstractmethod
    def url(self) -> str:
        """The address now shown."""

    @abstractmethod
    def html(self) -> str:
        """The page as it now is."""

    @abstractmethod
    def evaluate(self, expression: str) -> Any:
        """What an expression comes to in the page: a string, a number or a truth value."""

    @abstractmethod
    def click(self, css: str) -> None:
        """Press the first match with the mouse, wherever it stands."""

    @abstractmethod
    def write(self, css: str, words: str) -> None:
        """Type into the first match."""

    @abstractmethod
    def press(self, css: str) -> None:
        """Press the first match, and wait for the page that follows."""

    @abstractmethod
    def back(self) -> None:
        """The browser's own Back."""

    @abstractmethod
    def forward(self) -> None:
        """The browser's own Forward."""

    @abstractmethod
    def reload(self) -> None:
        """The browser's own Reload."""

    @abstractmethod
    def cookies(self) -> list[Cookie]:
        """Every cookie, with name, value, secure, httpOnly, sameSite (in small letters)."""

    @abstractmethod
    def plant(self, site: str, cookie: Cookie) -> None:
        """Have this cookie for the site as if it had set it."""

    @abstractmethod
    def wait_for(self, url: str) -> None:
        """Wait until this address is shown."""

    # -- in words of the survey ----------------------------------------------------------------------------------

    @property
    def step(self) -> str:
        """The last word of the address."""
        return urlsplit(self.url).path.rstrip("/").rsplit("/", 1)[-1]

    def has(self, css: str) -> bool:
        """Whether anything matches."""
        return bool(self.evaluate(f"document.querySelector({json.dumps(css)}) !== null"))

    def filled(self) -> list[str]:
        """Everything on the page that is chosen or written, as name=value."""
        return list(json.loads(self.evaluate(f"JSON.stringify({_FILLED})")))

    def choose(self, choices: Mapping[str, int]) -> None:
        """Choose these values, as far as this page asks for them."""
        for name, code in choices.items():
            css = f'input[name="{name}"][value="{code}"]'
            if self.has(css):
                self.click(css)

    def go(self, action: str) -> None:
        """Press the button of the survey that stands for this."""
        self.press(f'button[name="go"][value="{action}"]')

    def begin(self, site: str) -> None:
        """Open the entry and say yes to both questions of the first page."""
        self.goto(f"{site}/feedback/en/end/")
        self.choose({"c1_adult": 1, "c2_consent": 1})
        self.go("next")

    def onward(self) -> None:
        """To the next page, part two included."""
        self.go("on" if self.step == "more" else "next")

    def walk(self, until: str, on_each: Callable[[], None] = lambda: None) -> list[str]:
        """The pages met from this one to the one named, which is shown now; `on_each` was done on all but the last."""
        met = []
        for _ in range(MOST_PAGES):
            met.append(self.step)
            if self.step == until:
                return met
            on_each()
            self.onward()
        raise AssertionError(f"{until} did not come after {met}")


class ChromiumSurfer(Surfer):
    """Driven by playwright."""

    name = "chromium"

    def __init__(self, page: Page) -> None:
        self.page = page

    def goto(self, url: str) -> None:
        self.page.goto(url)

    @property
    def url(self) -> str:
        return self.page.url

    def html(self) -> str:
        return self.page.content()

    def evaluate(self, expression: str) -> Any:
        return self.page.evaluate(expression)

    def click(self, css: str) -> None:
        self.page.locator(css).first.click(no_wait_after=True)  # a press that leads nowhere is one too

    def write(self, css: str, words: str) -> None:
        self.page.locator(css).first.press_sequentially(words)

    def press(self, css: str) -> None:
        with self.page.expect_navigation():
            self.click(css)

    def back(self) -> None:
        self.page.go_back()

    def forward(self) -> None:
        self.page.go_forward()

    def reload(self) -> None:
        self.page.reload()

    def cookies(self) -> list[Cookie]:
        return [{**cookie, "sameSite": cookie["sameSite"].lower()} for cookie in self.page.context.cookies()]

    def plant(self, site: str, cookie: Cookie) -> None:
        same_site: Any = cookie["sameSite"].capitalize()
        self.page.context.add_cookies(
            [
                {
                    "name": cookie["name"], "value": cookie["value"], "url": site, "secure": cookie["secure"],
                    "httpOnly": True, "sameSite": same_site,
                }
            ]
        )  # fmt: skip

    def wait_for(self, url: str) -> None:
        self.page.wait_for_url(url)


class FirefoxSurfer(Surfer):
    """Driven by WebDriver BiDi."""

    name = "firefox"

    def __init__(self, firefox: Firefox, container: str = "default") -> None:
        self.firefox, self.container = firefox, container
        firefox.resize(DESKTOP)

    def goto(self, url: str) -> None:
        self.firefox.goto(url)

    @property
    def url(self) -> str:
        return self.firefox.url

    def html(self) -> str:
        return str(self.evaluate("document.documentElement.outerHTML"))

    def evaluate(self, expression: str) -> Any:
        return self.firefox.evaluate(expression)

    def click(self, css: str) -> None:
        self._bring_to_rest(css)
        self.firefox.click(css)

    def _bring_to_rest(self, css: str) -> None:
        """Scroll to the first match, and wait until it stands still: what moves under the pointer is not pressed."""
        one, places = f"document.querySelector({json.dumps(css)})", [-1.0, -2.0]
        self.evaluate(f"{one}.scrollIntoView({{block: 'center', behavior: 'instant'}})")
        while places[-1] != places[-2]:
            time.sleep(0.03)  # two frames; a page without scripts has no clock to ask
            places.append(float(self.evaluate(f"{one}.getBoundingClientRect().top")))

    def write(self, css: str, words: str) -> None:
        self.click(css)
        self.firefox.press(words)

    def press(self, css: str) -> None:
        self._and_wait(lambda: self.click(css))

    def back(self) -> None:
        self._and_wait(self.firefox.back)

    def forward(self) -> None:
        self._and_wait(lambda: self.firefox.traverse(1))

    def reload(self) -> None:
        self.firefox.ask("browsingContext.reload", context=self.firefox.context, wait="complete")

    def in_the_tab_beside(self, known: Collection[str]) -> FirefoxSurfer:
        """The tab that is none of the `known` ones, once its page is there."""
        deadline = time.monotonic() + ANSWER_SECONDS
        while time.monotonic() < deadline:
            for tab in self.firefox.ask("browsingContext.getTree")["contexts"]:
                if tab["context"] not in known and tab["url"] != "about:blank":
                    with contextlib.suppress(BrowserProblem):  # a tab that comes back has no window for a moment
                        return self._in(tab["context"])
            time.sleep(0.05)
        raise BrowserProblem("no other tab came")

    def _in(self, context: str) -> FirefoxSurfer:
        tab = copy.copy(self.firefox)  # the same connection, another tab
        tab.context = context
        other = FirefoxSurfer(tab, self.container)
        other._until(_ANOTHER_IS_THERE)
        return other

    def _and_wait(self, gesture: Callable[[], None]) -> None:
        """Do it, and wait until another page stands where this one was, also under the same address."""
        self.evaluate("document.documentElement.setAttribute('data-before', '')")
        gesture()
        self._until(_ANOTHER_IS_THERE)

    def _until(self, condition: str) -> None:
        deadline = time.monotonic() + ANSWER_SECONDS
        while time.monotonic() < deadline:
            with contextlib.suppress(BrowserProblem):  # between two pages there is none to ask
                if self.evaluate(condition):
                    return
            time.sleep(0.02)
        raise BrowserProblem(f"still the same page at {self.url}")

    def cookies(self) -> list[Cookie]:
        return [{**cookie, "value": cookie["value"]["value"]} for cookie in self.firefox.cookies()]

    def plant(self, site: str, cookie: Cookie) -> None:
        value = {"type": "string", "value": cookie["value"]}
        kept = {
            "name": cookie["name"], "value": value, "domain": urlsplit(site).hostname, "path": "/", "httpOnly": True,
            "secure": cookie["secure"], "sameSite": cookie["sameSite"],
        }  # fmt: skip
        partition = {"type": "storageKey", "userContext": self.container}  # that of a context is the page's own
        self.firefox.ask("storage.setCookie", cookie=kept, partition=partition)

    def wait_for(self, url: str) -> None:
        self.firefox.wait_for_url(url)


@contextlib.contextmanager
def chromium_surfer(context: BrowserContext) -> Iterator[ChromiumSurfer]:
    """A page of this context, which is closed afterwards."""
    try:
        yield ChromiumSurfer(context.new_page())
    finally:
        context.close()


@contextlib.contextmanager
def firefox_surfer(firefox: Firefox) -> Iterator[FirefoxSurfer]:
    """A tab with cookies of its own, closed and forgotten afterwards."""
    container = firefox.ask("browser.createUserContext")["userContext"]
    tab = copy.copy(firefox)  # the same connection, another tab
    tab.context = firefox.ask("browsingContext.create", type="tab", userContext=container)["context"]
    try:
        yield FirefoxSurfer(tab, container)
    finally:
        firefox.ask("browser.removeUserContext", userContext=container)
