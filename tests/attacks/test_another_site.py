"""A page of somebody else sends forms to the survey in a respondent's browser: nothing changes, nothing begins."""

from __future__ import annotations

import pytest

from tests.attacks.conftest import Tabs
from tests.attacks.elsewhere import Elsewhere
from tests.attacks.sites import everything_kept
from tests.attacks.surfers import Surfer
from tests.journeys.demo_site import DemoSite

FORGED = {
    "start": {"a1_reason": "3", "go": "next", "t": ""},
    "about": {"go": "finish", "t": ""},
    "check": {"go": "send", "t": ""},
    "leave": {},
}
FIRST_PAGE = {"c1_adult": "1", "c2_consent": "1", "go": "next", "t": ""}
SENDS_ITSELF = "<script>document.getElementById('form').submit()</script>"


def _form(action: str, fields: dict[str, str]) -> str:
    hidden = "".join(f'<input type="hidden" name="{name}" value="{value}">' for name, value in fields.items())
    return (
        f'<!doctype html><title>Prize</title><form id="form" method="post" action="{action}">{hidden}'
        f'<button id="button">Claim</button></form>{SENDS_ITSELF}'
    )


def _fall_for(surfer: Surfer, trap: str, *, scripts: bool) -> None:
    """The victim opens the attacker's page, which sends its form; without scripts the victim presses the button."""
    surfer.goto(trap)
    if not scripts:
        surfer.click("#button")


def _send_the_cookie_to_all(surfer: Surfer, address: str) -> None:
    """As in a browser that does not know SameSite."""
    [cookie] = surfer.cookies()
    assert cookie["sameSite"] == "strict"
    surfer.plant(address, {**cookie, "sameSite": "none"})


@pytest.fixture
def https(https_site: DemoSite, elsewhere: Elsewhere) -> tuple[DemoSite, Elsewhere]:
    """The survey and the attacker's site."""
    return https_site, elsewhere


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
@pytest.mark.parametrize("knows_same_site", [True, False], ids=["same-site", "no-same-site"])
def test_forged_forms__victim_in_the_middle__change_nothing(
    tabs: Tabs, https: tuple[DemoSite, Elsewhere], scripts: bool, knows_same_site: bool
) -> None:
    site, elsewhere = https
    start = f"{site.address}/feedback/en/end/"
    with tabs(scripts=scripts) as surfer:
        surfer.begin(site.address)
        surfer.choose({"a1_reason": 2})
        surfer.go("next")
        if not knows_same_site:
            _send_the_cookie_to_all(surfer, site.address)
        assert _is_known_on_arrival(surfer, elsewhere, f"{start}start/") is not knows_same_site
        before = everything_kept(site)
        for page, fields in FORGED.items():
            _fall_for(surfer, elsewhere.show(_form(f"{start}{page}/", fields)), scripts=scripts)
            surfer.wait_for(elsewhere.address if page == "leave" else f"{start}{page}/")
            assert page == "leave" or "This page has expired" in surfer.html(), page
            assert everything_kept(site) == before, page
        assert len(surfer.cookies()) == 1
        surfer.goto(f"{start}start/")
        assert "a1_reason=2" in surfer.filled()


def _is_known_on_arrival(surfer: Surfer, elsewhere: Elsewhere, address: str) -> bool:
    """Whether the cookie goes along when the victim follows a link from somebody else's page."""
    surfer.goto(elsewhere.show(f'<!doctype html><title>Link</title><a href="{address}">Look</a>'))
    surfer.press("a")
    return surfer.filled() == ["a1_reason=2"]


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_forged_first_page__victim_who_never_came__begins_no_draft(
    tabs: Tabs, https: tuple[DemoSite, Elsewhere], scripts: bool
) -> None:
    site, elsewhere = https
    first_page = f"{site.address}/feedback/en/end/consent/"
    before = everything_kept(site)
    with tabs(scripts=scripts) as surfer:
        _fall_for(surfer, elsewhere.show(_form(first_page, FIRST_PAGE)), scripts=scripts)
        surfer.wait_for(first_page)
        assert surfer.cookies() == []
        assert everything_kept(site) == before
