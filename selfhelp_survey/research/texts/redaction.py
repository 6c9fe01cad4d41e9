"""Taking words out of a text. Nothing else can be done to it, so that nobody puts words into another's mouth."""

import re
from collections.abc import Iterable

REMOVED = "[removed]"
Stretch = tuple[int, int]


def stretches_of(words: str, text: str) -> tuple[Stretch, ...]:
    """Every place where these words stand, from start to before end, whatever their case and line breaks."""
    pattern = r"\s+".join(map(re.escape, words.split()))
    return tuple(match.span() for match in re.finditer(pattern, text, re.IGNORECASE)) if pattern else ()


def without(text: str, stretches: Iterable[Stretch]) -> str:
    """The text with a mark in place of each stretch; stretches that touch or overlap become one."""
    parts: list[str] = []
    reach = 0
    for start, end in sorted(stretches):
        if start >= reach and (start > reach or not parts):
            parts += [text[reach:start], REMOVED]
        reach = max(reach, end)
    return "".join([*parts, text[reach:]])


def is_empty(text: str) -> bool:
    """True where no letter or digit is left beside the marks."""
    return not any(character.isalnum() for character in text.replace(REMOVED, ""))
