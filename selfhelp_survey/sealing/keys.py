"""Research keys: one half opens what was sealed to it, the other signs. Private keys are made on the workstation."""

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from selfhelp_survey.errors import SealingError
from selfhelp_survey.sealing import base64url

KEY_LENGTH = 32
KEY_ID_LENGTH = 8
_PREFIX = "shs1."
_FINGERPRINT_LABEL = b"SHS1 research key"
_DERIVE_LABEL = b"SHS1 derive\0"
_CHECKSUM = 2

# The keys in tests/data/keys: anybody can read their private halves. A production site must refuse them.
KNOWN_TEST_FINGERPRINTS: tuple[str, ...] = (
    "e768 cf8e 1d92 9468 6b69 9288 cfe1 4ac4 04cc 0296 d73a 5ce4 543e 34bf 9160 d09d",
    "2b21 9dbc e486 b0fb b349 3bdb 5867 1afb 0de2 027c e11f c888 94dc 7c60 ce0e 7b62",
)


@dataclass(frozen=True)
class PublicKey:
    """What a web host knows of a research key: 32 bytes to seal to, 32 bytes to check signatures with.

    Raises SealingError for bytes nothing can be sealed to.
    """

    opening: bytes
    signing: bytes

    def __post_init__(self) -> None:
        if len(self.opening) != KEY_LENGTH or len(self.signing) != KEY_LENGTH or _is_weak(self.opening):
            raise SealingError("This is not a research public key: copy it again from `selfhelp-research keygen`.")

    @cached_property
    def digest(self) -> bytes:
        """SHA-256 over both halves: what the fingerprint shows."""
        return hashlib.sha256(_FINGERPRINT_LABEL + self.opening + self.signing).digest()

    @property
    def fingerprint(self) -> str:
        """The digest for people to compare: sixteen groups of four hex digits."""
        return _group(self.digest.hex())

    @property
    def key_id(self) -> bytes:
        """The first 8 bytes of the digest: how a sealed value names its recipients."""
        return self.digest[:KEY_ID_LENGTH]

    @property
    def text(self) -> str:
        """The key for a settings file: `shs1.` and 88 characters."""
        return _PREFIX + base64url.encode(self.opening + self.signing + self.digest[:_CHECKSUM])

    @cached_property
    def opening_key(self) -> X25519PublicKey:
        """The half that responses are sealed to."""
        return X25519PublicKey.from_public_bytes(self.opening)

    @property
    def is_known_test_key(self) -> bool:
        """True for a key whose private half is published with this software."""
        return self.fingerprint in KNOWN_TEST_FINGERPRINTS

    def verify(self, message: bytes, signature: bytes) -> bool:
        """True if the holder of this key signed the message. Source: Ed25519, RFC 8032."""
        try:
            Ed25519PublicKey.from_public_bytes(self.signing).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


def _is_weak(opening: bytes) -> bool:
    """True for the few values that give everybody the same shared secret (RFC 7748, section 6.1)."""
    try:
        X25519PrivateKey.from_private_bytes(b"\x01" * KEY_LENGTH).exchange(X25519PublicKey.from_public_bytes(opening))
    except ValueError:
        return True
    return False


def _group(digits: str) -> str:
    return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))


def read_public_key(text: str) -> PublicKey:
    """The key in its text form. White space around it is allowed, nothing else. Raises SealingError."""
    stripped = text.strip()
    if not stripped.startswith(_PREFIX):
        raise SealingError("A research public key starts with 'shs1.': copy the whole line that `keygen` printed.")
    data = base64url.decode(stripped.removeprefix(_PREFIX), length=2 * KEY_LENGTH + _CHECKSUM)
    if data is None:
        raise SealingError("A research public key is 'shs1.' and 88 letters, digits, - or _: copy the whole line.")
    key = PublicKey(data[:KEY_LENGTH], data[KEY_LENGTH:-_CHECKSUM])
    if key.digest[:_CHECKSUM] != data[-_CHECKSUM:]:
        raise SealingError("A character of this research public key was changed: copy the whole line again.")
    return key


def read_fingerprint(text: str) -> str:
    """A fingerprint as a person typed it, in the one spelling `PublicKey.fingerprint` has. Raises SealingError."""
    digits = re.sub(r"[\s:-]", "", text).lower()
    if not re.fullmatch(r"[0-9a-f]{64}", digits):
        raise SealingError("A fingerprint is 64 hex digits (0-9, a-f): copy it again from `selfhelp-research keygen`.")
    return _group(digits)


@dataclass(frozen=True, eq=False, repr=False)
class PrivateKey:
    """Both private halves of a research key. It lives on the workstation only and prints nothing of itself."""

    opening: X25519PrivateKey
    signing: Ed25519PrivateKey

    @cached_property
    def public(self) -> PublicKey:
        """The half that may be handed out."""
        return PublicKey(
            self.opening.public_key().public_bytes_raw(),
            self.signing.public_key().public_bytes_raw(),
        )

    def sign(self, message: bytes) -> bytes:
        """A signature of 64 bytes. The caller begins the message with what it is for."""
        return self.signing.sign(message)

    def derive(self, info: bytes, length: int) -> bytes:
        """`length` secret bytes for one purpose, always the same for this key. Source: HKDF-SHA256, RFC 5869."""
        hkdf = HKDF(hashes.SHA256(), length=length, salt=None, info=_DERIVE_LABEL + info)
        return hkdf.derive(private_bytes(self))


def generate_private_key() -> PrivateKey:
    """A fresh research key."""
    return PrivateKey(X25519PrivateKey.generate(), Ed25519PrivateKey.generate())


def private_bytes(private: PrivateKey) -> bytes:
    """The 64 bytes to keep secret: opening half, signing half."""
    return private.opening.private_bytes_raw() + private.signing.private_bytes_raw()


def private_key_from_bytes(data: bytes) -> PrivateKey:
    """The key that `private_bytes` wrote down. Raises SealingError."""
    if len(data) != 2 * KEY_LENGTH:
        raise SealingError("A research private key is 64 bytes: use the key file that `selfhelp-research keygen` made.")
    return PrivateKey(
        X25519PrivateKey.from_private_bytes(data[:KEY_LENGTH]),
        Ed25519PrivateKey.from_private_bytes(data[KEY_LENGTH:]),
    )
