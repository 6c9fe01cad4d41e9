"""What a test shows for a point of the rubric.

A test names its points with `@pytest.mark.rubric(3)` and says what it saw through the fixture `evidence`:

    @pytest.mark.rubric(3, 4)
    def test_first_page__cold__is_small(evidence: Evidence) -> None:
        evidence("4,321 bytes", point=3)
        evidence("1 request", point=4)

A point passes when every test that names it was run and passed; `tests.rubric.plugin` puts that together.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[2]
GALLERY = ROOT / "gallery" / "rubric"
SAID = "rubric evidence"


class Evidence:
    """Takes down what a test saw, in words and in pictures, for all its points or for one of them."""

    def __init__(self, record: Callable[[str, object], None]) -> None:
        self._record = record

    def __call__(self, words: str, *, point: int = 0) -> None:
        """Note these words; `point` 0 stands for every point of the test."""
        self._record(SAID, [point, words])

    def keep(self, image: bytes, name: str, *, point: int = 0) -> Path:
        """Keep a PNG in the gallery under this name, and note where it lies."""
        path = GALLERY / f"{re.sub(r'[^a-z0-9]+', '-', name.lower()).strip('-')}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(image)
        self(path.relative_to(ROOT).as_posix(), point=point)
        return path

    def picture(self, page: Page, name: str, *, point: int = 0) -> Path:
        """Keep a picture of the whole page."""
        return self.keep(page.screenshot(full_page=True), name, point=point)
