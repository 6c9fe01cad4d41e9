"""Leaving in a hurry: from every page, in both browsers, and what whoever takes over the browser then finds."""

from __future__ import annotations

import pytest

from tests.attacks.elsewhere import Elsewhere
from tests.attacks.sites import database_down, everything_kept, open_drafts, posted, put_back
from tests.attacks.surfers import LEAVE, ChromiumSurfer, Cookie, Surfer
from tests.browsers import Browsing, Visitor
from tests.journeys.demo_site import DemoSite
from tests.rubric.screens import EVERYTHING

BESIDE = ("thanks", "help", "end", "there-is-no-such-page")
MARKER = "".join(["ZQX", "-", "left", "-", str(7700 + 31)])


def _walked(surfer: Surfer, site: DemoSite) -> tuple[list[str], Cookie, tuple[object, ...]]:
    """Every page of the longest way, the cookie, and the draft's row as it is at the check."""
    before = open_drafts(site)
    surfer.begin(site.address)
    met = surfer.walk("check", lambda: surfer.choose(EVERYTHING))
    [cookie] = surfer.cookies()
    [draft] = [row for row in open_drafts(site) if row not in before]
    return ["", *met], cookie, draft


def test_leave__every_page__one_press_leads_outside_and_row_and_cookie_are_gone(
    surfer: Surfer, site: DemoSite, elsewhere: Elsewhere
) -> None:
    pages, cookie, draft = _walked(surfer, site)
    assert len(pages) > 12
    for page in (*pages, *BESIDE):
        put_back(site, draft)
        surfer.plant(site.address, cookie)
        surfer.goto(f"{site.address}/feedback/en/end/" + (f"{page}/" if page else ""))
        assert surfer.step == (page or "end")
        surfer.click(LEAVE)
        surfer.wait_for(elsewhere.address)
        assert draft not in open_drafts(site), page
        assert surfer.cookies() == [], page


def _choose_something(surfer: Surfer) -> None:
    surfer.choose(EVERYTHING)
    surfer.click("main input[type=radio], main input[type=checkbox]")


def _with_something_typed(surfer: Surfer, site: DemoSite) -> None:
    """Radios and boxes chosen and saved, and a text begun but not sent."""
    surfer.begin(site.address)
    surfer.walk("words", lambda: _choose_something(surfer))
    surfer.write("textarea", MARKER)


@pytest.mark.parametrize("gestures", [("back", "back", "forward", "reload"), ("back", "reload", "back", "back")])
def test_leave__then_back_forward_and_reload__nothing_chosen_or_written_is_shown(
    surfer: Surfer, site: DemoSite, elsewhere: Elsewhere, gestures: tuple[str, ...]
) -> None:
    _with_something_typed(surfer, site)
    assert any(MARKER in value for value in surfer.filled())
    surfer.click(LEAVE)
    surfer.wait_for(elsewhere.address)
    for gesture in gestures:
        getattr(surfer, gesture)()
        assert surfer.url in {elsewhere.address, f"{site.address}/feedback/en/end/"}
        assert surfer.filled() == []
        assert MARKER not in surfer.html()


def test_leave__copied_post_with_the_old_cookie__is_answered_as_any_unknown_one(
    site: DemoSite, chromium: Browsing, elsewhere: Elsewhere
) -> None:
    with chromium.open(Visitor()) as page:
        surfer = ChromiumSurfer(page)
        surfer.begin(site.address)
        surfer.choose({"a1_reason": 2})
        with page.expect_request(lambda request: request.method == "POST") as sent:
            surfer.go("next")
        [cookie] = surfer.cookies()
        surfer.click(LEAVE)
        surfer.wait_for(elsewhere.address)
    kept = everything_kept(site)
    path, body = sent.value.url.removeprefix(site.address), sent.value.post_data or ""
    old, unknown = cookie["value"], "".join(reversed(cookie["value"]))
    answers = [
        posted(site, path, body, {"Cookie": f"v={value}", "Origin": site.address})[:2] for value in (old, unknown)
    ]
    assert "a1_reason=2" in body
    assert answers[0] == answers[1]
    assert b"This page has expired" in answers[0][1]
    assert everything_kept(site) == kept


def test_leave__database_down__leads_outside_and_the_cookie_is_gone(
    surfer: Surfer, site: DemoSite, elsewhere: Elsewhere
) -> None:
    surfer.begin(site.address)
    assert len(surfer.cookies()) == 1
    with database_down(site):
        surfer.reload()
        assert "Nothing was saved just now" in surfer.html()
        surfer.click(LEAVE)
        surfer.wait_for(elsewhere.address)
        assert surfer.cookies() == []
