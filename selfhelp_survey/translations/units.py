"""One text to be translated, wherever it lives, and what can be said of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from selfhelp_survey.sign_offs import Signature, text_digest

INTERFACE, SUPPORT, ORGANISATION = "site/interface", "site/support", "site/organisation"
"""Areas beside the questionnaires, whose codes never have a slash."""


class State(StrEnum):
    """What a translator or reader has to do with a text, the most urgent first."""

    MISSING = "missing"
    UNSIGNED = "unsigned"
    CHANGED = "changed since signed"
    OUTDATED = "source changed since signed"
    SIGNED = "signed"


@dataclass(frozen=True, kw_only=True)
class TranslationUnit:
    """A text in one language beside its source.

    `key` names it within its `area`; `place` says in words where a respondent meets it. `target` is "" where nobody
    has written it. `longest` is in characters, or in UTF-8 bytes where `in_bytes`; None where nothing limits it.
    `base` is the key without its plural form, `plural` the source's plural, both "" for a text that does not count.
    """

    area: str
    key: str
    place: str
    source_language: str
    source: str
    target: str
    longest: int | None = None
    in_bytes: bool = False
    base: str = ""
    plural: str = ""

    @property
    def name(self) -> str:
        """The key with its area: one text of the whole site."""
        return f"{self.area}:{self.key}"

    @property
    def revision(self) -> str:
        """Changes whenever the text or its source does: what a file was written from."""
        return revision_of(self.source, self.target)

    def excess(self, text: str) -> int:
        """By how much a text would be too long here, 0 where it would fit."""
        length = len(text.encode()) if self.in_bytes else len(text)
        return max(0, length - self.longest) if self.longest else 0

    def state(self, signature: Signature) -> State:
        """What this text needs, given what was signed in its area and language."""
        if not self.target:
            return State.MISSING
        if self.key not in signature.digests:
            return State.UNSIGNED
        text, source = signature.digests[self.key]
        if text != text_digest(self.target):
            return State.CHANGED
        return State.SIGNED if source == text_digest(self.source) else State.OUTDATED


def revision_of(source: str, target: str) -> str:
    """Twelve hexadecimal digits that change with a text or its source."""
    return text_digest(f"{source.strip()}\n{target.strip()}")[:12]


@dataclass(frozen=True, kw_only=True)
class TextArea:
    """One place where texts live.

    `read` gives its texts in a language; `write` replaces texts by key; `signature` is what counts as signed now.
    """

    name: str
    read: Callable[[str], tuple[TranslationUnit, ...]]
    write: Callable[[str, Mapping[str, str]], None]
    signature: Callable[[str], Signature]
