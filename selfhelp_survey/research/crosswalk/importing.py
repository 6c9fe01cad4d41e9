"""From an export into the ledger: each usable row becomes a response of the derived questionnaire, sealed like any.

All or nothing: the rows are taken in one transaction, and whatever was found to be wrong on the way takes it back.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from selfhelp_survey.core.answers import Answers
from selfhelp_survey.core.document import content_hash, document_of
from selfhelp_survey.core.questionnaire import Questionnaire
from selfhelp_survey.core.response import Response
from selfhelp_survey.research.crosswalk import wording
from selfhelp_survey.research.crosswalk.errors import CrosswalkRefused
from selfhelp_survey.research.crosswalk.mapping import harmonise, is_admitted, language_of, quarter_in
from selfhelp_survey.research.crosswalk.plan import CrosswalkPlan, MappedVariable, SurveyVersion, layers
from selfhelp_survey.research.crosswalk.source_table import SourceRow, Wanted, read_table
from selfhelp_survey.research.crosswalk.tally import Tally
from selfhelp_survey.research.ledger import Ledger, SealedRow
from selfhelp_survey.research.release import Workstation
from selfhelp_survey.sealing.envelope import seal_response

NOTE = "crosswalk files"
_ID_LENGTH = 16  # bytes, as the id of any response


@dataclass(frozen=True, kw_only=True)
class Import:
    """One file to take in: the plan and the version it belongs to, and the questionnaire derived from both.

    `accepts_unmapped` makes unmapped values -8 instead of a reason to refuse. `is_further` says that a file without
    row ids holds none of the rows that came before.
    """

    path: Path
    plan: CrosswalkPlan
    version: SurveyVersion
    questionnaire: Questionnaire
    accepts_unmapped: bool = False
    is_further: bool = False

    @cached_property
    def document(self) -> str:
        """The document of the derived questionnaire."""
        return document_of(self.questionnaire)

    @cached_property
    def scope(self) -> str:
        """What a row id is unique in: instrument, version, and the language where the file has one only."""
        return f"{self.plan.instrument}/{self.version.name}/{self.version.language.constant}"


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
    digest = _digest_of(given.path)
    note = _noted(given, station.ledger, digest)
    taking = _Taking(given=given, station=station, tally=tally, digest=digest)
    new = station.ledger.receive((given.document,), taking.rows(), note=note)
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

    def responses(self) -> Iterator[tuple[SourceRow, "_Meaning"]]:
        version = self.given.version
        wanted = Wanted(columns=version.columns, dates=frozenset({version.quarter.column} - {""}))
        for row in read_table(self.given.path, version.layout, wanted):
            self.progress(1)
            if not is_admitted(row.cells, version.admissions):
                self.tally.not_usable += 1
            elif (meaning := self._meaning(row)) is not None and self._is_good:
                yield row, meaning
        self._refuse()

    @property
    def _is_good(self) -> bool:
        """False once nothing of the file will be taken: the rest is only looked through."""
        return not self.tally.is_unusable and (self.given.accepts_unmapped or not self.tally.has_unmapped)

    def _meaning(self, row: SourceRow) -> "_Meaning | None":
        self.tally.usable += 1
        version = self.given.version
        found = harmonise(row.cells, self._variables)
        for column, text in found.unmapped:
            self.tally.note_unmapped(column, text, row.number)
        for name, conflict in found.conflicts:
            self.tally.conflicts[name, conflict] += 1
        language, quarter = language_of(row.cells, version.language), quarter_in(row.cells, version.quarter)
        if language is None:
            self.tally.note_unmapped(version.language.column, str(row.cells[version.language.column]), row.number)
        if language is None or quarter is None:
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


@dataclass(frozen=True, kw_only=True)
class _Taking:
    """Seals the usable rows one by one; what is opened is forgotten again at once."""

    given: Import
    station: Workstation
    tally: Tally
    digest: bytes
    numbers: dict[str, int] = field(default_factory=dict)

    def rows(self) -> Iterator[SealedRow]:
        reading = _Reading(given=self.given, tally=self.tally, progress=self.station.progress)
        recipients = (self.station.private.public,)
        for row, meaning in reading.responses():
            response = self._response(row, meaning)
            yield SealedRow(self.station.ledger.row_id(response.id), seal_response(response.to_json(), recipients))

    def _response(self, row: SourceRow, meaning: _Meaning) -> Response:
        plan = self.given.plan
        return Response(
            id=self._id(row), mark=plan.kind, questionnaire=plan.instrument, version_hash=self._hash,
            language=meaning.language, entry=plan.entry, channel=plan.channel, quarter=meaning.quarter,
            answers=meaning.answers, sent=self._pages,
        )  # fmt: skip

    def _id(self, row: SourceRow) -> str:
        """The id of the response: a keyed digest of the row's own id, or of the file and the row's place in it."""
        column = self.given.version.row_id
        own = str(row.cells[column]) if column else f"{self.digest.hex()}/{row.number}"
        digest = _keyed(self.station.ledger, f"row/{self.given.scope}/{own}")[:_ID_LENGTH].hex()
        before = self.numbers.setdefault(digest, row.number)
        if not own or before != row.number:
            raise CrosswalkRefused(wording.bad_row_id(self.given.path.name, column, row.number, before))
        return digest

    @cached_property
    def _hash(self) -> str:
        return content_hash(self.given.document)

    @cached_property
    def _pages(self) -> tuple[str, ...]:
        return tuple(page.name for page in self.given.questionnaire.pages)


def _noted(given: Import, ledger: Ledger, digest: bytes) -> tuple[str, bytes] | None:
    """The note of every file without row ids that was taken, this one with them; None for a file with row ids.

    Raises CrosswalkRefused for another file of the same version: nobody could tell which of its rows came before.
    """
    if given.version.row_id:
        return None
    files: Mapping[str, list[str]] = json.loads(ledger.note(NOTE) or b"{}")
    scope, mark = (_keyed(ledger, text).hex() for text in (f"scope/{given.scope}", f"file/{digest.hex()}"))
    before = files.get(scope, [])
    if before and mark not in before and not given.is_further:
        raise CrosswalkRefused(wording.other_file(given.path.name))
    return NOTE, json.dumps({**files, scope: sorted({*before, mark})}, sort_keys=True).encode()


def _keyed(ledger: Ledger, text: str) -> bytes:
    """A digest that says nothing to anybody without this ledger and its key."""
    return hmac.digest(hmac.digest(ledger.seed, b"crosswalk", "sha256"), text.encode(), "sha256")


def _digest_of(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
