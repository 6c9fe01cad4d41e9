"""Receipts: the workstation names the sealed responses that it holds safely, and the web host may delete just those."""

import hashlib
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from selfhelp_survey.sealing.errors import Damaged, NotTrusted
from selfhelp_survey.sealing.keys import PrivateKey, PublicKey
from selfhelp_survey.sealing.signing import canonical_bytes, read_json_object, sign_document, verify_document

FORMAT = "shs-receipt/1"
LARGEST_RECEIPT = 1 << 27  # characters: about a million rows
_NAMES = {"format", "site", "rows", "signature"}
_ROW = re.compile(r"[0-9a-f]{32}")
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What a trusted research key says its ledger holds: for one site, row id -> SHA-256 (hex) of the sealed value.

    A row may be deleted only if the value that stands in it still has this digest.
    """

    site: str
    rows: Mapping[uuid.UUID, str]
    signer: PublicKey


def sealed_digest(sealed: bytes | memoryview) -> str:
    """SHA-256 of a sealed value, in hex: how a receipt names it."""
    return hashlib.sha256(sealed).hexdigest()


def make_receipt(private: PrivateKey, *, site: str, rows: Mapping[uuid.UUID, str]) -> str:
    """A signed receipt, one line of canonical JSON. `rows`: row id -> `sealed_digest` of what the ledger holds now."""
    named = {row.hex: digest for row, digest in rows.items()}
    if not _are_rows(named):
        raise Damaged("A receipt names each row with the SHA-256 of its sealed value, in hex: use sealed_digest().")
    return canonical_bytes(sign_document({"format": FORMAT, "site": site, "rows": named}, private)).decode()


def read_receipt(text: str, trusted: Sequence[PublicKey]) -> Receipt:
    """The receipt, if a trusted key signed it and nothing was changed. Raises NotTrusted or Damaged."""
    document = read_json_object(text) if len(text) <= LARGEST_RECEIPT else None
    if document is None:
        raise Damaged("This is not a whole receipt: copy the file again from the workstation.")
    signer = verify_document(document, trusted)
    if document.get("format") != FORMAT:
        raise NotTrusted("The signed document is not a receipt of this version: use what `receive` printed.")
    return _receipt(document, signer)


def _receipt(document: Mapping[str, Any], signer: PublicKey) -> Receipt:
    site, named = document.get("site"), document.get("rows")
    if document.keys() != _NAMES or not isinstance(site, str) or not isinstance(named, dict) or not _are_rows(named):
        raise Damaged("This receipt has a shape this version does not know: update selfhelp_survey.")
    rows = {uuid.UUID(hex=row): digest for row, digest in named.items()}
    return Receipt(site=site, rows=MappingProxyType(rows), signer=signer)


def _are_rows(named: Mapping[str, object]) -> bool:
    return all(
        _ROW.fullmatch(row) and isinstance(digest, str) and _DIGEST.fullmatch(digest) for row, digest in named.items()
    )
