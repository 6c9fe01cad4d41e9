"""Texts in several languages."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

FACTS = ("organisation", "contact", "ethics", "data_protection", "archiving")
"""Placeholders that the organisation's own facts fill at publishing."""
COUNTS = ("pages", "all_pages", "minutes", "all_minutes")
"""Placeholders that are counted at publishing: pages and minutes of part one, and of both parts."""
PLACEHOLDERS = frozenset((*FACTS, *COUNTS))
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, kw_only=True)
class Text:
    """One wording in every language it has been written in.

    `translations` holds (language, wording) pairs in a stable order; a language without a wording is simply absent,
    a blank wording never gets in.
    """

    translations: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, wordings: Mapping[str, str]) -> "Text":
        """The text with these wordings, blank ones left out."""
        return cls(translations=tuple(sorted((code, word.strip()) for code, word in wordings.items() if word.strip())))

    @cached_property
    def _wordings(self) -> dict[str, str]:
        return dict(self.translations)

    @property
    def languages(self) -> frozenset[str]:
        """The languages this text has been written in."""
        return frozenset(self._wordings)

    def in_language(self, language: str) -> str:
        """The wording in this language. Raises KeyError where there is none: publishing makes sure there is."""
        return self._wordings[language]

    def filled_in(self, facts: Mapping[str, Mapping[str, str]]) -> "Text":
        """The same text with each `{fact}` replaced by that fact's wording in the same language."""
        return Text(translations=tuple((code, _fill(word, code, facts)) for code, word in self.translations))


def _fill(wording: str, language: str, facts: Mapping[str, Mapping[str, str]]) -> str:
    """In one pass: what stands in curly brackets within a fact is part of that fact, and stays."""

    def told(found: re.Match[str]) -> str:
        return facts[found[1]].get(language, "") if found[1] in facts else found[0]

    return _PLACEHOLDER.sub(told, wording)


def placeholders_in(wording: str) -> tuple[str, ...]:
    """The names that stand in curly brackets, in order."""
    return tuple(_PLACEHOLDER.findall(wording))
