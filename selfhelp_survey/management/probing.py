"""Whether a whole survey can be answered and sent on this site: walked like a respondent, looked at, and taken back."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import Error, connections, router, transaction
from django.db.models.signals import post_save
from django.http import HttpResponse

from selfhelp_survey.entries import OpenEntry
from selfhelp_survey.errors import SealingError, SurveyError
from selfhelp_survey.management.walking import Walker, WalkFailed, nothing_kept
from selfhelp_survey.models import Draft, InboxResponse
from selfhelp_survey.sealing.envelope import key_ids
from selfhelp_survey.statements import composed, statements

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""What must stand in the headers of every page, for people not to be found out by whoever uses the browser next."""
OWN_COOKIES = frozenset({"__Host-v", "v"})


@dataclass(frozen=True, kw_only=True)
class Probed:
    """A walk that went well: the pages that were seen, in order, and those that no way with these answers leads to."""

    pages: tuple[str, ...]
    left_out: tuple[str, ...]


@dataclass
class _Rows:
    """What this process wrote during the walk. The website's role cannot read the inbox, so it is noted on its way."""

    drafts: list[uuid.UUID] = field(default_factory=list)
    responses: dict[uuid.UUID, bytes] = field(default_factory=dict)


def probe(entry: OpenEntry, language: str) -> Probed:
    """What was seen on a walk through the whole survey, from the first page to the thanks.

    Nothing stays, whatever happens, and that is looked at. Raises SurveyError with what failed, and on which page.
    """
    _refuse_divided_tables()
    walker = Walker(entry, language, watch=watch_headers)
    walker.see("first page", walker.place.address("start"))  # has the templates ready before anything is locked
    rows = _Rows()
    try:
        with _noting(rows), nothing_kept():
            pages = tuple(seen.name for seen in walker.walk())
            walker.send()
            _look_at_inbox(rows, entry)
    except WalkFailed as failure:
        _look_at_what_stayed(rows, failure)
        raise
    _look_at_what_stayed(rows)
    return Probed(pages=(*pages, "thanks"), left_out=_left_out(entry, pages))


def _left_out(entry: OpenEntry, pages: tuple[str, ...]) -> tuple[str, ...]:
    names = [page.name for page in entry.questionnaire.pages[1:]]  # the first one is seen as "first page"
    return tuple(name for name in names if name not in pages)


def watch_headers(name: str, response: HttpResponse) -> None:
    """Raises WalkFailed where a response lacks what protects its reader, or sets a cookie beside the draft's."""
    for header, part in HEADERS.items():
        if part not in response.headers.get(header, ""):
            raise WalkFailed(f"the page '{name}' came without \"{part}\" in its header {header}")
    if not OWN_COOKIES.issuperset(response.cookies):
        raise WalkFailed(f"the page '{name}' set a cookie beside the survey's own")


def _database() -> str:
    return router.db_for_write(Draft)


def _refuse_divided_tables() -> None:
    """In two databases, the response would stay although the draft is rolled back."""
    if _database() != router.db_for_write(InboxResponse):
        raise SurveyError("drafts and inbox lie in different databases: nothing can be sent exactly once, nor probed")


@contextmanager
def _noting(rows: _Rows) -> Iterator[None]:
    def note_row(sender: type[Any], instance: Draft | InboxResponse, **named: Any) -> None:
        if isinstance(instance, Draft):
            rows.drafts.append(instance.pk)
        elif isinstance(instance, InboxResponse):
            rows.responses[instance.pk] = bytes(instance.sealed)

    post_save.connect(note_row)
    try:
        yield
    finally:
        post_save.disconnect(note_row)


def _look_at_inbox(rows: _Rows, entry: OpenEntry) -> None:
    """Raises WalkFailed unless one response arrived, for all of the research keys, and its draft is empty."""
    if len(rows.responses) != 1:
        raise WalkFailed(
            f"the page 'thanks' came, and {len(rows.responses)} responses reached the inbox instead of one"
        )
    [(row, sealed)] = rows.responses.items()
    if not _is_in_inbox(row):
        raise WalkFailed("the page 'thanks' came, and the response is not in the inbox")
    if not _is_sealed_to(sealed, entry):
        raise WalkFailed("the response is not sealed to the research keys that are in use")
    if Draft.objects.using(_database()).filter(pk__in=rows.drafts, state=Draft.State.OPEN).exists():
        raise WalkFailed("the page 'thanks' came, and the draft still holds the answers")


def _is_sealed_to(sealed: bytes, entry: OpenEntry) -> bool:
    try:
        found = key_ids(sealed)
    except SealingError:
        return False
    return set(found) == {key.key_id for key in entry.recipients.keys}


def _is_in_inbox(row: uuid.UUID) -> bool:
    """True where a row of this id lies in the inbox: found out by adding one, which is all that the website may do."""
    connection = connections[_database()]
    meta = InboxResponse._meta
    statement = composed(statements("probe.sql")["add_unless_there"],
                         {"inbox": connection.ops.quote_name(meta.db_table)})  # fmt: skip
    values = [meta.get_field("id").get_db_prep_value(row, connection), b""]
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute(statement, values)
        transaction.set_rollback(True, using=connection.alias)
        return bool(cursor.rowcount == 0)


def _look_at_what_stayed(rows: _Rows, failure: WalkFailed | None = None) -> None:
    """Raises WalkFailed where something of the walk is still there, or where nobody can tell."""
    before = f"{failure}; " if failure else ""
    try:
        has_stayed = (Draft.objects.using(_database()).filter(pk__in=rows.drafts).exists()
                      or any(_is_in_inbox(row) for row in rows.responses))  # fmt: skip
    except Error as error:
        raise WalkFailed(f"{before}then the database failed, so nobody could look whether anything stayed") from error
    if has_stayed:
        raise WalkFailed(f"{before}something of the walk stayed in the database although it was rolled back")
