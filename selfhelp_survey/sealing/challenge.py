"""Challenges: a web host finds out that somebody holds a private key, before it lets respondents seal to it."""

import hashlib
import hmac
from dataclasses import dataclass

from selfhelp_survey.errors import SealingError
from selfhelp_survey.sealing import base64url
from selfhelp_survey.sealing.errors import Damaged, NotForThisKey
from selfhelp_survey.sealing.keys import KEY_ID_LENGTH, PrivateKey, PublicKey
from selfhelp_survey.sealing.suites import SECRET_LENGTH, SUITES, Suite, strongest_suite

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
    """A challenge that only the holder of every private half can answer. `nonce` is 32 fresh random bytes.

    Raises HybridNotOffered for a hybrid key where this machine cannot use all of it.
    """
    if len(nonce) != NONCE_LENGTH:
        raise SealingError("A challenge takes 32 random bytes: use secrets.token_bytes(32).")
    suite = strongest_suite(public)
    wrapped = suite.wrap(nonce, public, info=_challenge_info(suite.number, public.key_id))
    data = bytes([suite.number]) + public.key_id + wrapped
    return Challenge(text=_CHALLENGE_PREFIX + base64url.encode(data), digest=_digest(public, nonce))


def answer_challenge(text: str, private: PrivateKey) -> str:
    """The line that proves the key: the opened nonce, signed. Raises NotForThisKey or Damaged."""
    suite, key_id, wrapped = _read_challenge(text)
    if key_id != private.public.key_id:
        raise NotForThisKey("The challenge was made for another research key: answer it with that key.")
    if suite is not strongest_suite(private.public):
        raise Damaged("The challenge leaves out a half of this key: let the web host make a new one.")
    nonce = suite.unwrap(wrapped, private, info=_challenge_info(suite.number, key_id))
    return _ANSWER_PREFIX + base64url.encode(nonce + private.sign(_answer_message(private.public, nonce)))


def check_answer(text: str, *, public: PublicKey, digest: bytes) -> bool:
    """True if the answer shows that the challenge behind `digest` was opened and signed with this key's halves."""
    data = _read(text, _ANSWER_PREFIX, NONCE_LENGTH + _SIGNATURE)
    if data is None:
        return False
    nonce, signature = data[:NONCE_LENGTH], data[NONCE_LENGTH:]
    is_opened = hmac.compare_digest(_digest(public, nonce), digest)
    return is_opened and public.verify(_answer_message(public, nonce), signature)


def _read_challenge(text: str) -> tuple[Suite, bytes, bytes]:
    """Suite, key id and wrapped nonce."""
    for suite in SUITES.values():
        data = _read(text, _CHALLENGE_PREFIX, 1 + KEY_ID_LENGTH + suite.wrapped_length)
        if data is not None and data[0] == suite.number:
            return suite, data[1 : 1 + KEY_ID_LENGTH], data[1 + KEY_ID_LENGTH :]
    raise Damaged("This is not a whole challenge: copy the line that starts with 'shs1c.' again.")


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
