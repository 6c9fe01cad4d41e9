"""What the ledger remembers of the files that crosswalks took, so that no correction of a plan takes anybody twice.

It is one sealed note of the ledger. Of files and rows it holds keyed digests only, in their own order, which says
nothing of the order of an export; of plans it holds what they said, never what stood in a cell.
"""

import hashlib
import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from selfhelp_survey.research.crosswalk.plan import CrosswalkPlan, MappedAnswer, SurveyVersion, TickedColumns

NOTE = "crosswalks"
MARK_LENGTH = 8
"""Bytes of a keyed digest that a row is remembered by. Among a million rows two share theirs once in 37 million times
(the birthday bound, n^2 / 2^65), and then a file is refused, never taken twice."""
_BETWEEN = "\x1f"


@dataclass(frozen=True)
class Meaning:
    """What a plan said of an export when it was taken. `is_whole` is False where values were taken as not codable."""

    facts: frozenset[str]
    is_whole: bool

    def holds_in(self, facts: frozenset[str]) -> bool:
        """True where rows taken so mean the same by these facts: what was added since was in none of them."""
        return self.facts == facts or (self.is_whole and self.facts <= facts)

    @property
    def key(self) -> str:
        """A name for it within the note."""
        return hashlib.sha256(json.dumps([sorted(self.facts), self.is_whole]).encode()).hexdigest()[: 2 * MARK_LENGTH]


@dataclass(kw_only=True)
class Memory:
    """What was taken: the id columns of each instrument, the files with meaning and id column, the rows' meanings.

    Files and rows are keyed digests; a meaning stands under its key; an id column is "" where a file has none.
    """

    columns: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, tuple[str, str]] = field(default_factory=dict)
    meanings: dict[str, Meaning] = field(default_factory=dict)
    rows: dict[bytes, str] = field(default_factory=dict)

    def is_changed(self, row: bytes, facts: frozenset[str]) -> bool:
        """True where the row was taken before, and meant something else then."""
        return (key := self.rows.get(row)) is not None and not self.meanings[key].holds_in(facts)

    def is_other_file(self, file: str, *, row_id: str, facts: frozenset[str]) -> bool:
        """True where the file was taken before, with another id column or meaning."""
        if file not in self.files:
            return False
        key, column = self.files[file]
        return column != row_id or not self.meanings[key].holds_in(facts)

    def note_file(self, file: str, *, instrument: str, row_id: str, meaning: Meaning) -> None:
        """Remember a file, where it is new."""
        self.meanings.setdefault(meaning.key, meaning)
        self.files.setdefault(file, (meaning.key, row_id))
        self.columns[instrument] = sorted({*self.columns.get(instrument, ()), row_id})

    def note_rows(self, rows: Iterable[bytes], meaning: Meaning) -> None:
        """Remember the rows that are new."""
        self.meanings.setdefault(meaning.key, meaning)
        for row in rows:
            self.rows.setdefault(row, meaning.key)

    def to_bytes(self) -> bytes:
        """The note: JSON, the rows of each meaning in the order of their digests."""
        packed: dict[str, list[bytes]] = {key: [] for key in self.meanings}
        for row in sorted(self.rows):
            packed[self.rows[row]].append(row)
        plain = {
            "columns": self.columns, "files": self.files,
            "meanings": {key: [sorted(held.facts), held.is_whole] for key, held in self.meanings.items()},
            "rows": {key: b64encode(b"".join(rows)).decode() for key, rows in packed.items()},
        }  # fmt: skip
        return json.dumps(plain, sort_keys=True).encode()


def memory_in(note: bytes | None) -> Memory:
    """What a note of `Memory.to_bytes` holds; nothing, where nothing was noted yet."""
    if note is None:
        return Memory()
    plain = json.loads(note)
    return Memory(
        columns=plain["columns"], files={file: (key, column) for file, (key, column) in plain["files"].items()},
        meanings={key: Meaning(frozenset(facts), is_whole) for key, (facts, is_whole) in plain["meanings"].items()},
        rows=dict(_unpacked(plain["rows"])),
    )  # fmt: skip


def _unpacked(packed: Mapping[str, str]) -> Iterator[tuple[bytes, str]]:
    for key, text in packed.items():
        marks = b64decode(text)
        yield from ((marks[at : at + MARK_LENGTH], key) for at in range(0, len(marks), MARK_LENGTH))


def facts_of(plan: CrosswalkPlan, version: SurveyVersion, *, document_hash: str) -> frozenset[str]:
    """What the plan says that decides what a row becomes, one text each; the names of columns are not among them.

    A plan that only says more than another has all the facts of it.
    """
    language, quarter = version.language, version.quarter
    facts = [("kind", plan.kind), ("questionnaire", document_hash), ("reached", plan.entry, plan.channel)]
    facts += [("language", language.constant), ("quarter", quarter.constant, quarter.format)]
    facts += [("language of", text, code) for text, code in (language.values or {}).items()]
    for place, admission in enumerate(version.admissions):
        facts += [("admitted", str(place), value) for value in (admission.values or {""})]
    for variable in version.variables:
        for answer in variable.answers:
            facts += [(answer.name, *fact) for fact in _facts_of(answer)]
    return frozenset(map(_BETWEEN.join, facts))


def _facts_of(answer: MappedAnswer) -> Iterator[tuple[str, ...]]:
    yield from (("value", text, str(code)) for text, code in answer.coding.items())
    source = answer.source
    if isinstance(source, TickedColumns):
        yield ("columns", *map(str, sorted(source.codes.values())))
        yield from (("ticked", text) for text in source.ticked)
        yield from (("unticked", text) for text in source.unticked)
    else:
        yield ("delimiter", getattr(source, "delimiter", ""))
