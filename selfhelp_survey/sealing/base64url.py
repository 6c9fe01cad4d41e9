"""Bytes as text that fits a cookie, a setting or a line of paper: base64url without padding, one spelling only."""

import base64
import re

_SPELLING = re.compile(r"[A-Za-z0-9_-]*")


def encode(data: bytes) -> str:
    """The one spelling of these bytes."""
    return base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")


def decode(text: str, *, length: int) -> bytes | None:
    """The `length` bytes behind a spelling; None for anything `encode` would not have written."""
    if len(text) != -(-length * 8 // 6) or not _SPELLING.fullmatch(text):
        return None
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    return data if encode(data) == text else None  # the last character may carry spare bits: they must be zero
