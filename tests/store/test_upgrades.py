"""From one numbered layout of the database to the next: everything stays, and nothing is ever half done."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from psycopg import sql

from selfhelp_survey.errors import StoreError
from selfhelp_survey.research_store import layout
from selfhelp_survey.research_store.interface import ResearchStore
from selfhelp_survey.research_store.layout import newest_version
from selfhelp_survey.research_store.loading import load
from selfhelp_survey.research_store.statements import query, statement, statements
from tests.store.support import GOOD, PREFIX, Database, a_codebook, a_package, make_login

RELEASED_BLOCKS = {
    "version_1": "eb6ee5f7043ebb1a15272f2011c4e81edd7316774f79be412a7fd48c4d405583",
    "version_2": "c40b098958ef2ac0d53163a337e018f4cba5dec2d89cd364fb10afd6a475c551",
}
"""SHA-256 of every block that may be in use somewhere: such a block is never edited."""

FIRST_GRANTS = """
grant usage on schema research to {writer}, {reader};
grant select on research.schema_version, research.series, research.release to {writer};
grant insert (series, number, kind, manifest_digest, manifest, rows) on research.release to {writer};
grant insert (series, release, record) on research.response to {writer};
grant insert (series, release, digest) on research.response_digest to {writer};
grant insert (series, release, codebook) on research.codebook to {writer};
grant insert (series, release, table_name, cell, count) on research.total to {writer};
grant select on research.response, research.codebook to {reader};
"""
"""What the first program granted that the tests below use."""


def test_schema__block_in_use__is_never_edited() -> None:
    digests = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in statements("schema.sql").items()}
    assert {name: digests[name] for name in RELEASED_BLOCKS} == RELEASED_BLOCKS
    assert list(digests) == [f"version_{number}" for number in range(1, len(digests) + 1)]


def make_version_one(database: Database) -> None:
    """The schema, roles and rights as the first program left them, and a series."""
    names = {role: sql.Identifier(f"{PREFIX}_{role}") for role in ("owner", "writer", "reader")}
    with database.connect("postgres") as connection:
        for name in names.values():
            connection.execute(statement("roles.sql", "create_role").format(member=name))
        for role in ("writer", "reader"):
            make_login(connection, role)
    with psycopg.connect(database.dsn("postgres")) as connection:
        connection.execute(statement("roles.sql", "create_schema").format(**names))
        connection.execute(statement("roles.sql", "become_owner").format(**names))
        connection.execute(statement("schema.sql", "version_1"))
        connection.execute(query("remember_version"), {"version": 1})
        connection.execute(sql.SQL(FIRST_GRANTS).format(**names))
        connection.execute(
            "insert into research.series values ('exit-1', 'real', 'records', 3, 2, 3, '{age}', '{age,change}',"
            """ '[{"name": "change", "variables": ["change"], "needed": 2}]', %s,"""
            """ '{"plan": {"questionnaire": "exit_survey"}}')""",
            ["0" * 64],
        )


@pytest.fixture
def version_one(empty_database: Database) -> Database:
    """A database at the first layout, with a release that its own checks let in."""
    make_version_one(empty_database)
    with psycopg.connect(empty_database.dsn("test_writer")) as connection:
        load(connection, a_package(codebook=a_codebook()))
    return empty_database


@pytest.mark.postgresql
def test_init__database_of_version_one__keeps_its_releases_and_gains_the_rest(version_one: Database) -> None:
    made = version_one.admin.init()
    assert (made.version_before, made.version_after, made.roles_created) == (1, newest_version(), ())
    assert [known.number for known in version_one.writer.known_releases("exit-1")] == [1]
    assert len(list(version_one.reader.read_records("exit-1"))) == len(GOOD)
    with version_one.connect("test_reader") as connection:
        row = connection.execute("select count(age), min(age_label) from research.exit_survey").fetchone()
        assert row == (6, "old")
        assert connection.execute("select distinct age_group from research.harmonised order by 1").fetchall() == [
            (1,), (2,),
        ]  # fmt: skip


@pytest.mark.postgresql
def test_init__database_of_version_one__still_checks_what_comes(version_one: Database) -> None:
    version_one.admin.init()
    assert version_one.writer.push(a_package(codebook=a_codebook())).pushed is False
    with pytest.raises(StoreError, match="already in the store"):
        version_one.writer.push(a_package(number=2, digests=(b"1-0", b"v", b"w", b"x", b"y", b"z")))
    with pytest.raises(StoreError, match="fewer rows than k"):
        version_one.writer.push(a_package(number=2, records=GOOD[:5]))
    assert version_one.writer.push(a_package(number=2)).pushed
    assert version_one.admin.init().version_before == newest_version()


@pytest.mark.postgresql
def test_init__two_upgrades_at_once__one_upgrades_and_the_other_finds_it_done(version_one: Database) -> None:
    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(lambda _: version_one.admin.init(), range(2)))
    assert sorted(one.version_before for one in made) == [1, newest_version()]


@pytest.mark.postgresql
def test_init__upgrade_that_fails_half_way__leaves_version_one_whole(version_one: Database) -> None:
    with version_one.connect("postgres") as connection:
        connection.execute("create view research.protected_total as select 1 as in_the_way")
    with pytest.raises(StoreError, match="nothing was loaded"):
        version_one.admin.init()
    with version_one.connect("postgres") as connection:
        assert connection.execute("select max(version) from research.schema_version").fetchone() == (1,)
        assert connection.execute("select to_regclass('research.described')").fetchone() == (None,)
        connection.execute("drop view research.protected_total")
        assert connection.execute("select count(*) from research.response").fetchone() == (6,)
    assert version_one.admin.init().version_after == newest_version()


def refusals(store: ResearchStore) -> list[str]:
    """What each way into a store of another layout answers."""
    told = []
    for way in (
        lambda: store.push(a_package()),
        lambda: store.known_releases("exit-1"),
        lambda: store.find_series("exit-1"),
        lambda: list(store.read_records("exit-1")),
    ):
        with pytest.raises(StoreError) as caught:
            way()
        told.append(str(caught.value))
    return told


@pytest.mark.postgresql
def test_store__older_than_the_program__says_that_its_owner_upgrades_it(version_one: Database) -> None:
    assert all("init-store" in told for told in refusals(version_one.admin))


@pytest.mark.postgresql
def test_store__newer_than_the_program__is_left_alone(database: Database) -> None:
    with database.connect("postgres") as connection:
        connection.execute("insert into research.schema_version values (%s)", [newest_version() + 1])
    assert all("newer selfhelp-survey" in told for told in refusals(database.admin))
    with pytest.raises(StoreError, match="newer selfhelp-survey"):
        database.admin.init()


@pytest.mark.postgresql
def test_upgrade__every_version__is_remembered(database: Database) -> None:
    with database.connect("postgres") as connection:
        held = connection.execute("select version from research.schema_version order by 1").fetchall()
    assert held == [(version,) for version in range(1, layout.newest_version() + 1)]
