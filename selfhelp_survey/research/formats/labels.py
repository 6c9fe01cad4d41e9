"""Labels fit for a program: in one language, on one line, no longer than the program takes, none twice."""

import unicodedata
from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

from selfhelp_survey.core.questionnaire import Questionnaire
from selfhelp_survey.core.text import Text
from selfhelp_survey.research.formats.wordings import Wordings

Json = dict[str, Any]
OTHERWISE = "en"
"""Where something is not written in a language, English is the next that most readers know."""
_ELLIPSIS = "…"
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


def label_of(value: Json, language: str) -> str:
    """The label of a value of the codebook; its code where none is written."""
    return in_language(value["label"], language, otherwise=value["code"])


def told_apart(values: Iterable[Json], language: str) -> list[tuple[int | str, str]]:
    """Code and label of each value on one line; a label that stands twice begins with its code.

    Programs that know a category by its label would otherwise take two for one.
    """
    labels = [(value["code"], one_line(label_of(value, language))) for value in values]
    times = Counter(label for _, label in labels)
    return [(code, label if times[label] == 1 else f"{code} {label}") for code, label in labels]


def title_of(questionnaire: Questionnaire, language: str) -> str:
    """The title of the questionnaire in this language."""
    return in_language(translations(questionnaire.title), language)


def one_line(text: str) -> str:
    """The text with every run of spaces, line ends and control characters as one space, and without overrides."""
    kept = (" " if unicodedata.category(mark) in {"Cc", "Cs", "Zl", "Zp"} else mark for mark in text)
    return " ".join("".join(mark for mark in kept if mark not in _OVERRIDES).split())


def cut_to_characters(text: str, longest: int) -> str:
    """The text, or its beginning and an ellipsis where it has more characters than `longest`."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + _ELLIPSIS


def cut_to_bytes(text: str, longest: int) -> str:
    """The text, or its beginning and an ellipsis where it has more bytes of UTF-8 than `longest`."""
    encoded = text.encode()
    if len(encoded) <= longest:
        return text
    return encoded[: longest - len(_ELLIPSIS.encode())].decode(errors="ignore").rstrip() + _ELLIPSIS
