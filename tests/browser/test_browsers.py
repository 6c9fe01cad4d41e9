"""The browsers themselves: what the other tests rely on is shown here on one tiny page."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.browsers import DESKTOP, PHONE, Browsing, Firefox, Visitor, running_firefox

PAGE = b"""<!doctype html><html lang="en"><title>Tiny</title>
<p id="script">no script ran</p><script>document.getElementById("script").textContent = "a script ran"</script>
<form action="/next"><input name="word" id="word"><button>Next</button></form>
<svg id="drawing" width="50" height="50"><rect width="50" height="50"/></svg>"""


class TinyPage(BaseHTTPRequestHandler):
    """The same page at every address, with the languages asked for in a header; no log."""

    def do_GET(self) -> None:
        """Answer."""
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("X-Asked-Language", self.headers.get("Accept-Language", ""))
        self.send_header("Set-Cookie", "tiny=1; Path=/; HttpOnly")
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's own name
        """Say nothing."""


@pytest.fixture
def tiny_page() -> Iterator[str]:
    """The address of the page, served on this machine while the test runs."""
    with ThreadingHTTPServer(("127.0.0.1", 0), TinyPage) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(("scripts", "expected"), [(False, "no script ran"), (True, "a script ran")])
def test_chromium__scripts_off_or_on__runs_none_or_runs_them(
    chromium: Browsing, tiny_page: str, scripts: bool, expected: str
) -> None:
    with chromium.open(Visitor(scripts=scripts)) as page:
        page.goto(tiny_page)
        assert page.locator("#script").inner_text() == expected


def test_chromium__phone__page_is_320_pixels_wide(chromium: Browsing, tiny_page: str) -> None:
    with chromium.open(Visitor(scripts=True, screen=PHONE)) as page:
        page.goto(tiny_page)
        assert page.evaluate("window.innerWidth") == 320


def test_chromium__finnish_visitor__asks_for_finnish(chromium: Browsing, tiny_page: str) -> None:
    with chromium.open(Visitor(language="fi")) as page:
        response = page.goto(tiny_page)
        assert response is not None
        assert response.headers["x-asked-language"].startswith("fi")


def test_chromium__two_visitors__share_no_cookie(chromium: Browsing, tiny_page: str) -> None:
    with chromium.open(Visitor()) as first, chromium.open(Visitor()) as second:
        first.goto(tiny_page)
        assert [cookie["name"] for cookie in first.context.cookies()] == ["tiny"]
        assert second.context.cookies() == []


def test_chromium__address_elsewhere__is_not_reached(chromium: Browsing, tiny_page: str) -> None:
    with chromium.open(Visitor()) as page:
        failures: list[str | None] = []
        page.on("requestfailed", lambda request: failures.append(request.failure))
        page.goto(tiny_page)
        page.set_content('<img src="http://third-party.example/x.png">')
        assert failures == ["net::ERR_NAME_NOT_RESOLVED"]


def test_firefox__safest__runs_no_script(firefox: Firefox, tiny_page: str) -> None:
    firefox.goto(tiny_page)
    assert firefox.texts("#script") == ["no script ran"]


def test_firefox__click_and_keys__send_the_form(firefox: Firefox, tiny_page: str) -> None:
    firefox.resize(DESKTOP)
    firefox.goto(tiny_page)
    firefox.click("#word")
    firefox.press("plain")
    firefox.click("button")
    firefox.wait_for_url(f"{tiny_page}next?word=plain")
    assert firefox.texts("#script") == ["no script ran"]


def test_firefox__ordinary_preferences__runs_scripts_and_shows_cookies(tiny_page: str) -> None:
    with running_firefox({}) as browser:
        browser.goto(tiny_page)
        assert browser.texts("#script") == ["a script ran"]
        assert [cookie["name"] for cookie in browser.cookies()] == ["tiny"]
