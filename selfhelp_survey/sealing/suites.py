"""Suites: how a short secret is wrapped for one public key. One byte in every sealed value names the suite."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from selfhelp_survey.sealing.errors import Damaged, UnknownSuite

SECRET_LENGTH = 32


@dataclass(frozen=True, kw_only=True)
class Suite:
    """One way to wrap 32 bytes for one public key (HPKE base mode, one-shot).

    `wrapped_length` is in bytes: encapsulated key, secret, tag. `scheme` is None for a number that is only reserved.
    Source: RFC 9180, sections 5.1.1 and 6.1.
    """

    number: int
    name: str
    wrapped_length: int
    scheme: hpke.Suite | None

    def wrap(self, secret: bytes, public: X25519PublicKey, *, info: bytes) -> bytes:
        """The secret, readable only by the holder of the private key who states the same `info`."""
        return self._ready().encrypt(secret, public, info=info)

    def unwrap(self, wrapped: bytes, private: X25519PrivateKey, *, info: bytes) -> bytes:
        """The secret. Raises Damaged if it was changed, is another key's, or was wrapped under another `info`."""
        try:
            return self._ready().decrypt(wrapped, private, info=info)
        except (InvalidTag, ValueError):
            raise Damaged from None

    def _ready(self) -> hpke.Suite:
        if self.scheme is None:
            raise UnknownSuite(
                f"Suite {self.number} ({self.name}) is reserved and this version cannot use it: "
                "update selfhelp_survey on this machine."
            )
        return self.scheme


_X25519 = Suite(
    number=1,
    name="X25519, HKDF-SHA256, ChaCha20-Poly1305",
    wrapped_length=32 + SECRET_LENGTH + 16,
    scheme=hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305),
)
_HYBRID = Suite(
    number=2,
    name="ML-KEM-768 with X25519, HKDF-SHA256, ChaCha20-Poly1305",
    wrapped_length=1120 + SECRET_LENGTH + 16,
    scheme=None,  # its KEM is still an IETF draft: a number is kept for it, nothing is written with it
)
SUITES: Mapping[int, Suite] = MappingProxyType({suite.number: suite for suite in (_X25519, _HYBRID)})
DEFAULT_SUITE = _X25519


def find_suite(number: int) -> Suite:
    """The usable suite with this number. Raises UnknownSuite, also for a number that is only reserved."""
    suite = SUITES.get(number)
    if suite is None:
        raise UnknownSuite
    suite._ready()
    return suite
