"""Where the ledger keeps free texts: a table that nothing ties to the responses.

A text gets a random id and lies in the order of these ids. Whenever texts come in, every text gets a new id and is
sealed anew, so that two copies of a ledger do not show, without the key, which texts came between them.
"""

import json
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from selfhelp_survey.core.response import Mark
from selfhelp_survey.research.ledger_cipher import LedgerCipher
from selfhelp_survey.research.ledger_file import LedgerFile
from selfhelp_survey.research.ledger_notes import LedgerNotes
from selfhelp_survey.research.texts.log import ReviewLog
from selfhelp_survey.research.texts.text import FreeText, TextState

ID_LENGTH = 16
_LOG, _RELEASE, _COMPLETE = "text log", "text release", "texts"
Changing = Callable[[], AbstractContextManager[None]]


class HeldText(NamedTuple):
    """A text in the ledger: its id there, good until texts come in, and itself."""

    id: bytes
    text: FreeText


@dataclass(frozen=True, kw_only=True)
class TextRelease:
    """A text release that is fully written under its temporary name and not done.

    `directory` is where; `description` is what its manifest says beside the files, so that it can be made again.
    """

    kind: Mark
    directory: str
    manifest_digest: str
    description: dict[str, Any]


class TextTable:
    """The free texts of an open ledger. `changing` is the ledger's own transaction."""

    def __init__(self, file: LedgerFile, cipher: LedgerCipher, changing: Changing) -> None:
        self._file = file
        self._cipher = cipher
        self._notes = LedgerNotes(file, cipher)
        self._changing = changing

    # --- coming in; inside the transaction that keeps the responses --------------------------------------------------

    @property
    def is_complete(self) -> bool:
        """True where the text of every response in the ledger is here, as it must be before a response is dropped."""
        return self._notes.get(_COMPLETE) is not None

    def note_complete(self) -> None:
        """Say that from here on no text is in a response alone."""
        self._notes.put(_COMPLETE, b"1")

    def take_in(self, texts: Iterable[FreeText]) -> None:
        """Keep new texts among those already held, all of them under new ids."""
        new = list(texts)
        if not new:
            return
        everything = [*(held.text for held in self.held()), *new]
        ids = sorted(secrets.token_bytes(ID_LENGTH) for _text in everything)
        secrets.SystemRandom().shuffle(everything)
        self._file.execute("drop_texts")
        for row_id, text in zip(ids, everything, strict=True):
            self._put(row_id, text)

    # --- looking ------------------------------------------------------------------------------------------------------

    def held(self, kind: Mark | None = None, *states: TextState) -> Iterator[HeldText]:
        """The texts of a kind in these states, or all, in an order that says nothing. Read all before changing any."""
        for row_id, body in self._file.rows("all_texts"):
            text = FreeText.from_bytes(self._cipher.open("text", row_id, body))
            if kind in {None, text.origin.kind} and (not states or text.state in states):
                yield HeldText(row_id, text)

    @property
    def log(self) -> ReviewLog:
        """What was decided so far, in counts."""
        return ReviewLog.from_bytes(self._notes.get(_LOG))

    @property
    def begun(self) -> TextRelease | None:
        """The text release that was begun and is not done, None where all are."""
        plain = json.loads(self._notes.get(_RELEASE) or b"null")
        return TextRelease(**{**plain, "kind": Mark(plain["kind"])}) if plain else None

    # --- deciding; each call is whole or has not happened -------------------------------------------------------------

    def change(self, changed: Iterable[HeldText], log: ReviewLog | None = None) -> None:
        """Keep texts as they are now, and with them the log."""
        with self._changing():
            self._change(changed)
            if log is not None:
                self._notes.put(_LOG, log.to_bytes())

    def prepare(self, release: TextRelease, members: Iterable[HeldText]) -> None:
        """Note a release that is written under its temporary name, and take its texts."""
        with self._changing():
            self._change(members)
            self._notes.put(_RELEASE, json.dumps(asdict(release)).encode())

    def finish(self, dropped: Iterable[bytes], log: ReviewLog) -> None:
        """Note that no release is begun any more, and drop these texts for good."""
        with self._changing():
            for row_id in dropped:
                self._file.execute("drop_text", {"id": row_id})
            self._notes.put(_RELEASE, b"null")
            self._notes.put(_LOG, log.to_bytes())

    def _change(self, changed: Iterable[HeldText]) -> None:
        for held in changed:
            self._put(held.id, held.text)

    def _put(self, row_id: bytes, text: FreeText) -> None:
        self._file.execute("put_text", {"id": row_id, "body": self._cipher.seal("text", row_id, text.to_bytes())})
