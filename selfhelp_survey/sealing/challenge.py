"""Challenges: a web host finds out that somebody holds a private key, before it lets respondents seal to it."""

import hashlib
import hmac
from dataclasses import dataclass

from selfhelp_survey.errors import SealingError
from selfhelp_survey.sealing import base64url
from selfhelp_survey.sealing.errors import Damaged, NotForThisKey
from selfhelp_survey.sealing.keys import KEY_ID_LENGTH, PrivateKey, PublicKey
from selfhelp_survey.sealing.suites import DEFAULT_SUITE, SECRET_LENGTH, find_suite

NONCE_LENGTH = SECRET_LENGTH
_CHALLENGE_PREFIX, _ANSWER_PREFIX = "shs1c.", "shs1a."
_CHALLENGE_LABEL, _ANSWER_LABEL = b"SHS1 challenge\0", b"SHS1 answer\0"
_SIGNATURE = 64


@dataclass(frozen=True, kw_only=True)
class Challenge:
    """A line for the workstation (`text`), and the `digest` (SHA-256) that is all the host keeps of it."""

    text: str
    digest: bytes


def make_challenge(public: PublicKey, nonce: bytes) -> Challenge:
    """A challenge that only the holder of the private key can answer. `nonce` is 32 fresh random bytes."""
    if len(nonce) != NONCE_LENGTH:
        raise SealingError("A challenge takes 32 random bytes: use secrets.token_bytes(32).")
    info = _challenge_info(DEFAULT_SUITE.number, public.key_id)
    wrapped = DEFAULT_SUITE.wrap(nonce, public.opening_key, info=info)
    data = bytes([DEFAULT_SUITE.number]) + public.key_id + wrapped
    return Challenge(text=_CHALLENGE_PREFIX + base64url.encode(data), digest=_digest(public, nonce))


def answer_challenge(text: str, private: PrivateKey) -> str:
    """The line that proves the key: the opened nonce, signed. Raises NotForThisKey or Damaged."""
    data = _read(text, _CHALLENGE_PREFIX, 1 + KEY_ID_LENGTH + DEFAULT_SUITE.wrapped_length)
    if data is None:
        raise Damaged("This is not a whole challenge: copy the line that starts with 'shs1c.' again.")
    suite, key_id = find_suite(data[0]), data[1 : 1 + KEY_ID_LENGTH]
    if key_id != private.public.key_id:
        raise NotForThisKey("The challenge was made for another research key: answer it with that key.")
    nonce = suite.unwrap(data[1 + KEY_ID_LENGTH :], private.opening, info=_challenge_info(data[0], key_id))
    return _ANSWER_PREFIX + base64url.encode(nonce + private.sign(_answer_message(private.public, nonce)))


def check_answer(text: str, *, public: PublicKey, digest: bytes) -> bool:
    """True if the answer shows that the challenge behind `digest` was opened and signed with this key's halves."""
    data = _read(text, _ANSWER_PREFIX, NONCE_LENGTH + _SIGNATURE)
    if data is None:
        return False
    nonce, signature = data[:NONCE_LENGTH], data[NONCE_LENGTH:]
    is_opened = hmac.compare_digest(_digest(public, nonce), digest)
    return is_opened and public.verify(_answer_message(public, nonce), signature)


def _challenge_info(suite: int, key_id: bytes) -> bytes:
    """Unlike any envelope's, so that answering a challenge can never open somebody's response."""
    return _CHALLENGE_LABEL + bytes([suite]) + key_id


def _digest(public: PublicKey, nonce: bytes) -> bytes:
    return hashlib.sha256(_CHALLENGE_LABEL + public.digest + nonce).digest()


def _answer_message(public: PublicKey, nonce: bytes) -> bytes:
    return _ANSWER_LABEL + public.digest + nonce


def _read(text: str, prefix: str, length: int) -> bytes | None:
    stripped = text.strip()
    return base64url.decode(stripped.removeprefix(prefix), length=length) if stripped.startswith(prefix) else None
