"""The ways into the survey, as the pages need them: from a process cache, at most ten seconds old."""

import re
import time
from dataclasses import dataclass
from functools import cached_property
from threading import Lock

from django.db import Error

from selfhelp_survey import repository
from selfhelp_survey.conf import survey_settings
from selfhelp_survey.core.duration import minutes_for
from selfhelp_survey.core.flow import page_counts
from selfhelp_survey.core.questionnaire import Questionnaire
from selfhelp_survey.core.response import Mark
from selfhelp_survey.keys_in_use import SealingKeys, sealing_keys
from selfhelp_survey.models import Entry

State = Entry.State


@dataclass(frozen=True, kw_only=True)
class OpenEntry:
    """One way in: its state, and the questionnaire version that new respondents get.

    `recipients` are the keys its responses are sealed to, and how. While something is amiss with them, the state is
    closed whatever the admin says.
    """

    code: str
    state: str
    version_hash: str
    questionnaire: Questionnaire
    recipients: SealingKeys
    programme_url: str = ""
    is_rehearsal: bool = False

    @property
    def mark(self) -> Mark:
        """What responses from here are marked with, inside their seal."""
        return Mark.REHEARSAL if self.is_rehearsal else Mark.REAL

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages offered."""
        return self.questionnaire.languages

    @property
    def page_count(self) -> int:
        """The number of pages in part one."""
        return page_counts(self.questionnaire)[0]

    @cached_property
    def minutes(self) -> int:
        """About how many minutes part one takes."""
        return minutes_for(self.questionnaire, part=1)

    @property
    def is_open(self) -> bool:
        """True where new respondents may begin."""
        return self.state == State.OPEN

    @property
    def is_closed(self) -> bool:
        """True where nothing is taken any more."""
        return self.state == State.CLOSED


WEB_ADDRESS = re.compile(r"https?://|/(?![/\\])", re.ASCII | re.IGNORECASE)
"""How an address begins that leads to a page, here or elsewhere."""
_cache: dict[str, tuple[float, OpenEntry | None]] = {}
_lock = Lock()


def find_entry(code: str) -> OpenEntry | None:
    """The entry of this code, None where there is none. At most ten seconds old; older while the database is down.

    Raises django.db.Error where the database is down and nothing is known yet.
    """
    now = time.monotonic()
    known = _cache.get(code)
    if known and now - known[0] < survey_settings.CACHE_SECONDS:
        return known[1]
    try:
        entry = read_entry(code)
    except Error:
        if known is None:
            raise
        return known[1]
    if entry is not None or known:
        _cache[code] = (now, entry)
    return entry


def open_entry(code: str) -> OpenEntry | None:
    """The entry of this code if new respondents may begin there, else None."""
    entry = find_entry(code)
    return entry if entry and entry.is_open else None


def read_entry(code: str) -> OpenEntry | None:
    """The entry as the database has it now."""
    row = Entry.objects.filter(pk=code).first()
    if row is None:
        return None
    version = repository.latest_version(row.questionnaire)
    if version is None:
        return None
    sealing = sealing_keys()
    state = State.CLOSED if sealing.reasons else row.state
    return OpenEntry(
        code=row.pk, state=state, version_hash=version.content_hash,
        questionnaire=repository.load_version(version.content_hash), recipients=sealing,
        programme_url=row.programme_url or survey_settings.PROGRAMME_URL, is_rehearsal=row.is_rehearsal,
    )  # fmt: skip


def known_entry(code: str) -> OpenEntry | None:
    """The entry of this code, None where there is none and while nobody can tell: for what a page can do without."""
    try:
        return find_entry(code)
    except Exception:  # a page that says what failed must not fail for the same reason
        return None


def programme_address(code: str) -> str:
    """The way back to the programme from this entry; the one in the settings while the entry is not known.

    "" where that is no address on the web, such as one that would run a script.
    """
    entry = known_entry(code)
    address = entry.programme_url if entry else survey_settings.PROGRAMME_URL
    return address if WEB_ADDRESS.match(address) else ""


def is_still_taken(code: str) -> bool:
    """True where a response that comes in now may be taken: asked afresh at every send, with one query."""
    return Entry.objects.filter(pk=code).exclude(state=State.CLOSED).exists()


def forget_entries() -> None:
    """Have every entry read afresh, after one was changed in this process."""
    with _lock:
        _cache.clear()
