"""Crowds that only look, or begin and leave: no rows, a cap that holds, and room for those who are there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.faults.production_site import Prepared, ProductionSite, production_site

CAP = 300
ABANDONED = 10_000
SEED = """
INSERT INTO selfhelp_survey_draft (id, state, sealed, purge_hour)
SELECT gen_random_uuid(), 'open', decode(repeat(md5(n::text), 256), 'hex'), 1 FROM generate_series(1, %s) AS n
"""


@pytest.fixture(scope="module")
def shared_site(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProductionSite]:
    """A site with a small cap on open drafts."""
    with production_site(prepared, tmp_path_factory.mktemp("crowd"), survey={"DRAFT_CAP": CAP}) as running:
        yield running


def crowd(site: ProductionSite, what: str, count: int) -> dict[str, Any]:
    """What a crowd of this size was answered."""
    done = site.run("tests.faults.crowd", what, str(count))
    assert done.returncode == 0, done.stderr
    figures: dict[str, Any] = json.loads(done.stdout)
    print(f"{count} x {what}: {figures}")
    return figures


def test_ten_thousand_visits__looking_only__leave_no_row(site: ProductionSite) -> None:
    figures = crowd(site, "visit", 10_000)
    assert set(figures["statuses"]) == {"200", "303"}
    assert site.rows("SELECT count(*) FROM selfhelp_survey_draft") == [(0,)]
    assert site.rows("SELECT count(*) FROM django_session") == [(0,)]


def test_thousands_begin_and_leave__the_cap_holds_and_those_who_are_there_go_on(site: ProductionSite) -> None:
    visitor = site.visitor()
    visitor.walk("second")
    figures = crowd(site, "begin", 2_000)
    assert figures["statuses"] == {"303": CAP - 1, "503": 2_000 - (CAP - 1)}
    assert len(site.drafts()) == CAP
    refused = site.visitor().send("consent", adult=1, consent=1)
    assert (refused.status, refused.cookies_set) == (503, ())
    assert "Please try again later" in refused.text
    visitor.walk(start="second")
    assert visitor.finish().step == "thanks"
    assert len(site.received()) == 1


def test_purge__of_ten_thousand_abandoned_drafts__leaves_the_live_ones_and_makes_room(site: ProductionSite) -> None:
    people = [site.visitor() for _ in range(5)]
    for person in people:
        person.walk("second")
    site.rows(SEED, ABANDONED)
    assert site.visitor().send("consent", adult=1, consent=1).status == 503
    assert site.manage("survey_purge").returncode == 0
    assert site.rows("SELECT count(*) FROM selfhelp_survey_draft") == [(len(people),)]
    assert site.visitor().send("consent", adult=1, consent=1).status == 303
    for person in people:
        person.walk(start="second")
        assert person.finish().step == "thanks"
    assert len(site.received()) == len(people)
