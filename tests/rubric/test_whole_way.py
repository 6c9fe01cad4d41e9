"""Points 1, 6 to 9, 25 and 30: the way from start to done, back and forth, in both browsers with scripts off."""

from __future__ import annotations

import base64
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browsers import CHROMIUM_ARGUMENTS, DESKTOP, SAFEST, Browsing, Firefox, Visitor, running_firefox
from tests.journeys.demo_site import DemoSite
from tests.journeys.walk import Walk
from tests.rubric.evidence import Evidence
from tests.rubric.screens import EVERYTHING, TOO_LONG, inbox_count

MOST_PAGES = 25
ANSWERS = {"a1_reason": 1, "p1_progress": 2}


def _start(demo: DemoSite) -> str:
    return f"{demo.address}/feedback/en/end/"


def _button(action: str) -> str:
    return f'button[name="go"][value="{action}"]'


def _step(firefox: Firefox) -> str:
    return firefox.url.split("?")[0].rstrip("/").rsplit("/", 1)[-1]


def _press(firefox: Firefox, action: str) -> None:
    """Press a button below the fold as well, and wait for what follows."""
    before = firefox.url
    _scroll_to(firefox, _button(action))
    firefox.click(_button(action))
    firefox.wait_for_another(before)


def _choose(firefox: Firefox, name: str, code: int) -> None:
    css = f'input[name="{name}"][value="{code}"]'
    _scroll_to(firefox, css)
    firefox.click(css)


def _scroll_to(firefox: Firefox, css: str) -> None:
    """BiDi runs its own expressions also where page scripts are off."""
    expression = f"document.querySelector({json.dumps(css)}).scrollIntoView({{block: 'center'}})"
    firefox.ask("script.evaluate", expression=expression, target={"context": firefox.context}, awaitPromise=False)


def _consent(firefox: Firefox, demo: DemoSite) -> None:
    firefox.resize(DESKTOP)
    firefox.goto(_start(demo))
    _choose(firefox, "c1_adult", 1)
    _choose(firefox, "c2_consent", 1)
    _press(firefox, "next")


# -- 1: the whole flow with scripts off ------------------------------------------------------------------------------


@pytest.mark.rubric(1)
def test_flow__chromium_without_scripts__start_to_done(demo: DemoSite, chromium: Browsing, evidence: Evidence) -> None:
    before = inbox_count(demo)
    with chromium.open(Visitor(scripts=False)) as page:
        page.goto(_start(demo))
        walk = Walk(page=page)
        walk.consent()
        walk.to_the_check(EVERYTHING)
        walk.press("send")
        assert walk.step == "thanks"
    assert inbox_count(demo) == before + 1
    evidence(f'Chromium, scripts off: {len(walk.met)} pages to "thanks", one response stored')


@pytest.mark.rubric(1)
def test_flow__firefox_at_its_safest__start_to_done(demo: DemoSite, firefox: Firefox, evidence: Evidence) -> None:
    before = inbox_count(demo)
    _consent(firefox, demo)
    met = []
    for _ in range(MOST_PAGES):
        met.append(_step(firefox))
        if met[-1] == "check":
            break
        _press(firefox, "on" if met[-1] == "more" else "next")
    _press(firefox, "send")
    assert _step(firefox) == "thanks"
    assert inbox_count(demo) == before + 1
    evidence(f'Firefox, Tor Browser\'s safest level: {len(met)} pages to "thanks", one response stored')


# -- 6: without SVG, MathML and web fonts ----------------------------------------------------------------------------


@pytest.mark.rubric(6)
def test_controls__svg_mathml_and_web_fonts_off__are_seen_and_used(
    demo: DemoSite, firefox: Firefox, evidence: Evidence
) -> None:
    assert SAFEST["svg.disabled"] is SAFEST["mathml.disabled"] is True
    _consent(firefox, demo)
    for name, code in ANSWERS.items():
        _choose(firefox, name, code)
        assert firefox.texts(f'input[name="{name}"][value="{code}"]:checked') == [""]
    _scroll_to(firefox, "h1")
    shot = firefox.ask("browsingContext.captureScreenshot", context=firefox.context, origin="document")
    evidence.keep(base64.b64decode(shot["data"]), "06 safest firefox")
    evidence("radios chosen by pointer with SVG, MathML and web fonts off")


# -- 7: the browser's Back -------------------------------------------------------------------------------------------


