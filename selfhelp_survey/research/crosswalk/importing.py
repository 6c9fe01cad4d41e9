"""From an export into the ledger: each usable row becomes a response of the derived questionnaire, sealed like any.

All or nothing: only once every row was read are they taken, in one transaction and in an order that says nothing.
"""

import hashlib
import hmac
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path

from selfhelp_survey.core.answers import Answers
from selfhelp_survey.core.document import content_hash, document_of
from selfhelp_survey.core.questionnaire import Questionnaire
from selfhelp_survey.core.response import Response, quarter_of
from selfhelp_survey.research.crosswalk import wording
from selfhelp_survey.research.crosswalk.errors import CrosswalkRefused
from selfhelp_survey.research.crosswalk.mapping import harmonise, is_admitted, language_of, quarter_in
from selfhelp_survey.research.crosswalk.plan import CrosswalkPlan, MappedVariable, SurveyVersion, layers
from selfhelp_survey.research.crosswalk.source_table import SourceRow, Wanted, read_table
from selfhelp_survey.research.crosswalk.taken import MARK_LENGTH, NOTE, Meaning, Memory, facts_of, memory_in
from selfhelp_survey.research.crosswalk.tally import Tally
from selfhelp_survey.research.ledger import Ledger, SealedRow
from selfhelp_survey.research.release import Workstation
from selfhelp_survey.sealing.envelope import seal_response

_ID_LENGTH = 16  # bytes, as the id of any response
_NUMBER = re.compile(r"0*([0-9]+?)(?:\.0*)?")  # as programs write one number: 7, 007, 7.0


@dataclass(frozen=True, kw_only=True)
class Import:
    """One file to take in: the plan and the version it belongs to, and the questionnaire derived from both.

    `accepts_unmapped` makes unmapped values -8 instead of a reason to refuse. `is_further` says that a file without
    row ids, or with another column of them, holds none of the rows that came before. `today` is the day on which it is
    taken in: no row is of a later quarter.
    """

    path: Path
    plan: CrosswalkPlan
    version: SurveyVersion
    questionnaire: Questionnaire
    today: date
    accepts_unmapped: bool = False
    is_further: bool = False

    @cached_property
    def document(self) -> str:
        """The document of the derived questionnaire."""
        return document_of(self.questionnaire)

    @cached_property
    def hash(self) -> str:
        """The content hash of the derived questionnaire."""
        return content_hash(self.document)

    @cached_property
    def latest_quarter(self) -> str:
        """The quarter of today."""
        return quarter_of(self.today.year, self.today.month)

    @cached_property
    def facts(self) -> frozenset[str]:
        """What the plan says of this export, see `facts_of`."""
        return facts_of(self.plan, self.version, document_hash=self.hash)


@dataclass(kw_only=True)
class Imported:
    """What became of a file: `new` rows were taken, `known` ones had been before, `tally` counts all others."""

    tally: Tally
    new: int = 0
    known: int = 0


def import_file(given: Import, station: Workstation, tally: Tally) -> Imported:
    """What became of the file, once every usable row is in the ledger. Called again, it takes none.

    Raises CrosswalkRefused, and takes nothing, where a value is unmapped and not accepted, or a row cannot be read.
    `tally` is filled either way.
    """
    memory = memory_in(station.ledger.note(NOTE))
    digest = _digest_of(given)
    file = _keyed(station.ledger, f"file/{digest}").hex()
    _refuse_twice(given, memory, file)
    taking = _Taking(given=given, station=station, tally=tally, digest=digest, memory=memory)
    rows = sorted(taking.rows(), key=lambda row: row.id)
    if taking.changed:
        raise CrosswalkRefused(wording.taken_otherwise(given.path.name, taking.changed))
    _remember(taking, file)
    new = station.ledger.receive((given.document,), rows, note=(NOTE, memory.to_bytes()))
    return Imported(tally=tally, new=new, known=tally.usable - new)


def look_through(given: Import, tally: Tally, progress: Callable[[int], object]) -> None:
    """Fill the tally as an import would, and take nothing. Raises as `import_file` does."""
    for _row, _answers in _Reading(given=given, tally=tally, progress=progress).responses():
        pass


