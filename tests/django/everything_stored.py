"""Every row of every table, as the database has it now."""

from __future__ import annotations

from typing import Any

from django.db import connection

from selfhelp_survey.management.audit_tables import as_bytes

Rows = list[tuple[Any, ...]]


def stored_tables() -> dict[str, Rows]:
    """The rows of every table by its name, in no order; views left out."""
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        return {name: _rows(cursor, name) for name in names}


def everything_stored() -> bytes:
    """All values of all rows, one after another."""
    values = [value for rows in stored_tables().values() for row in rows for value in row]
    return b"\0\0".join(as_bytes(value) for value in values)


def _rows(cursor: Any, table: str) -> Rows:
    cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - a name the database gave
    plain = [tuple(bytes(one) if isinstance(one, memoryview) else one for one in row) for row in cursor.fetchall()]
    return sorted(plain, key=repr)
