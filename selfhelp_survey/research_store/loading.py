"""One release on its way into PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
from psycopg.types.json import Jsonb

from selfhelp_survey.research_store.interface import ReleasePackage, canonical_json, record_json
from selfhelp_survey.research_store.statements import query


def load(connection: psycopg.Connection, package: ReleasePackage) -> None:
    """Everything of one release, inside the caller's transaction; the store checks it when that commits."""
    key = {"series": package.series, "number": package.number}
    head = {"kind": package.kind, "manifest_digest": package.manifest_digest, "rows": package.rows}
    connection.execute(query("roomy"))
    connection.execute(query("add_release"), {**key, **head, "manifest": Jsonb(package.manifest)})
    connection.execute(query("add_codebook"), {**key, "codebook": Jsonb(package.codebook)})
    place = (package.series, package.number)
    _copy(connection, "copy_responses", ((*place, record_json(record)) for record in package.records))
    _copy(connection, "copy_digests", ((*place, digest) for digest in sorted(package.digests)))
    totals = ((*place, row.table, canonical_json(row.cell), row.count) for row in package.totals)
    _copy(connection, "copy_totals", totals)


def _copy(connection: psycopg.Connection, name: str, rows: Iterator[tuple[object, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(query(name)) as copy:
        for row in rows:
            copy.write_row(row)
