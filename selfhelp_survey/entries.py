"""The ways into the survey, as the pages need them: from a process cache, at most ten seconds old."""

import re
import time
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from threading import Lock

from django.db import Error
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from selfhelp_survey import repository
from selfhelp_survey.conf import survey_settings
from selfhelp_survey.core.duration import minutes_for
from selfhelp_survey.core.flow import page_counts
from selfhelp_survey.core.questionnaire import Questionnaire
from selfhelp_survey.core.response import Mark
from selfhelp_survey.draft_signature import may_be_answered
from selfhelp_survey.keys_in_use import SealingKeys, sealing_keys
from selfhelp_survey.models import Entry
from selfhelp_survey.models import Questionnaire as Draft

State = Entry.State


@dataclass(frozen=True, kw_only=True)
class OpenEntry:
    """One way in: its state, and the questionnaire version that new respondents get.

    `recipients` are the keys its responses are sealed to, and how. While something is amiss with them, the state is
    closed whatever the admin says. `languages_off` are those in which nobody begins any more.
    """

    code: str
    state: str
    version_hash: str
    questionnaire: Questionnaire
    recipients: SealingKeys
    programme_url: str = ""
    is_rehearsal: bool = False
    languages_off: frozenset[str] = frozenset()

    @property
    def mark(self) -> Mark:
        """What responses from here are marked with, inside their seal."""
        return Mark.REHEARSAL if self.is_rehearsal else Mark.REAL

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages offered: those of the version that are not switched off."""
        return tuple(code for code in self.questionnaire.languages if code not in self.languages_off)

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


def state_on(day: date, entry: Entry) -> Entry.State:
    """The state on this day: what somebody set, within the first and the last day, both included.

    An open entry counts as paused before its first day, and on the day after its last one, so that whoever began on it
    may finish; from then on every entry with a last day is closed. Only an open or paused one ever changes by itself.
    """
    state = State(entry.state)
    if entry.closes_on is not None and day > entry.closes_on + timedelta(days=1):
        return State.CLOSED
    is_outside = (entry.opens_on is not None and day < entry.opens_on) or (
        entry.closes_on is not None and day > entry.closes_on
    )
    return State.PAUSED if is_outside and state == State.OPEN else state


def today() -> date:
    """The day it is on this site, in its own time zone."""
    now = timezone.now()
    return (timezone.localtime(now, timezone.get_default_timezone()) if timezone.is_aware(now) else now).date()


def offered_languages(questionnaire: str) -> tuple[str, ...]:
    """Those of its last published version that are not switched off; none where nothing is published."""
    version = repository.latest_version(questionnaire)
    if version is None:
        return ()
    switched_off = Draft.objects.filter(code=questionnaire).values_list("languages_off", flat=True).first()
    off = (switched_off or "").split()
    return tuple(code for code in repository.load_version(version.content_hash).languages if code not in off)


def state_as_set(entry: Entry, offered: Collection[str]) -> Entry.State:
    """The state that people have made it today: by hand, by its days, and by the languages that they offer."""
    state = state_on(today(), entry)
    return state if offered or state != State.OPEN else State.PAUSED


def state_now(entry: Entry) -> Entry.State:
    """The state that respondents meet now: closed while nothing is published, or keys are amiss, whatever was set."""
    if repository.latest_version(entry.questionnaire) is None:
        return State.CLOSED
    return _state_of(entry, sealing_keys(), offered_languages(entry.questionnaire))


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
    switched_off = Draft.objects.filter(code=OuterRef("questionnaire")).values("languages_off")
    row = Entry.objects.filter(pk=code).annotate(languages_off=Subquery(switched_off)).first()
    if row is None:
        return None
    version = repository.latest_version(row.questionnaire)
    if version is None:
        return None
    questionnaire = repository.load_version(version.content_hash)
    off = frozenset((row.languages_off or "").split())
    offered = [language for language in questionnaire.languages if language not in off]
    sealing = sealing_keys()
    state = _state_of(row, sealing, offered)
    return OpenEntry(
        code=row.pk, state=state if may_be_answered(questionnaire) else State.CLOSED,
        version_hash=version.content_hash, questionnaire=questionnaire, recipients=sealing,
        programme_url=row.programme_url or survey_settings.PROGRAMME_URL, is_rehearsal=row.is_rehearsal,
        languages_off=off if offered else frozenset(),
    )  # fmt: skip


def _state_of(entry: Entry, sealing: SealingKeys, offered: Collection[str]) -> Entry.State:
    reasons = sealing.reasons_against(is_rehearsal=entry.is_rehearsal)
    return State.CLOSED if reasons else state_as_set(entry, offered)


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
    entry = Entry.objects.filter(pk=code).first()
    return entry is not None and state_on(today(), entry) != State.CLOSED


def forget_entries() -> None:
    """Have every entry read afresh, after one was changed in this process."""
    with _lock:
        _cache.clear()
