"""Research keys: one half opens what was sealed to it, the other signs. Private keys are made on the workstation.

A hybrid key has one half more: ML-KEM-768, which opens together with the X25519 half.
Source: docs/reference/envelope.md.
"""

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, hpke
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from selfhelp_survey.errors import SealingError
from selfhelp_survey.sealing import base64url, ml_kem
from selfhelp_survey.sealing.errors import NotForThisKey

KEY_LENGTH = 32
PRIVATE_LENGTH, HYBRID_PRIVATE_LENGTH = 2 * KEY_LENGTH, ml_kem.SEED_LENGTH + 2 * KEY_LENGTH
KEY_ID_LENGTH = 8
PREFIX, HYBRID_PREFIX = "shs1.", "shs2."
_LABEL, _HYBRID_LABEL = b"SHS1 research key", b"SHS2 research key"
_DERIVE_LABEL = b"SHS1 derive\0"
_CHECKSUM = 2

# The keys in tests/data/keys: anybody can read their private halves. A production site must refuse them.
KNOWN_TEST_FINGERPRINTS: tuple[str, ...] = (
    "e768 cf8e 1d92 9468 6b69 9288 cfe1 4ac4 04cc 0296 d73a 5ce4 543e 34bf 9160 d09d",
    "2b21 9dbc e486 b0fb b349 3bdb 5867 1afb 0de2 027c e11f c888 94dc 7c60 ce0e 7b62",
    "6b9a 19b1 9b31 5deb 4a45 43d5 4a17 158b fcd9 3900 09e2 d410 15e4 7d2a 15fe c67e",
    "7007 db2b 3210 4338 044e 4052 8cec 4be5 6758 2524 a35e b4ee 50c8 7561 5b46 5094",
)


@dataclass(frozen=True)
class PublicKey:
    """What a web host knows of a research key: 32 bytes to seal to, 32 bytes to check signatures with.

    A hybrid key has 1,184 bytes more to seal to, `mlkem`; without them it is none.
    Raises SealingError for bytes nothing can be sealed to.
    """

    opening: bytes
    signing: bytes
    mlkem: bytes = b""

    def __post_init__(self) -> None:
        if len(self.opening) != KEY_LENGTH or len(self.signing) != KEY_LENGTH or _is_weak(self.opening):
            raise SealingError(_NO_KEY)
        if self.mlkem and not _is_mlkem(self.mlkem):
            raise SealingError(_NO_KEY)

    @property
    def is_hybrid(self) -> bool:
        """True where responses can be sealed to it with the hybrid suite."""
        return bool(self.mlkem)

    @cached_property
    def digest(self) -> bytes:
        """SHA-256 over all halves: what the fingerprint shows."""
        return hashlib.sha256((_HYBRID_LABEL if self.mlkem else _LABEL) + self._halves).digest()

    @property
    def _halves(self) -> bytes:
        return self.mlkem + self.opening + self.signing

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
        """The key for a settings file: `shs1.` and 88 characters; a hybrid one `shs2.` and 1,667."""
        prefix = HYBRID_PREFIX if self.mlkem else PREFIX
        return prefix + base64url.encode(self._halves + self.digest[:_CHECKSUM])

    @cached_property
    def opening_key(self) -> X25519PublicKey:
        """The half that responses are sealed to."""
        return X25519PublicKey.from_public_bytes(self.opening)

    @cached_property
    def hybrid_key(self) -> hpke.MLKEM768X25519PublicKey:
        """Both halves that responses are sealed to with the hybrid suite. Raises SealingError for a key without."""
        if not self.mlkem:
            raise SealingError(f"The key {self.fingerprint} is not hybrid: make one with `keygen --hybrid`.")
        return hpke.MLKEM768X25519PublicKey(ml_kem.public_half(self.mlkem), self.opening_key)

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


_NO_KEY = "This is not a research public key: copy it again from `selfhelp-research keygen`."


def _is_mlkem(data: bytes) -> bool:
    """False for bytes that are no ML-KEM-768 key; a machine without ML-KEM sees their number only."""
    if len(data) != ml_kem.PUBLIC_LENGTH:
        return False
    try:
        return not ml_kem.is_offered() or bool(ml_kem.public_half(data))
    except ValueError:
        return False


