"""From the inbox to the research team: shuffle, bundle, collected; and the purge of drafts nobody will send.

Everything here runs on the maintenance database alias, whose role may read, insert and delete; the web role may only
insert.
"""

import itertools
import secrets
import time
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.db import DatabaseError, connections, transaction
from django.db.models import Model, QuerySet

from selfhelp_survey import repository
from selfhelp_survey.conf import survey_settings
from selfhelp_survey.errors import SealingError, SurveyError
from selfhelp_survey.keys_in_use import recipients, trusted_keys
from selfhelp_survey.models import Draft, InboxResponse, SealedResponse
from selfhelp_survey.sealing.bundle import BundleHeader, QuestionnaireDocument, write_bundle
from selfhelp_survey.sealing.envelope import Look, look_of
from selfhelp_survey.sealing.receipt import Receipt, read_receipt, sealed_digest
from selfhelp_survey.statements import composed, statements

LEAST_BATCH = 10
"""Fewer rows than this never move together: somebody who watches the tables would know their order too well."""
LARGEST_BATCH = 1000
MIXED_IN = 1000
"""So many rows that were moved before are written anew with each batch: which batch came first is not kept either."""
_STIRS = 5
"""So often rewriting begins anew where a respondent leaves meanwhile. It takes a moment, and each leaves once."""
_CHUNK = 500
_PURGE_CHUNK = 5000
_SQL = "collection.sql"


class _GoneMeanwhile(SurveyError):  # noqa: N818 - says what happened
    """Somebody else deleted rows that were being moved: nothing was moved, run it again."""


def shuffle(*, close: bool = False) -> tuple[int, int]:
    """How many responses were moved on from the inbox, and how many wait there still.

    Batches hold at least ten rows of one look; each is one transaction in which the rows are deleted from the inbox and
    written under fresh random ids, mixed at random with rows that were there before, which keep their ids. With `close`
    the last few move too, however few. What waits is stirred.
    """
    moved = sum(move_batches(close=close))
    if stir() or moved:
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
        batch = _batch(close=close)
        if batch:
            fresh = _taken_out(InboxResponse.objects.using(_alias()).filter(pk__in=batch))
            sealed = SealedResponse.objects.using(_alias())
            sample = sealed.filter(pk__in=list(sealed.order_by("?").values_list("pk", flat=True)[:MIXED_IN]))
            rows = itertools.chain(((uuid.uuid4(), value) for _, value in fresh), _taken_out(sample))
            _write(SealedResponse(pk=pk, sealed=value) for pk, value in rows)
        return len(batch)


def _batch(*, close: bool) -> list[uuid.UUID]:
    """The ids of those that move together now, none where too few look alike; with `close` looks do not matter.

    Whoever knew the one envelope of its look in the inbox would know it again after the shuffle.
    """
    alike: dict[Look | None, list[uuid.UUID]] = defaultdict(list)
    waiting = InboxResponse.objects.using(_alias()).order_by("id")  # ids are random: their order is a random choice
    for pk, sealed in waiting.values_list("id", "sealed").iterator(chunk_size=_CHUNK):
        alike[None if close else _look(sealed)].append(pk)
    most = max(alike.values(), key=len, default=[])
    if len(most) < (1 if close else LEAST_BATCH):
        return []
    return most if len(most) < LARGEST_BATCH + LEAST_BATCH else most[:LARGEST_BATCH]


def _look(sealed: bytes | memoryview) -> Look | None:
    """What anybody sees of the envelope, its padded length included. None for what is none: no respondent sent it."""
    try:
        return look_of(sealed)
    except SealingError:
        return None


def stir() -> int:
    """How many rows were rewritten where they are: all that wait in the inbox, and the tombstones of sent drafts.

    PostgreSQL numbers the transactions of all tables in one order, the host's own dated rows among them. As sent, a
    response stands there right behind the sign-in of whoever sent it. Rewritten in one transaction and in random order,
    those that wait all have the same number, and so have the tombstones.
    """
    for _ in range(_STIRS - 1):
        with suppress(_GoneMeanwhile):
            return _stirred()
    return _stirred()


def _stirred() -> int:
    """As `stir`, once. A respondent who comes back meanwhile waits, and then finds the draft sent, or gone."""
    with _one_at_a_time():
        waiting = _taken_out(InboxResponse.objects.using(_alias()).all())
        sent = Draft.objects.using(_alias()).filter(state=Draft.State.SENT)
        tombstones = [Draft(pk=row.pk, state=row.state, purge_hour=row.purge_hour) for row in sent]
        _delete(Draft, [row.pk for row in tombstones])
        _write(InboxResponse(sealed=value) for _, value in waiting)
        _write(tombstones)
        return len(waiting) + len(tombstones)


