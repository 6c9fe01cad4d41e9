"""A person at a browser with scripts off, going through the survey page by page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Page

MOST_PAGES = 25
Choices = Mapping[str, int]


@dataclass(kw_only=True)
class Walk:
    """The pages `met` on the way, by the last word of their addresses, and the names of the answers `asked` for."""

    page: Page
    met: list[str] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)

    @property
    def step(self) -> str:
        """The last word of the address."""
        return urlsplit(self.page.url).path.rstrip("/").rsplit("/", 1)[-1]

    def consent(self) -> None:
        """Say yes to both questions of the first page."""
        self.choose({"c1_adult": 1, "c2_consent": 1})
        self.press("next")

    def choose(self, choices: Choices) -> None:
        """Choose these values, as far as this page asks for them."""
        for name, code in choices.items():
            control = self.page.locator(f'input[name="{name}"][value="{code}"]')
            if control.count():
                control.check()

    def press(self, action: str) -> None:
        """Press the button that stands for this, and wait until what follows is there as a whole."""
        with self.page.expect_navigation():
            self.page.locator(f'button[name="go"][value="{action}"]').first.click()

    def to_the_check(self, choices: Choices, *, both_parts: bool = True) -> None:
        """Answer page after page with these choices until "check your answers"."""
        for _ in range(MOST_PAGES):
            self.met.append(self.step)
            if self.step == "check":
                return
            if self.step == "more":
                self.press("on" if both_parts else "stop")
                continue
            self.asked.update(self.page.locator("main [name]").evaluate_all("all => all.map(one => one.name)"))
            self.choose(choices)
            self.press("next")
        raise AssertionError(f"no end after {self.met}")
