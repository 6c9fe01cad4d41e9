"""What facts mean: every kind of trouble has its own code, and quiet is no trouble."""

from __future__ import annotations

from dataclasses import replace

import pytest

from selfhelp_survey.status.facts import Drafts, Failure, Keys, Status, WayIn, in_tens, is_nearly_full
from selfhelp_survey.status.findings import CALLING, findings, verdict
from selfhelp_survey.status.wording import as_lines, rounded

NOW = 500_000
OPEN = WayIn(code="end", state="open", questionnaire="small", version=2, languages=("en", "es"))
WELL = Status(
    hour=NOW, is_migrated=True, is_writable=True, ways_in=(OPEN,), keys=Keys(configured=2, in_use=2),
    done={"shuffle": NOW - 20, "purge": NOW - 1, "bundle": NOW - 100}, sizes={"inbox": 10, "sealed": 20},
    drafts=Drafts(at_least=0),
)  # fmt: skip
DOWN = Status(hour=NOW, failures={"database": Failure(kind="OperationalError")}, keys=Keys(configured=2))


def codes(status: Status) -> list[tuple[str, str]]:
    return [(finding.code, finding.grade.value) for finding in findings(status)]


def failing(part: str, kind: str, state: str = "") -> Status:
    return replace(WELL, failures={part: Failure(kind=kind, state=state)})


def entries(*states: str, version: int | None = 2) -> Status:
    ways_in = tuple(replace(OPEN, code=f"e{number}", state=state, version=version)
                    for number, state in enumerate(states))  # fmt: skip
    return replace(WELL, ways_in=ways_in)


@pytest.mark.parametrize(
    ("left", "found"),
    [(("the entry 'demo'", "a file"), [("demonstration", "overdue")]), ((), []), (None, [])],
)
def test_findings__demonstration_left_on_a_production_site__calls_for_somebody(
    left: tuple[str, ...] | None, found: list[tuple[str, str]]
) -> None:
    status = replace(WELL, demonstration=left)
    assert codes(status) == found
    assert ("(the entry 'demo', a file)" in " ".join(as_lines(status, findings(status)))) == bool(left)


def test_findings__all_as_it_should_be__are_none() -> None:
    assert codes(WELL) == []
    assert verdict(findings(WELL)) == "well"


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (DOWN, "database_unreachable"),
        (replace(WELL, ways_in=(replace(OPEN, state="paused", languages=()),)), "no_language"),
        (failing("database", "OperationalError", "SQLITE_IOERR_SHMSIZE"), "disk_full"),
        (failing("maintenance", "OperationalError"), "maintenance_unreachable"),
        (replace(WELL, is_migrated=False), "not_migrated"),
        (failing("writing", "OperationalError", "53100"), "disk_full"),
        (failing("writing", "OperationalError", "SQLITE_FULL"), "disk_full"),
        (failing("writing", "InternalError", "25006"), "read_only"),
        (failing("writing", "OperationalError", "SQLITE_READONLY_DBMOVED"), "read_only"),
        (failing("writing", "ProgrammingError", "42501"), "read_only"),
        (failing("writing", "OperationalError", "SQLITE_BUSY"), "database_busy"),
        (failing("writing", "OperationalError", "SQLITE_IOERR"), "not_writable"),
        (failing("sizes", "ProgrammingError", "42501"), "not_told"),
        (replace(WELL, keys=Keys(configured=0, reasons=("no key",))), "keys"),
        (replace(WELL, ways_in=()), "no_entry"),
        (entries("open", version=None), "unpublished"),
        (entries("paused", version=None), "unpublished"),
        (replace(WELL, drafts=Drafts(at_least=90, is_cap_near=True)), "drafts_nearly_full"),
    ],
)
def test_findings__something_broken__have_its_own_code(status: Status, code: str) -> None:
    assert (code, "broken") in codes(status)
    assert verdict(findings(status)) == "broken"


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (replace(WELL, done={"shuffle": NOW, "purge": NOW - 4}), "purge_overdue"),
        (replace(WELL, done={"shuffle": NOW - 49, "purge": NOW}), "shuffle_overdue"),
        (replace(WELL, keys=Keys(configured=2, in_use=2, drill_due=("ab12",))), "drill_due"),
    ],
)
def test_findings__something_forgotten__is_overdue(status: Status, code: str) -> None:
    assert (code, "overdue") in codes(status)
    assert verdict(findings(status)) == "overdue"


@pytest.mark.parametrize("states", [("closed",), ("paused",), ("paused", "closed")])
def test_findings__no_entry_open__are_quiet(states: tuple[str, ...]) -> None:
    found = findings(entries(*states))
    assert verdict(found) == "quiet"
    assert not [finding for finding in found if finding.grade in CALLING]


def test_findings__one_entry_open_beside_a_closed_one__are_well() -> None:
    assert codes(entries("open", "closed")) == [("closed", "note")]


@pytest.mark.parametrize(("state", "grade"), [("closed", "note"), ("paused", "broken"), ("open", "broken")])
def test_findings__keys_amiss__call_for_somebody_unless_all_is_closed(state: str, grade: str) -> None:
    status = replace(entries(state), keys=Keys(configured=0, reasons=("no key",)))
    assert ("keys", grade) in codes(status)


@pytest.mark.parametrize(("has_overdue", "found"), [(True, True), (False, False)])
def test_findings__purge_after_closing__matters_while_drafts_are_left(has_overdue: bool, found: bool) -> None:
    status = replace(entries("closed"), done={}, drafts=Drafts(at_least=0, has_overdue=has_overdue))
    assert (("purge_overdue", "overdue") in codes(status)) is found


def test_findings__after_closing__tell_of_the_last_few() -> None:
    assert ("last_few", "note") in codes(entries("closed"))
    assert ("last_few", "note") not in codes(entries("paused"))


def test_findings__bundle_long_ago__are_a_note_only() -> None:
    status = replace(WELL, done={"shuffle": NOW, "purge": NOW})
    assert codes(status) == [("bundle_due", "note")]
    assert verdict(findings(status)) == "well"


def test_findings__several__have_the_worst_first() -> None:
    status = replace(entries("paused"), done={}, drafts=Drafts(at_least=0, is_cap_near=True))
    grades = [grade for _, grade in codes(status)]
    assert grades == sorted(grades, key=["broken", "overdue", "quiet", "note"].index)
    assert {"broken", "overdue", "quiet"} <= set(grades)


def test_findings__database_down__are_that_alone_and_say_nothing_of_chores() -> None:
    assert codes(DOWN) == [("database_unreachable", "broken")]
    words = "\n".join(as_lines(DOWN, findings(DOWN)))
    assert "OperationalError, no SQLSTATE" in words
    assert words.count("not known") == 9  # keys in use, five chores, three sizes


@pytest.mark.parametrize(("count", "tens"), [(0, 0), (9, 0), (10, 10), (19, 10), (20, 20)])
def test_in_tens__count__is_rounded_down(count: int, tens: int) -> None:
    assert in_tens(count) == tens


@pytest.mark.parametrize(("size", "words"), [(0, "fewer than 10"), (20, "at least 20"), (None, "not known")])
def test_rounded__size__is_told_in_words(size: int | None, words: str) -> None:
    assert rounded(size) == words


@pytest.mark.parametrize(("count", "is_near"), [(17_999, False), (18_000, True), (20_000, True), (0, False)])
def test_is_nearly_full__from_nine_tenths_on__is_true(count: int, is_near: bool) -> None:
    assert is_nearly_full(count, 20_000) is is_near


def test_is_nearly_full__cap_of_none__is_true_at_once() -> None:
    assert is_nearly_full(0, 0)