def _taken_out(rows: QuerySet[InboxResponse] | QuerySet[SealedResponse]) -> list[tuple[uuid.UUID, bytes]]:
    """Id and sealed value of each row; the rows are deleted. No row is locked, so no right to update is needed."""
    found = [(row.pk, bytes(row.sealed)) for row in rows]
    _delete(rows.model, [pk for pk, _ in found])
    return found


def _delete(model: type[Model], rows: list[uuid.UUID]) -> None:
    """Delete exactly these. Raises _GoneMeanwhile, which rolls the transaction back, where some are not there."""
    if model._base_manager.using(_alias()).filter(pk__in=rows).delete()[0] != len(rows):
        raise _GoneMeanwhile


def _write(rows: Iterable[Model]) -> None:
    shuffled = list(rows)
    secrets.SystemRandom().shuffle(shuffled)
    if shuffled:
        type(shuffled[0])._base_manager.using(_alias()).bulk_create(shuffled)


def _wipe() -> None:
    """Have PostgreSQL clear deleted rows out of its files, if this role may. If not, autovacuum does in its time."""
    connection = connections[_alias()]
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        return
    models: dict[str, type[Model]] = {"inbox": InboxResponse, "sealed": SealedResponse, "draft": Draft}
    quoted = {name: connection.ops.quote_name(model._meta.db_table) for name, model in models.items()}
    with suppress(DatabaseError), connection.cursor() as cursor:  # the responses have been moved all the same
        cursor.execute(composed(statements(_SQL)["wipe"], quoted))


def purge(now: float | None = None) -> int:
    """How many drafts and empty tombstones were deleted: those whose hour has passed, a few thousand at a time."""
    hour = int((time.time() if now is None else now) // 3600)
    deleted = 0
    while chunk := _expired(hour):
        with _one_at_a_time():  # two that delete many of the same rows in two orders could wait for each other
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

    A row goes only if the receipt is signed by a proven key, made for this site, and names the very value that stands
    in the row. Raises SealingError or SurveyError where the receipt cannot be trusted.
    """
    receipt = _trusted(read_receipt(receipt_text, recipients()))
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


def delete_unopenable(lost: frozenset[bytes]) -> int:
    """How many responses were deleted that nobody can open: sealed to these keys and to no other.

    `lost` are the ids of keys whose private halves exist nowhere, as a demonstration's, which only rehearsals are
    sealed to. Whatever one other key opens stays, and so does what is no envelope. Raises SurveyError on a production
    site: there a receipt deletes responses, and nothing else.
    """
    if not survey_settings.is_debug:
        raise SurveyError("this is a production site (DEBUG is off): only a receipt deletes responses")
    deleted = 0
    with _one_at_a_time():
        for model in (InboxResponse, SealedResponse):
            doomed = [pk for pk, key_ids in _keys_of_rows(model) if lost.issuperset(key_ids)]
            for chunk in _chunks(doomed):
                _delete(model, chunk)
            deleted += len(doomed)
    return deleted


def is_any_openable(lost: frozenset[bytes]) -> bool:
    """Whether a response waits here that is sealed to another key than these too, so that somebody may read it."""
    rows = (row for model in (InboxResponse, SealedResponse) for row in _keys_of_rows(model))
    return any(not lost.issuperset(key_ids) for _, key_ids in rows)


def _keys_of_rows(model: type[InboxResponse | SealedResponse]) -> Iterator[tuple[uuid.UUID, Collection[bytes]]]:
    """Each row's id, and the ids of the keys it is sealed to; what is no envelope is left out."""
    rows = model._base_manager.using(_alias()).values_list("id", "sealed")
    for pk, sealed in rows.iterator(chunk_size=_CHUNK):
        if look := _look(sealed):
            yield pk, look.key_ids


def _trusted(receipt: Receipt) -> Receipt:
    """The same receipt. Raises SurveyError where its key is configured, and that is all that is known of it."""
    if receipt.signer in trusted_keys():
        return receipt
    is_published = receipt.signer.is_known_test_key and not survey_settings.is_debug
    what = (
        "is published with the tests, so anybody could have made this"
        if is_published
        else "is not proven: prove it with `manage.py survey_keys --prove`, then run this again"
    )
    raise SurveyError(f"nothing was deleted: the key that signed the receipt, {receipt.signer.fingerprint}, {what}")


def _chunks(rows: list[uuid.UUID]) -> Iterator[list[uuid.UUID]]:
    return (rows[start : start + _CHUNK] for start in range(0, len(rows), _CHUNK))
