"""Markers in databases: every column of every table, and what PostgreSQL tells of statements beside them.

No marker is sent to a database: the rows come here, a few at a time, and are searched here.
"""

import contextlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import DatabaseError, connections, transaction

from selfhelp_survey.leaks.finder import Finder
from selfhelp_survey.leaks.search import Hit, MarkerSearch
from selfhelp_survey.management.audit_files import BLOCK, Searched, summary

ROWS = 100
"""Rows that are fetched at a time."""
_BETWEEN = bytes(8)
"""Between two values of a column: stands in no marker, not even in UTF-16."""
_POSTGRESQL_TABLES = """
    SELECT n.nspname, c.relname
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'm') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
       OR n.nspname = 'pg_catalog' AND c.relname IN ('pg_largeobject', 'pg_stat_activity', 'pg_stats')
       OR c.relkind = 'v' AND c.relname = 'pg_stat_statements'
    ORDER BY 1, 2
"""


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table, or a view of the server, of one configured database."""

    alias: str
    schema: str
    name: str

    def __str__(self) -> str:
        return ".".join(part for part in (self.alias, self.schema, self.name) if part)


def tables_of(alias: str, searched: Searched) -> list[Table]:
    """Every table of this database; none where it cannot be reached, which is noted."""
    try:
        with connections[alias].cursor() as cursor:
            if connections[alias].vendor == "postgresql":
                cursor.execute(_POSTGRESQL_TABLES)
                return [Table(alias=alias, schema=schema, name=name) for schema, name in cursor.fetchall()]
            names = connections[alias].introspection.table_names(cursor)
            return [Table(alias=alias, schema="", name=name) for name in names]
    except DatabaseError:
        searched.unread[f"database {alias}"] = "cannot be reached"
        return []


def current_logs(alias: str) -> list[Path]:
    """The log file that this PostgreSQL server writes just now, if it writes one that lies on this machine."""
    found: list[Path] = []
    if connections[alias].vendor == "postgresql":
        with contextlib.suppress(DatabaseError, OSError), transaction.atomic(using=alias):
            with connections[alias].cursor() as cursor:
                cursor.execute("SELECT current_setting('data_directory'), pg_current_logfile()")
                folder, name = cursor.fetchone()
            found = [path for path in [Path(folder, name)] if path.exists()] if name else []
    return found


def search_table(table: Table, finder: Finder, searched: Searched) -> None:
    """Search every column of this table, and note what came of it."""
    try:
        for column, hits in _hits_by_column(table, finder).items():
            searched.finds += summary(f"{table}, column {column}", hits, has_bytes=False)
    except DatabaseError:
        searched.unread[f"table {table}"] = "the database did not let it be read"


def _hits_by_column(table: Table, finder: Finder) -> dict[str, list[Hit]]:
    connection = connections[table.alias]
    quote = connection.ops.quote_name
    name = ".".join(quote(part) for part in (table.schema, table.name) if part)
    with contextlib.ExitStack() as held:
        if connection.vendor == "postgresql":  # so that the server keeps its place without copying the table
            held.enter_context(transaction.atomic(using=table.alias))
        cursor = held.enter_context(connection.chunked_cursor())
        cursor.execute(f"SELECT * FROM {name}")  # noqa: S608 - names the database gave, quoted
        rows = iter(lambda: cursor.fetchmany(ROWS), [])
        first: list[tuple[Any, ...]] = next(rows, [])
        columns = [_Column(column[0], finder) for column in cursor.description or ()]
        for batch in _and_then(first, rows):
            for row in batch:
                for column, value in zip(columns, row, strict=True):
                    column.take(value)
        return {column.name: column.hits() for column in columns}


def _and_then(first: list[Any], others: Iterable[list[Any]]) -> Iterator[list[Any]]:
    yield first
    yield from others


class _Column:
    """The search in one column; values are gathered, so that many small ones cost no more than a large one."""

    def __init__(self, name: str, finder: Finder) -> None:
        self.name = name
        self._search = MarkerSearch(finder)
        self._found: list[Hit] = []
        self._waiting = bytearray()

    def take(self, value: Any) -> None:
        """Take in one more value."""
        self._waiting += as_bytes(value) + _BETWEEN
        if len(self._waiting) >= BLOCK:
            self._flush()

    def hits(self) -> list[Hit]:
        """All hits, once every value was taken in."""
        self._flush()
        return [*self._found, *self._search.finish()]

    def _flush(self) -> None:
        self._found += self._search.feed(bytes(self._waiting))
        self._waiting.clear()


def as_bytes(value: Any) -> bytes:
    """A value of a row as it would stand in a file; b"" for null."""
    if value is None:
        return b""
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value)
    if isinstance(value, list | tuple | dict):
        value = json.dumps(value, ensure_ascii=False, default=str)
    return str(value).encode("utf-8", "surrogatepass")
