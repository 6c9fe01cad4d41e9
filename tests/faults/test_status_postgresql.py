"""Broken or quiet on PostgreSQL: the server stopped, its disk full, no key, a forgotten shuffle. Real processes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.production_site import Prepared, ProductionSite, production_site, wait_until
from tests.faults.small_disk import SmallDisk, small_disk
from tests.faults.told import probe_of, status_of

HEALTH = "/feedback/health/"
PAGES = "walked 19 pages"
MEGABYTES = 48


@pytest.fixture
def tended(site: ProductionSite) -> ProductionSite:
    """The module's site with its timers on time."""
    site.manage("survey_purge").check_returncode()
    site.manage("survey_shuffle").check_returncode()
    return site


@pytest.fixture
def stopped(tended: ProductionSite) -> Iterator[ProductionSite]:
    """The same, with PostgreSQL stopped."""
    tended.prepared.postgres.stop()
    yield tended
    tended.prepared.postgres.start()


def health(site: ProductionSite) -> tuple[int, str]:
    """What a monitor is told."""
    page = site.visitor().request("GET", HEALTH)
    return page.status, page.text


def everything_in(site: ProductionSite) -> list[tuple[object, ...]]:
    tables = ("draft", "inboxresponse", "sealedresponse")
    return [row for table in tables for row in site.rows(f"SELECT xmin::text, * FROM selfhelp_survey_{table}")]  # noqa: S608


def test_status__everything_runs__is_well_for_the_two_roles(tended: ProductionSite) -> None:
    told = status_of(tended.manage)
    assert (told.code, told.facts["verdict"], told.codes) == (0, "well", [])
    assert told.facts["last"]["purge"]["hours_ago"] in {0, 1}
    assert told.facts["failures"] == {}
    assert health(tended) == (200, "ok\n")


def test_probe__website_may_only_insert__walks_and_leaves_not_one_row(tended: ProductionSite) -> None:
    visitor = tended.visitor()
    visitor.walk(words="somebody in the middle")
    before, logged = everything_in(tended), tended.postgres_log.read_text()
    code, words = probe_of(tended.manage)
    assert code == 0
    assert f"entry 'end': {PAGES}" in words
    assert everything_in(tended) == before
    assert tended.postgres_log.read_text() == logged
    visitor.finish()
    assert len(tended.received()) == 1


def test_status__postgresql_stopped__says_so_and_nothing_of_where_it_is(stopped: ProductionSite) -> None:
    told = status_of(stopped.manage)
    assert (told.code, told.facts["verdict"]) == (1, "broken")
    assert told.codes == ["database_unreachable", "maintenance_unreachable"]
    assert told.facts["database"] == {"answers": False, "migrated": None, "writable": None}
    assert told.facts["keys"]["configured"] == 2
    assert "OperationalError" in told.words
    for secret in (str(stopped.prepared.postgres.socket_dir), stopped.dbname, "survey_web", "socket"):
        assert secret not in told.words


def test_probe__postgresql_stopped__says_so(stopped: ProductionSite) -> None:
    code, words = probe_of(stopped.manage)
    assert code == 1
    assert "the database could not do this" in words
    assert str(stopped.prepared.postgres.socket_dir) not in words


def test_health__postgresql_stopped_and_started__fails_meanwhile_only(tended: ProductionSite) -> None:
    tended.prepared.postgres.stop()
    try:
        wait_until(lambda: health(tended) == (503, "failing\n"), "a health that fails")
    finally:
        tended.prepared.postgres.start()
    wait_until(lambda: health(tended) == (200, "ok\n"), "a health that is well again")


