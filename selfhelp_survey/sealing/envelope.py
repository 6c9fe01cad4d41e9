"""The response envelope: one data key seals the response, and is wrapped once for each research key.

    "SHS1" | suite 1 | n 1 | n x (key id 8, wrapped data key) | nonce 12 | AES-256-GCM(data key, padded response)

Everything before the ciphertext is its associated data. Each wrapping is bound, through HPKE's `info`, to magic, suite
and the whole list of key ids, so that no wrapped key can be moved to another envelope's head.
Source: docs/reference/envelope.md.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from selfhelp_survey.errors import SealingError
from selfhelp_survey.sealing.errors import Damaged, NotForThisKey, UnknownSuite
from selfhelp_survey.sealing.keys import KEY_ID_LENGTH, PrivateKey, PublicKey
from selfhelp_survey.sealing.padding import is_padded_length, pad, unpad
from selfhelp_survey.sealing.suites import DEFAULT_SUITE, SECRET_LENGTH, Suite, find_suite

__all__ = ["Damaged", "Look", "NotForThisKey", "UnknownSuite", "key_ids", "look_of", "open_response", "seal_response"]

MAGIC = b"SHS1"
MOST_RECIPIENTS = 16
_FIXED = len(MAGIC) + 2
_NONCE, _TAG = 12, 16


@dataclass(frozen=True, kw_only=True)
class _Head:
    suite: Suite
    key_ids: tuple[bytes, ...]
    wrapped: tuple[bytes, ...]
    length: int


def seal_response(payload: bytes, recipients: Sequence[PublicKey], *, suite: Suite = DEFAULT_SUITE) -> bytes:
    """An envelope with this payload that any one of the recipients can open, and nobody else.

    Raises SealingError without recipients (the survey is closed instead) or for one that the suite does not take, and
    TooLarge beyond 65,532 bytes.
    """
    drawn = _Drawn(secrets.token_bytes(SECRET_LENGTH), secrets.token_bytes(_NONCE))
    return _seal(payload, recipients, suite=suite, drawn=drawn)


class _Drawn(NamedTuple):
    data_key: bytes
    nonce: bytes


def _seal(payload: bytes, recipients: Sequence[PublicKey], *, suite: Suite, drawn: _Drawn) -> bytes:
    """As `seal_response`; data key and nonce are given only where a test needs them."""
    ids = tuple(public.key_id for public in recipients)
    if not 1 <= len(ids) <= MOST_RECIPIENTS or len(set(ids)) != len(ids):
        raise SealingError(f"A response is sealed to 1 to {MOST_RECIPIENTS} different research keys: correct the list.")
    padded = pad(payload)
    head = MAGIC + bytes([suite.number, len(ids)])
    info = head + b"".join(ids)
    for public in recipients:
        head += public.key_id + suite.wrap(drawn.data_key, public, info=info + public.key_id)
    head += drawn.nonce
    return head + AESGCM(drawn.data_key).encrypt(drawn.nonce, padded, head)


class Look(NamedTuple):
    """What tells an envelope from others without any key. `length` is that of the whole envelope, in bytes."""

    suite: int
    key_ids: tuple[bytes, ...]
    length: int


def look_of(envelope: bytes | memoryview) -> Look:
    """What anybody sees of the envelope: two of one look cannot be told apart. Raises as `open_response`."""
    head = _read_head(bytes(envelope))
    return Look(suite=head.suite.number, key_ids=head.key_ids, length=len(envelope))


def key_ids(envelope: bytes | memoryview) -> tuple[bytes, ...]:
    """The key ids (8 bytes each) of those who can open the envelope, in its order. Raises as `open_response`."""
    return _read_head(bytes(envelope)).key_ids


def open_response(envelope: bytes | memoryview, private: PrivateKey) -> bytes:
    """The payload. Raises NotForThisKey, UnknownSuite or Damaged, whichever is true."""
    data = bytes(envelope)
    head = _read_head(data)
    mine = private.public.key_id
    if mine not in head.key_ids:
        raise NotForThisKey
    info = data[:_FIXED] + b"".join(head.key_ids) + mine
    data_key = head.suite.unwrap(head.wrapped[head.key_ids.index(mine)], private, info=info)
    return unpad(_decrypt(data, head.length, data_key))


def _decrypt(data: bytes, head_length: int, data_key: bytes) -> bytes:
    if len(data_key) != SECRET_LENGTH:
        raise Damaged
    nonce, head = data[head_length - _NONCE : head_length], data[:head_length]
    try:
        return AESGCM(data_key).decrypt(nonce, data[head_length:], head)
    except InvalidTag:
        raise Damaged from None


def _read_head(data: bytes) -> _Head:
    if data[: len(MAGIC)] != MAGIC or len(data) < _FIXED:
        raise Damaged
    suite, count = find_suite(data[len(MAGIC)]), data[len(MAGIC) + 1]
    entry = KEY_ID_LENGTH + suite.wrapped_length
    length = _FIXED + count * entry + _NONCE
    if not 1 <= count <= MOST_RECIPIENTS or not is_padded_length(len(data) - length - _TAG):
        raise Damaged
    starts = range(_FIXED, length - _NONCE, entry)
    ids = tuple(data[start : start + KEY_ID_LENGTH] for start in starts)
    if len(set(ids)) != count:
        raise Damaged
    return _Head(
        suite=suite,
        key_ids=ids,
        wrapped=tuple(data[start + KEY_ID_LENGTH : start + entry] for start in starts),
        length=length,
    )
