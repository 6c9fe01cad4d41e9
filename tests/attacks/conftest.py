"""Fixtures of the attacks: sites that are made once and shared, and a victim in either browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest

from tests.attacks.elsewhere import Elsewhere, running_elsewhere
from tests.attacks.sites import self_signed_certificate, served
from tests.attacks.surfers import ChromiumSurfer, FirefoxSurfer, Surfer, chromium_surfer, firefox_surfer
from tests.browsers import SAFEST, Browsing, Firefox, running_firefox
from tests.journeys.demo_site import DemoSite, prepared_demo

# Tor Browser's safest level but for private browsing: what can be kept is kept, so that a test can see whether it was.
KEEPING = {**SAFEST, "browser.privatebrowsing.autostart": False, "browser.cache.disk.enable": True}
Tabs = Callable[..., AbstractContextManager[Surfer]]


@pytest.fixture(scope="session")
def elsewhere() -> Iterator[Elsewhere]:
    """Somebody else's site: where "leave quickly" leads, and where an attacker's pages are."""
    with running_elsewhere() as site:
        yield site


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> DemoSite:
    """The example as it is before anybody answered, not served."""
    return prepared_demo(tmp_path_factory.mktemp("attacked"), tmp_path_factory)


@pytest.fixture(scope="session")
def site(made: DemoSite, elsewhere: Elsewhere) -> Iterator[DemoSite]:
    """The example, served on this machine."""
    with served(made, EXAMPLE_LEAVE_URL=elsewhere.address) as serving:
        yield serving


@pytest.fixture(scope="session")
def https_site(made: DemoSite, elsewhere: Elsewhere) -> Iterator[DemoSite]:
    """The same example over https, as in production: DEBUG off, a certificate that only these tests accept."""
    certificate = self_signed_certificate(made.temporary / "certificate.pem")
    with served(made, certificate=certificate, EXAMPLE_DEBUG="0", EXAMPLE_LEAVE_URL=elsewhere.address) as serving:
        yield serving


@pytest.fixture(scope="session")
def firefoxes() -> Iterator[Callable[[bool], Firefox]]:
    """A Firefox as it comes, or one without scripts that keeps what it may; each started when first asked for."""
    running: dict[bool, tuple[AbstractContextManager[Firefox], Firefox]] = {}

    def firefox(scripts: bool) -> Firefox:
        if scripts not in running:
            opening = running_firefox({} if scripts else KEEPING, trusts_any_certificate=True)
            running[scripts] = opening, opening.__enter__()
        return running[scripts][1]

    yield firefox
    for opening, _ in running.values():
        opening.__exit__(None, None, None)


@pytest.fixture(params=["chromium", "firefox"])
def tabs(request: pytest.FixtureRequest) -> Tabs:
    """`tabs(scripts=False)` is a tab with cookies of its own, in each of the browsers."""
    if request.param == "chromium":
        browsing: Browsing = request.getfixturevalue("chromium")
        return lambda *, scripts=False: _in_chromium(browsing, scripts)
    firefox = request.getfixturevalue("firefoxes")
    return lambda *, scripts=False: _in_firefox(firefox(scripts))


@contextmanager
def _in_chromium(browsing: Browsing, scripts: bool) -> Iterator[ChromiumSurfer]:
    options: dict[str, Any] = {"java_script_enabled": scripts, "ignore_https_errors": True}
    with chromium_surfer(browsing.browser.new_context(**options)) as surfer:
        yield surfer


@contextmanager
def _in_firefox(firefox: Firefox) -> Iterator[FirefoxSurfer]:
    with firefox_surfer(firefox) as surfer:
        yield surfer


@pytest.fixture
def surfer(tabs: Tabs) -> Iterator[Surfer]:
    """A victim with page scripts off."""
    with tabs() as tab:
        yield tab
