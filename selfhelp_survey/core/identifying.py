"""Spotting what could point at a person in a text somebody wrote: a hint to look again, never a judgement.

Patterns find the common shapes only; names and places in running text are not found. Nothing is changed or refused
because of them.
"""

import re
from enum import StrEnum


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


def traces_in(text: str) -> frozenset[Trace]:
    """What in this text could point at a person; empty where nothing was spotted."""
    found = {trace for trace, pattern in _PATTERNS.items() if pattern.search(text)}
    if any(_digits(match[0]) >= FEWEST_PHONE_DIGITS for match in _PHONE.finditer(text)):
        found.add(Trace.PHONE)
    return frozenset(found)


_PATTERNS = {Trace.MAIL: _MAIL, Trace.ADDRESS: _ADDRESS, Trace.HANDLE: _HANDLE, Trace.NAME: _NAME}


def _digits(text: str) -> int:
    return sum(character.isdecimal() for character in text)
