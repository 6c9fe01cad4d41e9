"""The whole way over http to an onion address and over https, with the browser's comforts off, and who was asked."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.attacks.conftest import Tabs
from tests.attacks.elsewhere import Elsewhere
from tests.attacks.proxy import ONION, Exchange, Proxy, running_proxy
from tests.attacks.sites import served
from tests.attacks.surfers import ChromiumSurfer, FirefoxSurfer, Surfer
from tests.browsers import CHROMIUM_ARGUMENTS, SAFEST, Browsing, running_firefox
from tests.journeys.demo_site import DemoSite
from tests.rubric.screens import EVERYTHING, OF_THE_DRIVER, inbox_count

MARKER = "".join(["ZQX", "-", "sent", "-", str(7700 + 31)])
NO_PICTURES = {**SAFEST, "permissions.default.image": 2, "network.dns.blockDotOnion": False}
POLICY = "<meta http-equiv=content-security-policy content=\"style-src 'none'\">"
COMPLAINTS = """JSON.stringify(Services.console.getMessageArray()
  .filter(one => one instanceof Ci.nsIScriptError && one.category.startsWith("CSP")).map(one => one.errorMessage))"""

OF_THE_BROWSER = (
    ".mozilla.com", ".mozilla.net", ".mozilla.org", "accounts.google.com", "update.googleapis.com",
    "content-autofill.googleapis.com",
)  # fmt: skip
"""Browsers ask their makers for settings now and then, whatever page they show. The last one a page can provoke:
Chrome sends its makers a number made from host and names of the fields of every form with a field to write in."""
OF_THE_POLICY = "Content Security Policy"


def _control(host: str, *, policy: str = "") -> str:
    """A page that asks this host for a picture and a style, unless it may not."""
    return f"data:text/html,{policy}<img src=http://{host}/picture><link rel=stylesheet href=http://{host}/style>"


def _whole_way(surfer: Surfer, address: str) -> list[str]:
    """From the first page to "thank you", everything on the way answered; the pages met."""
    surfer.begin(address)
    met = surfer.walk("check", lambda: _answer(surfer))
    surfer.go("send")
    assert surfer.step == "thanks"
    return met


def _answer(surfer: Surfer) -> None:
    surfer.choose(EVERYTHING)
    if surfer.has("textarea"):
        surfer.write("textarea", MARKER)


@pytest.fixture(scope="module")
def onion(made: DemoSite, elsewhere: Elsewhere) -> Iterator[Proxy]:
    """A proxy that leads an onion address to the site, with DEBUG off as in production."""
    serving = served(made, EXAMPLE_DEBUG="0", EXAMPLE_ALLOWED_HOSTS=ONION, EXAMPLE_LEAVE_URL=elsewhere.address)
    with serving as site, running_proxy(site.address) as proxy:
        yield proxy


@contextmanager
def _bare_chromium(chromium: Browsing, proxy: Proxy, profile: Path) -> Iterator[Page]:
    """A Chromium that takes no script, no picture and no web font, and reaches nothing but by the proxy."""
    off = ["--blink-settings=imagesEnabled=false", "--disable-remote-fonts", "--proxy-bypass-list=<-loopback>"]
    arguments = [*CHROMIUM_ARGUMENTS, *off, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    context = chromium.browser.browser_type.launch_persistent_context(
        profile, executable_path=shutil.which("chromium"), args=arguments, java_script_enabled=False,
        proxy={"server": proxy.address},
    )  # fmt: skip
    try:
        yield context.new_page()
    finally:
        context.close()


def _is_of_the_policy(text: str) -> bool:
    return OF_THE_POLICY in text and not text.startswith(OF_THE_DRIVER)


def _assert_all_well(exchanges: list[Exchange]) -> None:
    """Only the site was asked, and it refused nothing; the one cookie is the right one for http to an onion."""
    of_the_pages = [one for one in exchanges if not one.host.endswith(OF_THE_BROWSER)]
    assert {one.host for one in of_the_pages} == {ONION}
    assert {one.status for one in of_the_pages} == {200, 303}
    [given, taken] = [one.cookie_set for one in exchanges if one.cookie_set]
    name, *attributes = given.split("; ")
    assert name.startswith("v=")
    assert sorted(attributes) == ["HttpOnly", "Path=/", "SameSite=Strict"]
    assert taken.startswith('v=""; ')


def test_onion__chromium_without_scripts_pictures_and_fonts__completes_without_refusal_or_complaint(
    made: DemoSite, onion: Proxy, chromium: Browsing, tmp_path: Path
) -> None:
    before, onion.exchanges[:] = inbox_count(made), []
    complaints: list[str] = []
    with _bare_chromium(chromium, onion, tmp_path) as page:
        page.on("console", lambda said: complaints.append(said.text))
        met = _whole_way(ChromiumSurfer(page), f"http://{ONION}")
        own, told = list(onion.exchanges), [text for text in complaints if _is_of_the_policy(text)]
        page.goto(_control("pictures.example"))
        assert {one.path for one in onion.exchanges if one.host == "pictures.example"} == {"/style"}
        page.goto(_control("policy.example", policy=POLICY))
        assert any(_is_of_the_policy(text) for text in complaints)
    assert len(met) > 12
    assert inbox_count(made) == before + 1
    assert told == []
    _assert_all_well(own)


def test_onion__firefox_at_its_safest_without_pictures__completes_without_refusal_or_complaint(
    made: DemoSite, onion: Proxy
) -> None:
    before, onion.exchanges[:] = inbox_count(made), []
    by_proxy = {"network.proxy.http_port": onion.port, "network.proxy.ssl_port": onion.port,
                "network.proxy.allow_hijacking_localhost": True}  # fmt: skip
    with running_firefox({**NO_PICTURES, **by_proxy}) as firefox:
        met = _whole_way(FirefoxSurfer(firefox), f"http://{ONION}")
        own, told = list(onion.exchanges), json.loads(firefox.in_the_browser(COMPLAINTS))
        firefox.goto(_control("pictures.example"))
        assert {one.path for one in onion.exchanges if one.host == "pictures.example"} == {"/style"}
        firefox.goto(_control("policy.example", policy=POLICY))
        assert json.loads(firefox.in_the_browser(COMPLAINTS)) != []
    assert len(met) > 12
    assert inbox_count(made) == before + 1
    assert told == []
    _assert_all_well(own)


def test_https__whole_way__completes_with_a_host_cookie(tabs: Tabs, made: DemoSite, https_site: DemoSite) -> None:
    before = inbox_count(made)
    with tabs() as surfer:
        surfer.begin(https_site.address)
        [cookie] = surfer.cookies()
        assert (cookie["name"], cookie["secure"], cookie["httpOnly"]) == ("__Host-v", True, True)
        assert cookie["sameSite"] == "strict"
        assert cookie.get("expiry", cookie.get("expires", -1)) == -1
        surfer.walk("check", lambda: _answer(surfer))
        assert MARKER in surfer.html()
        surfer.go("send")
        assert surfer.step == "thanks"
        assert surfer.cookies() == []
        thanks = surfer.html()
        with tabs() as stranger:
            stranger.goto(surfer.url)
            assert stranger.html() == thanks
    assert inbox_count(made) == before + 1
