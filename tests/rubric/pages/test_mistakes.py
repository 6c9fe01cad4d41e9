"""Points 15-18 and 22: what happens after a mistake, with scripts off."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup, Tag

from tests.browsers import SAFEST, Browsing, Screen, running_firefox
from tests.rubric.evidence import Evidence
from tests.rubric.pages.conftest import Screens
from tests.rubric.pages.every_screen import FOCUSED, KIND_LANGUAGES, LANGUAGES, TOO_LONG, Visit, visiting
from tests.rubric.pages.site import Site

every_language = pytest.mark.parametrize("language", LANGUAGES)


def _two_mistakes(visit: Visit) -> None:
    """A page on which a number is none and a text is too long."""
    visit.begin("every")
    for _ in range(4):
        visit.press("next")
    visit.page.locator('input[name="cups"]').fill("many")
    visit.page.locator("textarea").fill(TOO_LONG)
    visit.press("next")


@pytest.mark.rubric(15)
@pytest.mark.parametrize("language", KIND_LANGUAGES)
def test_summary__its_links__focus_what_is_to_be_put_right(
    site: Site, chromium: Browsing, language: str, evidence: Evidence
) -> None:
    followed = []
    with visiting(chromium, site, language) as visit:
        _two_mistakes(visit)
        for link in visit.page.locator("#attention a").all():
            target = str(link.get_attribute("href")).removeprefix("#")
            link.click()
            assert visit.page.evaluate(FOCUSED) == target
            followed.append(target)
    assert followed == ["id_cups", "id_words"]
    evidence(f"{language}: the links of the summary focus {followed}")


@pytest.mark.rubric(15)
@every_language
def test_summary__every_error_page__links_to_a_failing_control(
    screens: Screens, language: str, evidence: Evidence
) -> None:
    links = 0
    for screen in screens(language):
        for link in screen.soup.select("#attention a"):
            control = screen.soup.select_one(str(link["href"]))
            assert control, screen.label
            assert control.name in {"input", "textarea"}, screen.label
            assert _described_by(screen.soup, control), screen.label
            links += 1
    assert links
    evidence(f"{language}: {links} links, each to a control with its message")


@pytest.mark.rubric(16)
@every_language
def test_focus__after_a_mistake__is_on_the_summary(screens: Screens, language: str, evidence: Evidence) -> None:
    wrong = [screen for screen in screens(language) if 'id="attention"' in screen.html]
    assert wrong
    assert {screen.label: screen.focused for screen in wrong} == {screen.label: "attention" for screen in wrong}
    evidence(f"{language}: the focus is on the summary of {len(wrong)} screens, scripts off")


@pytest.mark.rubric(16)
def test_focus__firefox_at_its_safest__is_on_the_summary(site: Site, evidence: Evidence) -> None:
    with running_firefox(SAFEST) as firefox:
        firefox.resize(Screen(1280, 2000))
        firefox.goto(site.address("en", "every"))
        firefox.click("main button.main")
        firefox.wait_for_url(site.address("en", "every", "consent?e#attention"))
        target = {"context": firefox.context}
        focused = firefox.ask("script.evaluate", expression=FOCUSED, target=target, awaitPromise=False)
    assert focused["result"]["value"] == "attention"
    evidence("Firefox without scripts, at the level of Tor Browser's safest: the focus is on the summary")


@pytest.mark.rubric(17)
@every_language
def test_messages__beside_the_question__name_it_and_the_way_out(
    screens: Screens, language: str, evidence: Evidence
) -> None:
    said: list[str] = []
    for screen in screens(language):
        page = screen.soup
        for message in page.select("p.error"):
            controls = page.select(f'[aria-describedby~="{message["id"]}"]')
            assert controls, screen.label
            assert _question(controls[0]) in message.text, (screen.label, message.text)
            said.append(message.text)
        assert len(page.select("p.error")) == len(page.select("#attention a")), screen.label
    assert said
    evidence(f"{language}: {sorted(set(said))}")


@pytest.mark.rubric(18)
@pytest.mark.parametrize("language", KIND_LANGUAGES)
def test_mistake__whatever_was_typed__is_still_there(
    site: Site, chromium: Browsing, language: str, evidence: Evidence
) -> None:
    with visiting(chromium, site, language) as visit:
        _two_mistakes(visit)
        assert visit.page.locator('input[name="cups"]').input_value() == "many"
        assert visit.page.locator("textarea").input_value() == TOO_LONG
        visit.page.locator('input[name="cups"]').fill("2")
        visit.page.locator('input[name="cups__refused"]').check()
        visit.press("next")
        assert visit.page.locator('input[name="cups"]').input_value() == "2"
        assert visit.page.locator('input[name="cups__refused"]').is_checked()
        assert visit.page.locator("textarea").input_value() == TOO_LONG
    evidence(f"{language}: a wrong number, a text too long, a number beside a refusal: all kept as typed")


@pytest.mark.rubric(22)
@pytest.mark.parametrize("language", KIND_LANGUAGES)
def test_none_of_these__with_another__is_asked_about_with_both_ways_out(
    site: Site, chromium: Browsing, language: str, evidence: Evidence
) -> None:
    with visiting(chromium, site, language) as visit:
        visit.begin("every")
        for code in (1, 9):
            visit.page.locator(f'input[name="additions"][value="{code}"]').check()
        visit.press("next")
        assert visit.step == "drinks"
        message = visit.page.locator("#error_additions").inner_text()
        labels = visit.page.locator('label:has(input[name="additions"])').all_inner_texts()
        assert labels[3] in message
        assert visit.page.locator('input[name="additions"]:checked').count() == 2
        visit.page.locator('input[name="additions"][value="1"]').uncheck()
        visit.press("next")
        assert visit.step == "warmth"
    evidence(f"{language}: {message}")


def _described_by(page: BeautifulSoup, control: Tag) -> Tag | None:
    """The message of a control, its own or that of its group."""
    for element in (control, *control.find_parents("fieldset")):
        for name in str(element.get("aria-describedby", "")).split():
            if name.startswith("error_"):
                return page.find(id=name)
    return None


def _question(control: Tag) -> str:
    fieldset = control if control.name == "fieldset" else control.find_parent("fieldset")
    legend = fieldset and fieldset.find("legend")
    assert legend
    return legend.get_text(strip=True)