@pytest.mark.rubric(7)
def test_back__chromium_from_every_page__shows_the_earlier_page_as_saved(
    demo: DemoSite, chromium: Browsing, evidence: Evidence
) -> None:
    with chromium.open(Visitor()) as page:
        page.goto(_start(demo))
        walk = Walk(page=page)
        walk.consent()
        chosen: dict[str, str] = {"end": 'input[name="c2_consent"][value="1"]'}
        order = ["end"]
        while walk.step != "check":
            order.append(walk.step)
            walk.choose(ANSWERS | {"more": 0})
            first = page.locator("main input[type=radio]").first
            if first.count() and not page.locator("main input:checked").count():
                first.check()
            ticked = page.locator("main input:checked")
            if ticked.count():
                one = ticked.first
                chosen[walk.step] = f"#{one.get_attribute('id')}"
            walk.press("stop" if walk.step == "more" else "next")
        for step in reversed(order):
            answer = page.go_back()
            assert answer is None or answer.request.method == "GET"
            assert walk.step == step
            assert step not in chosen or page.locator(chosen[step]).is_checked(), step
    evidence(f"Chromium: Back through {len(order)} pages, each as saved, every one a GET")


@pytest.mark.rubric(7)
def test_back__firefox__shows_the_earlier_page_as_saved(demo: DemoSite, firefox: Firefox, evidence: Evidence) -> None:
    _consent(firefox, demo)
    for name, code in ANSWERS.items():
        _choose(firefox, name, code)
    _press(firefox, "next")
    _press(firefox, "next")
    met = []
    for _ in range(3):
        before = firefox.url
        firefox.back()
        firefox.wait_for_another(before)
        met.append(_step(firefox))
        if met[-1] == "start":
            assert firefox.texts('input[name="p1_progress"][value="2"]:checked') == [""]
    assert met == ["about", "start", "end"]
    assert firefox.texts('input[name="c2_consent"][value="1"]:checked') == [""]
    evidence("Firefox: Back three times, no dialog, answers as saved")


# -- 8: send once ----------------------------------------------------------------------------------------------------


@pytest.mark.rubric(8)
def test_send__pressed_twice_and_reloaded__stores_one_response(
    demo: DemoSite, chromium: Browsing, evidence: Evidence
) -> None:
    before = inbox_count(demo)
    with chromium.open(Visitor()) as page, _second_tab(page) as other:
        page.goto(_start(demo))
        walk = Walk(page=page)
        walk.consent()
        walk.press("finish")
        other.goto(page.url)
        page.locator(_button("send")).dblclick()
        page.wait_for_url("**/thanks/")
        page.reload()
        other.locator(_button("send")).click()
        other.wait_for_load_state()
        page.go_back()
        page.reload()
        assert page.locator(_button("send")).count() == 0
    assert inbox_count(demo) == before + 1
    evidence("double click, a second tab, reload and Back: one response stored")


@contextmanager
def _second_tab(page: Page) -> Iterator[Page]:
    other = page.context.new_page()
    yield other
    other.close()


# -- 9: cookies off --------------------------------------------------------------------------------------------------


