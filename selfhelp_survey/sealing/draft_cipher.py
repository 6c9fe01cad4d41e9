"""Drafts as boxes that only one browser can open: row, key and token all come from the secret in its cookie."""

import hmac
import json
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from selfhelp_survey.errors import SealingError
from selfhelp_survey.sealing import base64url
from selfhelp_survey.sealing.errors import Damaged
from selfhelp_survey.sealing.padding import is_padded_length, pad, unpad

SECRET_LENGTH = 32
VERSION = b"\x01"
_INFO = b"SHS1 draft"
_NONCE, _TAG, _TOKEN = 12, 16, 16


@dataclass(frozen=True, slots=True, eq=False)
class DraftKeys:
    """What one secret opens: the row `id`, the `cipher` of its box, and the key of its page tokens.

    Nothing of it is ever printed: a repr in an error report would hand out the draft.
    """

    id: uuid.UUID = field(repr=False)
    cipher: AESGCM = field(repr=False)
    csrf: bytes = field(repr=False)

    def token(self, page: str) -> str:
        """The token (32 hex digits) that a form on this page must send back."""
        return hmac.digest(self.csrf, page.encode(), "sha256")[:_TOKEN].hex()

    def is_token(self, page: str, given: str) -> bool:
        """True if `given` is this page's token; compared in constant time. An empty one is not."""
        return hmac.compare_digest(self.token(page).encode(), given.encode("utf-8", "replace"))


def new_secret() -> bytes:
    """32 fresh random bytes: the only thing that opens a new draft."""
    return secrets.token_bytes(SECRET_LENGTH)


def write_secret(secret: bytes) -> str:
    """The secret as a cookie value: 43 characters of base64url."""
    return base64url.encode(secret)


def read_secret(text: str) -> bytes | None:
    """The secret in a cookie value; None for anything that `write_secret` does not write."""
    return base64url.decode(text, length=SECRET_LENGTH)


def derive_draft_keys(secret: bytes, *, pepper: bytes) -> DraftKeys:
    """The keys of one secret on one site. Raises SealingError if the secret is not 32 bytes.

    Source: HKDF-SHA256, RFC 5869; the site's pepper is the salt.
    """
    if len(secret) != SECRET_LENGTH:
        raise SealingError("A draft secret is 32 bytes: take one from new_secret() or read_secret().")
    okm = HKDF(hashes.SHA256(), length=80, salt=pepper, info=_INFO).derive(secret)
    return DraftKeys(uuid.UUID(bytes=okm[:16]), AESGCM(okm[16:48]), okm[48:])


def seal_draft(keys: DraftKeys, state: Mapping[str, Any]) -> bytes:
    """A box with this state (JSON values), readable with the same keys only. Raises TooLarge."""
    return _seal(keys, state, nonce=secrets.token_bytes(_NONCE))


def _seal(keys: DraftKeys, state: Mapping[str, Any], *, nonce: bytes) -> bytes:
    """As `seal_draft`; the nonce is given only where a test vector needs it."""
    text = json.dumps(state, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    padded = pad(text.encode("utf-8", "surrogatepass"))  # half an emoji from an odd keyboard must not lose a draft
    return VERSION + nonce + keys.cipher.encrypt(nonce, padded, VERSION + keys.id.bytes)


def open_draft(keys: DraftKeys, box: bytes | memoryview) -> dict[str, Any]:
    """The state in a box. SQLite gives bytes, PostgreSQL a memoryview.

    Raises Damaged for another draft's box and for anything else that these keys did not seal.
    """
    data = bytes(box)
    if data[:1] != VERSION or not is_padded_length(len(data) - len(VERSION) - _NONCE - _TAG):
        raise Damaged
    nonce, sealed = data[1 : 1 + _NONCE], data[1 + _NONCE :]
    try:
        padded = keys.cipher.decrypt(nonce, sealed, VERSION + keys.id.bytes)
    except InvalidTag:
        raise Damaged from None
    return _read_state(unpad(padded))


def _read_state(text: bytes) -> dict[str, Any]:
    try:
        state = json.loads(text.decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError):
        raise Damaged from None  # not chained: a JSON error carries the whole text
    if not isinstance(state, dict):
        raise Damaged
    return state
