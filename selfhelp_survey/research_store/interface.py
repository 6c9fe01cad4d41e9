"""What every research store can do, and the values it takes and gives back.

A *series* is what was promised before any data were seen; a *release* adds rows to it once, whole or not at all.
A store never updates and never deletes. Three stores keep this contract: a directory (the default), memory,
and PostgreSQL.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from selfhelp_survey.errors import StoreError

JsonObject = Mapping[str, object]
Value = int | str
Record = Mapping[str, Value]
Kind = Literal["real", "rehearsal", "synthetic"]
Form = Literal["records", "totals"]

MINIMUM_K = 3  # design, "Disclosure control": k >= 3
ROUNDING_BASE = 5  # design: each count rounded to 5 on its own
WITHHELD = -7  # the count of a total that is withheld for anonymity
MISSING_CODES = frozenset({"-1", "-2", "-3", "-4", "-5", "-6", "-7", "-8"})  # never counted as a value
SERIES_NAME = re.compile(r"[a-z][a-z0-9_-]{0,62}", re.ASCII)  # also a folder's name
NEWER_LAYOUT = (
    "The research store was made or upgraded by a newer selfhelp-survey than the one on this computer: update that. "
    "Nothing was changed."
)
OLDER_LAYOUT = (
    "The research store is of an older layout than this program: let its owner call `selfhelp-research init-store` "
    "once, then try again. Nothing was changed."
)
PLAIN_TYPES = frozenset({int, str})  # exactly these: True is an int only by inheritance


class UnknownSeries(StoreError):  # noqa: N818 - the name says what is wrong
    """The store knows no series of this name; its owner registers it first."""


class NotPermitted(StoreError):  # noqa: N818 - the name says what is wrong
    """This login may not do that in the research store; use one that is a member of the right role."""


@dataclass(frozen=True, kw_only=True)
class DiversityItem:
    """One sensitive item: `needed` distinct values in every class. A multiple question is one item, by its pattern."""

    name: str
    variables: tuple[str, ...]
    needed: int

    def __post_init__(self) -> None:
        if not self.variables or self.needed < 2:
            raise StoreError(f"The item {self.name} needs at least one variable and two distinct values.")


@dataclass(frozen=True, kw_only=True)
class SeriesRegistration:
    """What the owner registers before the first release. `minimum`: the fewest new responses in a release."""

    series: str
    kind: Kind
    form: Form
    k: int
    l: int  # noqa: E741 - the literature's name
    quasi_identifiers: tuple[str, ...]
    variables: tuple[str, ...]
    diversity: tuple[DiversityItem, ...] = ()
    minimum: int = 1
    plan_hash: str
    plan: JsonObject = field(hash=False)

    def __post_init__(self) -> None:
        if not SERIES_NAME.fullmatch(self.series):
            raise StoreError("The name of a series is lower-case letters, digits, - and _, and begins with a letter.")
        if self.k < MINIMUM_K or self.l < 1 or self.minimum < 1:
            raise StoreError(f"The series {self.series} needs k >= {MINIMUM_K}, l >= 1 and a minimum of at least 1.")
        named = {*self.quasi_identifiers, *(name for item in self.diversity for name in item.variables)}
        if not named <= set(self.variables) or len({"", *self.variables}) != len(self.variables) + 1:
            raise StoreError(f"The series {self.series} names a variable twice or not at all, or one it does not hold.")


@dataclass(frozen=True, kw_only=True)
class TotalRow:
    """One count: the table's name, the cell (variable -> category), and the count.

    A multiple of 5; or, where the plan withholds small counts, 0, the threshold or more, or -7 for a withheld one.
    """

    table: str
    cell: Record = field(hash=False)
    count: int


@dataclass(frozen=True, kw_only=True)
class ReleasePackage:
    """One release, ready to be loaded.

    records: one mapping variable -> integer or text for each response, already shuffled; read once, in this order.
    rows: how many records (or totals) there are; the store refuses any other number.
    digests: digests keyed by the ids sealed inside the responses, the same from every research key, at most 64 bytes
    each, in an order of their own.
    """

    series: str
    number: int
    kind: Kind
    manifest: JsonObject
    codebook: JsonObject
    digests: tuple[bytes, ...]
    rows: int
    records: Iterable[Record] = ()
    totals: tuple[TotalRow, ...] = ()

    @property
    def manifest_digest(self) -> str:
        """SHA-256 of the manifest as canonical JSON, in hex: it tells one release from another of the same number."""
        return hashlib.sha256(canonical_json(self.manifest).encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class KnownRelease:
    """A release the store holds."""

    number: int
    manifest_digest: str


@dataclass(frozen=True, kw_only=True)
class HeldRelease:
    """What a store tells of a release beside its rows."""

    number: int
    manifest: JsonObject = field(hash=False)
    codebook: JsonObject = field(hash=False)


@dataclass(frozen=True, kw_only=True)
class PushResult:
    """`pushed` is false where the store already held this very release; `rows` is what the release holds."""

    pushed: bool
    rows: int


@dataclass(frozen=True, kw_only=True)
class StoreLayout:
    """What `init` found and left: layout versions (0 = nothing there) and the roles it made."""

    version_before: int
    version_after: int
    roles_created: tuple[str, ...] = ()


class ResearchStore(Protocol):
    """The contract. Every refusal is a `StoreError` that names the rule and never a value."""

    def init(self, catalogue: JsonObject | None = None) -> StoreLayout:
        """Make or upgrade the store; safe to repeat.

        catalogue: what the harmonised variables are; a database shows it beside the records, others need it not.
        """

    def register_series(self, series: SeriesRegistration, codebook: JsonObject | None = None) -> bool:
        """True if new, false if this very registration stands already. Raises: StoreError if another one does.

        codebook: what the variables mean, where that is known already: a database makes the analyst's views from it.
        """

    def find_series(self, series: str) -> SeriesRegistration:
        """The registration. Raises: UnknownSeries if there is none."""

    def series_names(self) -> tuple[str, ...]:
        """Every registered series, in the order of the alphabet."""

    def known_releases(self, series: str) -> tuple[KnownRelease, ...]:
        """The releases of a series, by number; none for an unknown series."""

    def held_releases(self, series: str) -> tuple[HeldRelease, ...]:
        """The same with manifest and codebook, for which the right to read is enough."""

    def push(self, package: ReleasePackage) -> PushResult:
        """Load a release once, all or nothing."""

    def read_records(self, series: str, release: int | None = None) -> Iterator[Record]:
        """Every record of a series or of one release of it, release by release, in no meaningful order within one."""

    def read_totals(self, series: str, release: int | None = None) -> Iterator[TotalRow]:
        """Every total of a series or of one release of it, release by release."""


def canonical_json(value: object) -> str:
    """JSON with sorted keys and no spaces: equal values give equal text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def record_json(record: Record) -> str:
    """A record as JSON. Raises: StoreError where a value is neither an integer nor plain text."""
    types = set(map(type, record.values()))
    texts = (value for value in record.values() if isinstance(value, str))
    if not types <= PLAIN_TYPES or (str in types and not _is_plain("".join(texts))):
        raise StoreError("A record holds a value that is neither an integer nor plain text.")
    return json.dumps(record, separators=(",", ":"), ensure_ascii=True)


def _is_plain(text: str) -> bool:
    """Whether PostgreSQL can hold it: no NUL, no half of a surrogate pair."""
    return "\0" not in text and (text.isascii() or not any("\ud800" <= mark <= "\udfff" for mark in text))