@pytest.mark.rubric(9)
def test_cookies_off__chromium__is_explained(
    demo: DemoSite, chromium: Browsing, evidence: Evidence, tmp_path: Path
) -> None:
    profile = tmp_path / "Default"
    profile.mkdir()
    blocked = {"profile": {"default_content_setting_values": {"cookies": 2}}}
    (profile / "Preferences").write_text(json.dumps(blocked))
    arguments = [*CHROMIUM_ARGUMENTS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    context = chromium.browser.browser_type.launch_persistent_context(
        tmp_path, executable_path=shutil.which("chromium"), args=arguments, java_script_enabled=False
    )
    page = context.new_page()
    page.goto(_start(demo))
    Walk(page=page).consent()
    assert context.cookies() == []
    assert page.locator("h1").inner_text() == "This page needs one cookie"
    assert page.locator("main a", has_text="Start again").count() == 1
    assert page.locator("#support li").count() > 3
    evidence.picture(page, "09 cookies off")
    evidence("Chromium with cookies blocked by its own setting: explained, with a way to start again and help")
    context.close()


@pytest.mark.rubric(9)
def test_cookies_off__firefox__is_explained(demo: DemoSite, evidence: Evidence) -> None:
    with running_firefox({**SAFEST, "network.cookie.cookieBehavior": 2}) as firefox:
        _consent(firefox, demo)
        assert firefox.texts("h1") == ["This page needs one cookie"]
    evidence("Firefox with network.cookie.cookieBehavior=2: explained")


# -- 25: check your answers ------------------------------------------------------------------------------------------


@pytest.mark.rubric(25)
def test_check__change__returns_to_it_and_skipped_is_said(
    demo: DemoSite, chromium: Browsing, evidence: Evidence
) -> None:
    with chromium.open(Visitor()) as page:
        page.goto(_start(demo))
        walk = Walk(page=page)
        walk.consent()
        walk.choose({"a1_reason": 1})
        walk.to_the_check({}, both_parts=False)
        skipped = page.locator("main dd", has_text="Not answered").count()
        assert skipped > 0
        page.locator("main section a").first.click()
        walk.choose({"p1_progress": 4})
        walk.press("next")
        assert walk.step == "check"
        assert page.locator("main dd", has_text="Not answered").count() != skipped
        evidence.picture(page, "25 check your answers")
    evidence(f'Change returns to the check; {skipped} skipped questions shown as "Not answered"')


# -- 30: the language switch -----------------------------------------------------------------------------------------


@pytest.mark.rubric(30)
def test_language_switch__every_page__keeps_saved_and_just_typed(
    demo: DemoSite, chromium: Browsing, evidence: Evidence
) -> None:
    with chromium.open(Visitor()) as page:
        page.goto(_start(demo))
        walk = Walk(page=page)
        walk.choose({"c1_adult": 1, "c2_consent": 1})
        walk.press("next")
        switched = 0
        while walk.step != "check":
            walk.choose(EVERYTHING)
            if page.locator("textarea").count():
                page.locator("textarea").first.fill("plain words")
            there_and_back = _shown(page), _switched(page, walk)
            assert there_and_back[0] == there_and_back[1], walk.step
            switched += 1
            walk.press("on" if walk.step == "more" else "next")
        assert _shown(page) == _switched(page, walk)
        evidence(f"{switched + 1} pages: everything typed is there after Finnish and back")


def _shown(page: Page) -> list[str]:
    ticked = page.locator("main input:checked").evaluate_all("all => all.map(one => one.name + one.value)")
    return [*sorted(ticked), *(page.locator("textarea").nth(n).input_value() for n in range(_areas(page)))]


def _areas(page: Page) -> int:
    return page.locator("textarea").count()


def _switched(page: Page, walk: Walk) -> list[str]:
    walk.press("language-fi")
    assert page.locator("html").get_attribute("lang") == "fi"
    walk.press("language-en")
    assert page.locator("html").get_attribute("lang") == "en"
    return _shown(page)


@pytest.mark.rubric(30)
def test_language_switch__text_too_long_to_be_saved__is_kept_as_typed(
    demo: DemoSite, chromium: Browsing, evidence: Evidence
) -> None:
    with chromium.open(Visitor()) as page:
        page.goto(_start(demo))
        walk = Walk(page=page)
        walk.consent()
        while walk.step != "words":
            walk.press("next")
        page.locator("textarea").first.fill(TOO_LONG[:4000])
        walk.press("language-fi")
        assert page.locator("textarea").first.input_value() == TOO_LONG[:4000]
        walk.press("next")
        assert page.title().startswith("Virhe")
        walk.press("language-en")
        assert page.locator("textarea").first.input_value() == TOO_LONG[:4000]
    evidence("4,000 characters, more than the page takes: kept by the switch, before and after the error is shown")


@pytest.mark.rubric(30)
def test_language_switch__first_page_before_the_draft_and_pages_beside__is_there(
    demo: DemoSite, chromium: Browsing, evidence: Evidence
) -> None:
    with chromium.open(Visitor()) as page:
        for step in ("", "thanks/", "help/", "end/", "start/?c"):
            page.goto(_start(demo) + step)
            switches = page.locator('.languages [lang="fi"]')
            assert switches.count() == 1, step
            switches.click()
            assert page.locator("html").get_attribute("lang") == "fi", step
    evidence("first page, thanks, help, end, cookie page: switch is there and works")


@pytest.mark.rubric(30)
def test_language_switch__firefox__keeps_what_was_just_chosen(
    demo: DemoSite, firefox: Firefox, evidence: Evidence
) -> None:
    _consent(firefox, demo)
    _choose(firefox, "a1_reason", 2)
    _press(firefox, "language-fi")
    assert "/fi/end/start/" in firefox.url
    assert firefox.texts('input[name="a1_reason"][value="2"]:checked') == [""]
    evidence("Firefox, scripts off: the choice just made is kept")
