"""A PostgreSQL database of its own for each test, with the research schema and one login for each role."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from psycopg import sql

from tests.postgres_server import running_postgres
from tests.store.support import Database, prepare


@pytest.fixture(scope="session")
def postgres_host() -> Iterator[str]:
    given = os.environ.get("SELFHELP_TEST_PG_HOST")
    if given:
        yield given
        return
    with running_postgres() as server:
        yield str(server.socket_dir)


@contextmanager
def fresh_database(host: str, *, template: str = "template1") -> Iterator[Database]:
    """A new database, a copy of the template, for the length of the context."""
    name = f"store_{uuid.uuid4().hex}"
    copy = sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(template))
    with psycopg.connect(f"host={host} dbname=postgres user=postgres", autocommit=True) as connection:
        connection.execute(copy)
        yield Database(host, name)
        connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture
def empty_database(postgres_host: str) -> Iterator[Database]:
    with fresh_database(postgres_host) as database:
        yield database


@pytest.fixture(scope="session")
def prepared_database(postgres_host: str) -> Iterator[Database]:
    """Made once, and copied for each test: nobody connects to it again."""
    with fresh_database(postgres_host) as database:
        prepare(database)
        yield database


@pytest.fixture
def database(prepared_database: Database) -> Iterator[Database]:
    with fresh_database(prepared_database.host, template=prepared_database.name) as database:
        yield database
