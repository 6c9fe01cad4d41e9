"""A free text as the ledger holds it: the words and the question they answer, and nothing of who wrote them."""

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from selfhelp_survey.core.response import Mark
from selfhelp_survey.sealing.padding import pad, unpad


class TextState(StrEnum):
    """What has become of a text.

    Waiting texts are shown to nobody until enough of one question wait together; then they are open. A text that is
    taken belongs to a release that is being written; once that stands, the ledger drops it.
    """

    WAITING = "waiting"
    OPEN = "open"
    KEPT = "kept"
    DISCARDED = "discarded"
    ESCALATED = "escalated"
    TAKEN = "taken"


@dataclass(frozen=True, kw_only=True, order=True)
class Origin:
    """What a text answers: the smallest crowd it is ever shown or released in comes from one origin."""

    kind: Mark
    questionnaire: str
    question: str


@dataclass(frozen=True, kw_only=True)
class FreeText:
    """One text. There is no response, time, quarter or language here, on purpose."""

    origin: Origin
    words: str
    state: TextState = TextState.WAITING
    is_redacted: bool = False

    def to_bytes(self) -> bytes:
        """The text as the ledger seals it, padded so that its length says little."""
        origin = [self.origin.kind, self.origin.questionnaire, self.origin.question]
        plain = [origin, self.words, self.state, self.is_redacted]
        return pad(json.dumps(plain, ensure_ascii=False).encode("utf-8", "surrogatepass"))

    @classmethod
    def from_bytes(cls, data: bytes) -> "FreeText":
        """The text in these bytes, which `to_bytes` made."""
        origin, words, state, is_redacted = json.loads(unpad(data).decode("utf-8", "surrogatepass"))
        return cls(origin=origin_of(origin), words=words, state=TextState(state), is_redacted=is_redacted)


def origin_of(plain: list[Any]) -> Origin:
    """The origin written as kind, questionnaire, question."""
    kind, questionnaire, question = plain
    return Origin(kind=Mark(kind), questionnaire=questionnaire, question=question)
