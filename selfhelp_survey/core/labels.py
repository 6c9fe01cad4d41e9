"""Texts as one reader gets them: in one language, on one line."""

import unicodedata
from typing import NamedTuple

from selfhelp_survey.core.text import Text

Wordings = dict[str, str]
"""Language and wording."""
OTHERWISE = "en"
"""Where something is not written in a language, English is the next that most readers know."""
_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that make a line of a script read otherwise than it runs. Source: Boucher and Anderson, Trojan Source
(2021), section 3."""


class Worded(NamedTuple):
    """A wording and the language it is in; "" and "" where nothing is written at all."""

    language: str
    text: str


def worded(wordings: Wordings | None, language: str) -> Worded:
    """The wording in this language; in English where there is none, else in the first language that has one."""
    held = wordings or {}
    for code in (language, OTHERWISE, *held):
        if code in held:
            return Worded(code, held[code])
    return Worded("", "")


def in_language(wordings: Wordings | None, language: str, *, otherwise: object = "") -> str:
    """The text of `worded`; `otherwise` where nothing is written."""
    return worded(wordings, language).text or str(otherwise)


def translations(text: Text | None) -> Wordings:
    """A text of the questionnaire as language and wording; empty where there is no text."""
    return dict(text.translations) if text else {}


def one_line(text: str) -> str:
    """The text with every run of spaces, line ends and control characters as one space, and without overrides."""
    kept = (" " if unicodedata.category(mark) in {"Cc", "Cs", "Zl", "Zp"} else mark for mark in text)
    return " ".join("".join(mark for mark in kept if mark not in _OVERRIDES).split())
