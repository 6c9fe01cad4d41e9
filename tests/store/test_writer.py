"""What a writer who means harm, with plain SQL, cannot do."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import LiteralString

import psycopg
import pytest
from psycopg import errors

from tests.postgres_server import installed_binaries
from tests.store.support import Database, a_package, a_series

pytestmark = pytest.mark.postgresql

DIGESTS = """insert into research.response_digest (series, release, digest)
    select 'exit-1', 1, int4send(n) from generate_series(%s::int, %s) n"""
ROWS = """insert into research.response (series, release, record)
    select 'exit-1', %s, jsonb_build_object('age', %s::int, 'change', n %% 3) from generate_series(1, %s) n"""


@pytest.fixture
def registered(database: Database) -> Database:
    database.admin.register_series(a_series())
    return database


def announce(connection: psycopg.Connection, rows: int) -> None:
    connection.execute(
        "insert into research.release (series, number, kind, manifest_digest, manifest, rows)"
        " values ('exit-1', 1, 'real', 'd', '{}', %s)",
        [rows],
    )
    connection.execute("insert into research.codebook (series, release, codebook) values ('exit-1', 1, '{}')")
    connection.execute(DIGESTS, [1, rows])


@contextmanager
def refused(state: str) -> Iterator[None]:
    with pytest.raises(psycopg.Error) as caught:
        yield
    assert caught.value.sqlstate == state


def stored(database: Database) -> int:
    with database.connect("postgres") as connection:
        row = connection.execute("select count(*) from research.response").fetchone()
        left = connection.execute("select count(*) from research.unchecked").fetchone()
    assert left == (0,)
    assert row is not None
    return int(row[0])


@pytest.mark.parametrize(("rows", "accepted"), [(2, False), (3, True), (4, True)])
def test_writer__class_around_k__only_k_and_more_get_in(registered: Database, rows: int, accepted: bool) -> None:
    outcome = nullcontext() if accepted else refused("RS004")
    with registered.connect("test_writer") as connection, outcome, connection.transaction():
        announce(connection, rows + 3)
        connection.execute(ROWS, [1, 1, rows])
        connection.execute(ROWS, [1, 2, 3])
    assert stored(registered) == (rows + 3 if accepted else 0)


def test_writer__row_for_a_closed_release__is_refused(registered: Database) -> None:
    registered.writer.push(a_package())
    with registered.connect("test_writer") as connection, refused("RS001"):
        connection.execute(ROWS, [1, 1, 3])
    assert stored(registered) == 6


def test_writer__constraints_immediate_then_more_rows__is_refused(registered: Database) -> None:
    with registered.connect("test_writer") as connection, refused("RS001"), connection.transaction():
        announce(connection, 3)
        connection.execute(ROWS, [1, 1, 3])
        connection.execute("set constraints all immediate")
        connection.execute(ROWS, [1, 2, 1])
    assert stored(registered) == 0


def test_writer__constraints_immediate_from_the_start__is_refused(registered: Database) -> None:
    with registered.connect("test_writer") as connection, refused("RS008"), connection.transaction():
        connection.execute("set constraints all immediate")
        announce(connection, 1)
    assert stored(registered) == 0


def test_writer__failed_immediate_check_rolled_back__is_checked_again(registered: Database) -> None:
    with registered.connect("test_writer") as connection, refused("RS004"), connection.transaction():
        announce(connection, 4)
        connection.execute(ROWS, [1, 1, 2])
        connection.execute(ROWS, [1, 2, 2])
        connection.execute("savepoint before")
        with pytest.raises(psycopg.Error):
            connection.execute("set constraints all immediate")
        connection.execute("rollback to before")
    assert stored(registered) == 0


def test_writer__own_deferred_trigger_at_commit__cannot_outrun_the_check(registered: Database) -> None:
    with registered.connect("test_writer") as connection, refused("RS001"), connection.transaction():
        connection.execute("create temp table late (n int)")
        connection.execute(
            "create function pg_temp.late() returns trigger language plpgsql as $$ begin"
            " insert into research.response (series, release, record) values"
            " ('exit-1', 1, '{\"age\": 9, \"change\": 1}'); return null; end $$"
        )
        connection.execute(
            "create constraint trigger late after insert on late deferrable initially deferred"
            " for each row execute function pg_temp.late()"
        )
        announce(connection, 3)
        connection.execute(ROWS, [1, 1, 3])
        connection.execute("insert into late values (1)")
    assert stored(registered) == 0


def test_writer__second_release_weak__refuses_both(registered: Database) -> None:
    with registered.connect("test_writer") as connection, refused("RS004"), connection.transaction():
        announce(connection, 3)
        connection.execute(ROWS, [1, 1, 3])
        connection.execute(
            "insert into research.release (series, number, kind, manifest_digest, manifest, rows)"
            " values ('exit-1', 2, 'real', 'd', '{}', 4)"
        )
        connection.execute("insert into research.codebook (series, release, codebook) values ('exit-1', 2, '{}')")
        connection.execute(DIGESTS.replace("'exit-1', 1,", "'exit-1', 2,"), [100, 103])
        connection.execute(ROWS, [2, 1, 2])
        connection.execute(ROWS, [2, 2, 2])
    assert stored(registered) == 0


def test_writer__quasi_identifier_missing__is_refused(registered: Database) -> None:
    with registered.connect("test_writer") as connection, refused("RS002"), connection.transaction():
        announce(connection, 3)
        connection.execute(ROWS.replace("'age', %s::int", "'year', %s::int"), [1, 1, 3])
    assert stored(registered) == 0


@pytest.mark.parametrize(
    "record",
    [
        '{"age": 1}',
        '{"age": 1, "year": 1}',
        '{"age": 1, "change": 1, "a": null}',
        '{"age": 1, "change": 1, "": null}',
        '{"age": 1, "change": 1, "year": 1, "month": 1, "day": 1}',
        '["age", "change"]',
        '"age"',
        "{}",
    ],
)
def test_writer__other_variables_in_one_row__are_refused(registered: Database, record: str) -> None:
    with registered.connect("test_writer") as connection, refused("RS002"), connection.transaction():
        announce(connection, 4)
        connection.execute(ROWS, [1, 1, 3])
        connection.execute(
            "insert into research.response (series, release, record) values ('exit-1', 1, %s::jsonb)", [record]
        )
    assert stored(registered) == 0


def test_writer__number_and_text_mixed__count_as_two_classes(registered: Database) -> None:
    with registered.connect("test_writer") as connection, refused("RS004"), connection.transaction():
        announce(connection, 4)
        connection.execute(ROWS, [1, 1, 2])
        connection.execute(ROWS.replace("%s::int, 'change'", "(%s::int)::text, 'change'"), [1, 1, 2])
    assert stored(registered) == 0


def test_writer__release_without_rows__is_refused(registered: Database) -> None:
    with registered.connect("test_writer") as connection, refused("RS006"), connection.transaction():
        announce(connection, 0)


def test_writer__repeatable_read__is_refused(registered: Database) -> None:
    with registered.connect("test_writer") as connection, refused("RS009"), connection.transaction():
        connection.execute("set transaction isolation level repeatable read")
        announce(connection, 3)


@pytest.mark.parametrize(
    "statement",
    [
        "set session_replication_role = replica",
        "alter table research.response disable trigger all",
        "alter table research.unchecked disable trigger check_release",
        "drop trigger check_release on research.unchecked",
        "insert into research.unchecked values ('exit-1', 1)",
        "delete from research.unchecked",
        "select * from research.unchecked",
        "select * from research.response",
        "select * from research.response_digest",
        "insert into research.series select * from research.series",
        "update research.series set k = 3",
        "update research.release set rows = 0",
        "update research.response set record = '{}'",
        "delete from research.response",
        "truncate research.response",
        "insert into research.response (series, release, id, record) values ('exit-1', 1, gen_random_uuid(), '{}')",
        "create table research.mine (n int)",
        "create view research.mine as select 1",
        "insert into research.described values ('exit-1', '{}')",
        "select * from research.described",
        "select * from research.harmonised",
        "select research.is_unprotected(1, '{}')",
        "create function research.mine() returns int language sql as 'select 1'",
        "create or replace function research.check_release() returns trigger language plpgsql as 'begin end'",
        "alter function research.check_release() owner to test_writer",
        "set role testresearch_owner",
        """create temp table mine (series text, number int);
        create trigger mine after insert on mine referencing new table as added
        for each statement execute function research.open_release()""",
    ],
)
def test_writer__beyond_adding__is_denied(registered: Database, statement: LiteralString) -> None:
    with registered.connect("test_writer") as connection, pytest.raises(errors.InsufficientPrivilege):
        connection.execute(statement)


@pytest.mark.parametrize("statement", ["table research.response_digest", "table research.unchecked"])
def test_reader__inner_tables__are_hidden(registered: Database, statement: LiteralString) -> None:
    with registered.connect("test_reader") as connection, pytest.raises(errors.InsufficientPrivilege):
        connection.execute(statement)


def test_reader__adding__is_denied(registered: Database) -> None:
    with registered.connect("test_reader") as connection, pytest.raises(errors.InsufficientPrivilege):
        announce(connection, 3)


def test_writer__temporary_look_alikes__do_not_mislead_the_check(registered: Database) -> None:
    with registered.connect("test_writer") as connection:
        connection.execute("create temp table series (series text, k int); create temp table response (series text)")
        connection.execute(
            "create function pg_temp.count(anyelement) returns bigint language sql as 'select 99::bigint'"
        )
        connection.execute("set search_path = pg_temp, research, pg_catalog")
        with refused("RS004"), connection.transaction():
            announce(connection, 3)
            connection.execute(ROWS, [1, 1, 1])
            connection.execute(ROWS, [1, 2, 2])
    assert stored(registered) == 0


def test_writer__psql__is_refused_at_commit(registered: Database) -> None:
    script = """begin;
        insert into research.release (series, number, kind, manifest_digest, manifest, rows)
            values ('exit-1', 1, 'real', 'd', '{}', 1);
        insert into research.codebook (series, release, codebook) values ('exit-1', 1, '{}');
        insert into research.response_digest (series, release, digest) values ('exit-1', 1, 'a');
        insert into research.response (series, release, record) values ('exit-1', 1, '{"age": 77, "change": 1}');
        commit;"""
    psql = str(installed_binaries() / "psql")
    ran = subprocess.run(
        [psql, "-X", "-v", "ON_ERROR_STOP=1", "-v", "VERBOSITY=verbose", registered.dsn("test_writer")],
        input=script, capture_output=True, text=True, check=False,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    assert ran.returncode == 3
    assert "RS006" in ran.stderr
    assert "77" not in ran.stderr
    assert stored(registered) == 0


def test_writer__same_response_in_two_series_at_once__one_is_refused(registered: Database) -> None:
    registered.admin.register_series(a_series(series="exit-2"))
    outcomes: list[str] = []

    def push(series: str) -> None:
        try:
            registered.writer.push(a_package(series=series))
            outcomes.append("pushed")
        except Exception as error:
            outcomes.append(str(error))

    threads = [threading.Thread(target=push, args=(series,)) for series in ("exit-1", "exit-2")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("pushed") == 1
    assert sum("already in another series" in outcome for outcome in outcomes) == 1
    assert stored(registered) == 6


def test_rows__after_a_push__share_a_transaction_and_have_random_ids(registered: Database) -> None:
    registered.writer.push(a_package())
    with registered.connect("postgres") as connection:
        rows = connection.execute("select distinct xmin::text from research.response").fetchall()
        versions = connection.execute("select distinct substr(id::text, 15, 1) from research.response").fetchall()
    assert len(rows) == 1
    assert versions == [("4",)]
