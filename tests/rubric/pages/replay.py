"""Kept screens, opened again in a browser with scripts on: for axe, and for other sizes and colours."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from playwright.sync_api import Page, Route, ViewportSize

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
    """Open the screen as it was sent, at its own address; nothing is asked of the server."""

    def answer(route: Route) -> None:
        is_style = route.request.resource_type == "stylesheet"
        kind = "css" if is_style else "html"
        route.fulfill(body=screen.css if is_style else screen.html, content_type=f"text/{kind}; charset=utf-8")

    page.unroute_all()
    page.route("**", answer)
    page.goto("about:blank")  # else an address that differs after its # alone would open nothing
    page.goto(screen.url)
