"""What a draft holds once its cookie has opened it. Pure: time comes in as an argument."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from selfhelp_survey.core.answers import Answers
from selfhelp_survey.core.flow import Progress
from selfhelp_survey.core.response import Mark, answers_from_json

Typed = Mapping[str, list[str]]

PAUSES = (2, 24)
"""The pauses, in hours, between which a respondent chooses: 24 is more than ten times 2 (WCAG 2.2, 2.2.1 Adjust)."""


@dataclass(frozen=True, kw_only=True)
class DraftState:
    """One respondent's unfinished response.

    `version_hash` is the questionnaire version it was begun in and finishes in, `entry` and `mark` those it was begun
    at: a rehearsal stays one, whatever happens to the entry. `typed` holds what was typed on a page
    but cannot count yet, `tried` the pages whose errors are to be shown. `pause` is in hours, `expires` and `begun` in
    seconds since 1970. `is_suspect` once a field was filled that people do not see, `is_challenged` once its respondent
    was asked to send once more. None of these three leaves the draft.
    """

    version_hash: str
    entry: str = ""
    mark: Mark = Mark.REAL
    pause: int = PAUSES[0]
    expires: int = 0
    answers: Mapping[str, Answers] = field(default_factory=dict)
    sent: frozenset[str] = frozenset()
    typed: Mapping[str, Typed] = field(default_factory=dict)
    tried: frozenset[str] = frozenset()
    doubted: frozenset[str] = frozenset()
    goes_on: bool | None = None
    finishes: bool = False
    begun: int = 0
    is_suspect: bool = False
    is_challenged: bool = False

    @property
    def progress(self) -> Progress:
        """What the route is computed from."""
        return Progress(answers=self.answers, sent=self.sent, goes_on=self.goes_on, finishes=self.finishes)

    @property
    def holds_anything(self) -> bool:
        """True once there is something worth a row: an answer, or something typed."""
        return bool(self.sent) or any(self.answers.values()) or any(self.typed.values())

    def with_page(self, page: str, *, answers: Answers, typed: Typed | None, is_sent: bool) -> "DraftState":
        """The state after a page came in. `typed` is None where all of it was valid."""
        kept = {name: words for name, words in self.typed.items() if name != page}
        return replace(
            self,
            answers={**self.answers, page: answers},
            typed=kept if typed is None else {**kept, page: typed},
            tried=self.tried - {page} | ({page} if is_sent and typed is not None else set()),
            sent=self.sent | ({page} if is_sent and typed is None else set()),
        )

    def trying(self, page: str) -> "DraftState":
        """The state after the errors of what was typed on the page are to be shown."""
        return replace(self, tried=self.tried | {page}) if self.typed.get(page) else self

    def is_unfinished(self, page: str) -> bool:
        """True while the page holds something that would not be sent: not valid, or not sent."""
        return bool(self.typed.get(page) or (self.answers.get(page) and page not in self.sent))

    def doubting(self, page: str) -> "DraftState":
        """The state after the page was asked to be looked at again; it does not count as sent until it is."""
        return replace(self, doubted=self.doubted | {page}, sent=self.sent - {page})

    def is_doubtful(self, page: str) -> bool:
        """True while the page waits to be looked at again."""
        return page in self.doubted and page not in self.sent

    def skipping(self, pages: Iterable[str]) -> "DraftState":
        """The state after these pages were skipped as one: sent, with nothing on them."""
        names = frozenset(pages)
        return replace(
            self,
            answers={page: answers for page, answers in self.answers.items() if page not in names},
            typed={page: typed for page, typed in self.typed.items() if page not in names},
            sent=self.sent | names, tried=self.tried - names,
        )  # fmt: skip

    def choosing(
        self, *, pause: int | None = None, goes_on: bool | None = None, finishes: bool | None = None
    ) -> "DraftState":
        """The state after a choice about the survey itself; None leaves as it was."""
        return replace(
            self,
            pause=self.pause if pause is None else pause,
            goes_on=self.goes_on if goes_on is None else goes_on,
            finishes=self.finishes if finishes is None else finishes,
        )

    def postponed(self, now: int) -> "DraftState":
        """The same state, to be forgotten after the chosen pause from now."""
        return replace(self, begun=self.begun or now, expires=now + self.pause * 3600)

    def suspected(self) -> "DraftState":
        """The state after something was filled in that people do not see."""
        return replace(self, is_suspect=True)

    def challenged(self) -> "DraftState":
        """The state after its respondent was asked to send once more; nobody is asked twice."""
        return replace(self, is_challenged=True)

    def may_be_a_machine(self, now: int, *, least_seconds: int) -> bool:
        """True where nobody was asked yet, and this was filled in too quickly or where people cannot see.

        Clocks of several hosts differ: a beginning in the future counts as one just now.
        """
        return not self.is_challenged and (self.is_suspect or max(0, now - self.begun) < least_seconds)

    def to_plain(self) -> dict[str, Any]:
        """The state as plain JSON values."""
        return {
            "version": self.version_hash, "entry": self.entry, "mark": self.mark,
            "pause": self.pause, "expires": self.expires, "goes_on": self.goes_on,
            "answers": {page: dict(answers) for page, answers in self.answers.items()}, "finishes": self.finishes,
            "sent": sorted(self.sent), "tried": sorted(self.tried), "doubted": sorted(self.doubted),
            "typed": {page: dict(words) for page, words in self.typed.items()},
            "begun": self.begun, "suspect": self.is_suspect, "challenged": self.is_challenged,
        }  # fmt: skip

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "DraftState":
        """The state in these plain values. Raises KeyError, TypeError, AttributeError, ValueError."""
        return cls(
            version_hash=plain["version"], entry=plain["entry"], mark=Mark(plain["mark"]),
            pause=plain["pause"], expires=plain["expires"], goes_on=plain["goes_on"],
            answers={page: answers_from_json(answers) for page, answers in plain["answers"].items()},
            sent=frozenset(plain["sent"]), tried=frozenset(plain["tried"]), doubted=frozenset(plain["doubted"]),
            finishes=plain["finishes"], typed=plain["typed"],
            begun=plain.get("begun", 0), is_suspect=plain.get("suspect", False),
            is_challenged=plain.get("challenged", False),
        )  # fmt: skip


def purge_hour(expires: int) -> int:
    """The hour, counted from 1970, at which a row that expires then may be deleted: rounded up, an hour's grace."""
    return -(-expires // 3600) + 1
