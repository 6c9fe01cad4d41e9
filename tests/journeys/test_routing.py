"""Each branch of the exit survey's routing, in a real browser."""

from __future__ import annotations

import pytest

from tests.browsers import Browsing, Visitor
from tests.journeys.demo_site import DemoSite
from tests.journeys.walk import Walk

SELF = {"a1_reason": 1, "p1_progress": 4}


def _walked(demo: DemoSite, chromium: Browsing, choices: dict[str, int]) -> tuple[list[str], set[str]]:
    """The pages met and the answers asked for on the way to "check your answers"."""
    with chromium.open(Visitor()) as page:
        page.goto(f"{demo.address}/feedback/en/end/")
        walk = Walk(page=page)
        walk.consent()
        walk.to_the_check(choices)
        return walk.met, walk.asked


@pytest.mark.parametrize("reason", [2, 3, 4])
def test_reason__not_for_oneself__is_asked_about_the_programme_and_services_only(
    demo: DemoSite, chromium: Browsing, reason: int
) -> None:
    met, asked = _walked(demo, chromium, {"a1_reason": reason, "p1_progress": 4})
    assert not {"about", "since", "before", "first", "path", "later", "days"} & set(met)
    assert not {"a2_age", "k1_use", "h1_wish", "w1_first_age", "l1_wellbeing"} & asked
    assert {"p4_found", "t4_message"} <= asked


@pytest.mark.parametrize("choices", [{"a1_reason": -2}, {}])
def test_reason__refused_or_blank__is_treated_as_for_oneself(
    demo: DemoSite, chromium: Browsing, choices: dict[str, int]
) -> None:
    met, asked = _walked(demo, chromium, choices)
    assert {"about", "since", "before", "first", "path", "days"} <= set(met)
    assert "a2_age" in asked


def test_progress__looked_only__skips_what_a_user_would_know(demo: DemoSite, chromium: Browsing) -> None:
    met, asked = _walked(demo, chromium, {"a1_reason": 1, "p1_progress": 1})
    assert "view" not in met
    assert not {"p5_useful", "p7_helpful", "p8_effects", "p6_clear"} & asked


def test_progress__some__is_asked_about_it(demo: DemoSite, chromium: Browsing) -> None:
    _, asked = _walked(demo, chromium, {"a1_reason": 1, "p1_progress": 2})
    assert {"p5_useful", "p7_helpful", "p8_effects"} <= asked


@pytest.mark.parametrize(("sought", "is_asked"), [(1, True), (2, False), (3, False)])
def test_help_sought__only_yes__opens_what_was_received(
    demo: DemoSite, chromium: Browsing, *, sought: int, is_asked: bool
) -> None:
    _, asked = _walked(demo, chromium, {**SELF, "h3_sought": sought})
    assert ({"h4_received", "h5_source"} <= asked) is is_asked


@pytest.mark.parametrize(("age", "is_asked"), [(5, False), (1, True)])
def test_first_age__never__skips_the_path(demo: DemoSite, chromium: Browsing, *, age: int, is_asked: bool) -> None:
    met, asked = _walked(demo, chromium, {**SELF, "w1_first_age": age})
    assert ("path" in met) is is_asked
    assert ("w2_first_how" in asked) is is_asked


@pytest.mark.parametrize(("moved", "is_asked"), [(1, True), (2, False), (3, False), (-3, False)])
def test_moved__only_yes__opens_why(demo: DemoSite, chromium: Browsing, *, moved: int, is_asked: bool) -> None:
    met, _ = _walked(demo, chromium, {**SELF, "w1_first_age": 3, "w5_moved": moved})
    assert ("later" in met) is is_asked


@pytest.mark.parametrize(("seen", "is_asked"), [(1, True), (2, False), (-3, False)])
def test_message_seen__only_yes__opens_where(demo: DemoSite, chromium: Browsing, *, seen: int, is_asked: bool) -> None:
    _, asked = _walked(demo, chromium, {**SELF, "t1_seen": seen})
    assert ("t2_where" in asked) is is_asked


@pytest.mark.parametrize(("adult", "consent"), [(2, 1), (3, 1), (1, 2)])
def test_consent__not_given_or_not_adult__ends_with_help_and_no_cookie(
    demo: DemoSite, chromium: Browsing, adult: int, consent: int
) -> None:
    with chromium.open(Visitor()) as page:
        page.goto(f"{demo.address}/feedback/en/end/")
        walk = Walk(page=page)
        walk.choose({"c1_adult": adult, "c2_consent": consent})
        walk.press("next")
        assert walk.step == "end"
        assert page.locator("#support li").count() > 3
        assert not page.context.cookies()


def test_part_choice__send_now__leads_to_the_check(demo: DemoSite, chromium: Browsing) -> None:
    with chromium.open(Visitor()) as page:
        page.goto(f"{demo.address}/feedback/en/end/")
        walk = Walk(page=page)
        walk.consent()
        walk.to_the_check(SELF, both_parts=False)
        assert walk.met == ["start", "about", "using", "since", "words", "more", "check"]


def test_finish_here__first_page__leads_to_the_check(demo: DemoSite, chromium: Browsing) -> None:
    with chromium.open(Visitor()) as page:
        page.goto(f"{demo.address}/feedback/en/end/")
        walk = Walk(page=page)
        walk.consent()
        walk.choose({"a1_reason": 1})
        walk.press("finish")
        assert walk.step == "check"
        walk.press("send")
        assert walk.step == "thanks"
