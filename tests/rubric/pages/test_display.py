"""Points 24 and 31-33: small screens, other directions, other colours, other spacing."""

from __future__ import annotations

from itertools import pairwise

import pytest
from bs4 import Tag
from playwright.sync_api import FloatRect, Locator

from tests.browsers import DESKTOP, PHONE, Browsing
from tests.rubric.evidence import Evidence
from tests.rubric.pages.conftest import Screens
from tests.rubric.pages.every_screen import KIND_LANGUAGES, LANGUAGES, OVERFLOW, Screen, visiting
from tests.rubric.pages.replay import Look, looking, show
from tests.rubric.pages.site import Site

every_language = pytest.mark.parametrize("language", LANGUAGES)
RIGHT_TO_LEFT = {"ar"}
# WCAG 2.2, 1.4.12: what a reader may set without losing anything.
SPACING = (
    "*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}"
    "p{margin-block-end:2em!important}"
)
TARGETS = "main a, main button, main summary, main label.choice, #support a, nav a, header button, footer a"
LEAST, LEAST_FOR_ANSWERS = 24, 44  # WCAG 2.2, 2.5.8 and 2.5.5
SIZES = """all => all.map(one => [one.matches('button, .button, label'), one.offsetWidth, one.offsetHeight,
    one.textContent])"""
CLIPPED = """all => all.filter(one => one.scrollWidth > one.clientWidth + 1 && one.clientWidth
    && getComputedStyle(one).overflowX !== 'visible').map(one => one.outerHTML.slice(0, 80))"""


def _named(screens: list[Screen], name: str) -> Screen:
    return next(screen for screen in screens if screen.name == name)


def _box(place: Locator) -> FloatRect:
    box = place.bounding_box()
    assert box
    return box


@pytest.mark.rubric(24)
@pytest.mark.parametrize("language", KIND_LANGUAGES)
def test_matrix__at_320_pixels__is_stacked_in_labelled_groups(
    screens: Screens, chromium: Browsing, language: str, evidence: Evidence
) -> None:
    screen = _named(screens(language), "kinds")
    with looking(chromium, Look(room=PHONE)) as page:
        show(page, screen)
        rows = page.locator(".matrix fieldset").all()
        for row in rows:
            boxes = [_box(label) for label in row.locator("label").all()]
            assert all(upper["y"] + upper["height"] <= lower["y"] for upper, lower in pairwise(boxes))
            assert row.locator("legend").inner_text().strip()
        assert len(rows) == 3
        assert page.evaluate(OVERFLOW) == 0
        evidence.picture(page, f"24 matrix {language}")
    evidence(f"{language}: {len(rows)} groups under each other, each with its legend, nothing beside the screen")


@pytest.mark.rubric(31)
@every_language
def test_language__page_links_and_fallbacks__are_marked(screens: Screens, language: str, evidence: Evidence) -> None:
    links = 0
    for screen in screens(language):
        page = screen.soup
        root = page.html
        assert root
        assert (root["lang"], root["dir"]) == (language, _direction(language)), screen.label
        for link in page.select(".languages a, .languages button"):
            code = str(link.get("hreflang") or link.get("value", "")).removeprefix("language-")
            assert code != language
            assert (link["lang"], link["dir"]) == (code, _direction(code)), screen.label
            links += 1
        foreign = [line for line in page.select("#support li") if "English only" in line.text]
        assert all(_marks(line) == (None, None) if language == "en" else _marks(line) == ("en", "ltr")
                   for line in foreign), screen.label  # fmt: skip
    assert links
    evidence(f"{language}: {len(screens(language))} screens and {links} language links carry lang and dir")


@pytest.mark.rubric(31)
def test_language__questions_that_are_not_translated__are_marked_with_all_around_them(
    site: Site, chromium: Browsing, evidence: Evidence
) -> None:
    """Somebody began in a version that did not have this language yet."""
    with visiting(chromium, site, "en") as visit:
        visit.begin("older")
        site.ask_another("older", "every_kind")
        try:
            for code in (1, 9):
                visit.page.locator(f'input[name="additions"][value="{code}"]').check()
            visit.press("next")
            visit.press("language-ar")
            visit.keep("fallback")
        finally:
            site.ask_another("older", "english_only")
    page = visit.screens[0].soup
    assert page.html
    assert _marks(page.html) == ("ar", "rtl")
    for css in ("h1", "legend", "p.hint", "p.error", ".choice", "#attention ul"):
        for element in page.select(f"main {css}"):
            marked = element if element.get("lang") else element.find_parent(lang=True)
            assert marked
            expected = ("ar", "rtl") if _is_arabic(element.text) else ("en", "ltr")
            assert _marks(marked) == expected, element
    evidence("Arabic page with English questions: questions, hints and messages stand in lang=en dir=ltr")


