"""A script on the host's own pages, on the very site of the survey, cannot read what a respondent is shown."""

from __future__ import annotations

import time
from typing import Any

from tests.attacks.conftest import Tabs
from tests.attacks.surfers import Surfer
from tests.journeys.demo_site import DemoSite

PATIENCE = 10.0
OPEN = "(() => {{ window.held = window.open('{address}'); return true; }})()"
SEEN = """(() => {
    try {
        if (!window.held || window.held.closed) return 'cut off';
        const page = window.held.document;
        return page.readyState === 'complete' && page.title ? page.title + page.body.innerText : 'loading';
    } catch (error) { return 'cut off'; }
})()"""
FETCH = """(async () => { const answer = await fetch('%s'); return answer.status + await answer.text(); })()"""


def _held(surfer: Surfer, address: str) -> str:
    """What a page learns from a window that it opened: "cut off", or all that stands in it."""
    surfer.evaluate(OPEN.format(address=address))
    end = time.monotonic() + PATIENCE
    while (seen := str(surfer.evaluate(SEEN))) == "loading" and time.monotonic() < end:
        time.sleep(0.1)
    return seen


def test_programmes_page__opens_the_survey_in_a_window__is_cut_off_from_it(tabs: Tabs, https_site: DemoSite) -> None:
    with tabs(scripts=True) as surfer:
        surfer.begin(https_site.address)
        surfer.goto(f"{https_site.address}/en/")
        assert _held(surfer, "/en/") not in {"cut off", "loading"}  # of the host's own pages it sees everything
        for page in ("", "start/", "help/", "thanks/"):
            assert _held(surfer, f"/feedback/en/end/{page}") == "cut off", page


def test_programmes_page__asks_by_script__is_refused(tabs: Tabs, https_site: DemoSite) -> None:
    with tabs(scripts=True) as surfer:
        surfer.begin(https_site.address)
        surfer.goto(f"{https_site.address}/en/")
        for page in ("", "start/", "check/"):
            answer: Any = surfer.evaluate(FETCH % f"/feedback/en/end/{page}")
            assert str(answer).startswith("403"), page
