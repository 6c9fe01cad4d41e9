"""The numbered layouts of the PostgreSQL store: every block of schema.sql is one, and runs once."""

from __future__ import annotations

import psycopg

from selfhelp_survey.errors import StoreError
from selfhelp_survey.research_store.interface import NEWER_LAYOUT, OLDER_LAYOUT
from selfhelp_survey.research_store.statements import query, statement, statements

SCHEMA = "schema.sql"


def newest_version() -> int:
    """The layout that this program knows and needs."""
    return len(statements(SCHEMA))


def check_layout(connection: psycopg.Connection) -> None:
    """Nothing, if the database has just the layout this program needs. Raises: StoreError that says what to do.

    Where there is no layout at all the statement itself fails, which `connected` explains.
    """
    found = _version(connection)
    if found > newest_version():
        raise StoreError(NEWER_LAYOUT)
    if found < newest_version():
        raise StoreError(OLDER_LAYOUT)


def found_version(connection: psycopg.Connection) -> int:
    """The layout of the database, 0 where there is none. Raises: StoreError where a newer program made it."""
    there = connection.execute(query("has_layout")).fetchone()
    version = _version(connection) if there and there[0] else 0
    if version > newest_version():
        raise StoreError(NEWER_LAYOUT)
    return version


def upgrade(connection: psycopg.Connection, before: int) -> int:
    """The version after every block that the database has not had yet, inside the caller's transaction."""
    for version, block in enumerate(statements(SCHEMA), start=1):
        if version > before:
            connection.execute(statement(SCHEMA, block))
            connection.execute(query("remember_version"), {"version": version})
    return newest_version()


def _version(connection: psycopg.Connection) -> int:
    found = connection.execute(query("layout_version")).fetchone()
    return int(found[0]) if found else 0
