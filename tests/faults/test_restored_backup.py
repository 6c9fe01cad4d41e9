"""A dump of a finished site, restored on another server: closed without a private key, whole with one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
import pytest

from selfhelp_survey.core.response import Response
from selfhelp_survey.errors import SealingError
from selfhelp_survey.leaks.search import hits_in
from selfhelp_survey.sealing.envelope import open_response
from selfhelp_survey.sealing.keys import generate_private_key
from tests.faults.production_site import Prepared, production_site
from tests.postgres_server import running_postgres

FINISHED = 12


def _marker(number: int) -> str:
    return "-".join(["ZQX", "MARKER", str(7700 + number), "żółć", "🜁"])


@dataclass(frozen=True, kw_only=True)
class Restored:
    """What somebody has who took the backup: the dump, and the sealed rows of the database made from it."""

    dump: bytes
    rows: tuple[bytes, ...]


@pytest.fixture(scope="module")
def restored(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Restored]:
    """A site on which twelve have finished, ten of them shuffled, and one is in the middle; dumped and restored."""
    with production_site(prepared, tmp_path_factory.mktemp("finished")) as site, running_postgres() as elsewhere:
        for number in range(FINISHED + 1):
            visitor = site.visitor()
            visitor.walk(words=_marker(number))
            if number < FINISHED:
                assert visitor.finish().step == "thanks"
            if number == FINISHED - 3:
                assert site.manage("survey_shuffle").returncode == 0
        dump = prepared.postgres.base / f"{site.dbname}.sql"
        prepared.postgres.run("pg_dump", "--dbname", site.dsn, "--no-owner", "--no-acl", "--file", dump)
        elsewhere.run("psql", "--dbname", elsewhere.dsn(), "--set", "ON_ERROR_STOP=1", "--quiet", "--file", dump)
        yield Restored(dump=dump.read_bytes(), rows=_sealed_rows(elsewhere.dsn()))


def _sealed_rows(dsn: str) -> tuple[bytes, ...]:
    tables = ("selfhelp_survey_inboxresponse", "selfhelp_survey_sealedresponse")
    with psycopg.connect(dsn) as connection:
        found = [connection.execute(f"SELECT sealed FROM {table}".encode()).fetchall() for table in tables]  # noqa: S608
    assert [len(rows) for rows in found] == [2, 10]
    return tuple(bytes(row[0]) for rows in found for row in rows)


def test_backup__without_a_private_key__holds_nothing_readable(restored: Restored) -> None:
    stranger = generate_private_key()
    for row in restored.rows:
        with pytest.raises(SealingError):
            open_response(row, stranger)
    markers = [word for number in range(FINISHED + 1) for word in (_marker(number), _marker(number)[:15])]
    assert not hits_in(restored.dump, *markers)
    assert hits_in(restored.dump + _marker(0).encode(), *markers)


@pytest.mark.parametrize("which", [0, 1])
def test_backup__with_any_one_of_the_private_keys__opens_wholly(
    which: int, restored: Restored, prepared: Prepared
) -> None:
    opened = [Response.from_json(open_response(row, prepared.keys[which])) for row in restored.rows]
    assert sorted(str(response.answers["words"]) for response in opened) == [
        _marker(number) for number in range(FINISHED)
    ]