@pytest.mark.rubric(31)
def test_direction__arabic__mirrors_the_page(screens: Screens, chromium: Browsing, evidence: Evidence) -> None:
    found = screens("ar")
    with looking(chromium, Look(room=DESKTOP)) as page:
        show(page, _named(found, "drinks"))
        assert (
            _box(page.locator(".choice input").first)["x"]
            > _box(page.locator(".choice").first)["x"] + _box(page.locator(".choice").first)["width"] / 2
        )
        assert _box(page.locator("header button").first)["x"] < DESKTOP.width / 2
        assert (
            _box(page.locator(".actions button.main").first)["x"]
            > _box(page.locator('.actions button[value="back"]').first)["x"]
        )
        evidence.picture(page, "31 arabic page")
        show(page, _named(found, "kinds"))
        first, second = page.locator(".matrix fieldset").first.locator("label").all()[:2]
        assert _box(first)["x"] > _box(second)["x"]
        evidence.picture(page, "31 arabic matrix")
    evidence("Arabic: controls, buttons and the columns of the matrix run from the right")


@pytest.mark.rubric(32)
@every_language
def test_narrow_page__and_wide_spacing__loses_nothing_and_keeps_its_targets_large(
    screens: Screens, chromium: Browsing, language: str, evidence: Evidence
) -> None:
    """320 pixels are 1280 at 400 %."""
    found, measured = screens(language), 0
    assert {screen.label: screen.overflow for screen in found if screen.overflow} == {}
    with looking(chromium, Look(room=PHONE)) as page:
        for screen in found:
            show(page, screen)
            sizes = page.locator(TARGETS).evaluate_all(SIZES)
            assert [told for told in sizes if min(told[1:3]) < (LEAST_FOR_ANSWERS if told[0] else LEAST)] == []
            measured += len(sizes)
            page.add_style_tag(content=SPACING)
            assert page.evaluate(OVERFLOW) <= 0, screen.label
            assert page.locator("main *:not(textarea):not(input)").evaluate_all(CLIPPED) == [], screen.label
    evidence(f"{language}: {len(found)} screens without a sideways scroll at 320 pixels, spaced widely too")
    evidence(f"{measured} targets, links at least {LEAST} pixels, answers and buttons {LEAST_FOR_ANSWERS}")


@pytest.mark.rubric(33)
@pytest.mark.parametrize("look", [Look(has_forced_colours=True), Look(scheme="dark", has_forced_colours=True),
                                  Look(scheme="dark")], ids=["forced", "forced dark", "dark"])  # fmt: skip
def test_colours__chosen_by_the_reader__keep_borders_and_state(
    screens: Screens, chromium: Browsing, look: Look, evidence: Evidence
) -> None:
    kind = ("forced " if look.has_forced_colours else "") + look.scheme
    with looking(chromium, look) as page:
        for name in ("drinks, none of these and another", "kinds", "check"):
            show(page, _named(screens("en"), name))
            evidence.picture(page, f"33 {name} {kind}")
            for control in page.locator(".choice, main button").all():
                widths = control.evaluate("one => getComputedStyle(one).borderTopWidth")
                assert float(widths.removesuffix("px")) >= 1
        show(page, _named(screens("en"), "drinks, none of these and another"))
        chosen, other = (page.locator(f".choice{state}").first for state in (":has(:checked)", ":not(:has(:checked))"))
        borders = [each.evaluate("one => getComputedStyle(one).borderTopWidth") for each in (chosen, other)]
        assert borders[0] != borders[1]
        ink, paper = (page.evaluate(f"getComputedStyle(document.{part}).{name}")
                      for part, name in (("body", "color"), ("documentElement", "backgroundColor")))  # fmt: skip
        assert ink != paper
    evidence(f"{kind}: every control has its border, what is chosen a thicker one; text {ink} on {paper}")


@pytest.mark.rubric(33)
def test_stylesheet__as_served__moves_nothing(screens: Screens, evidence: Evidence) -> None:
    sheets = {screen.css for language in KIND_LANGUAGES for screen in screens(language)}
    [sheet] = sheets
    for word in ("animation", "transition", "@keyframes", "scroll-behavior", "transform"):
        assert word not in sheet
    for side in ("left", "right"):
        assert side not in sheet.replace(f"text-align:{side}", side)
    evidence("no animation, no transition, and logical directions only, in the one stylesheet of all screens")


def _marks(element: Tag) -> tuple[object, object]:
    return element.get("lang"), element.get("dir")


def _direction(language: str) -> str:
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"


def _is_arabic(text: str) -> bool:
    return any("\u0600" <= letter <= "\u06ff" for letter in text)
