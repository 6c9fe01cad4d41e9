"""What a ledger notes about itself: small named bodies, sealed like everything else in it."""

from selfhelp_survey.research.ledger_cipher import LedgerCipher
from selfhelp_survey.research.ledger_file import LedgerFile


class LedgerNotes:
    """The notes of one ledger, by name. A note that was never written is None."""

    def __init__(self, file: LedgerFile, cipher: LedgerCipher) -> None:
        self._file = file
        self._cipher = cipher

    def get(self, name: str) -> bytes | None:
        """What stands under this name. Raises LedgerError where it is another key's or was changed."""
        body = self._file.value("get_about", {"name": name})
        return self._cipher.open("about", name.encode(), body) if isinstance(body, bytes) else None

    def put(self, name: str, body: bytes) -> None:
        """Write a note, over the one of the same name. Only inside a transaction of the ledger."""
        sealed = self._cipher.seal("about", name.encode(), body)
        self._file.execute("put_about", {"name": name, "body": sealed})
