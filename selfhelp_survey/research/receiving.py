"""Receiving a bundle: every response is opened and checked, then kept as it came, sealed. The receipt comes last."""

import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from selfhelp_survey.core.answers import AnswerValue
from selfhelp_survey.core.response import Response
from selfhelp_survey.core.validity import is_valid_answer
from selfhelp_survey.errors import QuestionnaireError, SealingError, SubmissionError
from selfhelp_survey.research.errors import ReceivingError
from selfhelp_survey.research.ledger import Ledger, SealedRow
from selfhelp_survey.research.texts.extraction import divided
from selfhelp_survey.research.versions import Version, versions_in
from selfhelp_survey.sealing.bundle import Bundle, BundleRow, check_bundle, read_bundle
from selfhelp_survey.sealing.envelope import Damaged, NotForThisKey, UnknownSuite, open_response
from selfhelp_survey.sealing.keys import PrivateKey
from selfhelp_survey.sealing.receipt import make_receipt, sealed_digest

_ID = re.compile(r"[0-9a-f]{32}")
_QUARTER = re.compile(r"[0-9]{4}Q[1-4]")
_ENTRY = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
Progress = Callable[[int], object]


@dataclass(kw_only=True)
class Receiving:
    """What became of a bundle: `new` responses were kept, `known` ones had been received before.

    `held` pairs the rows that the ledger holds with the digest of what stood in them: the rows of the receipt.
    `refused` pairs the others with the reason; they stay on the web host.
    """

    site: str
    new: int = 0
    known: int = 0
    held: dict[uuid.UUID, str] = field(default_factory=dict)
    refused: dict[uuid.UUID, str] = field(default_factory=dict)

    def receipt(self, private: PrivateKey) -> str:
        """The signed receipt for exactly the rows that the ledger holds."""
        return make_receipt(private, site=self.site, rows=self.held)


def receive_bundle(path: Path, *, ledger: Ledger, private: PrivateKey, progress: Progress | None = None) -> Receiving:
    """What became of the bundle, once every good response in it is on the disk. Called again, it says the same.

    `progress` hears 1 after each row. Raises SealingError where the bundle is not whole or is for another key, and
    then keeps nothing of it.
    """
    count = check_bundle(path).count  # wholly, before anything is kept
    bundle = read_bundle(path)
    documents = tuple(document.text for document in bundle.header.questionnaires)
    opening = _Opening(ledger=ledger, private=private, versions=_versions((*ledger.questionnaires(), *documents), path))
    receiving = Receiving(site=bundle.header.site)
    rows = opening.good_rows(bundle, receiving, progress or (lambda _count: None))
    receiving.new = ledger.receive(documents, rows)
    receiving.known = count - receiving.new - len(receiving.refused)
    return receiving


def _versions(documents: tuple[str, ...], path: Path) -> dict[str, Version]:
    try:
        return {version.hash: version for version in versions_in(documents)}
    except QuestionnaireError as error:
        raise ReceivingError(
            f"{path.name} carries a questionnaire this version cannot read: update selfhelp_survey here."
        ) from error


@dataclass(frozen=True, kw_only=True)
class _Opening:
    """One by one: open, check, hand on. What is opened is forgotten again at once."""

    ledger: Ledger
    private: PrivateKey
    versions: dict[str, Version]

    def good_rows(self, bundle: Bundle, receiving: Receiving, progress: Progress) -> Iterator[SealedRow]:
        for row in bundle.rows():
            try:
                yield self._divided(row, self._response(row))
            except (SealingError, SubmissionError) as error:
                receiving.refused[row.row] = _reason(error)
            else:
                receiving.held[row.row] = sealed_digest(row.sealed)
            progress(1)
        if not receiving.held and self.private.public.fingerprint not in bundle.header.recipients:
            raise NotForThisKey(f"{bundle.path.name} was not sealed to this research key: use the key the site names.")

    def _divided(self, row: BundleRow, response: Response) -> SealedRow:
        """The response as the ledger keeps it: its free texts apart."""
        whole = SealedRow(self.ledger.row_id(response.id), row.sealed)
        return divided(whole, response, self.versions[response.version_hash].questionnaire)

    def _response(self, row: BundleRow) -> Response:
        response = Response.from_json(open_response(row.sealed, self.private))
        if response.version_hash not in self.versions:
            raise SubmissionError("its questionnaire is not in the bundle")
        if not is_plausible(response, self.versions[response.version_hash]):
            raise SubmissionError("it does not answer its questionnaire")
        return response


def _reason(error: Exception) -> str:
    match error:
        case NotForThisKey():
            return "sealed to another key"
        case UnknownSuite():
            return "sealed with an unknown suite"
        case Damaged():
            return "damaged"
        case _:
            return str(error)


def is_plausible(response: Response, version: Version) -> bool:
    """True where a response could have been given to this version: anybody can seal, so nothing inside is believed."""
    questionnaire = version.questionnaire
    try:
        noted = _ID.fullmatch(response.id) and _QUARTER.fullmatch(response.quarter) and _ENTRY.fullmatch(response.entry)
        return (
            noted is not None
            and response.questionnaire == questionnaire.code
            and response.language in questionnaire.languages
            and all(questionnaire.has_page(page) for page in response.sent)
            and all(_answers(version, name, answer) for name, answer in response.answers.items())
        )
    except TypeError:  # a number where a text belongs, a list within a list
        return False


def _answers(version: Version, name: str, answer: AnswerValue) -> bool:
    codes = answer if isinstance(answer, tuple) else (answer,)
    if not version.questionnaire.asks(name) or not all(type(code) in {int, str} for code in codes):
        return False
    _page, question = version.questionnaire.home_of(name)
    return is_valid_answer(question, answer)
