"""No text of the software is written into it in English: with every text of the catalogue in brackets, all are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from bs4 import BeautifulSoup

from tests.browsers import Browsing
from tests.journeys.demo_site import ROOT
from tests.rubric.pages.every_screen import Screen, all_screens
from tests.rubric.pages.serve_site import EVERY_KIND, SUPPORT
from tests.rubric.pages.site import running_site

LANGUAGE = "ar"
MARKED = re.compile("⟦[^⟦⟧]*⟧")
SPOKEN = ("aria-label", "title", "alt", "placeholder", "value")


@pytest.fixture(scope="module")
def marked_screens(chromium: Browsing, tmp_path_factory: pytest.TempPathFactory) -> list[Screen]:
    """Every screen of a site whose Arabic is the source text in brackets."""
    folder = tmp_path_factory.mktemp("pseudo")
    _write_catalogue(folder / "locale" / LANGUAGE / "LC_MESSAGES" / "django")
    with running_site(folder) as site:
        return all_screens(chromium, site, LANGUAGE)


def test_screens__with_a_marked_catalogue__show_nothing_unmarked(marked_screens: list[Screen]) -> None:
    known = _questionnaire_texts() | {value for line in SUPPORT for value in line.values()} | {"English"}
    unmarked = {text for screen in marked_screens for text in _texts(screen.soup) if _rest(text, known)}
    assert unmarked == set()


def test_screens__with_a_marked_catalogue__show_most_of_it(marked_screens: list[Screen]) -> None:
    shown = {text for screen in marked_screens for text in MARKED.findall(screen.html)}
    assert len(shown) > 60


@pytest.mark.parametrize(("text", "is_rest"), [("⟦Back⟧", False), ("Back", True), ("⟦Error⟧: Tea; ⟦Feedback⟧", False),
                                               ("⟦Error⟧: Coffee", True), ("  112; ", False)])  # fmt: skip
def test_rest__of_a_text__is_what_is_neither_marked_nor_content(text: str, is_rest: bool) -> None:
    assert bool(_rest(text, {"Tea"})) is is_rest


def _write_catalogue(path: Path) -> None:
    catalogue = polib.pofile(str(ROOT / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"))
    for entry in catalogue:
        if entry.msgid_plural:
            entry.msgstr_plural = dict.fromkeys(entry.msgstr_plural, f"⟦{entry.msgid_plural}⟧")
        else:
            entry.msgstr = f"⟦{entry.msgid}⟧"
    path.parent.mkdir(parents=True)
    catalogue.save_as_mofile(f"{path}.mo")


def _questionnaire_texts() -> set[str]:
    """The wordings, and the parts of those with placeholders in them."""
    texts = EVERY_KIND.read_text("utf-8")
    wordings = set(re.findall(r'(?:ar|en): "([^"]+)"', texts))
    return {part.strip() for wording in wordings for part in re.split(r"\{\w+\}", wording) if part.strip()} | {
        "someone@sample.example", "Write to", "word", "many", "[organisation]", "[contact]",
    }  # fmt: skip


def _texts(page: BeautifulSoup) -> Iterator[str]:
    for unseen in page.select("style, script"):
        unseen.decompose()
    yield from (str(text) for text in page.find_all(string=True) if str(text).strip() and str(text) != "html")
    for element in page.find_all(True):
        if element.name not in {"button", "input"}:
            yield from (str(element[name]) for name in SPOKEN if element.get(name))


def _rest(text: str, known: set[str]) -> str:
    """The letters of a text that neither the catalogue nor the content accounts for."""
    while MARKED.search(text):  # one text can stand within another
        text = MARKED.sub(" ", text)
    for content in sorted(known, key=len, reverse=True):
        text = text.replace(content, " ")
    return "".join(letter for letter in text if letter.isalpha())
