"""`survey_status` on a real site: each part told by itself, sizes in tens, and the documented keys."""

from __future__ import annotations

import json
import re
import uuid
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from selfhelp_survey.models import Draft, Entry, InboxResponse, KeyProof, PublishedVersion, Questionnaire, Upkeep
from selfhelp_survey.sealing.keys import generate_private_key
from selfhelp_survey.upkeep import current_hour
from tests.django.survey_site import recipient_lines
from tests.unit.docs.pages import first_cells, section, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tended_site")]


def run(**options: Any) -> tuple[int, str, str]:
    """Exit code, what was printed, and the sentence of a refusal."""
    out = StringIO()
    try:
        call_command("survey_status", stdout=out, **options)
    except CommandError as refused:
        return refused.returncode, out.getvalue(), str(refused)
    return 0, out.getvalue(), ""


def told() -> dict[str, Any]:
    return dict(json.loads(run(json=True)[1]))


def codes() -> list[str]:
    return [finding["code"] for finding in told()["findings"]]


def configure(settings: Any, **changes: Any) -> None:
    settings.SELFHELP_SURVEY = {**settings.SELFHELP_SURVEY, **changes}


def test_status__site_as_it_should_be__is_well_and_ends_with_zero() -> None:
    code, words, _ = run()
    assert code == 0
    assert words.splitlines()[0] == "survey: well"
    assert "entry 'end': open, 'small' version 1 in en, es" in words
    assert "last purge: in this hour" in words


def test_status__something_amiss__ends_with_one_and_names_the_codes() -> None:
    Upkeep.objects.filter(chore="purge").update(hour=current_hour() - 5)
    assert run()[0] == 1
    assert run()[2] == "overdue: purge_overdue"


def test_status__languages_switched_off__are_not_listed_and_all_of_them_make_it_broken() -> None:
    Questionnaire.objects.create(code="small", languages="en es", structure="{}", languages_off="es")
    assert told()["entries"][0]["languages"] == ["en"]
    assert codes() == []
    Questionnaire.objects.update(languages_off="en es")
    [entry], [code] = told()["entries"], codes()
    assert (entry["state"], entry["languages"], code) == ("paused", [], "no_language")
    assert "'small' version 1 in no language" in run()[1]


def test_status__json__has_exactly_the_documented_keys() -> None:
    table = section(text_of("reference/commands.md"), "What `survey_status --json` holds")
    assert list(told()) == first_cells(table)


@pytest.mark.parametrize(("count", "at_least"), [(9, 0), (13, 10), (27, 20)])
def test_status__sizes__are_never_exact(count: int, at_least: int) -> None:
    for _ in range(count):
        InboxResponse.objects.create(sealed=b"x")
        Draft.objects.create(pk=uuid.uuid4(), sealed=b"x", purge_hour=current_hour() + 2)
    assert told()["at_least"] == {"inbox": at_least, "sealed": 0, "drafts": at_least}
    for words in (run()[1], run(json=True)[1]):
        assert not re.search(rf"\b{count}\b", re.sub(r'"(hour|version)": \d+', "", words))


def test_status__trial_of_writing__leaves_nothing() -> None:
    assert told()["database"] == {"answers": True, "migrated": True, "writable": True}
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    ("recipients", "reason"),
    [([], "names no key"), (["nonsense"], "no public key"), (recipient_lines()[:1], "names one key only")],
)
def test_status__keys_of_the_settings_amiss__tells_which_way(recipients: list[str], reason: str, settings: Any) -> None:
    configure(settings, RECIPIENTS=recipients)
    code, words, _ = run()
    assert code == 1
    assert reason in words
    assert codes()[0] == "keys"


def test_status__key_not_proven__tells_so() -> None:
    KeyProof.objects.update(proven=False)
    assert "not proven" in run()[1]


def test_status__published_test_key_in_production__tells_so(settings: Any) -> None:
    settings.DEBUG = False
    assert "published test key" in run()[1]
    assert run()[0] == 1


