"""How the ledger hides what it holds: keyed digests for ids, AES-256-GCM for bodies, all from the research key."""

import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from selfhelp_survey.research.errors import LedgerError
from selfhelp_survey.sealing.keys import PrivateKey

ID_LENGTH = 32
_KEY, _NONCE = 32, 12


class LedgerCipher:
    """The three keys of a ledger. A body is bound to its table and id, so that no row can stand in for another."""

    def __init__(self, private: PrivateKey) -> None:
        self._bodies = AESGCM(private.derive(b"ledger body", _KEY))
        self._ids = private.derive(b"ledger id", _KEY)
        self._store = private.derive(b"ledger store digest", _KEY)

    def row_id(self, table: str, name: str) -> bytes:
        """The id (32 bytes) under which a table keeps what bears this name."""
        return hmac.digest(self._ids, f"{table}\0{name}".encode(), "sha256")

    def store_digest(self, row_id: bytes) -> bytes:
        """What the research store learns of a response (32 bytes): enough to know it again, and nothing else."""
        return hmac.digest(self._store, row_id, "sha256")

    def seal(self, table: str, row_id: bytes, body: bytes) -> bytes:
        """The body, readable with this key in this row only."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._bodies.encrypt(nonce, body, _place(table, row_id))

    def open(self, table: str, row_id: bytes, sealed: bytes) -> bytes:
        """The body of a row. Raises LedgerError where it is another key's, another row's, or was changed."""
        try:
            return self._bodies.decrypt(sealed[:_NONCE], sealed[_NONCE:], _place(table, row_id))
        except (InvalidTag, ValueError):
            raise LedgerError(
                "The ledger belongs to another research key or is damaged: use the key it was made with, or its backup."
            ) from None


def _place(table: str, row_id: bytes) -> bytes:
    return hashlib.sha256(table.encode() + b"\0" + row_id).digest()
