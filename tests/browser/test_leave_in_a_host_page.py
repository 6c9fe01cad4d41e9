"""*Leave quickly* inside a host's page: with its coloured header and background, all of it turns white."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from selfhelp_survey.stylesheet import stylesheet
from tests.browsers import Browsing, Visitor
from tests.unit.docs.pages import ROOT

ALL_WHITE = """async data => {
  const image = new Image(); image.src = "data:image/png;base64," + data; await image.decode();
  const canvas = document.createElement("canvas"); canvas.width = image.width; canvas.height = image.height;
  const context = canvas.getContext("2d"); context.drawImage(image, 0, 0);
  return context.getImageData(0, 0, image.width, image.height).data.every(value => value == 255);
}"""


def host_page() -> str:
    """A page in a host's shell, everything in colour; the form goes nowhere."""
    site = (ROOT / "example_project" / "host" / "static" / "host" / "site.css").read_text("utf-8")
    return f"""<!doctype html><style>{stylesheet(in_host=True)}{site}body,header,main,aside{{background:#adc}}</style>
<a class="skip" href="#main">Skip</a><header><div class="survey"><form class="leave" onsubmit="return false">
<button class="quiet">Leave quickly</button></form></div><nav>Menu</nav></header>
<main id="main"><div class="survey"><h1>Question</h1><form class="leave"><button>Delete</button></form></div></main>
<aside>Help</aside>"""


def is_white(page: Page) -> bool:
    """Whether every pixel of the window is white."""
    return bool(page.evaluate(ALL_WHITE, base64.b64encode(page.screenshot()).decode()))


@pytest.fixture
def page(chromium: Browsing) -> Iterator[Page]:
    """The page, opened."""
    with chromium.open(Visitor(scripts=True)) as opened:
        opened.set_content(host_page())
        yield opened


def press(page: Page) -> None:
    """The pointer goes down on the button and stays down."""
    page.get_by_role("button", name="Leave quickly").hover()
    page.mouse.down()


def test_press__still_down__leaves_nothing_but_white(page: Page) -> None:
    assert not is_white(page)
    press(page)
    assert is_white(page)
    page.mouse.up()
    assert is_white(page)


def test_press__moved_away_and_pressed_elsewhere__brings_the_page_back(page: Page) -> None:
    press(page)
    page.mouse.move(200, 300)
    page.mouse.up()
    page.mouse.click(200, 300)
    assert page.get_by_role("heading", name="Question").is_visible()


def test_keyboard_focus__alone__hides_nothing(page: Page) -> None:
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Leave quickly"
    assert page.get_by_role("heading", name="Question").is_visible()
