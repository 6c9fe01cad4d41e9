"""What the facts mean: broken, overdue, quiet because a person wants it so, or well. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from selfhelp_survey.status.facts import Failure, Status
from selfhelp_survey.upkeep import hours_ago, is_bundle_overdue, is_purge_overdue, is_shuffle_overdue


class Grade(Enum):
    """How bad a finding is, the worst first. Broken and overdue call for somebody.

    Quiet: nobody can begin, because a person set it so.
    """

    BROKEN = "broken"
    OVERDUE = "overdue"
    QUIET = "quiet"
    NOTE = "note"


CALLING = frozenset({Grade.BROKEN, Grade.OVERDUE})
WELL = "well"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing found: a code that stays the same from version to version, its grade, and a sentence for people."""

    code: str
    grade: Grade
    text: str


def findings(status: Status) -> tuple[Finding, ...]:
    """Everything worth telling, the worst first."""
    found = [
        *_of_database(status), *_of_keys(status), *_of_entries(status), *_of_demonstration(status),
        *_of_chores(status), *_of_drafts(status),
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda finding: list(Grade).index(finding.grade)))


def verdict(found: tuple[Finding, ...]) -> str:
    """The grade of the worst finding, "well" where there are notes at most."""
    worst = found[0].grade if found else Grade.NOTE
    return WELL if worst is Grade.NOTE else worst.value


def _broken(code: str, text: str) -> Finding:
    return Finding(code=code, grade=Grade.BROKEN, text=text)


def _note(code: str, text: str) -> Finding:
    return Finding(code=code, grade=Grade.NOTE, text=text)


# -- database -------------------------------------------------------------------------------------------------------


def _of_database(status: Status) -> Iterator[Finding]:
    failures = status.failures
    if "database" in failures:
        yield _of_answering(failures["database"])
    if "maintenance" in failures:
        failure = failures["maintenance"]
        yield _broken("maintenance_unreachable", f"the database of the timers does not answer ({failure})")
    if status.is_migrated is False:
        yield _broken("not_migrated", "tables are missing or old: run `manage.py migrate`")
        return
    if "writing" in failures:
        yield _of_writing(failures["writing"])
    for part in sorted(failures.keys() - {"database", "maintenance", "writing"}):
        yield _broken("not_told", f"nothing could be told of: {part} ({failures[part]})")


_FULL = ("53100", "SQLITE_FULL", "SQLITE_IOERR_SHMSIZE")
"""The last one: not even room for the file with which SQLite begins to read a database in WAL mode."""
_WRITING = (
    ("disk_full", _FULL, "the disk of the database is full: nothing can be saved"),
    ("read_only", ("25006", "42501", "SQLITE_READONLY"), "the database takes no writes: nothing can be saved"),
    ("database_busy", ("55P03", "57014", "SQLITE_BUSY"), "the database was busy for too long to take a write"),
)


def _of_answering(failure: Failure) -> Finding:
    if failure.state in _FULL:
        return _of_writing(failure)
    return _broken("database_unreachable", f"the database does not answer ({failure})")


def _of_writing(failure: Failure) -> Finding:
    for code, states, text in _WRITING:
        if failure.state.startswith(states):
            return _broken(code, f"{text} ({failure})")
    return _broken("not_writable", f"nothing can be saved ({failure})")


# -- keys and entries -----------------------------------------------------------------------------------------------


def _of_keys(status: Status) -> Iterator[Finding]:
    """While every entry is closed by a person, keys that are amiss harm nobody yet."""
    keys = status.keys
    if keys is None:
        return
    is_needed = status.takes_answers
    for reason in keys.reasons:
        yield _broken("keys", reason) if is_needed else _note("keys", reason)
    grade = Grade.OVERDUE if is_needed else Grade.NOTE
    for fingerprint in keys.drill_due:
        text = f"for a year nobody has tried the key {fingerprint}: run `manage.py survey_keys --drill`"
        yield Finding(code="drill_due", grade=grade, text=text)


def _of_entries(status: Status) -> Iterator[Finding]:
    if status.ways_in is None:
        return
    if not status.ways_in:
        yield _broken("no_entry", "there is no way in: make one with `manage.py survey_entry`")
    grade = Grade.NOTE if any(way.state == "open" for way in status.ways_in) else Grade.QUIET
    for way in status.ways_in:
        if way.is_in_no_language:
            text = f"every language of '{way.questionnaire}' is switched off, so nobody can begin at entry '{way.code}'"
            yield _broken("no_language", f"{text}: switch one on in the admin, or close the entry")
        elif way.state != "open":
            sense = "nobody can begin" if way.state == "paused" else "nothing is taken"
            yield Finding(code=way.state, grade=grade, text=f"entry '{way.code}' was {way.state}: {sense}")
        if way.version is None and way.state != "closed":
            yield _broken("unpublished", f"entry '{way.code}' leads to '{way.questionnaire}', which is not published")
        if way.is_refused and way.state != "closed":
            text = f"entry '{way.code}' leads to the draft '{way.questionnaire}', which nobody has signed"
            yield _broken("unsigned_draft", f"{text}: nobody is let in")


def _of_demonstration(status: Status) -> Iterator[Finding]:
    if status.demonstration:
        left = ", ".join(status.demonstration)
        text = f"a demonstration is still here ({left}): run `manage.py survey_demo --remove`"
        yield Finding(code="demonstration", grade=Grade.OVERDUE, text=text)


# -- chores and drafts ----------------------------------------------------------------------------------------------


def _of_chores(status: Status) -> Iterator[Finding]:
    if status.done is None:
        return
    matters = status.takes_answers or (status.drafts is not None and status.drafts.has_overdue)
    if is_purge_overdue(status.done, status.hour, matters=matters):
        text = f"last purge of drafts: {_when(status, 'purge')}; look at the timer of `manage.py survey_purge`"
        yield Finding(code="purge_overdue", grade=Grade.OVERDUE, text=text)
    sizes = status.sizes or {}
    if is_shuffle_overdue(status.done, status.hour, inbox_at_least=sizes.get("inbox", 0)):
        text = f"last shuffle of the inbox: {_when(status, 'shuffle')}; look at the timer of `manage.py survey_shuffle`"
        yield Finding(code="shuffle_overdue", grade=Grade.OVERDUE, text=text)
    if is_bundle_overdue(status.done, status.hour, sealed_at_least=sizes.get("sealed", 0)):
        yield _note("bundle_due", "sealed responses wait for the research team: `manage.py survey_bundle`")


def _when(status: Status, chore: str) -> str:
    ago = hours_ago(status.done or {}, chore, status.hour)
    return "none noted yet" if ago is None else f"{ago} hours ago"


def _of_drafts(status: Status) -> Iterator[Finding]:
    if status.drafts and status.drafts.is_cap_near:
        text = "there is hardly room for new drafts (DRAFT_CAP): soon nobody can begin; look at purge, then for a flood"
        yield _broken("drafts_nearly_full", text)
    if not status.takes_answers and status.ways_in:
        text = "once fieldwork is over, `manage.py survey_shuffle --close` moves the last few on, then `survey_bundle`"
        yield _note("last_few", text)
