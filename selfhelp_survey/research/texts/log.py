"""The log of reviewing: how many texts were decided how in each sitting. It knows no text and no time."""

import json
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from selfhelp_survey.research.texts.text import Origin, origin_of


class Event(StrEnum):
    """What can happen to a text, for the log."""

    KEPT = "kept"
    REDACTED = "redacted"
    DISCARDED = "discarded"
    ESCALATED = "escalated"
    RELEASED = "released"
    DROPPED = "dropped"


Counts = Counter[tuple[Origin, Event]]


@dataclass(frozen=True, kw_only=True)
class ReviewLog:
    """The counts of every sitting, oldest first. A text that is decided anew is counted anew."""

    sittings: tuple[Counts, ...] = ()

    def noting(self, counts: Counts, *, sitting: int) -> "ReviewLog":
        """The log with these counts in the sitting of this number, from 0; the next free number begins one."""
        held = self.sittings[sitting] if sitting < len(self.sittings) else Counts()
        return ReviewLog(sittings=(*self.sittings[:sitting], held + counts, *self.sittings[sitting + 1 :]))

    @property
    def total(self) -> Counts:
        """All sittings together."""
        return sum(self.sittings, Counts())

    def to_bytes(self) -> bytes:
        """The log as the ledger seals it."""
        plain = [
            [[[origin.kind, origin.questionnaire, origin.question], event, count] for (origin, event), count
             in sorted(sitting.items())]
            for sitting in self.sittings
        ]  # fmt: skip
        return json.dumps(plain).encode()

    @classmethod
    def from_bytes(cls, data: bytes | None) -> "ReviewLog":
        """The log in these bytes; an empty one where there are none."""
        sittings = json.loads(data or b"[]")
        return cls(sittings=tuple(
            Counts({(origin_of(origin), Event(event)): count for origin, event, count in sitting})
            for sitting in sittings
        ))  # fmt: skip
