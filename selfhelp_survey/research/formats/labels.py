"""Labels fit for a program: in one language, on one line, no longer than the program takes, none twice."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from selfhelp_survey.core.labels import OTHERWISE, Worded, in_language, one_line, translations, worded
from selfhelp_survey.core.questionnaire import Questionnaire

__all__ = [
    "OTHERWISE", "Worded", "cut_to_bytes", "cut_to_characters", "in_language", "label_of", "one_line", "title_of",
    "told_apart", "translations", "worded",
]  # fmt: skip

Json = dict[str, Any]
_ELLIPSIS = "…"


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


def cut_to_characters(text: str, longest: int) -> str:
    """The text, or its beginning and an ellipsis where it has more characters than `longest`."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + _ELLIPSIS


def cut_to_bytes(text: str, longest: int) -> str:
    """The text, or its beginning and an ellipsis where it has more bytes of UTF-8 than `longest`."""
    encoded = text.encode()
    if len(encoded) <= longest:
        return text
    return encoded[: longest - len(_ELLIPSIS.encode())].decode(errors="ignore").rstrip() + _ELLIPSIS
