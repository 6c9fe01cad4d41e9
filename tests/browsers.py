"""Real browsers for the tests: Debian's Chromium (driven by playwright) and Firefox ESR (WebDriver BiDi).

Both start with a new profile, talk to nobody but this machine, and are gone when the context ends.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright
from websockets.sync.client import ClientConnection, connect

START_SECONDS = 60
ANSWER_SECONDS = 30
NOTICE = "WebDriverBiDiServer.json"


class Screen(NamedTuple):
    """The room a page has, in CSS pixels."""

    width: int
    height: int


PHONE = Screen(320, 640)  # WCAG 2.2, 1.4.10: reflow is judged at 320 CSS pixels
DESKTOP = Screen(1280, 800)

CHROMIUM_ARGUMENTS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    # Whatever is not this machine does not resolve: a third party on a page shows up as a failed request.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)

Preferences = Mapping[str, bool | int | str]

# Quiet: no update, no telemetry, no start page. Everything but this machine goes to a proxy that does not exist.
QUIET: Preferences = {
    "app.normandy.enabled": False,
    "app.update.enabled": False,
    "browser.aboutwelcome.enabled": False,
    "browser.safebrowsing.downloads.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "datareporting.healthreport.uploadEnabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "dom.push.connection.enabled": False,
    "extensions.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
    "network.proxy.type": 1,
    "toolkit.telemetry.enabled": False,
}

# Source: Tor Browser, SecurityLevel.sys.mjs (level "safest") and 000-tor-browser.js. NoScript's part of that level
# (no script, no web font, no media, no WebGL) is set by preference here.
SAFEST: Preferences = {
    "browser.cache.disk.enable": False,
    "browser.privatebrowsing.autostart": True,
    "dom.securecontext.allowlist_onions": True,
    "gfx.downloadable_fonts.enabled": False,
    "gfx.font_rendering.graphite.enabled": False,
    "gfx.font_rendering.opentype_svg.enabled": False,
    "intl.accept_languages": "en-US, en",
    "javascript.enabled": False,
    "mathml.disabled": True,
    "media.ogg.enabled": False,
    "media.webm.enabled": False,
    "network.http.referer.hideOnionSource": True,
    "privacy.resistFingerprinting": True,
    "svg.disabled": True,
    "webgl.disabled": True,
}


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """How somebody comes: with or without scripts, on which screen, in which language and colours."""

    scripts: bool = False
    screen: Screen = DESKTOP
    language: str = "en"
    is_dark: bool = False


class Browsing:
    """A running Chromium that gives each visitor an empty profile."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser

    @contextlib.contextmanager
    def open(self, visitor: Visitor) -> Iterator[Page]:
        """A page with no cookie, no cache and no history; closed when the context ends."""
        context = self.browser.new_context(
            java_script_enabled=visitor.scripts,
            viewport=ViewportSize(width=visitor.screen.width, height=visitor.screen.height),
            locale=visitor.language,
            color_scheme="dark" if visitor.is_dark else "light",
        )
        try:
            yield context.new_page()
        finally:
            context.close()


@contextlib.contextmanager
def running_chromium() -> Iterator[Browsing]:
    """Debian's Chromium, headless. Its sandbox needs an ordinary user, so root goes without."""
    arguments = [*CHROMIUM_ARGUMENTS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_found("chromium"), args=arguments, headless=True)
        try:
            yield Browsing(browser)
        finally:
            browser.close()


class BrowserProblem(Exception):  # noqa: N818 - what the browser answered
    """Firefox did not start, or answered a command with an error."""


