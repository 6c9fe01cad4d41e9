"""The browser is closed in the middle: what it wrote to the disk of an ordinary, not private, profile."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from selfhelp_survey.leaks.search import hits_in
from tests.attacks.elsewhere import Elsewhere
from tests.attacks.profiles import sessions, table, traces
from tests.attacks.sites import ENTRY, everything_kept
from tests.attacks.surfers import ChromiumSurfer, FirefoxSurfer, Surfer
from tests.browsers import CHROMIUM_ARGUMENTS, Browsing, firefox_with
from tests.journeys.demo_site import DemoSite

WAIT_SECONDS = 30
# Built here: written out, they would be found in the file of this test.
CONTROL, SAVED, TYPED = ("-".join([word, str(7700 + 31), "zqx"]) for word in ("control", "saved", "typed"))
PLAIN = f"""<!doctype html><title>Plain</title><p>{CONTROL}</p>
<form action="/next" method="post"><input name="word"><button>Go</button></form>"""
Opening = Callable[..., AbstractContextManager[Surfer]]


@contextmanager
def _firefox(profile: Path, *, takes_cookies: bool) -> Iterator[FirefoxSurfer]:
    """Firefox as it comes, but that it notes its tabs every second instead of every fifteen."""
    cookies = 5 if takes_cookies else 2  # 5 is what it comes with, 2 takes none
    chosen = {"browser.sessionstore.interval": 1000, "network.cookie.cookieBehavior": cookies}
    with firefox_with(profile, chosen) as firefox:
        yield FirefoxSurfer(firefox)


def _chromium(browsing: Browsing) -> Opening:
    @contextmanager
    def opening(profile: Path, *, takes_cookies: bool) -> Iterator[ChromiumSurfer]:
        if not takes_cookies:
            chosen = {"profile": {"default_content_setting_values": {"cookies": 2}}}
            (profile / "Default").mkdir()
            (profile / "Default" / "Preferences").write_text(json.dumps(chosen))
        arguments = [*CHROMIUM_ARGUMENTS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
        context = browsing.browser.browser_type.launch_persistent_context(
            profile, executable_path=shutil.which("chromium"), args=arguments
        )
        try:
            yield ChromiumSurfer(context.pages[0])
        finally:
            context.close()

    return opening


@pytest.fixture(params=["chromium", "firefox"])
def opening(request: pytest.FixtureRequest) -> Opening:
    """Opens each browser with a profile folder, with cookies taken or not."""
    return _chromium(request.getfixturevalue("chromium")) if request.param == "chromium" else _firefox


def _answer_halfway(surfer: Surfer, site: DemoSite) -> None:
    """A choice and a text saved, both seen again, and more of each that is not sent."""
    surfer.begin(site.address)
    surfer.choose({"a1_reason": 2})
    surfer.go("next")
    surfer.walk("words")
    surfer.write("textarea", SAVED)
    surfer.go("next")
    surfer.back()
    surfer.write("textarea", TYPED)
    [text] = surfer.filled()
    assert SAVED in text
    assert TYPED in text


def _wait_for_the_notes(profile: Path) -> None:
    """Until Firefox has noted the page with the text."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not any(b"/words/" in noted for noted in sessions(profile)):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    time.sleep(2)  # and what was typed into it last


def test_closed_in_the_middle__whole_profile__holds_no_answer_and_offers_none(
    opening: Opening, site: DemoSite, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    with opening(tmp_path, takes_cookies=True) as surfer:
        surfer.goto(elsewhere.show(PLAIN))
        surfer.write("input", CONTROL)
        surfer.press("button")
        _answer_halfway(surfer, site)
        if surfer.name == "firefox":  # what is left if it crashes now
            _wait_for_the_notes(tmp_path)
            assert not any(hits_in(noted, SAVED, TYPED) for noted in sessions(tmp_path))
    found = traces(tmp_path, SAVED, TYPED, CONTROL)
    assert found.pop(CONTROL)  # what a page without our care leaves behind
    assert found == {SAVED: set(), TYPED: set()}
    assert _remembered(tmp_path) <= {("word", CONTROL)}
    before = everything_kept(site)
    with opening(tmp_path, takes_cookies=True) as surfer:
        for page in ("words/", "start/", ""):
            surfer.goto(f"{site.address}/feedback/en/end/{page}")
            assert (surfer.step, surfer.filled()) == ("end", [])
        assert surfer.cookies() == []
    assert everything_kept(site) == before


def _remembered(profile: Path) -> set[tuple[str, ...]]:
    """Name and value of every field that the browser would offer again."""
    firefox = table(profile / "formhistory.sqlite", "SELECT fieldname, value FROM moz_formhistory")
    return {*firefox, *table(profile / "Default" / "Web Data", "SELECT name, value FROM autofill")}


def test_no_cookie_taken__begun_and_begun_again__is_explained_without_a_loop_and_nothing_can_be_read(
    opening: Opening, site: DemoSite, tmp_path: Path
) -> None:
    drafts, inbox = everything_kept(site)
    with opening(tmp_path, takes_cookies=False) as surfer:
        for _ in range(2):
            surfer.begin(site.address)
            assert "This page needs one cookie" in surfer.html()
            surfer.reload()
            assert "This page needs one cookie" in surfer.html()
            assert surfer.cookies() == []
            surfer.press(f'main a[href="{ENTRY}"]')
            assert (surfer.step, surfer.filled()) == ("end", [])
    left, now = everything_kept(site)
    assert now == inbox
    # The answered first page is stored before anybody can know that the cookie was refused: a row without a key.
    assert len(left) <= len(drafts) + 2
