"""Suites: how a short secret is wrapped for one public key. One byte in every sealed value names the suite."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from selfhelp_survey.errors import SealingError
from selfhelp_survey.sealing import ml_kem
from selfhelp_survey.sealing.errors import Damaged, UnknownSuite
from selfhelp_survey.sealing.keys import PrivateKey, PublicKey

SECRET_LENGTH = 32
PublicHalf: TypeAlias = X25519PublicKey | hpke.MLKEM768X25519PublicKey
PrivateHalf: TypeAlias = X25519PrivateKey | hpke.MLKEM768X25519PrivateKey


@dataclass(frozen=True, kw_only=True)
class Suite:
    """One way to wrap 32 bytes for one public key (HPKE base mode, one-shot).

    `code` is its name in the web host's settings; `wrapped_length` is in bytes: encapsulated key, secret, tag.
    Source: RFC 9180, sections 5.1.1 and 6.1.
    """

    number: int
    code: str
    name: str
    wrapped_length: int
    scheme: hpke.Suite
    is_hybrid: bool = False

    def takes(self, public: PublicKey) -> bool:
        """True where something can be wrapped for this key."""
        return public.is_hybrid or not self.is_hybrid

    def require(self) -> None:
        """Raises HybridNotOffered where the installed `cryptography` cannot use this suite."""
        if self.is_hybrid:
            ml_kem.require_offered()

    def wrap(self, secret: bytes, public: PublicKey, *, info: bytes) -> bytes:
        """The secret, readable only by the holder of the private key who states the same `info`.

        Raises SealingError for a key this suite does not take, or where this machine cannot use the suite.
        """
        half: PublicHalf = public.hybrid_key if self.is_hybrid else public.opening_key
        return self.scheme.encrypt(secret, half, info=info)

    def unwrap(self, wrapped: bytes, private: PrivateKey, *, info: bytes) -> bytes:
        """The secret. Raises Damaged if it was changed, is another key's, or was wrapped under another `info`.

        Raises HybridNotOffered where this machine cannot use the suite, NotForThisKey where the key cannot.
        """
        self.require()
        half: PrivateHalf = private.hybrid_key if self.is_hybrid else private.opening
        try:
            return self.scheme.decrypt(wrapped, half, info=info)
        except (InvalidTag, ValueError):
            raise Damaged from None


X25519 = Suite(
    number=1,
    code="x25519",
    name="X25519, HKDF-SHA256, ChaCha20-Poly1305",
    wrapped_length=32 + SECRET_LENGTH + 16,
    scheme=hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305),
)
HYBRID = Suite(
    number=2,
    code="hybrid",
    name="ML-KEM-768 with X25519, HKDF-SHA256, ChaCha20-Poly1305",
    wrapped_length=1120 + SECRET_LENGTH + 16,
    scheme=hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305),
    is_hybrid=True,
)
SUITES: Mapping[int, Suite] = MappingProxyType({suite.number: suite for suite in (X25519, HYBRID)})
DEFAULT_SUITE = X25519


def find_suite(number: int) -> Suite:
    """The suite with this number. Raises UnknownSuite."""
    suite = SUITES.get(number)
    if suite is None:
        raise UnknownSuite
    return suite


def suite_of(code: object) -> Suite:
    """The suite that a setting names. Raises SealingError for a name that is none, HybridNotOffered."""
    for suite in SUITES.values():
        if suite.code == code:
            suite.require()
            return suite
    raise SealingError("There is no suite of this name: write " + " or ".join(repr(s.code) for s in SUITES.values()))


def strongest_suite(public: PublicKey) -> Suite:
    """The suite that needs every half this key has."""
    return HYBRID if public.is_hybrid else X25519
