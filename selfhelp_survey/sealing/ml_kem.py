"""The ML-KEM-768 half of a hybrid research key, where the installed `cryptography` can use it (48 and later).

Source: FIPS 203.
"""

from functools import cache

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey

from selfhelp_survey.sealing.errors import HybridNotOffered

PUBLIC_LENGTH = 1184
SEED_LENGTH = 64  # d and z of FIPS 203, section 6.1: the whole private half


@cache
def is_offered() -> bool:
    """True where this machine can use ML-KEM. The names exist in cryptography 47 too, but nothing behind them."""
    try:
        MLKEM768PrivateKey.from_seed_bytes(bytes(SEED_LENGTH))
    except UnsupportedAlgorithm:
        return False
    return True


def require_offered() -> None:
    """Raises HybridNotOffered where this machine cannot use ML-KEM."""
    if not is_offered():
        raise HybridNotOffered


def generate() -> MLKEM768PrivateKey:
    """A fresh private half. Raises HybridNotOffered."""
    require_offered()
    return MLKEM768PrivateKey.generate()


def private_half(seed: bytes) -> MLKEM768PrivateKey:
    """The private half behind its 64 bytes. Raises HybridNotOffered."""
    require_offered()
    return MLKEM768PrivateKey.from_seed_bytes(seed)


def public_half(data: bytes) -> MLKEM768PublicKey:
    """The public half behind its 1,184 bytes. Raises HybridNotOffered, and ValueError for bytes that are none."""
    require_offered()
    return MLKEM768PublicKey.from_public_bytes(data)