def test_status__drill_due__tells_which_key(settings: Any) -> None:
    KeyProof.objects.filter(pk=KeyProof.objects.earliest("pk").pk).update(proven_day=1)
    assert codes() == ["drill_due"]
    assert told()["keys"]["drill_due"] == [KeyProof.objects.get(proven_day=1).fingerprint]


def test_status__entry_closed_by_a_person__is_quiet_and_ends_with_zero() -> None:
    Entry.objects.update(state=Entry.State.CLOSED)
    code, words, _ = run()
    assert code == 0
    assert words.startswith("survey: quiet")


def test_status__questionnaire_not_published__is_told_of_its_entry() -> None:
    Entry.objects.create(code="other", questionnaire="missing", state=Entry.State.OPEN)
    assert codes() == ["unpublished"]


def test_status__ten_wait_and_the_shuffle_is_late__is_overdue_until_it_runs() -> None:
    Upkeep.objects.filter(chore="shuffle").update(hour=current_hour() - 49)
    for _ in range(9):
        InboxResponse.objects.create(sealed=b"x")
    assert codes() == []
    InboxResponse.objects.create(sealed=b"x")
    assert codes() == ["shuffle_overdue"]
    call_command("survey_shuffle", stdout=StringIO())
    assert codes() == []


@pytest.mark.parametrize(("late", "found"), [(3, []), (4, ["purge_overdue"])])
def test_status__closed_with_a_draft_whose_time_is_past__waits_for_the_purge(late: int, found: list[str]) -> None:
    Entry.objects.update(state=Entry.State.CLOSED)
    Upkeep.objects.filter(chore="purge").update(hour=current_hour() - 100)
    Draft.objects.create(pk=uuid.uuid4(), sealed=b"x", purge_hour=current_hour() - late)
    assert [code for code in codes() if code.endswith("overdue")] == found


@pytest.mark.parametrize(("count", "found"), [(8, []), (9, ["drafts_nearly_full"])])
def test_status__drafts_near_their_cap__is_told(count: int, found: list[str], settings: Any) -> None:
    configure(settings, DRAFT_CAP=10)
    for _ in range(count):
        Draft.objects.create(pk=uuid.uuid4(), sealed=b"x", purge_hour=current_hour() + 2)
    assert codes() == found


def test_status__one_part_cannot_be_told__the_others_are(settings: Any) -> None:
    configure(settings, DRAFT_CAP="many")
    found = told()
    assert codes() == ["not_told"]
    assert found["failures"] == {"drafts": {"kind": "TypeError", "state": ""}}
    assert found["at_least"]["inbox"] == 0
    assert found["keys"]["in_use"] == 2


def test_status__no_such_alias_for_the_timers__is_told(settings: Any) -> None:
    configure(settings, MAINTENANCE_DATABASE="nowhere")
    assert "maintenance_unreachable" in codes()
    assert told()["database"]["answers"] is True


def test_status__migration_not_applied__is_told() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'selfhelp_survey' AND name = '0002_upkeep'")
    assert codes() == ["not_migrated"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("model", [Draft, PublishedVersion, Upkeep])
def test_status__table_missing__is_told_and_the_keys_are_too(model: Any) -> None:
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f'ALTER TABLE "{table}" RENAME TO "{table}_away"')
    try:
        found = told()
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f'ALTER TABLE "{table}_away" RENAME TO "{table}"')
    assert [finding["code"] for finding in found["findings"]] == ["not_migrated"]
    assert found["keys"]["in_use"] == 2


def test_status__keys_of_a_production_site__is_well(settings: Any) -> None:
    keys = [generate_private_key().public for _ in range(2)]
    settings.DEBUG = False
    configure(settings, RECIPIENTS=[key.text for key in keys])
    KeyProof.objects.all().delete()
    for key in keys:
        KeyProof.objects.create(fingerprint=key.fingerprint, challenge_digest=b"", proven=True, proven_day=30_000)
    assert run()[0] == 0
