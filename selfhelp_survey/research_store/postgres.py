"""The research store in PostgreSQL. schema.sql holds the tables and the checks the writer cannot get round."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

import psycopg
from psycopg import sql
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from selfhelp_survey.errors import StoreError
from selfhelp_survey.research_store.acceptance import is_already_there
from selfhelp_survey.research_store.connection import connected
from selfhelp_survey.research_store.interface import (
    KnownRelease,
    PushResult,
    Record,
    ReleasePackage,
    SeriesRegistration,
    StoreLayout,
    TotalRow,
    UnknownSeries,
    canonical_json,
    record_json,
)
from selfhelp_survey.research_store.registration import registration_from_json
from selfhelp_survey.research_store.statements import statements

ROLES = ("owner", "writer", "reader")
QUERIES = "queries.sql"


class PostgresStore:
    """A database reached by `dsn`. The roles are `<prefix>_owner`, `<prefix>_writer` and `<prefix>_reader`."""

    def __init__(self, dsn: str, *, role_prefix: str = "research") -> None:
        self._dsn = dsn
        self._roles = {role: f"{role_prefix}_{role}" for role in ROLES}

    def init(self) -> StoreLayout:
        with connected(self._dsn) as connection:
            connection.execute(_query("lock_layout"))
            created = tuple(name for name in self._roles.values() if _create_role(connection, name))
            self._join_owner(connection)
            self._run_role_statement(connection, "create_schema")
            self._run_role_statement(connection, "become_owner")
            before = _layout_version(connection)
            after = _upgrade(connection, before)
            self._run_role_statement(connection, "grants")
        return StoreLayout(version_before=before, version_after=after, roles_created=created)

    def register_series(self, series: SeriesRegistration) -> bool:
        values: dict[str, object] = {
            **asdict(series),
            "quasi_identifiers": list(series.quasi_identifiers),
            "variables": list(series.variables),
            "diversity": Jsonb([asdict(item) for item in series.diversity]),
            "plan": Jsonb(series.plan),
        }
        with connected(self._dsn) as connection:
            if connection.execute(_query("add_series"), values).rowcount == 1:
                return True
        if self.find_series(series.series) != registration_from_json(asdict(series)):
            raise StoreError(f"The series {series.series} is registered otherwise; start a new series.")
        return False

    def find_series(self, series: str) -> SeriesRegistration:
        with connected(self._dsn) as connection, connection.cursor(row_factory=dict_row) as cursor:
            found = cursor.execute(_query("find_series"), {"series": series}).fetchone()
        if found is None:
            raise UnknownSeries(f"The store knows no series {series}; its owner registers it first.")
        return registration_from_json(found)

    def known_releases(self, series: str) -> tuple[KnownRelease, ...]:
        with connected(self._dsn) as connection:
            rows = connection.execute(_query("known_releases"), {"series": series}).fetchall()
        return tuple(KnownRelease(number=number, manifest_digest=digest) for number, digest in rows)

    def push(self, package: ReleasePackage) -> PushResult:
        self.find_series(package.series)
        with connected(self._dsn) as connection:
            key = {"series": package.series, "number": package.number}
            known = connection.execute(_query("known_digest"), key).fetchone()
            if is_already_there(package, known[0] if known else None):
                return PushResult(pushed=False, rows=package.rows)
            _load(connection, package)
        return PushResult(pushed=True, rows=package.rows)

    def read_records(self, series: str) -> Iterator[Record]:
        with connected(self._dsn) as connection, connection.cursor(name="records") as cursor:
            cursor.execute(_query("read_records"), {"series": series})
            for (record,) in cursor:
                yield record

    def read_totals(self, series: str) -> Iterator[TotalRow]:
        with connected(self._dsn) as connection, connection.cursor(name="totals") as cursor:
            cursor.execute(_query("read_totals"), {"series": series})
            for table, cell, count in cursor:
                yield TotalRow(table=table, cell=cell, count=count)

    def _join_owner(self, connection: psycopg.Connection) -> None:
        may_become = connection.execute(_role_query("may_become"), {"name": self._roles["owner"]}).fetchone()
        if may_become is not None and not may_become[0]:
            self._run_role_statement(connection, "join_owner")

    def _run_role_statement(self, connection: psycopg.Connection, name: str) -> None:
        names = {role: sql.Identifier(role_name) for role, role_name in self._roles.items()}
        connection.execute(sql.SQL(_role_text(name)).format(**names))


def init_store(dsn: str, *, role_prefix: str = "research") -> StoreLayout:
    """What was found and made: schema `research` and its three roles, created or upgraded; safe to repeat."""
    return PostgresStore(dsn, role_prefix=role_prefix).init()


def _load(connection: psycopg.Connection, package: ReleasePackage) -> None:
    """Everything of one release, inside the caller's transaction; the store checks it when that commits."""
    key = {"series": package.series, "number": package.number}
    head = {"kind": package.kind, "manifest_digest": package.manifest_digest, "rows": package.rows}
    connection.execute(_query("roomy"))
    connection.execute(_query("add_release"), {**key, **head, "manifest": Jsonb(package.manifest)})
    connection.execute(_query("add_codebook"), {**key, "codebook": Jsonb(package.codebook)})
    place = (package.series, package.number)
    _copy(connection, "copy_responses", ((*place, record_json(record)) for record in package.records))
    _copy(connection, "copy_digests", ((*place, digest) for digest in sorted(package.digests)))
    totals = ((*place, row.table, canonical_json(row.cell), row.count) for row in package.totals)
    _copy(connection, "copy_totals", totals)


def _copy(connection: psycopg.Connection, name: str, rows: Iterator[tuple[object, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(_query(name)) as copy:
        for row in rows:
            copy.write_row(row)


def _create_role(connection: psycopg.Connection, name: str) -> bool:
    found = connection.execute(_role_query("role_exists"), {"name": name}).fetchone()
    if found is not None and found[0]:
        return False
    connection.execute(sql.SQL(_role_text("create_role")).format(member=sql.Identifier(name)))
    return True


def _layout_version(connection: psycopg.Connection) -> int:
    there = connection.execute(_query("has_layout")).fetchone()
    if there is None or not there[0]:
        return 0
    found = connection.execute(_query("layout_version")).fetchone()
    return int(found[0]) if found else 0


def _upgrade(connection: psycopg.Connection, before: int) -> int:
    version = before
    for version, block in enumerate(statements("schema.sql").values(), start=1):
        if version > before:
            connection.execute(_trusted(block))
            connection.execute(_query("remember_version"), {"version": version})
    return max(version, before)


def _query(name: str) -> sql.SQL:
    return _trusted(statements(QUERIES)[name])


def _role_query(name: str) -> sql.SQL:
    return _trusted(_role_text(name))


def _role_text(name: str) -> str:
    return statements("roles.sql")[name]


def _trusted(text: str) -> sql.SQL:
    """SQL from our own files, which is the only text this room ever sends."""
    return sql.SQL(text)
