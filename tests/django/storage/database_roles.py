"""Both database roles, really made on the test's server, and connections that log in as one of them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO

from django.core.management import call_command
from django.db import DatabaseError, connection, connections

DENIED = "42501"
"""PostgreSQL's SQLSTATE for insufficient privilege."""


@dataclass(frozen=True, kw_only=True)
class RoleNames:
    """The roles of one test: they belong to the whole server, so each test has its own."""

    web: str
    maintenance: str


@contextmanager
def made_roles() -> Iterator[RoleNames]:
    """Two roles as the shipped SQL makes them, on a site that was generous to its website before."""
    mark = uuid.uuid4().hex[:12]
    names = RoleNames(web=f"web_{mark}", maintenance=f"maintenance-{mark}")
    with connection.cursor() as cursor:
        cursor.execute(f'create role "{names.web}" login')
        cursor.execute(f'grant select, insert, update, delete on all tables in schema public to "{names.web}"')
    try:
        call_command("survey_roles", web=names.web, maintenance=names.maintenance, apply=True, stdout=StringIO())
        yield names
    finally:
        with connection.cursor() as cursor:
            for role in (names.web, names.maintenance):
                cursor.execute(f'drop owned by "{role}"')
                cursor.execute(f'drop role "{role}"')


@contextmanager
def logged_in(role: str) -> Iterator[None]:
    """Everything on the alias `default` happens as this role."""
    before = connection.settings_dict["USER"]
    connection.close()
    connection.settings_dict["USER"] = role
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["USER"] = before


@contextmanager
def alias_of(role: str, alias: str = "maintenance", **changed: str) -> Iterator[str]:
    """Another alias, for the same database unless something else is said, as this role."""
    other = connection.copy(alias)
    other.settings_dict.update({"USER": role, **changed})
    connections[alias] = other
    try:
        yield alias
    finally:
        other.close()
        del connections[alias]


def state_of(statement: str) -> str:
    """The SQLSTATE that comes of a statement on `default`, "" where it is carried out."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as error:
        return str(getattr(error.__cause__, "sqlstate", "?"))
    return ""