@pytest.mark.parametrize(
    ("recipients", "reason"), [("", "names no key"), ("nonsense", "no public key"), ("one", "names one key only")]
)
def test_status__key_missing__is_told_and_probe_says_why_nobody_can_begin(
    recipients: str, reason: str, tended: ProductionSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = {"": [], "nonsense": ["nonsense"], "one": [tended.prepared.keys[0].public.text]}[recipients]
    monkeypatch.setattr(tended, "survey", {"RECIPIENTS": lines})
    told = status_of(tended.manage)
    assert (told.code, told.codes[0]) == (1, "keys")
    assert reason in told.words
    code, words = probe_of(tended.manage)
    assert code == 1
    assert "nobody can begin" in words
    assert reason in words


def test_status__ten_wait_and_the_shuffle_timer_is_forgotten__is_overdue_until_it_runs(tended: ProductionSite) -> None:
    tended.rows("UPDATE selfhelp_survey_upkeep SET hour = hour - 49 WHERE chore = 'shuffle'")
    rows = "SELECT gen_random_uuid(), 'x' FROM generate_series(1, %s)"
    row = f"INSERT INTO selfhelp_survey_inboxresponse (id, sealed) {rows}"
    tended.rows(row, 9)
    assert status_of(tended.manage).code == 0
    tended.rows(row, 1)
    told = status_of(tended.manage)
    assert (told.code, told.codes, told.facts["at_least"]["inbox"]) == (1, ["shuffle_overdue"], 10)
    tended.manage("survey_shuffle").check_returncode()
    told = status_of(tended.manage)
    assert (told.code, told.codes, told.facts["at_least"]["sealed"]) == (0, ["bundle_due"], 10)


def test_status__role_of_the_timers_locked_out__is_told_beside_all_else(tended: ProductionSite) -> None:
    tended.prepared.run("ALTER ROLE survey_maintenance NOLOGIN")
    try:
        told = status_of(tended.manage)
    finally:
        tended.prepared.run("ALTER ROLE survey_maintenance LOGIN")
    assert told.codes == ["maintenance_unreachable"]
    assert told.facts["database"]["writable"] is True


def test_status__website_lost_a_right__is_told_with_its_sqlstate(tended: ProductionSite) -> None:
    tended.rows("REVOKE SELECT ON selfhelp_survey_rounded_counts FROM survey_web")
    try:
        told = status_of(tended.manage)
    finally:
        tended.rows("GRANT SELECT ON selfhelp_survey_rounded_counts TO survey_web")
    assert told.codes == ["not_told"]
    assert told.facts["failures"]["sizes"]["state"] == "42501"
    assert told.facts["at_least"]["drafts"] == 0


def test_status__standby_that_takes_no_writes__is_read_only(tended: ProductionSite) -> None:
    tended.prepared.run(f"ALTER DATABASE {tended.dbname} SET default_transaction_read_only = on")
    try:
        told = status_of(tended.manage)
    finally:
        tended.prepared.run(f"ALTER DATABASE {tended.dbname} RESET default_transaction_read_only")
    assert (told.code, told.codes) == (1, ["read_only"])
    assert told.facts["failures"]["writing"]["state"] == "25006"


@pytest.fixture
def disk(prepared: Prepared) -> Iterator[SmallDisk]:
    """A small disk that PostgreSQL may put a database on, as the tablespace `small`."""
    with small_disk(prepared.postgres.base / "small", megabytes=MEGABYTES, owner="nobody") as made:
        prepared.run(f"CREATE TABLESPACE small LOCATION '{made.place}'")
        yield made
        prepared.run("DROP TABLESPACE small")
    made.place.rmdir()


def test_status__disk_of_postgresql_full__tells_it_from_a_database_that_is_down(
    prepared: Prepared, disk: SmallDisk, tmp_path: Path
) -> None:
    with production_site(prepared, tmp_path / "site", tablespace="small") as site:
        site.manage("survey_purge").check_returncode()
        assert status_of(site.manage).code == 0
        disk.fill()
        told = status_of(site.manage)
        assert (told.code, told.codes) == (1, ["disk_full"])
        assert told.facts["failures"]["writing"]["state"] == "53100"
        code, words = probe_of(site.manage)
        assert code == 1
        assert "entry 'end': the page" in words
        assert "answered 503" in words
        assert health(site) == (200, "ok\n")
        disk.make_room()
        assert status_of(site.manage).code == 0
        assert probe_of(site.manage)[0] == 0
