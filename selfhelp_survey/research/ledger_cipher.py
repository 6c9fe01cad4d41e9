"""How the ledger hides what it holds: keyed ids, AES-256-GCM for bodies, all from the research key.

**The store digest** is what the research store remembers of a response. A response is sealed to several research keys,
and each has a ledger of its own, so the digest must be the same from all of them: else two ledgers could release one
person twice and the store would not see it. What all key holders have and nobody else is the id sealed inside, 128
random bits, so the id itself is the key: HMAC-SHA256 over a fixed label. Nobody can find an id by trying (2^128 of
them), and whoever knows one has opened that response, so the digest tells him no answer that he has not read. A secret
shared between the keys would protect nothing more, and would have to be carried, kept and never lost.

The ledger's own id of a response is that digest encrypted under the ledger's key (AES-SIV: the same each time, and read
back with the key): a stolen ledger cannot be laid beside the store, and the digest is still there for a push after the
response itself has been dropped.
"""

import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV

from selfhelp_survey.research.errors import LedgerError
from selfhelp_survey.sealing.keys import PrivateKey

STORE_DIGEST_LENGTH = 16  # as many bits as the id has
_KEY, _SIV_KEY, _NONCE = 32, 64, 12
_STORE_LABEL = b"SHS1 store digest"
_RESPONSE = [b"response"]


def store_digest(response_id: str) -> bytes:
    """What the research store learns of a response (16 bytes), whoever opened it: enough to know it again."""
    return hmac.digest(response_id.encode(), _STORE_LABEL, "sha256")[:STORE_DIGEST_LENGTH]


class LedgerCipher:
    """The three keys of a ledger. A body is bound to its table and id, so that no row can stand in for another."""

    def __init__(self, private: PrivateKey) -> None:
        self._bodies = AESGCM(private.derive(b"ledger body", _KEY))
        self._ids = private.derive(b"ledger id", _KEY)
        self._responses = AESSIV(private.derive(b"ledger response id", _SIV_KEY))

    def row_id(self, table: str, name: str) -> bytes:
        """The id (32 bytes) under which a table keeps what bears this name."""
        return hmac.digest(self._ids, f"{table}\0{name}".encode(), "sha256")

    def response_id(self, digest: bytes) -> bytes:
        """The id (32 bytes) under which the ledger keeps the response with this store digest."""
        return self._responses.encrypt(digest, _RESPONSE)

    def digest_of(self, response_id: bytes) -> bytes:
        """The store digest behind the ledger's id of a response. Raises LedgerError where the id is another key's."""
        try:
            return self._responses.decrypt(response_id, _RESPONSE)
        except (InvalidTag, ValueError):
            raise _not_ours() from None

    def seal(self, table: str, row_id: bytes, body: bytes) -> bytes:
        """The body, readable with this key in this row only."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._bodies.encrypt(nonce, body, _place(table, row_id))

    def open(self, table: str, row_id: bytes, sealed: bytes) -> bytes:
        """The body of a row. Raises LedgerError where it is another key's, another row's, or was changed."""
        try:
            return self._bodies.decrypt(sealed[:_NONCE], sealed[_NONCE:], _place(table, row_id))
        except (InvalidTag, ValueError):
            raise _not_ours() from None


def _not_ours() -> LedgerError:
    return LedgerError(
        "The ledger belongs to another research key or is damaged: use the key it was made with, or its backup."
    )


def _place(table: str, row_id: bytes) -> bytes:
    return hashlib.sha256(table.encode() + b"\0" + row_id).digest()
