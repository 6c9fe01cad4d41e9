"""Spotting what could point at a person in a text somebody wrote: a hint to look again, never a judgement.

Patterns find the common shapes only; names and places in running text are not found. Nothing is changed or refused
because of them.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple


class Trace(StrEnum):
    """What a text seems to hold."""

    MAIL = "e-mail address"
    PHONE = "phone number"
    ADDRESS = "web address"
    HANDLE = "account name"
    NAME = "name"


FEWEST_PHONE_DIGITS = 7
"""Shorter numbers are years, ages and amounts. Source: ITU-T E.164 allows 15 digits; national numbers without an area
code rarely have fewer than seven."""

_MAIL = re.compile(r"\S@\S{1,80}\.\S")
_DOMAINS = "com|org|net|onion|info|io|me|fi|se|es|co|mx|ru|de|uk"
_ADDRESS = re.compile(rf"\b(?:https?://|www\.)\S|\b[\w-]{{1,63}}\.(?:{_DOMAINS})\b", re.IGNORECASE)
_HANDLE = re.compile(r"(?:^|\s)@\w{3,}")
_PHONE = re.compile(r"(?:\+|\b)\d(?:[\s().\u2010-\u2015-]{0,2}\d)+")
_NAME = re.compile(
    r"(?i:\b(?:my name is|i am called|me llamo|mi nombre es|nimeni on|olen nimeltäni|jag heter|mitt namn är)\s+)\w+"
    r"|(?:اسمي|إسمي)\s+\w+"
)


class Spot(NamedTuple):
    """Where a trace was spotted: from `start` to before `end`, in characters. Often a part of what should go."""

    trace: Trace
    start: int
    end: int


def traces_in(text: str) -> frozenset[Trace]:
    """What in this text could point at a person; empty where nothing was spotted."""
    return frozenset(spot.trace for spot in spots_in(text))


def spots_in(text: str) -> Iterator[Spot]:
    """Every place in this text that could point at a person, one kind of trace after the other."""
    for trace, pattern in _PATTERNS.items():
        for match in pattern.finditer(text):
            if trace is not Trace.PHONE or _digits(match[0]) >= FEWEST_PHONE_DIGITS:
                yield Spot(trace, *match.span())


_PATTERNS = {
    Trace.MAIL: _MAIL, Trace.PHONE: _PHONE, Trace.ADDRESS: _ADDRESS, Trace.HANDLE: _HANDLE, Trace.NAME: _NAME,
}  # fmt: skip


def _digits(text: str) -> int:
    return sum(character.isdecimal() for character in text)
