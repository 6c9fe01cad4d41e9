"""Kept screens, opened again in a browser with scripts on: for axe, and for other sizes and colours."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from playwright.sync_api import Page, ViewportSize

from tests.browsers import DESKTOP, Browsing
from tests.browsers import Screen as Room
from tests.rubric.pages.every_screen import Screen


@dataclass(frozen=True, kw_only=True)
class Look:
    """How the screens are looked at."""

    room: Room = DESKTOP
    scheme: Literal["light", "dark"] = "light"
    has_forced_colours: bool = False


@contextlib.contextmanager
def looking(chromium: Browsing, look: Look) -> Iterator[Page]:
    """A page on which `show` opens one kept screen after another."""
    context = chromium.browser.new_context(
        viewport=ViewportSize(width=look.room.width, height=look.room.height), color_scheme=look.scheme,
        forced_colors="active" if look.has_forced_colours else "none", bypass_csp=True,
    )  # fmt: skip
    try:
        yield context.new_page()
    finally:
        context.close()


def show(page: Page, screen: Screen) -> None:
    """Draw the screen as it was sent, with the focus where it was; nothing is asked of the server."""
    link = re.search(r'<link rel="stylesheet"[^>]*>', screen.html)
    html = screen.html.replace(link[0], f"<style>{screen.css}</style>") if link else screen.html
    page.set_content(html)
    if screen.focused == "attention":
        page.locator("#attention").focus()
