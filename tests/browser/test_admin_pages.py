"""The survey's own pages of the admin: nothing for axe to find in light and dark, and in reach of the keyboard."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles import finders

from tests.browsers import Browsing, Visitor
from tests.django.admin.desk import drafted, seen, superuser

pytestmark = pytest.mark.django_db
OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],
    "iframes": False,
}
SHEET = re.compile(r'<link rel="stylesheet"[^>]*href="/?static/([^"]+)"[^>]*>')


@pytest.fixture(autouse=True)
def unsigned_may_be_published(settings: Any) -> None:
    """DEBUG: nothing stops the small questionnaire."""
    settings.DEBUG = True


def drawn(*names: str) -> dict[str, str]:
    """Pages of the small questionnaire as a maintainer gets them, with their stylesheets in them and no script."""
    client, row = superuser(), drafted()
    arguments = {"page": ("opened",)}
    pages = {name: seen(client, f"questionnaire_{name}", row.pk, *arguments.get(name, ())) for name in names}
    return {name: re.sub(r"<script[^>]*src=.*?</script>", "", SHEET.sub(_sheet, html)) for name, html in pages.items()}


def _sheet(link: re.Match[str]) -> str:
    found = finders.find(link[1])
    assert isinstance(found, str), link[1]
    return f"<style>{Path(found).read_text('utf-8')}</style>"


@pytest.mark.parametrize("is_dark", [False, True])
def test_axe__questionnaire_publishing_and_texts__finds_nothing(chromium: Browsing, is_dark: bool) -> None:
    pages = drawn("change", "publish", "texts", "page")
    with chromium.open(Visitor(scripts=True, is_dark=is_dark)) as page:
        for name, html in pages.items():
            page.set_content(html)
            found: dict[str, Any] = Axe().run(page, context="#content", options=OPTIONS).response
            told = [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found["violations"]]
            assert told == [], name


def test_keyboard__from_the_note__reaches_the_button(chromium: Browsing) -> None:
    with chromium.open(Visitor(scripts=True)) as page:
        page.set_content(drawn("publish")["publish"])
        page.focus("#id_note")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.value") == "Publish now"
