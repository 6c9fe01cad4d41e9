"""The PostgreSQL store: making it, reaching it, and losing it half-way."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from psycopg import errors, sql

from selfhelp_survey.errors import StoreError
from selfhelp_survey.research_store.interface import Record
from selfhelp_survey.research_store.layout import newest_version
from selfhelp_survey.research_store.postgres import PostgresStore, init_store
from selfhelp_survey.research_store.statements import query
from tests.postgres_server import RunningPostgres, running_postgres
from tests.store.support import GOOD, PREFIX, Database, a_package, a_series, prepare

pytestmark = pytest.mark.postgresql

ROOT = Path(__file__).parents[2]


class Interrupted:
    """Records that call something half-way, the first time they are read."""

    def __init__(self, records: Iterable[Record], interrupt: Callable[[], object]) -> None:
        self.records = list(records) * 5000
        self.interrupt: Callable[[], object] | None = interrupt

    def __iter__(self) -> Iterator[Record]:
        for place, record in enumerate(self.records):
            if place == len(self.records) // 2 and self.interrupt is not None:
                self.interrupt()
                self.interrupt = None
            yield record


def interrupted_package(records: Interrupted) -> object:
    size = len(records.records)
    package = a_package(digests=tuple(str(place).encode() for place in range(size)), rows=size)
    object.__setattr__(package, "records", records)
    return package


def test_init__empty_database__makes_the_newest_layout(empty_database: Database) -> None:
    layout = init_store(empty_database.dsn("postgres"), role_prefix=PREFIX)
    assert (layout.version_before, layout.version_after) == (0, newest_version())


def test_init__again__changes_nothing_and_keeps_the_data(database: Database) -> None:
    database.admin.register_series(a_series())
    database.writer.push(a_package())
    layout = database.admin.init()
    assert (layout.version_before, layout.version_after, layout.roles_created) == (
        newest_version(),
        newest_version(),
        (),
    )
    assert len(list(database.reader.read_records("exit-1"))) == 6


def test_init__twice_at_once__both_succeed(empty_database: Database) -> None:
    with ThreadPoolExecutor(2) as pool:
        layouts = list(pool.map(lambda _: empty_database.admin.init(), range(2)))
    assert sorted(layout.version_before for layout in layouts) == [0, newest_version()]


def test_init__by_a_database_owner_who_is_no_superuser__works(empty_database: Database) -> None:
    name = f"admin_{uuid.uuid4().hex}"
    with empty_database.connect("postgres") as connection:
        connection.execute(sql.SQL("create role {} login createrole").format(sql.Identifier(name)))
        database, owner = sql.Identifier(empty_database.name), sql.Identifier(name)
        connection.execute(sql.SQL("alter database {} owner to {}").format(database, owner))
    store = PostgresStore(empty_database.dsn(name), role_prefix=name)
    assert store.init().roles_created == (f"{name}_owner", f"{name}_writer", f"{name}_reader")
    assert store.register_series(a_series())
    assert store.push(a_package()).pushed


def test_push__before_init__says_what_to_do(empty_database: Database) -> None:
    with pytest.raises(StoreError, match="init-store"):
        empty_database.admin.push(a_package())


def test_register_series__by_the_writer__is_denied(database: Database) -> None:
    with pytest.raises(StoreError, match="right role"):
        database.writer.register_series(a_series())


def test_push__refusal__is_one_sentence_without_a_value(database: Database) -> None:
    database.admin.register_series(a_series())
    with pytest.raises(StoreError) as caught:
        database.writer.push(a_package(records=({"age": 314159, "change": 1}, *GOOD)))
    assert "314159" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_push__store_down__is_one_clear_sentence() -> None:
    with pytest.raises(StoreError, match="cannot be reached"):
        PostgresStore("host=/nonexistent dbname=x user=y").push(a_package())


def test_push__backend_ended_half_way__leaves_nothing_and_can_be_repeated(database: Database) -> None:
    database.admin.register_series(a_series())

    def end_backend() -> None:
        with database.connect("postgres") as connection:
            connection.execute(
                "select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name = 'store'"
                " and datname = current_database()"
            )

    package = interrupted_package(Interrupted(GOOD, end_backend))
    with pytest.raises(StoreError, match="connection broke"):
        database.writer.push(package)  # type: ignore[arg-type]
    assert database.admin.known_releases("exit-1") == ()
    assert list(database.reader.read_records("exit-1")) == []
    assert database.writer.push(package).pushed  # type: ignore[arg-type]


def test_push__longer_than_the_server_allows__says_so_and_leaves_nothing(database: Database) -> None:
    database.admin.register_series(a_series())
    hasty = PostgresStore(f"{database.dsn('test_writer')} options='-c statement_timeout=20'", role_prefix=PREFIX)
    with database.connect("postgres") as connection, connection.transaction():
        connection.execute(query("lock_loading"))
        with pytest.raises(StoreError, match="statement_timeout"):
            hasty.push(a_package())
    assert database.admin.known_releases("exit-1") == ()
    assert database.writer.push(a_package()).pushed


def test_keys__of_every_table_of_a_series__begin_with_the_series(database: Database) -> None:
    """So that the tables can be spread over several servers: docs/explanation/distributed-store.md."""
    with database.connect("postgres") as connection:
        keys = connection.execute(
            "select relation.relname, "
            " (select attname from pg_attribute where attrelid = indrelid and attnum = indkey[0])"
            " from pg_index join pg_class as relation on relation.oid = indrelid"
            " where relnamespace = 'research'::regnamespace and indisunique"
        ).fetchall()
        foreign = connection.execute(
            "select conrelid::regclass::text, confrelid::regclass::text,"
            " (select attname from pg_attribute where attrelid = conrelid and attnum = conkey[1]),"
            " (select attname from pg_attribute where attrelid = confrelid and attnum = confkey[1])"
            " from pg_constraint where connamespace = 'research'::regnamespace and contype = 'f' order by 1"
        ).fetchall()
        tables = connection.execute("select tablename from pg_tables where schemaname = 'research'").fetchall()
    assert {table for (table,) in tables} == {table for table, _ in keys}
    assert {first for table, first in keys if table not in {"schema_version", "catalogue"}} == {"series"}
    assert foreign == [
        ("research.described", "research.series", "series", "series"),
        ("research.release", "research.series", "series", "series"),
    ]


def test_tables__of_the_schema__have_no_sequence_and_no_time(database: Database) -> None:
    with database.connect("postgres") as connection:
        found = connection.execute(
            "select table_name, column_name, data_type, column_default from information_schema.columns"
            " where table_schema = 'research' and (data_type ~ 'time|date' or column_default ~ 'nextval|now')"
        ).fetchall()
    assert found == []


@pytest.fixture
def private_server() -> Iterator[RunningPostgres]:
    with running_postgres() as server:
        yield server


def test_push__server_killed_half_way__leaves_nothing_and_can_be_repeated(private_server: RunningPostgres) -> None:
    database = Database(str(private_server.socket_dir), "postgres")
    prepare(database)
    database.admin.register_series(a_series())
    package = interrupted_package(Interrupted(GOOD, private_server.kill))
    with pytest.raises(StoreError, match="connection broke"):
        database.writer.push(package)  # type: ignore[arg-type]
    with pytest.raises(StoreError, match="cannot be reached"):
        database.writer.known_releases("exit-1")
    private_server.restart()
    assert database.admin.known_releases("exit-1") == ()
    assert list(database.reader.read_records("exit-1")) == []
    assert database.writer.push(package).pushed  # type: ignore[arg-type]


def test_server_log__refused_release__holds_no_value(private_server: RunningPostgres) -> None:
    database = Database(str(private_server.socket_dir), "postgres")
    prepare(database)
    database.admin.register_series(a_series())
    for records in (({"age": 271828, "change": 271828}, *GOOD), ({"age": 271828},) * 3):
        with pytest.raises(StoreError):
            database.writer.push(a_package(records=records))
    log = private_server.log_file.read_text()
    assert "ERROR" in log
    assert "271828" not in log


def test_docs__spreading_a_copy__works_but_for_citus_itself(database: Database) -> None:
    """Every statement of docs/explanation/distributed-store.md; the stand-in asks of the keys what Citus would."""
    stand_in = """
        create function create_distributed_table(spread regclass, by text, colocate_with text default 'default')
        returns void language plpgsql as $$ begin
            if exists (select from pg_index where indrelid = spread and indisunique and not exists (
                select from pg_attribute where attrelid = spread and attname = by and attnum = any (indkey)
            )) or exists (select from pg_trigger where tgrelid = spread) then
                raise exception 'cannot be distributed';
            end if;
        end $$"""
    database.admin.register_series(a_series())
    database.writer.push(a_package())
    page = (ROOT / "docs" / "explanation" / "distributed-store.md").read_text(encoding="utf-8")
    blocks = [block.partition("```")[0] for block in page.split("```sql\n")[1:]]
    assert len(blocks) == 2
    with database.connect("postgres") as connection:
        connection.execute(stand_in)
        for block in (*blocks, blocks[1]):
            connection.execute(block.replace("research_reader", f"{PREFIX}_reader"))
        with pytest.raises(errors.RaiseException):
            connection.execute("select create_distributed_table('research.response', 'series')")
    with database.connect("test_reader") as connection:
        assert connection.execute("select count(*) from spread.response").fetchone() == (6,)
