"""From the inbox to the research team: shuffle, bundle, collected; and the purge of drafts nobody will send.

Everything here runs on the maintenance database alias, whose role may read and delete; the web role may only insert.
"""

import itertools
import secrets
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.db import DatabaseError, connections, transaction
from django.db.models import QuerySet

from selfhelp_survey import repository
from selfhelp_survey.conf import survey_settings
from selfhelp_survey.errors import SurveyError
from selfhelp_survey.keys_in_use import recipients
from selfhelp_survey.models import Draft, InboxResponse, SealedResponse
from selfhelp_survey.sealing.bundle import BundleHeader, QuestionnaireDocument, write_bundle
from selfhelp_survey.sealing.receipt import read_receipt, sealed_digest
from selfhelp_survey.statements import composed, statements

LEAST_BATCH = 10
"""Fewer rows than this never move together: somebody who watches the tables would know their order too well."""
LARGEST_BATCH = 1000
MIXED_IN = 1000
"""So many rows that were moved before are written anew with each batch: which batch came first is not kept either."""
_CHUNK = 500
_PURGE_CHUNK = 5000
_SQL = "collection.sql"


def shuffle(*, close: bool = False) -> tuple[int, int]:
    """How many responses were moved on from the inbox, and how many wait there still.

    Batches hold at least ten rows chosen at random; each is one transaction in which the rows are deleted from the
    inbox and written under fresh random ids, mixed at random with rows that were there before, which keep their ids.
    With `close` the last few move too, however few.
    """
    moved = sum(move_batches(close=close))
    if moved:
        _wipe()
    return moved, InboxResponse.objects.using(_alias()).count()


def move_batches(*, close: bool) -> Iterator[int]:
    """The size of each batch, as soon as it has been moved."""
    while batch := _move_batch(close=close):
        yield batch


def _alias() -> str:
    return survey_settings.MAINTENANCE_DATABASE


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """A transaction that waits for any other of its kind. SQLite lets only one write as it is."""
    with transaction.atomic(using=_alias()):
        if connections[_alias()].vendor == "postgresql":
            with connections[_alias()].cursor() as cursor:
                cursor.execute(statements(_SQL)["one_at_a_time"])
        yield


def _move_batch(*, close: bool) -> int:
    with _one_at_a_time():
        inbox = InboxResponse.objects.using(_alias())
        waiting = inbox.count()
        if waiting < (1 if close else LEAST_BATCH):
            return 0
        size = waiting if waiting < LARGEST_BATCH + LEAST_BATCH else LARGEST_BATCH
        fresh = _taken_out(inbox.order_by("id")[:size])  # ids are random, so their order is a random choice
        sealed = SealedResponse.objects.using(_alias())
        sample = sealed.filter(pk__in=list(sealed.order_by("?").values_list("pk", flat=True)[:MIXED_IN]))
        _write(itertools.chain(((uuid.uuid4(), value) for _, value in fresh), _taken_out(sample)))
        return len(fresh)


def _taken_out(rows: QuerySet[InboxResponse] | QuerySet[SealedResponse]) -> list[tuple[uuid.UUID, bytes]]:
    """Id and sealed value of each row; the rows are deleted. No row is locked, so no right to update is needed."""
    found = [(row.pk, bytes(row.sealed)) for row in rows]
    deleted = rows.model._base_manager.using(_alias()).filter(pk__in=[pk for pk, _ in found]).delete()[0]
    if deleted != len(found):  # before anything is written: the transaction is rolled back
        raise SurveyError("somebody else deleted rows that were being moved: nothing was moved, run it again")
    return found


def _write(rows: Iterable[tuple[uuid.UUID, bytes]]) -> None:
    shuffled = [SealedResponse(pk=pk, sealed=value) for pk, value in rows]
    secrets.SystemRandom().shuffle(shuffled)
    SealedResponse.objects.using(_alias()).bulk_create(shuffled)


def _wipe() -> None:
    """Have PostgreSQL clear the moved rows out of its files, if this role may. If not, autovacuum does in its time."""
    connection = connections[_alias()]
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        return
    tables = {"inbox": InboxResponse._meta.db_table, "sealed": SealedResponse._meta.db_table}
    quoted = {name: connection.ops.quote_name(table) for name, table in tables.items()}
    with suppress(DatabaseError), connection.cursor() as cursor:  # the responses have been moved all the same
        cursor.execute(composed(statements(_SQL)["wipe"], quoted))


def purge(now: float | None = None) -> int:
    """How many drafts and empty tombstones were deleted: those whose hour has passed, a few thousand at a time."""
    hour = int((time.time() if now is None else now) // 3600)
    deleted = 0
    while chunk := _expired(hour):
        with transaction.atomic(using=_alias()):
            deleted += Draft.objects.using(_alias()).filter(pk__in=chunk, purge_hour__lte=hour).delete()[0]
    return deleted


def _expired(hour: int) -> list[uuid.UUID]:
    expired = Draft.objects.using(_alias()).filter(purge_hour__lte=hour)
    return list(expired.values_list("pk", flat=True)[:_PURGE_CHUNK])


def bundle(path: Path) -> int:
    """How many sealed responses were written into a new bundle file, with every published questionnaire version."""
    documents = repository.documents(using=_alias())
    header = BundleHeader(
        site=site_code(), questionnaires=tuple(QuestionnaireDocument(text) for text in documents),
        recipients=tuple(key.fingerprint for key in recipients()),
    )  # fmt: skip
    return write_bundle(path, header, _sealed_rows())


def _sealed_rows() -> Iterator[tuple[uuid.UUID, bytes]]:
    rows = SealedResponse.objects.using(_alias()).order_by("id").values_list("id", "sealed")
    return ((row, bytes(sealed)) for row, sealed in rows.iterator(chunk_size=_CHUNK))


def site_code() -> str:
    """The name this site bears in bundles and receipts."""
    return survey_settings.SITE_CODE or "survey"


def collected(receipt_text: str) -> tuple[int, int]:
    """How many sealed responses were deleted, and how many of the receipt's rows were not here (any more).

    A row goes only if the receipt is signed by a configured key, made for this site, and names the very value that
    stands in the row. Raises SealingError or SurveyError where the receipt cannot be trusted.
    """
    receipt = read_receipt(receipt_text, recipients())
    if receipt.site != site_code():
        raise SurveyError("the receipt was made for another site: nothing was deleted")
    deleted = 0
    with _one_at_a_time():
        sealed = SealedResponse.objects.using(_alias())
        for chunk in _chunks(list(receipt.rows)):
            for row in sealed.filter(pk__in=chunk):
                if receipt.rows[row.pk] == sealed_digest(row.sealed):
                    deleted += sealed.filter(pk=row.pk, sealed=row.sealed).delete()[0]
    return deleted, len(receipt.rows) - deleted


def _chunks(rows: list[uuid.UUID]) -> Iterator[list[uuid.UUID]]:
    return (rows[start : start + _CHUNK] for start in range(0, len(rows), _CHUNK))
