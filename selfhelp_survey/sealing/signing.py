"""Signed documents: a JSON object that names its signer and carries a signature over everything else in it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from selfhelp_survey.errors import SealingError
from selfhelp_survey.sealing import base64url
from selfhelp_survey.sealing.errors import NotTrusted
from selfhelp_survey.sealing.keys import PrivateKey, PublicKey

SIGNATURE_LENGTH = 64
_LABEL = b"SHS1 document\0"


def canonical_bytes(document: object) -> bytes:
    """The one spelling of a JSON value: keys sorted by code point, no white space, UTF-8, no escapes but JSON's own.

    Raises SealingError for what JSON would not give back as it was (keys that are not text, NaN, half characters).
    """
    try:
        text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
        data = text.encode()
        is_stable = _keys_are_text(document)
    except (TypeError, ValueError, RecursionError) as error:
        raise SealingError("The document holds something JSON cannot: use text, numbers, lists and objects.") from error
    if not is_stable:
        raise SealingError("A key in the document is not text: spell every key as text.")
    return data


def _keys_are_text(value: object) -> bool:
    if isinstance(value, Mapping):
        return all(isinstance(key, str) and _keys_are_text(held) for key, held in value.items())
    if isinstance(value, list | tuple):
        return all(map(_keys_are_text, value))
    return True


def sign_document(document: Mapping[str, Any], private: PrivateKey) -> dict[str, Any]:
    """The document with one key more, `signature`: fingerprint and text of the public key, and the value.

    The document should carry a `format`, so that one kind of document never passes for another.
    """
    if "signature" in document:
        raise SealingError("The document is signed already: sign it without its signature.")
    signer = {"fingerprint": private.public.fingerprint, "key": private.public.text}
    value = private.sign(_message(document, signer))
    return {**document, "signature": {**signer, "value": base64url.encode(value)}}


def verify_document(document: Mapping[str, Any], trusted: Sequence[PublicKey]) -> PublicKey:
    """The trusted key that signed the document, unchanged. Raises NotTrusted for everything else."""
    unsigned = {name: value for name, value in document.items() if name != "signature"}
    signature = document.get("signature")
    if not isinstance(signature, Mapping) or not isinstance(signature.get("value"), str):
        raise NotTrusted("The document is not signed: fetch the signed original.")
    value = base64url.decode(signature["value"], length=SIGNATURE_LENGTH)
    signer = {name: held for name, held in signature.items() if name != "value"}
    for key in trusted:
        if signer == {"fingerprint": key.fingerprint, "key": key.text}:
            if value is not None and key.verify(_message(unsigned, signer), value):
                return key
            raise NotTrusted("The document was changed after it was signed: fetch the original again.")
    raise NotTrusted("The document is signed by a key that is not trusted here: add that public key, or fetch another.")


def _message(unsigned: Mapping[str, Any], signer: Mapping[str, Any]) -> bytes:
    return _LABEL + canonical_bytes({**unsigned, "signature": dict(signer)})


def read_json_object(data: bytes | str) -> dict[str, Any] | None:
    """The JSON object in a text from outside; None if there is none, or if a name stands twice in one object."""
    try:
        value = json.loads(data, object_pairs_hook=_unique)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    held = dict(pairs)
    if len(held) != len(pairs):
        raise ValueError("a name stands twice")
    return held