class Firefox:
    """A running Firefox, spoken to in WebDriver BiDi (W3C), which works with page scripts off as well."""

    def __init__(self, connection: ClientConnection, *, trusts_any_certificate: bool = False) -> None:
        self._connection = connection
        self._numbers = count(1)
        wanted = {"alwaysMatch": {"acceptInsecureCerts": True}} if trusts_any_certificate else {}
        self.ask("session.new", capabilities=wanted)
        # A tab of our own: in the one it starts with, the address bar keeps the focus and no page ever has it.
        self.context: str = self.ask("browsingContext.create", type="tab")["context"]

    def ask(self, method: str, **parameters: object) -> dict[str, Any]:
        """The result of one command. Raises: BrowserProblem, TimeoutError."""
        number = next(self._numbers)
        self._connection.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            message: dict[str, Any] = json.loads(self._connection.recv(timeout=ANSWER_SECONDS))
            if message.get("id") != number:
                continue  # an event, or the answer to a command that timed out
            if message["type"] == "error":
                raise BrowserProblem(f"{method}: {message['error']}: {message['message']}")
            return dict(message["result"])

    def goto(self, url: str) -> None:
        """Load an address and wait until it is complete."""
        self.ask("browsingContext.navigate", context=self.context, url=url, wait="complete")

    def back(self) -> None:
        """Press the browser's own Back button."""
        self.traverse(-1)

    def traverse(self, steps: int) -> None:
        """Go this many steps in the tab's history: -1 is Back, 1 is Forward."""
        self.ask("browsingContext.traverseHistory", context=self.context, delta=steps)

    def evaluate(self, expression: str) -> Any:
        """What an expression comes to in the page, also with page scripts off: a string, a number or a truth value."""
        return self._value(expression, self.context)

    def in_the_browser(self, expression: str) -> Any:
        """The same in the browser's own window, above all pages, where its tabs, sessions and console are."""
        [window] = self.ask("browsingContext.getTree", **{"moz:scope": "chrome"})["contexts"]
        return self._value(expression, window["context"])

    def _value(self, expression: str, context: str) -> Any:
        target = {"context": context}
        answer = self.ask("script.evaluate", expression=expression, target=target, awaitPromise=True)
        if answer["type"] == "exception":
            raise BrowserProblem(answer["exceptionDetails"]["text"])
        return answer["result"].get("value")

    def resize(self, screen: Screen) -> None:
        """Give the page this much room, in CSS pixels."""
        self.ask("browsingContext.setViewport", context=self.context, viewport=screen._asdict())

    @property
    def url(self) -> str:
        """The address of the page now shown."""
        tree = self.ask("browsingContext.getTree", root=self.context)
        return str(tree["contexts"][0]["url"])

    def texts(self, css: str) -> list[str]:
        """The text of every element that matches, hidden text included, in document order."""
        return [_text(node) for node in self._nodes(css)]

    def click(self, css: str) -> None:
        """Move a real pointer to the first match and press it. Raises: BrowserProblem when nothing matches."""
        element = {"type": "element", "element": {"sharedId": self._first(css)["sharedId"]}}
        move = {"type": "pointerMove", "x": 0, "y": 0, "origin": element}
        press = [{"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}]
        self._perform({"type": "pointer", "id": "pointer", "actions": [move, *press]})

    def press(self, keys: str) -> None:
        """Type on a real keyboard. Special keys are WebDriver's code points, such as "\\ue004" for Tab."""
        strokes = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self._perform({"type": "key", "id": "keys", "actions": strokes})

    def cookies(self) -> list[dict[str, Any]]:
        """Every cookie of this page. Private browsing (SAFEST) shows none here: look at what the server receives."""
        partition = {"type": "context", "context": self.context}
        return list(self.ask("storage.getCookies", partition=partition)["cookies"])

    def wait_for_url(self, url: str, seconds: float = ANSWER_SECONDS) -> None:
        """Wait until a click has led to this address and its page is complete. Raises: BrowserProblem."""
        deadline = time.monotonic() + seconds
        while self.url != url:
            if time.monotonic() > deadline:
                raise BrowserProblem(f"after {seconds} seconds still at {self.url}, not at {url}")
            time.sleep(0.05)
        self._wait_until_complete(deadline)

    def wait_for_another(self, url: str, seconds: float = ANSWER_SECONDS) -> None:
        """Wait until another page than this one is there and complete. Raises: BrowserProblem."""
        deadline = time.monotonic() + seconds
        while self.url == url:
            if time.monotonic() > deadline:
                raise BrowserProblem(f"after {seconds} seconds still at {url}")
            time.sleep(0.05)
        self._wait_until_complete(deadline)

    def _wait_until_complete(self, deadline: float) -> None:
        """BiDi runs its own expressions also where page scripts are off."""
        target = {"context": self.context}
        while time.monotonic() < deadline:
            state = self.ask("script.evaluate", expression="document.readyState", target=target, awaitPromise=False)
            if state["result"]["value"] == "complete":
                return
            time.sleep(0.05)
        raise BrowserProblem(f"{self.url} did not become complete")

    def _perform(self, source: dict[str, object]) -> None:
        self.ask("input.performActions", context=self.context, actions=[source])

    def _first(self, css: str) -> dict[str, Any]:
        for node in self._nodes(css):
            return node
        raise BrowserProblem(f"nothing matches {css}")

    def _nodes(self, css: str) -> list[dict[str, Any]]:
        found = self.ask(
            "browsingContext.locateNodes",
            context=self.context,
            locator={"type": "css", "value": css},
            serializationOptions={"maxDomDepth": None},
        )
        return list(found["nodes"])


@contextlib.contextmanager
def running_firefox(preferences: Preferences, *, trusts_any_certificate: bool = False) -> Iterator[Firefox]:
    """Debian's Firefox ESR, headless, with a new profile and home folder."""
    with (
        tempfile.TemporaryDirectory(prefix="selfhelp-firefox-", ignore_cleanup_errors=True) as folder,
        firefox_with(Path(folder), preferences, trusts_any_certificate=trusts_any_certificate) as firefox,
    ):
        yield firefox


@contextlib.contextmanager
def firefox_with(profile: Path, preferences: Preferences, *, trusts_any_certificate: bool = False) -> Iterator[Firefox]:
    """Firefox with this folder as its profile and home; what it keeps there stays when it ends."""
    chosen = {**QUIET, **preferences}.items()
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in chosen]
    (profile / "user.js").write_text("".join(lines))
    (profile / NOTICE).unlink(missing_ok=True)  # of an earlier time
    with _process(profile) as process, connect(_address(profile, process), max_size=None, proxy=None) as connection:
        firefox = Firefox(connection, trusts_any_certificate=trusts_any_certificate)
        yield firefox
        firefox.ask("browser.close")


@contextlib.contextmanager
def _process(profile: Path) -> Iterator[subprocess.Popen[bytes]]:
    remote = ("--no-remote", "--remote-debugging-port=0", "--remote-allow-system-access")
    words = [_found("firefox-esr"), "--headless", "--profile", str(profile), *remote]
    variables = {**os.environ, "HOME": str(profile), "MOZ_CRASHREPORTER_DISABLE": "1"}
    quiet = subprocess.DEVNULL
    with subprocess.Popen(words, env=variables, stdin=quiet, stdout=quiet, stderr=quiet) as process:
        try:
            yield process
            process.wait(timeout=ANSWER_SECONDS)
        finally:
            process.kill()


def _address(profile: Path, process: subprocess.Popen[bytes]) -> str:
    """Where Firefox listens: it writes that into its profile when it is ready."""
    notice = profile / NOTICE
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError, ValueError):
            server = json.loads(notice.read_text())
            return f"ws://{server['ws_host']}:{server['ws_port']}/session"
        time.sleep(0.05)
    raise BrowserProblem(f"Firefox did not get ready within {START_SECONDS} seconds, or ended")


def _text(node: dict[str, Any]) -> str:
    value = node["value"]
    return str(value.get("nodeValue") or "") + "".join(_text(child) for child in value.get("children") or [])


def _found(browser: str) -> str:
    path = shutil.which(browser)
    if path is None:
        raise BrowserProblem(f"{browser} is not installed: apt-get install {browser}")
    return path
