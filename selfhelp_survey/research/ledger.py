"""The ledger: what one research key has received and released, so that nobody is ever released twice.

It remembers every response for ever, by an id that only the research key can read; the response itself stays sealed,
is opened in memory only, and is dropped once its release stands. Losing the ledger means not knowing who was released.
"""

import json
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

from selfhelp_survey.core.document import content_hash
from selfhelp_survey.research.errors import LedgerError
from selfhelp_survey.research.ledger_cipher import LedgerCipher, store_digest
from selfhelp_survey.research.ledger_file import LedgerFile
from selfhelp_survey.research.ledger_notes import LedgerNotes
from selfhelp_survey.research.texts.table import TextTable
from selfhelp_survey.research.texts.text import FreeText
from selfhelp_survey.sealing.keys import PrivateKey

SEED_LENGTH = 32
Ids = Iterable[bytes]


class ReleaseState(StrEnum):
    """How far a release has come. Its responses are taken from `prepared` on."""

    PREPARED = "prepared"
    DONE = "done"


@dataclass(frozen=True, kw_only=True)
class ReleaseEntry:
    """One line of the release log.

    `directory` is where it was written; `summary` holds the numbers of its manifest, so that a release that was
    interrupted can be made again exactly as it was; `pending_after` counts the responses it left behind.
    """

    series: str
    number: int
    directory: str
    manifest_digest: str
    summary: dict[str, Any]
    pending_after: int
    state: ReleaseState = ReleaseState.PREPARED

    @property
    def name(self) -> str:
        """How this release is named in the ledger."""
        return f"{self.series}/{self.number}"


class SealedRow(NamedTuple):
    """A response in the ledger: its id there, and what `held_response` opens.

    `texts` are the free texts that were taken out of it on arrival; they are kept apart and never come back with it.
    """

    id: bytes
    envelope: bytes
    texts: tuple[FreeText, ...] = ()