@dataclass(frozen=True, kw_only=True)
class _Reading:
    """The usable rows of a file, mapped; what is wrong is tallied, and said once the whole file was looked through."""

    given: Import
    tally: Tally
    progress: Callable[[int], object]
    numbers: dict[str, int] = field(default_factory=dict)

    def responses(self) -> Iterator[tuple[SourceRow, "_Meaning"]]:
        version = self.given.version
        if version.quarter.constant > self.given.latest_quarter:
            raise CrosswalkRefused(wording.still_to_come(version.quarter.constant))
        wanted = Wanted(columns=version.columns, dates=frozenset({version.quarter.column} - {""}))
        for row in read_table(self.given.path, version.layout, wanted):
            self.progress(1)
            if not is_admitted(row.cells, version.admissions):
                self.tally.not_usable += 1
            elif (meaning := self._meaning(row)) is not None and self._is_good:
                self._check_id(row)
                yield row, meaning
        self._refuse()

    def _check_id(self, row: SourceRow) -> None:
        """Raises CrosswalkRefused where the row cannot be told from another of the file."""
        if column := self.given.version.row_id:
            own = same_id(str(row.cells[column]))
            before = self.numbers.setdefault(own, row.number)
            if not own or before != row.number:
                before = before if own else row.number
                raise CrosswalkRefused(wording.bad_row_id(self.given.path.name, column, row.number, before))

    @property
    def _is_good(self) -> bool:
        """False once nothing of the file will be taken: the rest is only looked through."""
        return not self.tally.is_unusable and (self.given.accepts_unmapped or not self.tally.has_unmapped)

    def _meaning(self, row: SourceRow) -> "_Meaning | None":
        self.tally.usable += 1
        version = self.given.version
        found = harmonise(row.cells, self._variables)
        for name, conflict in found.conflicts:
            self.tally.conflicts[name, conflict] += 1
        language, quarter = language_of(row.cells, version.language), quarter_in(row.cells, version.quarter)
        if language is None:
            found.unmapped.append((version.language.column, str(row.cells[version.language.column])))
        self.tally.note_unmapped(found.unmapped, row.number)
        if language is None or quarter is None or quarter > self.given.latest_quarter:
            column = version.language.column if language is None else version.quarter.column
            self.tally.note_unplaced(column, row.number)
            return None
        return _Meaning(language, quarter, found.answers)

    @cached_property
    def _variables(self) -> tuple[MappedVariable, ...]:
        return tuple(variable for layer in layers(self.given.version.variables) for variable in layer)

    def _refuse(self) -> None:
        if self.tally.usable == 0:
            raise CrosswalkRefused(wording.nobody(self.given.path.name))
        if not self._is_good:
            raise CrosswalkRefused(wording.unmapped_report(self.tally, self.given.path.name))


@dataclass(frozen=True)
class _Meaning:
    """What one row says."""

    language: str
    quarter: str
    answers: Answers


@dataclass(kw_only=True)
class _Taking:
    """Seals the usable rows one by one; what is opened is forgotten again at once.

    `marks` are the rows' keyed digests, `changed` counts those that were taken before and meant something else.
    """

    given: Import
    station: Workstation
    tally: Tally
    digest: str
    memory: Memory
    marks: list[bytes] = field(default_factory=list)
    changed: int = 0

    def rows(self) -> Iterator[SealedRow]:
        reading = _Reading(given=self.given, tally=self.tally, progress=self.station.progress)
        recipients = (self.station.private.public,)
        for row, meaning in reading.responses():
            response = self._response(row, meaning)
            yield SealedRow(self.station.ledger.row_id(response.id), seal_response(response.to_json(), recipients))

    def _response(self, row: SourceRow, meaning: _Meaning) -> Response:
        plan = self.given.plan
        return Response(
            id=self._id(row), mark=plan.kind, questionnaire=plan.instrument, version_hash=self.given.hash,
            language=meaning.language, entry=plan.entry, channel=plan.channel, quarter=meaning.quarter,
            answers=meaning.answers, sent=self._pages,
        )  # fmt: skip

    def _id(self, row: SourceRow) -> str:
        """The id of the response: a keyed digest of instrument and row id, or of the file and the row's place in it.

        Nothing else of the plan is in it: however that is corrected, the row stays the same.
        """
        column = self.given.version.row_id
        own = f"id/{same_id(str(row.cells[column]))}" if column else f"place/{self.digest}/{row.number}"
        digest = _keyed(self.station.ledger, f"row/{self.given.plan.instrument}/{own}")
        mark = digest[:MARK_LENGTH]
        self.marks.append(mark)
        self.changed += self.memory.is_changed(mark, self.given.facts)
        return digest[:_ID_LENGTH].hex()

    @cached_property
    def _pages(self) -> tuple[str, ...]:
        return tuple(page.name for page in self.given.questionnaire.pages)


def same_id(text: str) -> str:
    """A row id as it is compared: without case and white space, and a whole number without leading zeros and ".0"."""
    plain = text.strip().casefold()
    number = _NUMBER.fullmatch(plain)
    return number[1] if number else plain


def _refuse_twice(given: Import, memory: Memory, file: str) -> None:
    """Raises CrosswalkRefused where nobody could tell, or tell any more, which rows of the file came before."""
    instrument, row_id = given.plan.instrument, given.version.row_id
    before = memory.columns.get(instrument, ())
    if before and ("" in before) != (row_id == ""):
        raise CrosswalkRefused(wording.other_way(instrument, had_ids=not row_id))
    if memory.is_other_file(file, row_id=row_id, facts=given.facts):
        raise CrosswalkRefused(wording.taken_otherwise(given.path.name))
    is_told_apart = not before or file in memory.files or (row_id != "" and row_id in before)
    if not is_told_apart and not given.is_further:
        raise CrosswalkRefused(wording.other_column(row_id) if row_id else wording.other_file(given.path.name))


def _remember(taking: _Taking, file: str) -> None:
    given, memory = taking.given, taking.memory
    meaning = Meaning(given.facts, is_whole=not taking.tally.has_unmapped)
    memory.note_rows(taking.marks, meaning)
    memory.note_file(file, instrument=given.plan.instrument, row_id=given.version.row_id, meaning=meaning)


def _keyed(ledger: Ledger, text: str) -> bytes:
    """A digest that says nothing to anybody without this ledger and its key."""
    return hmac.digest(hmac.digest(ledger.seed, b"crosswalk", "sha256"), text.encode(), "sha256")


def _digest_of(given: Import) -> str:
    """The digest of the file, in hex, with the sheet that is read."""
    with given.path.open("rb") as file:
        return f"{hashlib.file_digest(file, 'sha256').hexdigest()}/{given.version.layout.sheet}"