def _is_weak(opening: bytes) -> bool:
    """True for the few values that give everybody the same shared secret (RFC 7748, section 6.1)."""
    try:
        X25519PrivateKey.from_private_bytes(b"\x01" * KEY_LENGTH).exchange(X25519PublicKey.from_public_bytes(opening))
    except ValueError:
        return True
    return False


def _group(digits: str) -> str:
    return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))


def is_public_text(text: str) -> bool:
    """True for what begins as a public key's text does."""
    return text.startswith((PREFIX, HYBRID_PREFIX))


def read_public_key(text: str) -> PublicKey:
    """The key in its text form. White space around it is allowed, nothing else. Raises SealingError."""
    stripped = text.strip()
    if not is_public_text(stripped):
        raise SealingError(
            f"A research public key starts with '{PREFIX}' or '{HYBRID_PREFIX}': "
            "copy the whole line that `keygen` printed."
        )
    mlkem_length = ml_kem.PUBLIC_LENGTH if stripped.startswith(HYBRID_PREFIX) else 0
    data = base64url.decode(stripped[len(PREFIX) :], length=mlkem_length + 2 * KEY_LENGTH + _CHECKSUM)
    if data is None:
        raise SealingError(
            f"A research public key is '{PREFIX}' and 88, or '{HYBRID_PREFIX}' and 1,667 letters, digits, - or _: "
            "copy the whole line."
        )
    mlkem, rest = data[:mlkem_length], data[mlkem_length:]
    key = PublicKey(rest[:KEY_LENGTH], rest[KEY_LENGTH:-_CHECKSUM], mlkem)
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
    """All private halves of a research key. It lives on the workstation only and prints nothing of itself.

    `mlkem` is None where the key is not hybrid.
    """

    opening: X25519PrivateKey
    signing: Ed25519PrivateKey
    mlkem: MLKEM768PrivateKey | None = None

    @cached_property
    def public(self) -> PublicKey:
        """The half that may be handed out."""
        return PublicKey(
            self.opening.public_key().public_bytes_raw(),
            self.signing.public_key().public_bytes_raw(),
            self.mlkem.public_key().public_bytes_raw() if self.mlkem else b"",
        )

    @property
    def hybrid_key(self) -> hpke.MLKEM768X25519PrivateKey:
        """Both halves that open what was sealed with the hybrid suite. Raises NotForThisKey for a key without."""
        if self.mlkem is None:
            raise NotForThisKey
        return hpke.MLKEM768X25519PrivateKey(self.mlkem, self.opening)

    def sign(self, message: bytes) -> bytes:
        """A signature of 64 bytes. The caller begins the message with what it is for."""
        return self.signing.sign(message)

    def derive(self, info: bytes, length: int) -> bytes:
        """`length` secret bytes for one purpose, always the same for this key. Source: HKDF-SHA256, RFC 5869."""
        hkdf = HKDF(hashes.SHA256(), length=length, salt=None, info=_DERIVE_LABEL + info)
        return hkdf.derive(private_bytes(self))


def generate_private_key(*, is_hybrid: bool = False) -> PrivateKey:
    """A fresh research key. Raises HybridNotOffered for a hybrid one where `cryptography` cannot."""
    mlkem = ml_kem.generate() if is_hybrid else None
    return PrivateKey(X25519PrivateKey.generate(), Ed25519PrivateKey.generate(), mlkem)


def private_bytes(private: PrivateKey) -> bytes:
    """The bytes to keep secret: of a hybrid key the seed of its ML-KEM half (64), opening half, signing half."""
    seed = private.mlkem.private_bytes_raw() if private.mlkem else b""
    return seed + private.opening.private_bytes_raw() + private.signing.private_bytes_raw()


def private_key_from_bytes(data: bytes) -> PrivateKey:
    """The key that `private_bytes` wrote down. Raises SealingError."""
    if len(data) not in {PRIVATE_LENGTH, HYBRID_PRIVATE_LENGTH}:
        raise SealingError(
            f"A research private key is {PRIVATE_LENGTH} bytes, a hybrid one {HYBRID_PRIVATE_LENGTH}: "
            "use the key file that `selfhelp-research keygen` made."
        )
    seed, opening, signing = data[:-PRIVATE_LENGTH], data[-PRIVATE_LENGTH:-KEY_LENGTH], data[-KEY_LENGTH:]
    return PrivateKey(
        X25519PrivateKey.from_private_bytes(opening),
        Ed25519PrivateKey.from_private_bytes(signing),
        ml_kem.private_half(seed) if seed else None,
    )
