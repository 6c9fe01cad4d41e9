"""The survey's pages of the admin: nothing for axe to find in light and dark, and all in reach of the keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.staticfiles import finders
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from playwright.sync_api import Page

from selfhelp_survey.models import Questionnaire, Wording
from selfhelp_survey.publication import publish
from tests.browsers import Browsing, Visitor
from tests.django.admin.desk import drafted, seen, sent, superuser
from tests.django.instruments import small
from tests.django.survey_site import open_survey

pytestmark = pytest.mark.django_db
OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],
    "iframes": False,
}
SHEET = re.compile(r'<link (?=[^>]*rel="stylesheet")[^>]*href="/?static/([^"]+)"[^>]*>')
IN_REACH = """() => [...document.querySelector("#content")
  .querySelectorAll("a[href], button, input, select, textarea, summary, iframe")]
  .filter(one => one.type !== "hidden" && !one.disabled && one.checkVisibility({visibilityProperty: true}))
  .map((one, place) => { one.dataset.place = place; return one.outerHTML.slice(0, 90) })"""
"""What somebody could press or write in, in the order of the page; each is given its place in it."""


def pages(client: Client) -> Iterator[tuple[str, str]]:
    """Every kind of page of the survey in the admin, as a maintainer of the small questionnaire gets it."""
    open_survey(small())
    row = drafted()
    Wording.objects.filter(key="title").update(text_en="Other words")
    for name in ("questionnaire_changelist", "entry_changelist", "upkeep_changelist", "wording_changelist",
                 "questionnaire_import", "entry_add"):  # fmt: skip
        yield name, seen(client, name)
    for name in ("change", "publish", "texts"):
        yield name, seen(client, f"questionnaire_{name}", row.pk)
    yield "page", seen(client, "questionnaire_page", row.pk, "opened")
    wording = Wording.objects.get(key="title")
    yield "wording", seen(client, "wording_change", wording.pk)
    yield from in_other_states(client, row)


def in_other_states(client: Client, row: Questionnaire) -> Iterator[tuple[str, str]]:
    """Pages that ask once more, that refuse, and that have nothing to offer."""
    asked = {"action": "close_entries", ACTION_CHECKBOX_NAME: ["end"]}
    yield "confirm", sent(client, "entry_changelist", **asked).content.decode()
    file = SimpleUploadedFile("bad.yaml", b"no: such key\n")
    yield "refused file", sent(client, "questionnaire_import", file=file).content.decode()
    publish(row.code)
    yield "unchanged", seen(client, "questionnaire_publish", row.pk)


def drawn(html: str) -> str:
    """The page with its stylesheets in it, without a script, and with no colour on its way to another."""
    still = "<style>* { transition: none !important }</style></head>"
    return re.sub(r"<script[^>]*src=.*?</script>", "", SHEET.sub(_sheet, html)).replace("</head>", still, 1)


def _sheet(link: re.Match[str]) -> str:
    found = finders.find(link[1])
    assert isinstance(found, str), link[1]
    return f"<style>{Path(found).read_text('utf-8')}</style>"


def found_by_axe(page: Page) -> list[tuple[str, list[str]]]:
    """Each rule of WCAG 2.2 AA that the page's content breaks, with the elements; in dark colours only the contrast."""
    page.emulate_media(color_scheme="light")
    found: dict[str, Any] = Axe().run(page, context="#content", options=OPTIONS).response
    page.emulate_media(color_scheme="dark")
    dark = page.evaluate("axe.run('#content', {runOnly: ['color-contrast'], iframes: false})")
    told = (*found["violations"], *dark["violations"])
    return [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in told]


def out_of_reach(page: Page) -> list[str]:
    """What the Tab key never comes to on its way through the content."""
    reachable: list[str] = page.evaluate(IN_REACH)
    page.evaluate("() => { const all = document.querySelector('#content'); all.tabIndex = -1; all.focus() }")
    reached = set()
    for _ in range(len(reachable) + 3):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("() => document.activeElement.dataset.place"))
    return [html for place, html in enumerate(reachable) if str(place) not in reached]


def test_pages__every_kind_in_light_and_dark__axe_finds_nothing_and_tab_reaches_all(
    chromium: Browsing, settings: Any
) -> None:
    settings.DEBUG = True  # nothing stops the small questionnaire
    with chromium.open(Visitor(scripts=True)) as page:
        amiss = {}
        for name, html in pages(superuser()):
            page.set_content(drawn(html))
            amiss[name] = (found_by_axe(page), out_of_reach(page))
    assert {name: found for name, found in amiss.items() if found != ([], [])} == {}
    assert len(amiss) > 12
