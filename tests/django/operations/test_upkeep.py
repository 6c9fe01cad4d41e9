"""Chores: noted when they end well, by the hour, and overdue exactly from when the documentation says."""

from __future__ import annotations

import time
import uuid
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from selfhelp_survey.models import KeyProof, SealedResponse, Upkeep
from selfhelp_survey.sealing.receipt import make_receipt, sealed_digest
from selfhelp_survey.upkeep import (
    current_hour,
    hours_ago,
    is_bundle_overdue,
    is_purge_overdue,
    is_shuffle_overdue,
    note,
    noted_hours,
)
from tests.django.survey_site import private_key

NOW = 500_000


@pytest.mark.parametrize(("ago", "overdue"), [(0, False), (3, False), (4, True)])
def test_purge__done_so_long_ago__is_overdue_after_three_hours(ago: int, overdue: bool) -> None:
    assert is_purge_overdue({"purge": NOW - ago}, NOW, matters=True) is overdue


@pytest.mark.parametrize("done", [{}, {"shuffle": NOW}])
def test_purge__never_noted__is_overdue_where_it_matters(done: dict[str, int]) -> None:
    assert is_purge_overdue(done, NOW, matters=True)
    assert not is_purge_overdue(done, NOW, matters=False)


@pytest.mark.parametrize(
    ("ago", "waiting", "overdue"), [(48, 10, False), (49, 10, True), (49, 0, False), (9000, 0, False), (49, 200, True)]
)
def test_shuffle__so_long_ago_with_so_many_waiting__is_overdue_once_a_batch_waits(
    ago: int, waiting: int, overdue: bool
) -> None:
    assert is_shuffle_overdue({"shuffle": NOW - ago}, NOW, inbox_at_least=waiting) is overdue


@pytest.mark.parametrize(("waiting", "overdue"), [(0, False), (10, True)])
def test_shuffle__never_noted__is_overdue_once_a_batch_waits(waiting: int, overdue: bool) -> None:
    assert is_shuffle_overdue({}, NOW, inbox_at_least=waiting) is overdue


@pytest.mark.parametrize(("days", "waiting", "overdue"), [(35, 10, False), (36, 10, True), (36, 0, False)])
def test_bundle__so_long_ago_with_so_many_waiting__is_due_after_five_weeks(
    days: int, waiting: int, overdue: bool
) -> None:
    assert is_bundle_overdue({"bundle": NOW - days * 24}, NOW, sealed_at_least=waiting) is overdue


@pytest.mark.parametrize(("hour", "ago"), [(NOW, 0), (NOW - 5, 5), (NOW + 1, 0), (NOW + 2, None)])
def test_hours_ago__clock_of_another_host__may_be_an_hour_ahead_and_no_more(hour: int, ago: int | None) -> None:
    assert hours_ago({"purge": hour}, "purge", NOW) == ago


@pytest.mark.django_db
def test_note__a_second_time__keeps_the_later_hour_only() -> None:
    Upkeep.objects.create(chore=Upkeep.Chore.PURGE, hour=7)
    before = int(time.time() // 3600)
    note(Upkeep.Chore.PURGE)
    assert before <= noted_hours()["purge"] <= current_hour()
    assert Upkeep.objects.count() == 1


def _carry_out(chore: str, folder: Path) -> None:
    out = StringIO()
    if chore == "bundle":
        call_command("survey_bundle", out=folder / "bundle.jsonl", stdout=out)
    elif chore == "collected":
        KeyProof.objects.create(fingerprint=private_key().public.fingerprint, challenge_digest=b"", proven=True)
        rows = {uuid.uuid4(): sealed_digest(b"sealed")}
        for row in rows:
            SealedResponse.objects.create(pk=row, sealed=b"sealed")
        (folder / "receipt").write_text(make_receipt(private_key(), site="example", rows=rows))
        call_command("survey_collected", str(folder / "receipt"), stdout=out)
    else:
        call_command(f"survey_{chore}", stdout=out)


@pytest.mark.django_db
@pytest.mark.parametrize("chore", ["shuffle", "purge", "bundle", "collected"])
def test_chore__done__is_noted_in_whole_hours_also_with_nothing_to_do(chore: str, tmp_path: Path) -> None:
    before = int(time.time() // 3600)
    _carry_out(chore, tmp_path)
    hours = noted_hours()
    assert list(hours) == [chore]
    assert before <= hours[chore] <= before + 1


@pytest.mark.django_db
def test_chore__refused__is_not_noted(tmp_path: Path) -> None:
    (tmp_path / "receipt").write_text("no receipt")
    with pytest.raises(CommandError):
        call_command("survey_collected", str(tmp_path / "receipt"), stdout=StringIO())
    assert noted_hours() == {}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("chore", ["shuffle", "purge", "bundle", "collected"])
def test_chore__cannot_be_noted__is_done_all_the_same(chore: str, tmp_path: Path) -> None:
    table = Upkeep._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f'ALTER TABLE "{table}" RENAME TO "{table}_away"')
    try:
        _carry_out(chore, tmp_path)
        assert not SealedResponse.objects.exists()
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f'ALTER TABLE "{table}_away" RENAME TO "{table}"')