class Ledger:
    """An open ledger. Nobody else can open it meanwhile."""

    def __init__(self, file: LedgerFile, private: PrivateKey) -> None:
        self._file = file
        self._cipher = LedgerCipher(private)
        self._notes = LedgerNotes(file, self._cipher)
        self.texts = TextTable(file, self._cipher, self._changing)
        self.path = file.path

    # --- what was received -------------------------------------------------------------------------------------------

    def row_id(self, response_id: str) -> bytes:
        """The id under which the ledger keeps the response with this id inside."""
        return self._cipher.response_id(store_digest(response_id))

    def receive(
        self, documents: Iterable[str], rows: Iterable[SealedRow], *, note: tuple[str, bytes] | None = None
    ) -> int:
        """The number of responses that were new. All are kept, or, where anything is raised meanwhile, none.

        The free texts of those that were new are kept with them, in a table of their own. `note` is a name and a body
        to keep with them, see `note`.
        """
        before = self.count
        texts: list[FreeText] = []
        with self._changing():
            for document in documents:
                self._put("questionnaire", content_hash(document), document.encode())
            for row in rows:
                body = self._cipher.seal("response", row.id, row.envelope)
                is_new = self._file.execute("put_response", {"id": row.id, "body": body}) == 1
                texts.extend(row.texts if is_new else ())
            self.texts.take_in(texts)
            if note:
                self._put_about(*note)
        return self.count - before

    def note(self, name: str) -> bytes | None:
        """What was noted under this name when something was received; None where nothing was."""
        return self._notes.get(name)

    @property
    def count(self) -> int:
        """How many responses were ever received."""
        return int(self._file.value("count_responses") or 0)

    def questionnaires(self) -> tuple[str, ...]:
        """The documents of every questionnaire version received so far, in that order."""
        return tuple(body.decode() for body in self._bodies("questionnaire", "all_questionnaires"))

    def pending(self) -> Iterator[SealedRow]:
        """The responses no release has taken."""
        return self._responses("pending_responses", {})

    # --- free texts of responses that came before texts were kept apart ----------------------------------------------

    def take_texts_out(self, divided: Callable[[SealedRow], SealedRow]) -> None:
        """Keep the texts of every response held here apart, once in the life of a ledger.

        `divided` gives back a response without its texts, and these. All is done or nothing.
        """
        with self._changing():
            texts: list[FreeText] = []
            for (row_id,) in list(self._file.rows("held_ids")):
                row = divided(next(self._responses("get_response", {"id": row_id})))
                if row.texts:
                    sealed = self._cipher.seal("response", row_id, row.envelope)
                    self._file.execute("rewrite_response", {"id": row_id, "body": sealed})
                    texts.extend(row.texts)
            self.texts.take_in(texts)
            self.texts.note_complete()

    def _require_texts(self) -> None:
        """Raises LedgerError where dropping a response would drop its text as well."""
        if not self.texts.is_complete:
            raise LedgerError("The free texts of this ledger were not taken out yet: call `selfhelp-research review`.")

    # --- what was released -------------------------------------------------------------------------------------------

    @property
    def seed(self) -> bytes:
        """The secret that every release's order of rows is drawn from."""
        return self._about("seed")

    def plan(self, series: str) -> bytes | None:
        """The plan a series was begun with, None before its first release."""
        row_id = self._cipher.row_id("series", series)
        sealed = self._file.value("get_series", {"id": row_id})
        return self._cipher.open("series", row_id, sealed) if isinstance(sealed, bytes) else None

    def releases(self, series: str | None = None) -> tuple[ReleaseEntry, ...]:
        """The release log of a series, or of all, oldest first."""
        entries = [_entry(body) for body in self._bodies("release", "all_releases")]
        return tuple(entry for entry in entries if series in {None, entry.series})

    def prepare(self, entry: ReleaseEntry, *, plan: bytes, members: Iterable[bytes]) -> None:
        """Note a release that is fully written under its temporary name, and take its responses.

        Raises LedgerError, and changes nothing, where one of them was taken before or the plan is not the series' own.
        """
        with self._changing():
            self._prepare(entry, plan=plan, members=members)

    def prepare_last(self, entry: ReleaseEntry, *, plan: bytes, members: Iterable[bytes], dropped: Ids) -> None:
        """The same for the last release of a series, which it closes. Nothing will ever take what is `dropped`."""
        with self._changing():
            self._prepare(entry, plan=plan, members=members)
            self._end(entry.series, dropped)

    def finish(self, entry: ReleaseEntry) -> ReleaseEntry:
        """The entry, noted as done. The responses of the release are dropped; that they were released is not."""
        self._require_texts()
        done = replace(entry, state=ReleaseState.DONE)
        with self._changing():
            self._note(done)
            for taken_by in (self._release_id(entry), self._dropped_id(entry.series)):
                self._file.execute("empty_responses", {"release": taken_by})
        return done

    def end_series(self, series: str, *, dropped: Ids) -> None:
        """Close a series without a last release. The responses are emptied; that they were received is remembered."""
        with self._changing():
            self._end(series, dropped)
            self._file.execute("empty_responses", {"release": self._dropped_id(series)})

    @property
    def closed_series(self) -> frozenset[str]:
        """The names of the series that have ended for good."""
        body = self._file.value("get_about", {"name": "closed"})
        return frozenset(json.loads(self._about("closed"))) if body else frozenset()

    def members(self, entry: ReleaseEntry) -> Iterator[SealedRow]:
        """The responses of a release that is not done."""
        return self._responses("released_responses", {"release": self._release_id(entry)})

    def store_digests(self, entry: ReleaseEntry) -> Iterator[bytes]:
        """What the research store is told of the responses of a release, in an order that says nothing."""
        rows = self._file.rows("released_ids", {"release": self._release_id(entry)})
        return iter(sorted(self._cipher.digest_of(row[0]) for row in rows))

    # --- rows ---------------------------------------------------------------------------------------------------------

    def _prepare(self, entry: ReleaseEntry, *, plan: bytes, members: Iterable[bytes]) -> None:
        self._freeze(entry.series, plan)
        self._take(members, self._release_id(entry))
        self._note(entry)

    def _take(self, members: Iterable[bytes], taken_by: bytes) -> None:
        self._require_texts()
        for member in members:
            if self._file.execute("take_response", {"id": member, "release": taken_by}) != 1:
                raise LedgerError("A response of this release is in another one already: nothing was released.")

    def _end(self, series: str, dropped: Ids) -> None:
        self._take(dropped, self._dropped_id(series))
        self._put_about("closed", json.dumps(sorted({*self.closed_series, series})).encode())

    def _dropped_id(self, series: str) -> bytes:
        return self._cipher.row_id("release", f"{series}/dropped")

    def _freeze(self, series: str, plan: bytes) -> None:
        frozen = self.plan(series)
        if frozen is None:
            row_id = self._cipher.row_id("series", series)
            self._file.execute("put_series", {"id": row_id, "body": self._cipher.seal("series", row_id, plan)})
        elif frozen != plan:
            raise LedgerError(f"The series {series} was begun with another plan: give a new plan a new series.")

    def _note(self, entry: ReleaseEntry) -> None:
        self._put("release", entry.name, json.dumps(asdict(entry), sort_keys=True).encode())

    def _release_id(self, entry: ReleaseEntry) -> bytes:
        return self._cipher.row_id("release", entry.name)

    def _put(self, table: str, name: str, body: bytes) -> None:
        row_id = self._cipher.row_id(table, name)
        self._file.execute(f"put_{table}", {"id": row_id, "body": self._cipher.seal(table, row_id, body)})

    def _bodies(self, table: str, query: str) -> Iterator[bytes]:
        return (self._cipher.open(table, row_id, body) for row_id, body in self._file.rows(query))

    def _responses(self, query: str, parameters: dict[str, bytes | str | int | None]) -> Iterator[SealedRow]:
        for row_id, body in self._file.rows(query, parameters):
            yield SealedRow(row_id, self._cipher.open("response", row_id, body or b""))

    def _about(self, name: str) -> bytes:
        return self._notes.get(name) or b""

    def _put_about(self, name: str, body: bytes) -> None:
        self._notes.put(name, body)

    # --- whole or damaged ---------------------------------------------------------------------------------------------

    @contextmanager
    def _changing(self) -> Iterator[None]:
        with self._file.transaction():
            yield
            self._put_about("tally", self._tally())

    def _tally(self) -> bytes:
        counts = ("count_responses", "count_released", "count_releases", "count_texts")
        return json.dumps([self._file.value(count) for count in counts]).encode()

    def check(self) -> None:
        """Raises LedgerError where the ledger is another key's, or rows were added or lost behind its back."""
        noted = json.loads(self._about("tally") or b"[]")  # an older version noted fewer counts
        if not noted or noted != json.loads(self._tally())[: len(noted)]:
            raise LedgerError(f"{self.path.name} has lost entries: use its newest backup.")

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def begin(self) -> None:
        """Make a new file a ledger: its secret seed and an empty tally."""
        with self._changing():
            self._put_about("seed", secrets.token_bytes(SEED_LENGTH))
            self.texts.note_complete()


def create_ledger(path: Path, private: PrivateKey) -> None:
    """Make the ledger of a new key, whole or not at all. Raises LedgerError where something is there already."""
    try:
        path.touch(mode=0o600, exist_ok=False)
    except OSError as error:
        raise LedgerError(f"The ledger {path.name} was not made: {error.strerror}.") from error
    try:
        with closing(Ledger(LedgerFile(path, is_new=True), private)) as ledger:
            ledger.begin()
    except BaseException:
        path.unlink()
        raise


@contextmanager
def open_ledger(path: Path, private: PrivateKey) -> Iterator[Ledger]:
    """The ledger of a key, for this command alone. Raises LedgerError."""
    if not path.is_file():
        raise LedgerError(
            f"There is no ledger {path.name} beside the key: fetch its newest backup, "
            "because without it nobody knows who was released."
        )
    ledger = Ledger(LedgerFile(path, is_new=False), private)
    try:
        ledger.check()
        yield ledger
    finally:
        ledger.close()


def _entry(body: bytes) -> ReleaseEntry:
    plain = json.loads(body)
    return ReleaseEntry(**{**plain, "state": ReleaseState(plain["state"])})
