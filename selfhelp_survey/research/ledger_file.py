"""The ledger's SQLite file: made once, opened by one command at a time, every change on the disk before it counts."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from pathlib import Path

from selfhelp_survey.research.errors import LedgerError

APPLICATION_ID = 0x53485331  # "SHS1"
FIRST_LAYOUT, LAYOUT = 2, 3
Parameters = Mapping[str, bytes | str | int | None]
Row = tuple[bytes, bytes]


def ledger_path(key_file: Path) -> Path:
    """Where the ledger of a key lies: beside the key file, under its name."""
    return key_file.with_suffix(".ledger")


@cache
def statement(name: str) -> str:
    """The SQL of this name. Source: ledger.sql."""
    text = files("selfhelp_survey.research").joinpath("ledger.sql").read_text(encoding="utf-8")
    blocks = dict(block.split("\n", 1) for block in text.split("-- name: ")[1:])
    return blocks[name]


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """What SQLite says about a file, in the researcher's words. Raises LedgerError."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            raise LedgerError(f"Another command is using {path.name}: wait until it has ended.") from error
        raise LedgerError(f"The ledger {path.name} cannot be read or written: look at its disk.") from error
    except sqlite3.DatabaseError as error:
        raise LedgerError(f"{path.name} is not a whole ledger: use its newest backup.") from error


class LedgerFile:
    """An open ledger file, locked against every other command until it is closed."""

    def __init__(self, path: Path, *, is_new: bool) -> None:
        self.path = path
        with translated(path):
            self._connection = _connect(path)
            try:
                self._lock()
                self._prepare(is_new=is_new)
            except BaseException:
                self._connection.close()
                raise

    def _lock(self) -> None:
        """Take the file for this process alone; the operating system gives it back, also after a kill."""
        for pragma in ("locking_mode = exclusive", "synchronous = full", "secure_delete = on", "fullfsync = on"):
            self._connection.execute(f"pragma {pragma}")
        self._connection.execute("begin exclusive")
        self._connection.execute("commit")

    def _prepare(self, *, is_new: bool) -> None:
        if is_new:
            self._connection.executescript(f"begin;{statement('schema')};commit")
            self._connection.execute(f"pragma application_id = {APPLICATION_ID}")
            self._connection.execute(f"pragma user_version = {FIRST_LAYOUT}")
        found = (self._pragma("application_id"), self._pragma("user_version"))
        if found[0] != APPLICATION_ID:
            raise LedgerError(f"{self.path.name} is not a ledger: use the file that `keygen` made beside the key.")
        if not FIRST_LAYOUT <= found[1] <= LAYOUT:
            raise LedgerError(f"{self.path.name} is of another version: use the selfhelp_survey that wrote it.")
        for layout in range(found[1] + 1, LAYOUT + 1):
            self._upgrade(layout)

    def _upgrade(self, layout: int) -> None:
        """Take the file from the layout before this one to this one, wholly or not at all."""
        self._connection.executescript(f"begin;{statement(f'layout_{layout}')};pragma user_version = {layout};commit")

    def _pragma(self, name: str) -> int:
        return int(self._connection.execute(f"pragma {name}").fetchone()[0])

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside is kept, or nothing."""
        with translated(self.path):
            self._connection.execute("begin immediate")
            try:
                yield
                self._connection.execute("commit")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("rollback")
                raise

    def execute(self, name: str, parameters: Parameters | None = None) -> int:
        """The number of rows that the named statement changed."""
        with translated(self.path):
            return self._connection.execute(statement(name), parameters or {}).rowcount

    def rows(self, name: str, parameters: Parameters | None = None) -> Iterator[tuple[bytes, ...]]:
        """The rows that the named statement finds, one after the other."""
        with translated(self.path):
            yield from self._connection.execute(statement(name), parameters or {})

    def value(self, name: str, parameters: Parameters | None = None) -> bytes | int | None:
        """The only value that the named statement finds, None where it finds nothing."""
        with translated(self.path):
            row = self._connection.execute(statement(name), parameters or {}).fetchone()
        return row[0] if row else None


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=0, isolation_level=None)
    path.chmod(0o600)
    return connection
