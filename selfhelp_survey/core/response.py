"""A response: all that one respondent sent, as it is sealed on the web host and opened on the research workstation."""

import json
from dataclasses import dataclass
from enum import StrEnum

from selfhelp_survey.core.answers import Answers, AnswerValue
from selfhelp_survey.core.plain import Plain, mapping, string, strings, whole_number
from selfhelp_survey.errors import SubmissionError

FORMAT = 1


class Mark(StrEnum):
    """Where a response comes from. Sealed inside it, so that nobody on the web host can change or read it."""

    REAL = "real"
    REHEARSAL = "rehearsal"
    SYNTHETIC = "synthetic"


class Channel(StrEnum):
    """The kind of address the survey was reached at: known from the deployment, never from the visitor."""

    CLEAR = "clear"
    ANONYMOUS = "anonymous"


@dataclass(frozen=True, kw_only=True)
class Response:
    """What was sent.

    `id` is random (32 hexadecimal digits) and known to nobody but the ledger; `quarter` reads like 2026Q4 and is the
    only trace of time; `sent` are the names of the pages that were sent, `version_hash` the questionnaire's.
    """

    id: str
    mark: Mark
    questionnaire: str
    version_hash: str
    language: str
    entry: str
    channel: Channel
    quarter: str
    answers: Answers
    sent: tuple[str, ...]

    def to_json(self) -> bytes:
        """The response as canonical JSON, the form that is sealed."""
        document = {
            "format": FORMAT, "id": self.id, "mark": self.mark, "questionnaire": self.questionnaire,
            "version": self.version_hash, "language": self.language, "entry": self.entry, "channel": self.channel,
            "quarter": self.quarter, "answers": self.answers, "sent": self.sent,
        }  # fmt: skip
        return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

    @classmethod
    def from_json(cls, data: bytes) -> "Response":
        """The response in these bytes. Raises SubmissionError where they are not one; the message quotes nothing."""
        try:
            return _read(mapping(json.loads(data)))
        except (ValueError, KeyError, TypeError, AttributeError):
            raise SubmissionError("a sealed response does not hold what this version can read") from None


def _read(plain: Plain) -> Response:
    if plain["format"] != FORMAT:
        raise ValueError
    return Response(
        id=string(plain["id"]), mark=Mark(string(plain["mark"])), questionnaire=string(plain["questionnaire"]),
        version_hash=string(plain["version"]), language=string(plain["language"]), entry=string(plain["entry"]),
        channel=Channel(string(plain["channel"])), quarter=string(plain["quarter"]),
        answers=answers_from_json(mapping(plain["answers"])), sent=strings(plain["sent"]),
    )  # fmt: skip


def answers_from_json(plain: Plain) -> dict[str, AnswerValue]:
    """Answers as they were before JSON turned tuples into lists. Raises TypeError for what is no answer."""
    return {name: _answer(value) for name, value in plain.items()}


def _answer(value: object) -> AnswerValue:
    if isinstance(value, list):
        return tuple(whole_number(code) for code in value)
    return value if isinstance(value, str) else whole_number(value)


def quarter_of(year: int, month: int) -> str:
    """The quarter a month lies in, like 2026Q4."""
    return f"{year:04d}Q{(month + 2) // 3}"
