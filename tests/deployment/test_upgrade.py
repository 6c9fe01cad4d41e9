"""The upgrade guide, line by line, on a site that an older version left: what was sent is kept."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator

import psycopg
import pytest

from tests.deployment.deployed_site import COPIES, DATABASE, OWNER, DeployedSite, psql
from tests.deployment.guide import FILES, GUIDES, UNITS
from tests.unit.docs.pages import fenced

UPGRADED = COPIES[1]
MORE = {"DATABASE_NAME": UPGRADED}
Row = dict[str, object]
OLDER = "0003"
"""The last migration of the older version."""
FILLED = """
insert into selfhelp_survey_inboxresponse select gen_random_uuid(), 'x' from generate_series(1, 3);
insert into selfhelp_survey_sealedresponse select gen_random_uuid(), 'y' from generate_series(1, 4);
insert into selfhelp_survey_draft (id, state, sealed, purge_hour)
    select gen_random_uuid(), 'open', 'z', 999999 from generate_series(1, 2);
"""
ROWS = "SELECT to_jsonb(one) FROM selfhelp_survey_{table} one"
KEPT = ("inboxresponse", "sealedresponse", "draft", "publishedversion", "entry", "keyproof", "wording")


def typed() -> list[list[str]]:
    """Every line of the guide that a reader types, in order, as words."""
    blocks = fenced((GUIDES / "upgrade.md").read_text("utf-8"), "")
    return [shlex.split(line) for body in blocks for line in body.splitlines() if line.strip()]


@pytest.fixture
def older(site: DeployedSite) -> Iterator[DeployedSite]:
    """A copy of the site's database as the older version left it, with responses and drafts in it."""
    psql(site, f"CREATE DATABASE {UPGRADED} TEMPLATE {DATABASE} OWNER {OWNER}")
    psql(site, FILLED, dbname=UPGRADED)
    for words in (["survey_purge"], ["migrate", "--database", "owner", "selfhelp_survey", OLDER, "--verbosity", "0"]):
        done = site.manage(*words, **MORE)
        assert done.returncode == 0, done.stderr
    yield site
    psql(site, f"DROP DATABASE {UPGRADED} WITH (FORCE)")


def held(site: DeployedSite) -> dict[str, list[Row]]:
    """Every row of the tables that an upgrade must keep, in the columns that the older version had."""
    found = {}
    with psycopg.connect(site.postgres.dsn(dbname=UPGRADED)) as connection:
        for name in KEPT:
            rows = connection.execute(ROWS.format(table=name).encode()).fetchall()
            found[name] = [row for (row,) in rows]
    return found


def run(words: list[str], site: DeployedSite) -> None:
    """One line of the guide, as its reader would run it. systemd is not here: its units are looked for instead."""
    program, *rest = words
    if program == "systemctl":
        assert f"{rest[-1]}.service" in {path.name for path in UNITS}
    elif program == "psql":
        psql(site, (FILES / rest[1]).read_text("utf-8"), dbname=UPGRADED, user=OWNER)
    else:
        done = site.manage(*rest[1:], **MORE)
        assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"


def test_upgrading__by_the_guide__keeps_every_row_and_works(older: DeployedSite) -> None:
    before = held(older)
    assert all(before[name] for name in ("inboxresponse", "sealedresponse", "draft", "publishedversion", "entry"))
    for words in typed():
        run(words, older)
    after = held(older)
    for name, rows in before.items():
        kept = [{column: row[column] for column in rows[0]} for row in after[name]]
        assert sorted(map(as_text, kept)) == sorted(map(as_text, rows)), name
    assert set(after["entry"][0]) > set(before["entry"][0]), "the older version had fewer columns"


def as_text(row: Row) -> str:
    """A row as something to sort by."""
    return json.dumps(row, sort_keys=True)
