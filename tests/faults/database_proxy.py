"""A proxy between the site and PostgreSQL that stops the conversation at an exact word, so that faults hit there.

The site's hosts find it where they would find the server. Nothing in the product knows about it.
"""

from __future__ import annotations

import contextlib
import shutil
import socket
import struct
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.postgres_server import RunningPostgres

SOCKET = ".s.PGSQL.5432"
INSERT_RESPONSE = b'INSERT INTO "selfhelp_survey_inboxresponse"'
INSERT_DRAFT = b'INSERT INTO "selfhelp_survey_draft"'
UPDATE_DRAFT = b'UPDATE "selfhelp_survey_draft"'
LOCK_DRAFT = b"FOR UPDATE"
DELETE_DRAFT = b'DELETE FROM "selfhelp_survey_draft"'
COMMIT = b"COMMIT"
PATIENCE_SECONDS = 30


@dataclass(kw_only=True)
class Hold:
    """Stops the first connection that says all of `words`, one after the other, at the last of them.

    With `after`, the server gets that word and does what it says; its answer is what waits.
    """

    words: tuple[bytes, ...]
    after: bool = False
    worker: int = 0
    """The process at the other end, once stopped."""
    _reached: threading.Event = field(default_factory=threading.Event)
    _released: threading.Event = field(default_factory=threading.Event)
    _dropped: bool = False
    _taken: bool = False

    def wait(self) -> None:
        """Return once a conversation stands still here."""
        assert self._reached.wait(PATIENCE_SECONDS), f"nobody said {self.words}"

    def release(self) -> None:
        """Let it go on."""
        self._released.set()

    def drop(self) -> None:
        """Hang up on both sides: what was held back is never said."""
        self._dropped = True
        self._released.set()

    def take(self) -> bool:
        """True for the one connection that is to stop."""
        taken, self._taken = self._taken, True
        return not taken

    def stand_still(self, worker: int) -> bool:
        """Wait to be released; False where the conversation is to end."""
        self.worker = worker
        self._reached.set()
        self._released.wait()
        return not self._dropped


class DatabaseProxy:
    """Listens in `folder` as PostgreSQL would; every connection leads to the server behind."""

    def __init__(self, folder: Path, behind: RunningPostgres) -> None:
        self.folder, self._behind = folder, behind.socket_dir / SOCKET
        self._hold: Hold | None = None
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(folder / SOCKET))
        self._listening.listen(64)
        threading.Thread(target=self._accept, daemon=True).start()

    @contextlib.contextmanager
    def holding(self, *words: bytes, after: bool = False) -> Iterator[Hold]:
        """A hold on the next conversation that says these words; released at the end if it was not before."""
        self._hold = hold = Hold(words=words, after=after)
        try:
            yield hold
        finally:
            self._hold = None
            hold.release()

    def close(self) -> None:
        """Take no more connections."""
        self._listening.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                threading.Thread(target=self._connect, args=(client,), daemon=True).start()

    def _connect(self, client: socket.socket) -> None:
        with client, socket.socket(socket.AF_UNIX) as server, contextlib.suppress(OSError):
            server.connect(str(self._behind))
            _Conversation(self, client, server).carry_on()

    @property
    def hold(self) -> Hold | None:
        """What conversations are to stop at now."""
        return self._hold


class _Conversation:
    """One connection of a worker: two directions, each passed on as it comes."""

    def __init__(self, proxy: DatabaseProxy, client: socket.socket, server: socket.socket) -> None:
        self._proxy, self._client, self._server = proxy, client, server
        self._hold: Hold | None = None
        self._heard = 0
        self._withheld: Hold | None = None

    def carry_on(self) -> None:
        back = threading.Thread(target=self._answers, daemon=True)
        back.start()
        with contextlib.suppress(OSError):
            self._questions()
        self._hang_up()
        back.join()

    def _questions(self) -> None:
        while said := self._client.recv(65536):
            hold = self._stopping_at(said)
            if hold is not None and hold.after:
                self._withheld = hold
            elif hold is not None and not hold.stand_still(self._worker):
                return
            self._server.sendall(said)

    def _answers(self) -> None:
        with contextlib.suppress(OSError):
            while said := self._server.recv(65536):
                hold, self._withheld = self._withheld, None
                if hold is not None and not hold.stand_still(self._worker):
                    break
                self._client.sendall(said)
        self._hang_up()

    def _stopping_at(self, said: bytes) -> Hold | None:
        """The hold where its last word was just said, else None."""
        hold = self._proxy.hold
        if hold is not self._hold:
            self._hold, self._heard = hold, 0
        while hold is not None and self._heard < len(hold.words) and hold.words[self._heard] in said:
            self._heard += 1
            if self._heard == len(hold.words):
                return hold if hold.take() else None
        return None

    @property
    def _worker(self) -> int:
        """The process id at the client's end."""
        peer = self._client.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        return int(struct.unpack("3i", peer)[0])

    def _hang_up(self) -> None:
        for end in (self._client, self._server):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def running_proxy(behind: RunningPostgres) -> Iterator[DatabaseProxy]:
    """The proxy, listening until the context ends. In a folder of its own: paths of sockets must be short."""
    folder = Path(tempfile.mkdtemp(prefix="pg-proxy-"))
    proxy = DatabaseProxy(folder, behind)
    try:
        yield proxy
    finally:
        proxy.close()
        shutil.rmtree(folder, ignore_errors=True)
