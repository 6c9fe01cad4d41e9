"""The key file: a research key behind a passphrase, in a small JSON file that a person can copy to two safes."""

import secrets
import unicodedata
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from selfhelp_survey.errors import SealingError
from selfhelp_survey.sealing import base64url
from selfhelp_survey.sealing.errors import WrongPassphrase
from selfhelp_survey.sealing.files import existing_file, new_file
from selfhelp_survey.sealing.keys import (
    HYBRID_PRIVATE_LENGTH,
    PRIVATE_LENGTH,
    PrivateKey,
    PublicKey,
    private_bytes,
    private_key_from_bytes,
    read_public_key,
)
from selfhelp_survey.sealing.signing import canonical_bytes, read_json_object

FORMAT, HYBRID_FORMAT = "shs-private-key/1", "shs-private-key/2"
SHORTEST_PASSPHRASE = 12
_SALT, _NONCE, _TAG = 16, 12, 16
_PRIVATE = {FORMAT: PRIVATE_LENGTH, HYBRID_FORMAT: HYBRID_PRIVATE_LENGTH}
_LARGEST_FILE = 4096
_NAMES = {"format", "public", "cost", "salt", "nonce", "sealed"}


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What one guess at the passphrase costs (Argon2id, RFC 9106): memory in KiB, passes over it, lanes.

    The default takes about a quarter of a second. Raises SealingError outside sane bounds, so that a
    changed file cannot make a workstation run out of memory.
    """

    memory: int = 65536
    passes: int = 3
    lanes: int = 1

    def __post_init__(self) -> None:
        bounds = ((self.memory, 8 * self.lanes, 1 << 20), (self.passes, 1, 64), (self.lanes, 1, 16))
        if not all(type(value) is int and low <= value <= high for value, low, high in bounds):
            raise SealingError("The passphrase cost is out of bounds: use the default.")


_DEFAULT_COST = Cost()


def save_private_key(private: PrivateKey, path: Path, *, passphrase: str, cost: Cost = _DEFAULT_COST) -> None:
    """Write the key file, whole or not at all, readable by its owner alone. Nothing is overwritten.

    Raises SealingError, also for a passphrase of fewer than 12 characters.
    """
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise SealingError(f"The passphrase is short: use at least {SHORTEST_PASSPHRASE} characters, say five words.")
    salt, nonce = secrets.token_bytes(_SALT), secrets.token_bytes(_NONCE)
    form = HYBRID_FORMAT if private.public.is_hybrid else FORMAT
    head = {"format": form, "public": private.public.text, "cost": asdict(cost), "salt": base64url.encode(salt)}
    cipher = AESGCM(_stretch(passphrase, salt, cost))
    sealed = cipher.encrypt(nonce, private_bytes(private), canonical_bytes(head))
    document = {**head, "nonce": base64url.encode(nonce), "sealed": base64url.encode(sealed)}
    with new_file(path) as file:
        file.write(canonical_bytes(document) + b"\n")


def load_private_key(path: Path, *, passphrase: str) -> PrivateKey:
    """The key in a key file. Raises WrongPassphrase or HybridNotOffered, SealingError for no whole key file."""
    document = _read_document(path)
    head = {name: document[name] for name in ("format", "public", "cost", "salt")}
    lengths = {"salt": _SALT, "nonce": _NONCE, "sealed": _PRIVATE[document["format"]] + _TAG}
    salt, nonce, sealed = (_read_bytes(document[name], length, path) for name, length in lengths.items())
    cipher = AESGCM(_stretch(passphrase, salt, _read_cost(document["cost"], path)))
    try:
        private = private_key_from_bytes(cipher.decrypt(nonce, sealed, canonical_bytes(head)))
    except InvalidTag:
        raise WrongPassphrase from None
    if private.public.text != document["public"]:
        raise _damaged(path)
    return private


def load_public_key(path: Path) -> PublicKey:
    """The public half that a key file shows without its passphrase. Raises SealingError."""
    public = _read_document(path)["public"]
    if not isinstance(public, str):
        raise _damaged(path)
    return read_public_key(public)


def _stretch(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    """A cipher key of 32 bytes. NFKC, because two keyboards may spell one letter in two ways."""
    text = unicodedata.normalize("NFKC", passphrase).encode("utf-8", "surrogatepass")
    try:
        kdf = Argon2id(salt=salt, length=32, iterations=cost.passes, lanes=cost.lanes, memory_cost=cost.memory)
        return kdf.derive(text)
    except UnsupportedAlgorithm as error:
        raise SealingError("This OpenSSL has no Argon2id: install the cryptography wheel from PyPI.") from error


def _read_document(path: Path) -> dict[str, Any]:
    with existing_file(path) as file:
        data = file.read(_LARGEST_FILE + 1)
    document = read_json_object(data) if len(data) <= _LARGEST_FILE else None
    if document is None or document.keys() != _NAMES or document["format"] not in (FORMAT, HYBRID_FORMAT):
        raise _damaged(path)
    return document


def _read_bytes(value: object, length: int, path: Path) -> bytes:
    data = base64url.decode(value, length=length) if isinstance(value, str) else None
    if data is None:
        raise _damaged(path)
    return data


def _read_cost(value: object, path: Path) -> Cost:
    if not isinstance(value, dict) or value.keys() != asdict(_DEFAULT_COST).keys():
        raise _damaged(path)
    try:
        return Cost(**value)
    except SealingError:
        raise _damaged(path) from None


def _damaged(path: Path) -> SealingError:
    return SealingError(f"{path.name} is not a whole research key file: use the other copy.")
