"""Points 11-14, 19-21 and 23: what every page is made of, in every language."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest
from playwright.sync_api import Page

from selfhelp_survey.core.questionnaire import Questionnaire, QuestionType
from selfhelp_survey.questionnaire_files import read_questionnaire_file
from tests.browsers import Browsing
from tests.journeys.demo_site import ROOT
from tests.rubric.evidence import Evidence
from tests.rubric.pages.conftest import Screens
from tests.rubric.pages.every_screen import ALL_OF_IT, LANGUAGES, Screen, visiting
from tests.rubric.pages.replay import Look, looking, show
from tests.rubric.pages.site import Site

every_language = pytest.mark.parametrize("language", LANGUAGES)
FILES = (
    ROOT / "selfhelp_survey" / "questionnaires" / "exit_survey.yaml",
    ROOT / "tests" / "data" / "questionnaires" / "every_kind.yaml",
)
MOST_QUESTIONS = 5
CHOOSE_ALL = "all => all.forEach(one => one.click())"


def _questionnaire(file: Path) -> Questionnaire:
    return read_questionnaire_file(file).questionnaire


@pytest.mark.rubric(11)
def test_pages__shipped_survey__hold_one_topic_each(evidence: Evidence) -> None:
    sizes = {page.name: len(page.questions) for page in _questionnaire(FILES[0]).pages}
    assert max(sizes.values()) <= MOST_QUESTIONS
    evidence(f"at most {max(sizes.values())} questions on a page, each page under a heading of its own: {sizes}")


@pytest.mark.rubric(11)
def test_pages__on_a_phone__are_pictured(screens: Screens, chromium: Browsing, evidence: Evidence) -> None:
    with looking(chromium, Look()) as page:
        for screen in screens("en"):
            if screen.name in {"exit start", "exit steps", "exit words"}:
                show(page, screen)
                evidence.picture(page, f"11 {screen.name}")


@pytest.mark.rubric(12)
@every_language
def test_titles__every_page__differ_and_begin_with_error(screens: Screens, language: str, evidence: Evidence) -> None:
    titles: dict[str, set[str]] = defaultdict(set)
    errors = set()
    for screen in screens(language):
        title = screen.soup.title
        assert title, screen.label
        titles[title.text].add(screen.name.removeprefix("message ").split(",")[0])
        first_word = title.text.split(":")[0]
        errors |= {first_word} if screen.is_error else set()
    shared = {title: names for title, names in titles.items() if len(names) > 1}
    assert all({name.removeprefix("exit ") for name in names} in SAME for names in shared.values()), shared
    assert len(errors) == 1
    evidence(f"{language}: {len(titles)} titles, {errors.pop()!r} first on error pages")


SAME: tuple[set[str], ...] = ({"thanks"}, {"more"}, {"check"})
"""Pages that both surveys have."""


@pytest.mark.rubric(13)
@every_language
def test_headings__every_page__has_one_first_heading(screens: Screens, language: str, evidence: Evidence) -> None:
    for screen in screens(language):
        headings = screen.soup.select("h1")
        assert len(headings) == len(screen.soup.select("main h1")) == 1, screen.label
        assert headings[0].text.strip(), screen.label
    evidence(f"{language}: one h1 in the main part of {len(screens(language))} screens")


@pytest.mark.rubric(14)
@every_language
def test_groups__radios_and_boxes__stand_in_a_named_fieldset(
    screens: Screens, language: str, evidence: Evidence
) -> None:
    found = 0
    for screen in screens(language):
        for control in screen.soup.select("input[type=radio], input[type=checkbox]"):
            fieldset = control.find_parent("fieldset")
            assert fieldset, (screen.label, control)
            legend = fieldset.find(True, recursive=False)
            assert legend, screen.label
            assert legend.name == "legend", (screen.label, control)
            assert legend.text.strip(), (screen.label, control)
            found += 1
    assert found
    evidence(f"{language}: {found} radio buttons and tick boxes, each in a fieldset that begins with its legend")


@pytest.mark.rubric(19)
@every_language
def test_back__every_page__has_a_way_back(screens: Screens, language: str, evidence: Evidence) -> None:
    for screen in screens(language):
        is_inside = bool(screen.soup.select('main button[name="go"]'))
        is_first = bool(screen.soup.select('input[name="pause"]'))
        back = 'main button[value="back"]' if is_inside and not is_first else "#support a[href]"
        assert len(screen.soup.select(back)) == 1, screen.label
    evidence(f"{language}: a Back button on every page after the first, elsewhere the way back to the programme")


@pytest.mark.rubric(19)
def test_back__page_with_an_error__leads_back_and_keeps_what_was_typed(
    site: Site, chromium: Browsing, evidence: Evidence
) -> None:
    with visiting(chromium, site, "en") as visit:
        visit.begin("every")
        for _ in range(4):
            visit.press("next")
        visit.page.locator('input[name="cups"]').fill("many")
        visit.press("next")
        visit.press("back")
        assert visit.step == "kinds"
        visit.press("next")
        assert visit.page.locator('input[name="cups"]').input_value() == "many"
    evidence("Back on an error page: the page before, and what was typed is still there afterwards")


@pytest.mark.rubric(20)
@pytest.mark.parametrize("branch", [ALL_OF_IT, {"a1_reason": 3}, {"a1_reason": 1, "p1_progress": 1}])
def test_progress__every_branch__counts_up_and_ends_at_its_total(
    site: Site, chromium: Browsing, evidence: Evidence, branch: dict[str, int]
) -> None:
    told = []
    with visiting(chromium, site, "en") as visit:
        visit.begin("end")
        while visit.step != "check":
            if visit.step != "more":
                words = visit.page.locator("main p.soft").first.inner_text().split()
                assert [words[0], *words[2:4]] == ["Page", "of", "about"]
                told.append((int(words[1]), int(words[-1])))
            visit.choose(branch)
            visit.press("on" if visit.step == "more" else "next")
    assert [position for position, _ in told] == list(range(2, len(told) + 2))
    assert all(position <= total for position, total in told)
    assert told[-1][0] == told[-1][1]
    evidence(f"“Page 2 of about {told[0][1]}” to “Page {told[-1][0]} of about {told[-1][1]}”")


@pytest.mark.rubric(21)
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_questions__all_but_consent__can_be_left_blank_and_refused(file: Path, evidence: Evidence) -> None:
    questionnaire = _questionnaire(file)
    count = 0
    for page in questionnaire.pages:
        for question in page.questions:
            if page.admits is None and question.type is not QuestionType.NOTE:
                assert question.refusable, question.name
                assert not question.required, question.name
                count += 1
    evidence(f"{file.stem}: {count} questions can be left blank and refused; only age and consent are required")


@pytest.mark.rubric(21)
def test_questions__nothing_answered__leads_to_the_end(site: Site, chromium: Browsing, evidence: Evidence) -> None:
    with visiting(chromium, site, "en") as visit:
        visit.begin("end")
        pages = 0
        while visit.step != "check":
            visit.press("on" if visit.step == "more" else "next")
            pages += 1
    assert pages
    evidence(f"{pages} pages left empty one after another, to “check your answers”")


@pytest.mark.rubric(23)
def test_controls__whatever_is_chosen__are_the_same_as_before(
    screens: Screens, chromium: Browsing, evidence: Evidence
) -> None:
    looked_at = [screen for screen in screens("en") if 'name="go"' in screen.html]
    with looking(chromium, Look()) as page:
        for screen in looked_at:
            show(page, screen)
            before = _visible_controls(page, screen)
            page.locator("main input[type=radio], main input[type=checkbox]").evaluate_all(CHOOSE_ALL)
            assert _visible_controls(page, screen) == before, screen.label
    evidence(f"{len(looked_at)} screens: nothing appears or goes when everything is chosen")


def _visible_controls(page: Page, screen: Screen) -> list[str]:
    unseen = "[hidden]:not(:has([name=website])), details input, details textarea"  # that one stays hidden
    assert not screen.soup.select(unseen), screen.label
    script = "all => all.filter(one => one.checkVisibility()).map(one => one.name + one.value)"
    return list(page.locator("main input:not([type=hidden]), main textarea, main button").evaluate_all(script))
