"""The report as browsers show it: readable on a phone, in the dark, without SVG, and by those who do not see it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from selfhelp_survey.research.comparison.words import LANGUAGES
from selfhelp_survey.research.comparison.writing.html import report_html
from tests.browsers import DESKTOP, PHONE, Browsing, Firefox, Screen, Visitor
from tests.test_command.nu_checker import JAR, install_nu_checker
from tests.unit.research.comparison.reports import CHARTS, a_report

LOOSE = "document.querySelectorAll('svg').length + document.images.length"
SEEN = "[...document.images].every(image => image.complete && image.naturalWidth > 300)"
ROOM = "document.documentElement.scrollWidth <= window.innerWidth"
NOT_SO = "blocked by “img-src” directive."
"""The checker takes no image for one of `img-src data:` (CSP Level 3, 6.7.2.8); both browsers do, as tests here see."""
OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}, "landmark-one-main": {"enabled": False}, "region": {"enabled": False}},
    "resultTypes": ["violations"],
}


@pytest.fixture(params=LANGUAGES)
def page_file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The page of a report with every kind of chart."""
    path = tmp_path / "report.html"
    path.write_text(report_html(a_report(request.param)), encoding="utf-8")
    return path


@pytest.mark.parametrize(("screen", "is_dark"), [(DESKTOP, False), (PHONE, True)])
def test_page__light_or_dark__axe_finds_nothing(
    chromium: Browsing, page_file: Path, screen: Screen, is_dark: bool
) -> None:
    with chromium.open(Visitor(scripts=True, screen=screen, is_dark=is_dark)) as page:
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.goto(page_file.as_uri())
        assert page.evaluate(SEEN)
        assert page.evaluate(ROOM)
        assert said == []
        found: dict[str, Any] = Axe().run(page, options=OPTIONS).response
        told = [(one["id"], [node["html"][:160] for node in one["nodes"]]) for one in found["violations"]]
        assert told == []


def test_page__is_sound_html(page_file: Path) -> None:
    install_nu_checker()
    words = ["java", "-jar", str(JAR), "--format", "json", "--exit-zero-always", str(page_file)]
    done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=100)
    found = [one for one in json.loads(done.stderr)["messages"] if not one["message"].endswith(NOT_SO)]
    assert [(one["message"], one.get("extract")) for one in found] == []


def test_page__browser_without_svg__shows_descriptions_and_tables(firefox: Firefox, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text(report_html(a_report()), encoding="utf-8")
    firefox.goto(path.as_uri())
    assert firefox.evaluate(LOOSE) == len(CHARTS)
    assert firefox.evaluate("[...document.images].every(image => image.naturalWidth == 0 && image.alt)")
    assert len(firefox.texts("tbody tr")) == sum(len(table.rows) for _, table in CHARTS)
