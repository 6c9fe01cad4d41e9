"""A survey answered halfway, with a marker in every place where somebody can write or choose: it is found nowhere."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from selfhelp_survey.leaks.search import hits_in
from tests.browsers import Browsing, Visitor
from tests.journeys.demo_site import DemoSite
from tests.journeys.walk import Walk


def _marker() -> str:
    return "".join(["ZQ", "XM", "ark", str(7700 + 31), "ż"])


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_markers__half_finished_survey__are_in_no_table_session_log_or_temporary_file(
    demo: DemoSite, chromium: Browsing
) -> None:
    marker = _marker()
    with chromium.open(Visitor()) as page:
        page.goto(f"{demo.address}/feedback/en/end/")
        walk = Walk(page=page)
        walk.consent()
        while walk.step != "words":
            names = page.locator("input[type=radio]").evaluate_all("all => all.map(one => one.name)")
            for name in dict.fromkeys(names):
                page.locator(f'input[name="{name}"]').nth(2).check()
            walk.press("next")
        page.locator("textarea").fill(marker + " and more")
        walk.press("back")
        page.goto(f"{demo.address}/feedback/en/end/words/")
        assert marker in page.locator("textarea").input_value()
        page.locator("textarea").fill(marker * 100)  # too long: kept as typed
        walk.press("next")
        [cookie] = page.context.cookies()
    found = b"".join(path.read_bytes() for folder in (demo.var, demo.temporary) for path in _files(folder))
    found += demo.log.read_bytes()
    with sqlite3.connect(demo.var / "example.sqlite3") as database:
        drafts = database.execute("SELECT count(*) FROM selfhelp_survey_draft WHERE state = 'open'").fetchone()[0]
        sessions = database.execute("SELECT count(*) FROM django_session").fetchone()[0]
    assert drafts >= 1
    assert sessions == 0
    assert not hits_in(found, marker, marker[:9], cookie["value"])
