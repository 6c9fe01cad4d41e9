"""A PostgreSQL database of its own for each test, with the research schema and one login for each role."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator

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


@pytest.fixture
def empty_database(postgres_host: str) -> Iterator[Database]:
    name = f"store_{uuid.uuid4().hex}"
    with psycopg.connect(f"host={postgres_host} dbname=postgres user=postgres", autocommit=True) as connection:
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        yield Database(postgres_host, name)
        connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture
def database(empty_database: Database) -> Database:
    prepare(empty_database)
    return empty_database
