"""Padding: a sealed value has one of sixteen lengths, so that its length tells little about the answers inside."""

from selfhelp_survey.sealing.errors import Damaged, TooLarge

__all__ = ["LARGEST", "LENGTH_FIELD", "STEP", "TooLarge", "is_padded_length", "pad", "unpad"]

STEP = 4096
LARGEST = 65536
LENGTH_FIELD = 4


def pad(data: bytes) -> bytes:
    """Length field (4 bytes, big-endian), data, zeros: a multiple of 4 KiB, at most 64 KiB.

    Raises TooLarge beyond 65,532 bytes of data.
    """
    size = LENGTH_FIELD + len(data)
    if size > LARGEST:
        raise TooLarge
    return (len(data).to_bytes(LENGTH_FIELD, "big") + data).ljust(-(-size // STEP) * STEP, b"\0")


def unpad(padded: bytes) -> bytes:
    """The data inside. Raises Damaged unless `padded` is exactly what `pad` makes of it."""
    end = LENGTH_FIELD + int.from_bytes(padded[:LENGTH_FIELD], "big")
    is_shortest = len(padded) - STEP < end <= len(padded)
    if not (is_padded_length(len(padded)) and is_shortest and padded.count(0, end) == len(padded) - end):
        raise Damaged
    return padded[LENGTH_FIELD:end]


def is_padded_length(length: int) -> bool:
    """True for the sixteen lengths that `pad` makes."""
    return length % STEP == 0 and STEP <= length <= LARGEST
