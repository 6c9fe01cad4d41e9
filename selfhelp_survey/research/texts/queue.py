"""Which texts a person may see now, and what becomes of each: every decision is on the disk before the next text."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from selfhelp_survey.core.response import Mark
from selfhelp_survey.research.texts.legible import legible
from selfhelp_survey.research.texts.log import Event
from selfhelp_survey.research.texts.table import HeldText, TextTable
from selfhelp_survey.research.texts.text import FreeText, Origin, TextState

FEWEST_TEXTS = 10
"""As many texts of one question wait together before one is shown, and leave in one file.

Source: the same crowd as the shuffle of the web host makes, ten responses.
"""
Shuffle = Callable[[list[HeldText]], object]


class Pile(StrEnum):
    """What can be looked through."""

    OPEN = "open"
    ESCALATED = "escalated"
    DISCARDED = "discarded"
    KEPT = "kept"


@dataclass(frozen=True, kw_only=True)
class Review:
    """One sitting over the texts of one kind. `shuffle` puts a list into random order, in place."""

    table: TextTable
    kind: Mark
    sitting: int
    shuffle: Shuffle

    def open_waiting(self, fewest: int) -> Counter[Origin]:
        """How many texts of each origin go on waiting, after those that wait in company have been opened."""
        waiting = list(self.table.held(self.kind, TextState.WAITING))
        crowds = Counter(held.text.origin for held in waiting)
        opened = [
            held._replace(text=replace(held.text, state=TextState.OPEN))
            for held in waiting
            if crowds[held.text.origin] >= fewest
        ]
        if opened:
            self.table.change(opened)
        return Counter({origin: count for origin, count in crowds.items() if count < fewest})

    def pile(self, pile: Pile) -> list[HeldText]:
        """The texts of a pile, in random order."""
        found = list(self.table.held(self.kind, TextState(pile)))
        self.shuffle(found)
        return found

    def decide(self, held: HeldText, event: Event, *, words: str | None = None) -> None:
        """Keep a decision, with what is left of a redacted text as `words`."""
        log = self.table.log.noting(Counter({(held.text.origin, event): 1}), sitting=self.sitting)
        self.table.change([held._replace(text=decided(held.text, event, words=words))], log)


def begin_review(table: TextTable, kind: Mark, shuffle: Shuffle) -> Review:
    """A new sitting."""
    return Review(table=table, kind=kind, sitting=len(table.log.sittings), shuffle=shuffle)


def decided(text: FreeText, event: Event, *, words: str | None = None) -> FreeText:
    """The text after this decision. What is redacted keeps only what is left of it."""
    match event:
        case Event.REDACTED:
            return replace(text, state=TextState.KEPT, words=legible(words or ""), is_redacted=True)
        case Event.KEPT:
            return replace(text, state=TextState.KEPT)
        case Event.DISCARDED:
            return replace(text, state=TextState.DISCARDED)
        case Event.ESCALATED:
            return replace(text, state=TextState.ESCALATED)
        case _:
            raise ValueError(f"{event} is no decision")


def standing(table: TextTable) -> dict[Origin, Counter[TextState]]:
    """How many texts of each origin are in each state now."""
    found: dict[Origin, Counter[TextState]] = {}
    for held in table.held():
        found.setdefault(held.text.origin, Counter())[held.text.state] += 1
    return dict(sorted(found.items()))
