"""A backup by the shipped script, restored by the guide: the site works on it, and asks nobody's draft back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.deployment.deployed_site import DeployedSite, give_rights, psql
from tests.deployment.guide import GUIDES
from tests.unit.docs.pages import fenced

RESTORED = "site_restored"
ROWS = "SELECT encode(sealed, 'hex') FROM selfhelp_survey_{table} ORDER BY 1"


@pytest.fixture(scope="module")
def dump(site: DeployedSite, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve sealed responses that wait and two drafts, backed up by the service of the timer."""
    site.rows("DELETE FROM selfhelp_survey_inboxresponse")
    site.rows("DELETE FROM selfhelp_survey_draft")
    site.rows("INSERT INTO selfhelp_survey_inboxresponse SELECT gen_random_uuid(), 'x' FROM generate_series(1, 12)")
    drafts = "SELECT gen_random_uuid(), 'open', 'x', 999999 FROM generate_series(1, 2)"
    site.rows(f"INSERT INTO selfhelp_survey_draft (id, state, sealed, purge_hour) {drafts}")
    folder = tmp_path_factory.mktemp("backups")
    done = site.start("survey-backup.service", BACKUP_FOLDER=str(folder))
    assert done.returncode == 0, done.stdout + done.stderr
    (made,) = folder.iterdir()
    return made


@pytest.fixture(scope="module")
def restored(site: DeployedSite, dump: Path) -> Iterator[dict[str, str]]:
    """The site's variables on a database made from the dump, in the guide's order."""
    first, second = fenced((GUIDES / "backups.md").read_text("utf-8"), "sql")
    psql(site, first)
    programs = site.postgres.bin_dir
    owner = f"host={site.postgres.socket_dir} dbname={RESTORED} user=site_owner"
    done = site.run(
        [str(programs / "pg_restore"), "--no-owner", "--no-acl", "--exit-on-error", "--dbname", owner, str(dump)]
    )
    assert done.returncode == 0, done.stderr
    more = {"DATABASE_NAME": RESTORED}
    give_rights(site, **more)
    psql(site, second, dbname=RESTORED, user="site_owner")
    yield more
    psql(site, f"DROP DATABASE {RESTORED} WITH (FORCE)")


def rows(dsn: str, table: str) -> list[tuple[object, ...]]:
    """What is sealed in a table, in an order of its own."""
    with psycopg.connect(dsn) as connection:
        return connection.execute(ROWS.format(table=table).encode()).fetchall()


def test_backup__of_the_service__shuffled_first_and_can_be_read_by_nobody_else(site: DeployedSite, dump: Path) -> None:
    assert rows(site.dsn, "inboxresponse") == []
    assert len(rows(site.dsn, "sealedresponse")) >= 12
    assert dump.stat().st_mode & 0o077 == 0
    assert dump.suffix == ".dump"


def test_restored__responses__are_all_there_and_drafts_are_gone(site: DeployedSite, restored: dict[str, str]) -> None:
    there = site.postgres.dsn(dbname=RESTORED)
    assert rows(there, "sealedresponse") == rows(site.dsn, "sealedresponse")
    assert rows(there, "draft") == []
    assert len(rows(site.dsn, "draft")) == 2


def test_restored__site__has_every_entry_closed_and_every_right(site: DeployedSite, restored: dict[str, str]) -> None:
    told = site.manage("survey_status", **restored)
    assert told.returncode == 0, told.stdout + told.stderr
    assert told.stdout.splitlines()[0] == "survey: quiet"
    site.manage("survey_entry", "end", "--open", **restored).check_returncode()
    probed = site.manage("survey_probe", "--entry", "end", **restored)
    assert probed.returncode == 0, probed.stdout + probed.stderr
