"""Point 34: axe finds nothing on any screen in any language, in light and in dark, wide and narrow."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browsers import PHONE, Browsing
from tests.rubric.evidence import Evidence
from tests.rubric.pages.conftest import Screens
from tests.rubric.pages.every_screen import LANGUAGES
from tests.rubric.pages.replay import Look, looking, show

OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}},  # off by default
    "resultTypes": ["violations"],
}
LOOKS = {"light, wide": Look(), "dark, narrow": Look(scheme="dark", room=PHONE)}
# Both looks from left to right and from right to left; the colours are the same in every language.
CASES = [
    *((language, look) for language in ("en", "ar") for look in LOOKS),
    *zip((language for language in LANGUAGES if language not in {"en", "ar"}), (*LOOKS, *LOOKS), strict=False),
]


@pytest.mark.rubric(34)
@pytest.mark.parametrize("case", CASES, ids=" ".join)
def test_axe__every_screen__finds_nothing(
    screens: Screens, chromium: Browsing, case: tuple[str, str], evidence: Evidence
) -> None:
    axe = Axe()
    language, look = case
    looked_at = screens(language)
    with looking(chromium, LOOKS[look]) as page:
        for screen in looked_at:
            show(page, screen)
            found: dict[str, Any] = axe.run(page, options=OPTIONS).response
            told = [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found["violations"]]
            assert told == [], screen.label
    evidence(f"{language}, {look}: 0 violations on {len(looked_at)} screens")
