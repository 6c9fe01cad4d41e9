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
from selfhelp_survey.research_store.analyst_views import renew_views
from selfhelp_survey.research_store.connection import connected
from selfhelp_survey.research_store.interface import (
    HeldRelease,
    JsonObject,
    KnownRelease,
    PushResult,
    Record,
    ReleasePackage,
    SeriesRegistration,
    StoreLayout,
    TotalRow,
    UnknownSeries,
)
from selfhelp_survey.research_store.layout import check_layout, found_version, upgrade
from selfhelp_survey.research_store.loading import load
from selfhelp_survey.research_store.registration import registration_from_json
from selfhelp_survey.research_store.statements import query, statement

ROLES = ("owner", "writer", "reader")
ROLE_STATEMENTS = "roles.sql"
ROWS_AT_ONCE = 1000  # a few megabytes on their way


class PostgresStore:
    """A database reached by `dsn`. The roles are `<prefix>_owner`, `<prefix>_writer` and `<prefix>_reader`."""

    def __init__(self, dsn: str, *, role_prefix: str = "research") -> None:
        self._dsn = dsn
        self._roles = {role: f"{role_prefix}_{role}" for role in ROLES}

    def init(self, catalogue: JsonObject | None = None) -> StoreLayout:
        with connected(self._dsn) as connection:
            connection.execute(query("lock_layout"))
            created = tuple(name for name in self._roles.values() if _create_role(connection, name))
            self._join_owner(connection)
            self._run_role_statement(connection, "create_schema")
            self._run_role_statement(connection, "become_owner")
            before = found_version(connection)
            after = upgrade(connection, before)
            self._run_role_statement(connection, "grants")
            if catalogue is not None:
                connection.execute(query("add_catalogue"), {"catalogue": Jsonb(catalogue)})
            renew_views(connection, reader=self._roles["reader"])
        return StoreLayout(version_before=before, version_after=after, roles_created=created)

    def register_series(self, series: SeriesRegistration, codebook: JsonObject | None = None) -> bool:
        with connected(self._dsn) as connection:
            check_layout(connection)
            if not self._add_series(connection, series, codebook):
                if _find_series(connection, series.series) != registration_from_json(asdict(series)):
                    raise StoreError(f"The series {series.series} is registered otherwise; start a new series.")
                return False
        return True

    def find_series(self, series: str) -> SeriesRegistration:
        with connected(self._dsn) as connection:
            check_layout(connection)
            return _find_series(connection, series)

    def series_names(self) -> tuple[str, ...]:
        with connected(self._dsn) as connection:
            check_layout(connection)
            return tuple(name for (name,) in connection.execute(query("series_names")))

    def known_releases(self, series: str) -> tuple[KnownRelease, ...]:
        with connected(self._dsn) as connection:
            check_layout(connection)
            rows = connection.execute(query("known_releases"), {"series": series}).fetchall()
        return tuple(KnownRelease(number=number, manifest_digest=digest) for number, digest in rows)

    def held_releases(self, series: str) -> tuple[HeldRelease, ...]:
        with connected(self._dsn) as connection:
            check_layout(connection)
            rows = connection.execute(query("held_releases"), {"series": series}).fetchall()
        return tuple(
            HeldRelease(number=number, manifest=manifest, codebook=codebook) for number, manifest, codebook in rows
        )

    def push(self, package: ReleasePackage) -> PushResult:
        with connected(self._dsn) as connection:
            connection.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
            check_layout(connection)
            _find_series(connection, package.series)
            connection.execute(query("lock_loading"))
            key = {"series": package.series, "number": package.number}
            known = connection.execute(query("known_digest"), key).fetchone()
            if is_already_there(package, known[0] if known else None):
                return PushResult(pushed=False, rows=package.rows)
            load(connection, package)
        return PushResult(pushed=True, rows=package.rows)

    def read_records(self, series: str, release: int | None = None) -> Iterator[Record]:
        with connected(self._dsn) as connection, connection.cursor(name="records") as cursor:
            check_layout(connection)
            cursor.itersize = ROWS_AT_ONCE
            cursor.execute(query("read_records"), {"series": series, "release": release})
            for (record,) in cursor:
                yield record

    def read_totals(self, series: str, release: int | None = None) -> Iterator[TotalRow]:
        with connected(self._dsn) as connection, connection.cursor(name="totals") as cursor:
            check_layout(connection)
            cursor.itersize = ROWS_AT_ONCE
            cursor.execute(query("read_totals"), {"series": series, "release": release})
            for table, cell, count in cursor:
                yield TotalRow(table=table, cell=cell, count=count)

    def _add_series(
        self, connection: psycopg.Connection, series: SeriesRegistration, codebook: JsonObject | None
    ) -> bool:
        """Whether it is new. Only the owner may: the views that show the series are the owner's too."""
        connection.execute(query("lock_layout"))
        self._run_role_statement(connection, "become_owner")
        values: dict[str, object] = {
            **asdict(series),
            "quasi_identifiers": list(series.quasi_identifiers),
            "variables": list(series.variables),
            "diversity": Jsonb([asdict(item) for item in series.diversity]),
            "plan": Jsonb(series.plan),
        }
        if connection.execute(query("add_series"), values).rowcount == 0:
            return False
        if codebook is not None:
            connection.execute(query("add_described"), {"series": series.series, "codebook": Jsonb(codebook)})
        renew_views(connection, reader=self._roles["reader"])
        return True

    def _join_owner(self, connection: psycopg.Connection) -> None:
        may_become = connection.execute(
            statement(ROLE_STATEMENTS, "may_become"), {"name": self._roles["owner"]}
        ).fetchone()
        if may_become is not None and not may_become[0]:
            self._run_role_statement(connection, "join_owner")

    def _run_role_statement(self, connection: psycopg.Connection, name: str) -> None:
        names = {role: sql.Identifier(role_name) for role, role_name in self._roles.items()}
        connection.execute(statement(ROLE_STATEMENTS, name).format(**names))


def init_store(dsn: str, *, role_prefix: str = "research") -> StoreLayout:
    """What was found and made: schema `research` and its three roles, created or upgraded; safe to repeat."""
    return PostgresStore(dsn, role_prefix=role_prefix).init()


def _find_series(connection: psycopg.Connection, series: str) -> SeriesRegistration:
    with connection.cursor(row_factory=dict_row) as cursor:
        found = cursor.execute(query("find_series"), {"series": series}).fetchone()
    if found is None:
        raise UnknownSeries(f"The store knows no series {series}; its owner registers it first.")
    return registration_from_json(found)


def _create_role(connection: psycopg.Connection, name: str) -> bool:
    found = connection.execute(statement(ROLE_STATEMENTS, "role_exists"), {"name": name}).fetchone()
    if found is not None and found[0]:
        return False
    connection.execute(statement(ROLE_STATEMENTS, "create_role").format(member=sql.Identifier(name)))
    return True
