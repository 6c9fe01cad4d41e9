"""Hostile markup in the texts of a published questionnaire: it is shown as text; were it not, it still does nothing."""

from __future__ import annotations

import contextlib
import json
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.attacks.conftest import Tabs
from tests.attacks.elsewhere import Elsewhere
from tests.attacks.sites import served
from tests.journeys.demo_site import DemoSite
from tests.rubric.screens import database

SECONDS_TO_SETTLE = 1
RAN = "a script ran"


def _hostile(host: str) -> str:
    """Markup that, unhindered, runs scripts and calls this host in a dozen ways; the button sends a form there."""
    return f"""<script>document.title = '{RAN}'; new Image().src = '{host}script'</script>
<img src="{host}image" onerror="new Image().src = '{host}onerror'">
<svg onload="new Image().src = '{host}svg'"></svg>
<style>@import url("{host}import"); h1 {{ background: url("{host}background") }}</style>
<p style="background: url({host}attribute)">x</p><link rel="stylesheet" href="{host}sheet">
<iframe src="{host}frame"></iframe><object data="{host}object"></object><video src="{host}video" autoplay></video>
<input autofocus onfocus="new Image().src = '{host}onfocus'">
<form action="{host}form" method="post"><input name="a" value="b"><button id="injected">Go on</button></form>
<base href="{host}">"""


def _altered(node: Any, addition: str) -> Any:
    """The document with this after every text that somebody reads in English, page titles left as they are."""
    if isinstance(node, list):
        return [_altered(each, addition) for each in node]
    if not isinstance(node, dict):
        return node
    return {
        key: value + addition if key == "en" and isinstance(value, str) and value
        else value if key == "title" else _altered(value, addition)
        for key, value in node.items()
    }  # fmt: skip


def _inject(site: DemoSite, addition: str) -> None:
    with contextlib.closing(database(site)) as connection, connection:
        [(document,)] = connection.execute("SELECT document FROM selfhelp_survey_publishedversion").fetchall()
        altered = json.dumps(_altered(json.loads(document), addition))
        connection.execute("UPDATE selfhelp_survey_publishedversion SET document = ?", (altered,))


@pytest.fixture(scope="module")
def hostile_site(
    made: DemoSite, elsewhere: Elsewhere, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], DemoSite]]:
    """The example with this added to its published texts and with escaping as it is, or off, by the settings' name."""
    host = elsewhere.as_another_host
    with ExitStack() as open_sites:

        def serve(settings: str) -> DemoSite:
            folder = tmp_path_factory.mktemp("hostile")
            site = replace(made, var=Path(shutil.copytree(made.var, folder / "var")), log=folder / "log")
            _inject(site, _hostile(host) + _refreshing(host))
            serving: AbstractContextManager[DemoSite] = served(
                site, DJANGO_SETTINGS_MODULE=settings, EXAMPLE_LEAVE_URL=elsewhere.address
            )
            return open_sites.enter_context(serving)

        yield serve


def _refreshing(host: str) -> str:
    return f'<meta http-equiv="refresh" content="0; url={host}refresh">'


def _asked_of(elsewhere: Elsewhere, since: int) -> set[str]:
    """What was asked for since then, each without the marks of the page."""
    time.sleep(SECONDS_TO_SETTLE)  # a request that comes late is one too
    return set(elsewhere.asked[since:])


def test_hostile_markup__on_a_page_without_policy__runs_loads_and_sends(tabs: Tabs, elsewhere: Elsewhere) -> None:
    host = elsewhere.as_another_host
    page = elsewhere.show("<!doctype html><title>Plain</title><h1>Plain</h1>" + _hostile(host))
    refreshing = elsewhere.show("<!doctype html><title>Plain</title>" + _refreshing(host))
    with tabs(scripts=True) as surfer:
        since = len(elsewhere.asked)
        surfer.goto(page)
        assert RAN in surfer.html()
        surfer.press("#injected")
        assert surfer.url == f"{host}form"
        surfer.goto(refreshing)
        asked = _asked_of(elsewhere, since)
    called = ("script", "image", "onerror", "svg", "import", "attribute", "sheet", "frame", "object", "refresh")
    assert {f"GET /{name}" for name in called} - asked == set()
    assert "POST /form" in asked


@pytest.mark.parametrize("settings", ["example_project.settings", "tests.attacks.unescaped_settings"])
def test_hostile_markup__in_every_published_text__runs_loads_and_sends_nothing(
    tabs: Tabs, hostile_site: Callable[[str], DemoSite], elsewhere: Elsewhere, settings: str
) -> None:
    site = hostile_site(settings)
    is_escaped = settings == "example_project.settings"
    with tabs(scripts=True) as surfer:
        since = len(elsewhere.asked)
        surfer.goto(f"{site.address}/feedback/en/end/")
        assert surfer.has("#injected") is not is_escaped
        assert _asked_of(elsewhere, since) == set()
        assert RAN not in surfer.evaluate("document.title")
        if is_escaped:
            surfer.begin(site.address)
            surfer.walk("using")
            assert "&lt;script&gt;" in surfer.html()
        else:
            surfer.click("#injected")
        assert _asked_of(elsewhere, since) == set()
        assert surfer.url.startswith(f"{site.address}/feedback/en/end/")
