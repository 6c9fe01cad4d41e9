"""What is known of the survey on this site. None everywhere means: could not be told."""

from collections.abc import Mapping
from dataclasses import dataclass, field

NEARLY_FULL = (9, 10)
"""The share of DRAFT_CAP from which on somebody is told: at the cap nobody can begin any more."""
TENS = 10


@dataclass(frozen=True, kw_only=True)
class Failure:
    """What failed: the class of the error, and SQLSTATE or SQLite's name for it ("" without one). Never its message."""

    kind: str
    state: str = ""

    def __str__(self) -> str:
        return f"{self.kind}, {self.state or 'no SQLSTATE'}"


@dataclass(frozen=True, kw_only=True)
class WayIn:
    """An entry as somebody set it: its state, the newest published version (None: unpublished), and the languages in
    which anybody can begin.

    `is_draft`: that version is a draft which nobody had signed; `is_refused`: so nobody is let in, whatever the state.
    """

    code: str
    state: str
    questionnaire: str
    version: int | None = None
    languages: tuple[str, ...] = ()
    is_rehearsal: bool = False
    is_draft: bool = False
    is_refused: bool = False

    @property
    def is_in_no_language(self) -> bool:
        """True where something is published and not closed, and every language of it is switched off."""
        return self.version is not None and not self.languages and self.state != "closed"


@dataclass(frozen=True, kw_only=True)
class Keys:
    """The research keys: how many are named, how many responses are sealed to, and why none, in words.

    `configured` is None where the setting cannot be read, `in_use` where the database does not tell the proofs.
    `drill_due` holds the fingerprints of proven keys that nobody has tried for a year.
    """

    configured: int | None
    in_use: int | None = None
    reasons: tuple[str, ...] = ()
    drill_due: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Drafts:
    """Unfinished responses: their number rounded down to tens, whether they near the cap, and whether the purge left
    some whose time is long past."""

    at_least: int
    is_cap_near: bool = False
    has_overdue: bool = False


@dataclass(frozen=True, kw_only=True)
class Status:
    """All that was found out in this hour (counted from 1970).

    `failures` tells by part what could not be found out. `done` holds the hour of each chore that was ever noted,
    `sizes` the number of responses in "inbox" and "sealed", rounded down to tens. `demonstration` holds what is left of
    one on a production site, in words.
    """

    hour: int
    failures: Mapping[str, Failure] = field(default_factory=dict)
    is_migrated: bool | None = None
    is_writable: bool | None = None
    ways_in: tuple[WayIn, ...] | None = None
    keys: Keys | None = None
    done: Mapping[str, int] | None = None
    sizes: Mapping[str, int] | None = None
    drafts: Drafts | None = None
    demonstration: tuple[str, ...] | None = None

    @property
    def takes_answers(self) -> bool:
        """True where some entry is open or paused, and while nobody can tell."""
        return self.ways_in is None or any(way.state != "closed" for way in self.ways_in)


def in_tens(count: int) -> int:
    """The count rounded down to tens."""
    return count // TENS * TENS


def is_nearly_full(count: int, cap: int) -> bool:
    """True from nine tenths of the cap on."""
    part, whole = NEARLY_FULL
    return count * whole >= cap * part
