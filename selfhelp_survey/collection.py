"""From the inbox to the research team: shuffle, bundle, collected; and the purge of drafts nobody will send.

Everything here runs on the maintenance database alias, whose role may read and delete; the web role may only insert.
"""

import secrets
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

from django.db import transaction

from selfhelp_survey import repository
from selfhelp_survey.conf import survey_settings
from selfhelp_survey.errors import SurveyError
from selfhelp_survey.keys_in_use import recipients
from selfhelp_survey.models import Draft, InboxResponse, SealedResponse
from selfhelp_survey.sealing.bundle import BundleHeader, QuestionnaireDocument, write_bundle
from selfhelp_survey.sealing.receipt import read_receipt, sealed_digest

LEAST_BATCH = 10
"""Fewer rows than this never move together: somebody who watches the tables would know their order too well."""
LARGEST_BATCH = 1000
_PURGE_CHUNK = 5000


def shuffle(*, close: bool = False) -> tuple[int, int]:
    """How many responses were moved on from the inbox, and how many wait there still.

    Batches hold at least ten rows chosen at random; each is one transaction in which the rows are written in random
    order under fresh random ids and deleted from the inbox. With `close` the last few move too, however few.
    """
    moved = 0
    while batch := _move_batch(close=close):
        moved += batch
    return moved, InboxResponse.objects.using(_alias()).count()


def _alias() -> str:
    return survey_settings.MAINTENANCE_DATABASE


def _move_batch(*, close: bool) -> int:
    with transaction.atomic(using=_alias()):
        waiting = InboxResponse.objects.using(_alias()).count()
        if waiting < (1 if close else LEAST_BATCH):
            return 0
        size = waiting if waiting < LARGEST_BATCH + LEAST_BATCH else LARGEST_BATCH
        inbox = InboxResponse.objects.using(_alias()).select_for_update().order_by("id")
        rows = list(inbox[:size])  # ids are random, so their order is a random choice
        if len(rows) < (1 if close else LEAST_BATCH):  # another shuffle was quicker
            return 0
        _move(rows)
        return len(rows)


def _move(rows: list[InboxResponse]) -> None:
    shuffled = [SealedResponse(id=uuid.uuid4(), sealed=bytes(row.sealed)) for row in rows]
    secrets.SystemRandom().shuffle(shuffled)
    SealedResponse.objects.using(_alias()).bulk_create(shuffled)
    InboxResponse.objects.using(_alias()).filter(pk__in=[row.pk for row in rows]).delete()


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
    header = BundleHeader(
        site=site_code(), questionnaires=tuple(QuestionnaireDocument(text) for text in repository.documents()),
        recipients=tuple(key.fingerprint for key in recipients()),
    )  # fmt: skip
    return write_bundle(path, header, _sealed_rows())


def _sealed_rows() -> Iterator[tuple[uuid.UUID, bytes]]:
    rows = SealedResponse.objects.using(_alias()).order_by("id").values_list("id", "sealed")
    return ((row, bytes(sealed)) for row, sealed in rows.iterator(chunk_size=500))


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
    with transaction.atomic(using=_alias()):
        for row, sealed in _sealed_rows():
            if receipt.rows.get(row) == sealed_digest(sealed):
                deleted += SealedResponse.objects.using(_alias()).filter(pk=row).delete()[0]
    return deleted, len(receipt.rows) - deleted
