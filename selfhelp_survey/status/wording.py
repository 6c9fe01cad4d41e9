"""The status in words for people, and under stable keys for machines. Pure."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from selfhelp_survey.status.facts import Status, WayIn
from selfhelp_survey.status.findings import Finding, verdict
from selfhelp_survey.upkeep import hours_ago

CHORES = ("shuffle", "bundle", "collected", "purge", "probe")
UNKNOWN = "not known"


def as_lines(status: Status, found: tuple[Finding, ...]) -> Iterator[str]:
    """The verdict, what was found, then the facts."""
    yield f"survey: {verdict(found)}"
    yield from (f"- {finding.grade.value}: {finding.text}" for finding in found)
    yield from map(_way_in_words, status.ways_in or ())
    keys = status.keys
    in_use = UNKNOWN if keys is None or keys.in_use is None else keys.in_use
    yield f"keys responses are sealed to: {in_use}"
    yield from (f"last {chore}: {_when(status, chore)}" for chore in CHORES)
    yield from (f"{place}: {rounded(size)}" for place, size in _sizes(status).items())


def _way_in_words(way: WayIn) -> str:
    languages = ", ".join(way.languages) or "no language"
    version = f"version {way.version} in {languages}" if way.version else "not published"
    mark = (", a rehearsal" if way.is_rehearsal else "") + (", an unsigned DRAFT" if way.is_draft else "")
    return f"entry '{way.code}': {way.state}, '{way.questionnaire}' {version}{mark}"


def _when(status: Status, chore: str) -> str:
    if status.done is None:
        return UNKNOWN
    ago = hours_ago(status.done, chore, status.hour)
    if ago is None:
        return "never noted"
    return "in this hour" if ago == 0 else f"{ago} hours ago" if ago > 1 else "an hour ago"


def rounded(at_least: int | None) -> str:
    """A size in words; it comes rounded down to tens."""
    if at_least is None:
        return UNKNOWN
    return f"at least {at_least}" if at_least else "fewer than 10"


def _sizes(status: Status) -> dict[str, int | None]:
    sizes = status.sizes or {}
    return {
        "inbox": sizes.get("inbox"), "sealed": sizes.get("sealed"),
        "drafts": status.drafts.at_least if status.drafts else None,
    }  # fmt: skip


def as_rows(status: Status) -> dict[str, list[tuple[str, str]]]:
    """The facts as pairs of a name and words, under the keys that `as_plain` has them under."""
    return {
        "database": _database_rows(status),
        "entries": [(way.code, _way_in_words(way).partition(": ")[2]) for way in status.ways_in or ()],
        "keys": _key_rows(status),
        "last": [(chore, _when(status, chore)) for chore in CHORES],
        "at_least": [(place, rounded(size)) for place, size in _sizes(status).items()],
        "failures": [(part, str(failure)) for part, failure in status.failures.items()],
    }


def _database_rows(status: Status) -> list[tuple[str, str]]:
    plain = {
        "answers": "database" not in status.failures,
        "migrated": status.is_migrated,
        "writable": _writable(status),
    }
    return [(name, _yes_or_no(value)) for name, value in plain.items()]


def _writable(status: Status) -> bool | None:
    return False if "writing" in status.failures else status.is_writable


def _yes_or_no(value: bool | None) -> str:
    return UNKNOWN if value is None else "yes" if value else "no"


def _key_rows(status: Status) -> list[tuple[str, str]]:
    keys = status.keys
    if keys is None:
        return [("configured", UNKNOWN), ("in use", UNKNOWN)]
    counts = [("configured", keys.configured), ("in use", keys.in_use)]
    rows = [(name, UNKNOWN if count is None else str(count)) for name, count in counts]
    return rows + [("amiss", reason) for reason in keys.reasons] + [("drill due", key) for key in keys.drill_due]


def as_plain(status: Status, found: tuple[Finding, ...]) -> dict[str, Any]:
    """The status as plain values; docs/reference/commands.md documents the keys. null: could not be told."""
    return {
        "verdict": verdict(found),
        "findings": [{"code": one.code, "grade": one.grade.value, "text": one.text} for one in found],
        "database": {
            "answers": "database" not in status.failures, "migrated": status.is_migrated,
            "writable": _writable(status),
        },
        "entries": None if status.ways_in is None else [_plain_way_in(way) for way in status.ways_in],
        "keys": asdict(status.keys) if status.keys else None,
        "last": None if status.done is None else {chore: _plain_hour(status, chore) for chore in CHORES},
        "at_least": _sizes(status),
        "failures": {part: asdict(failure) for part, failure in status.failures.items()},
    }  # fmt: skip


def _plain_way_in(way: WayIn) -> dict[str, Any]:
    return {
        "code": way.code, "state": way.state, "questionnaire": way.questionnaire, "version": way.version,
        "languages": way.languages, "rehearsal": way.is_rehearsal, "draft": way.is_draft,
    }  # fmt: skip


def _plain_hour(status: Status, chore: str) -> dict[str, int] | None:
    ago = hours_ago(status.done or {}, chore, status.hour)
    return None if ago is None else {"hour": status.hour - ago, "hours_ago": ago}
