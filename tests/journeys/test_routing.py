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


# Each answer of the four routing questions, each beside another answer of the others: five ways show them all.
WAYS = [
    {"h3_sought": 1, "w1_first_age": 3, "w5_moved": 1, "t1_seen": 2},
    {"h3_sought": 2, "w1_first_age": 5, "t1_seen": 1},
    {"h3_sought": 3, "w1_first_age": 3, "w5_moved": 2, "t1_seen": -3},
    {"h3_sought": 1, "w1_first_age": 1, "w5_moved": 3, "t1_seen": 1},
    {"h3_sought": 2, "w1_first_age": 3, "w5_moved": -3, "t1_seen": 2},
]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: " ".join(f"{name}={code}" for name, code in way.items()))
def test_help_first_age_moved_and_message__only_yes__opens_what_follows(
    demo: DemoSite, chromium: Browsing, way: dict[str, int]
) -> None:
    met, asked = _walked(demo, chromium, {**SELF, **way})
    assert set(way) <= asked
    received = {"h4_received", "h5_source"} & asked
    assert received == ({"h4_received", "h5_source"} if way["h3_sought"] == 1 else set())
    assert ("path" in met) is ("w2_first_how" in asked) is (way["w1_first_age"] != 5)
    assert ("later" in met) is (way.get("w5_moved") == 1)
    assert ("t2_where" in asked) is (way["t1_seen"] == 1)


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
