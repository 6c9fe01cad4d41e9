"""Back, Forward, Reload, a tab twice, a tab closed and reopened: whatever the browser does, nothing saved is lost."""

from __future__ import annotations

import time
from collections.abc import Callable

from tests.attacks.surfers import FirefoxSurfer, Surfer, chromium_surfer, firefox_surfer
from tests.browsers import ANSWER_SECONDS, Browsing, Firefox
from tests.journeys.demo_site import DemoSite
from tests.rubric.screens import EVERYTHING, inbox_count

WORDS = "plain words"


def _answer(surfer: Surfer) -> None:
    """Something on every page that asks anything."""
    surfer.choose(EVERYTHING)
    if not surfer.filled():
        for css in ("main input[type=radio]", "main input[type=checkbox]"):
            if surfer.has(css):
                surfer.click(css)
                break
    if surfer.has("textarea"):
        surfer.write("textarea", WORDS)


def test_history__back_forward_and_reload_on_every_page__each_is_as_saved(surfer: Surfer, site: DemoSite) -> None:
    saved: list[tuple[str, list[str]]] = []

    def answer_and_note() -> None:
        _answer(surfer)
        saved.append((surfer.step, surfer.filled()))

    surfer.begin(site.address)
    surfer.walk("check", answer_and_note)
    first = ("end", ["c1_adult=1", "c2_consent=1"])
    assert len(saved) > 10
    assert sum(bool(filled) for _, filled in saved) > 9
    for step, filled in [first, *saved][::-1]:
        surfer.back()
        assert (surfer.step, surfer.filled()) == (step, filled)
    for step, filled in saved:
        surfer.forward()
        surfer.reload()
        assert (surfer.step, surfer.filled()) == (step, filled)
    surfer.forward()
    assert surfer.step == "check"
    assert WORDS in surfer.html()


def _two_tabs(surfer: Surfer, site: DemoSite, *, second: Callable[[], Surfer]) -> None:
    """Each tab answers another page, and all of it arrives."""
    before = inbox_count(site)
    surfer.begin(site.address)
    surfer.choose({"a1_reason": 2})
    surfer.go("next")
    surfer.back()
    other = second()
    assert (other.step, other.filled()) == ("start", ["a1_reason=2"])
    other.go("next")
    other.click("main input[type=radio]")
    about = other.filled()
    other.go("next")
    surfer.choose({"a1_reason": 3})
    surfer.go("next")
    assert surfer.filled() == about
    other.back()
    other.back()
    assert other.filled() == ["a1_reason=3"]
    surfer.go("finish")
    surfer.go("send")
    other.go("next")
    assert "If you sent yours, they have arrived" in other.html()
    assert inbox_count(site) == before + 1


def test_two_tabs__chromium__nothing_is_lost_and_one_response_arrives(chromium: Browsing, site: DemoSite) -> None:
    context = chromium.browser.new_context(java_script_enabled=False)
    with chromium_surfer(context) as surfer:

        def second() -> Surfer:
            other = type(surfer)(context.new_page())
            other.goto(surfer.url)
            return other

        _two_tabs(surfer, site, second=second)


def _newest_tab(surfer: FirefoxSurfer, command: str) -> FirefoxSurfer:
    """The tab that Firefox itself opens on this command, with the history of the one it came from."""
    known = {one["context"] for one in surfer.firefox.ask("browsingContext.getTree")["contexts"]}
    surfer.firefox.in_the_browser(command)
    return surfer.in_the_tab_beside(known)


def test_two_tabs__firefox_duplicates_one__nothing_is_lost_and_one_response_arrives(
    firefoxes: Callable[[bool], Firefox], site: DemoSite
) -> None:
    with firefox_surfer(firefoxes(False)) as surfer:
        duplicate = "gBrowser.selectedTab = gBrowser.duplicateTab(gBrowser.selectedTab); 0"
        _two_tabs(surfer, site, second=lambda: _newest_tab(surfer, duplicate))


def _wait_until_noted(firefox: Firefox) -> None:
    """Until Firefox knows the closed tab as one that it can open again."""
    deadline = time.monotonic() + ANSWER_SECONDS
    while not firefox.in_the_browser("SessionStore.getClosedTabCountForWindow(window)"):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_closed_tab__firefox_reopens_it__goes_on_where_it_was(
    firefoxes: Callable[[bool], Firefox], site: DemoSite
) -> None:
    firefox = firefoxes(False)
    with firefox_surfer(firefox) as surfer:
        surfer.begin(site.address)
        surfer.choose({"a1_reason": 2})
        surfer.go("next")
        about = surfer.url
        surfer.back()
        known = {one["context"] for one in firefox.ask("browsingContext.getTree")["contexts"]}
        firefox.ask("browsingContext.close", context=surfer.firefox.context)
        _wait_until_noted(firefox)
        firefox.in_the_browser("gBrowser.selectedTab = SessionStore.undoCloseTab(window, 0); 0")
        again = surfer.in_the_tab_beside(known)
        assert (again.step, again.filled()) == ("start", ["a1_reason=2"])
        again.forward()
        assert again.url == about
