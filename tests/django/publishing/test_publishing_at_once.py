"""Two maintainers press *Publish now* at the same moment, or one signs while another writes."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from django.db import connection, transaction

from selfhelp_survey import repository
from selfhelp_survey.draft_signature import ChangedSinceRead, reading_hash
from selfhelp_survey.models import PublishedVersion
from selfhelp_survey.publication import Publication, publish
from selfhelp_survey.sign_offs import WHOLE, signature
from tests.django.admin.desk import drafted
from tests.django.instruments import small

pytestmark = pytest.mark.postgresql
WAITING = """SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted AND pid IN (
    SELECT locks.pid FROM pg_locks AS locks JOIN pg_database ON pg_database.oid = locks.database
    WHERE pg_database.datname = current_database())"""
LONGEST_WAIT = 20.0


def published(code: str) -> Publication:
    """Publish over a connection of one's own."""
    try:
        return publish(code)
    finally:
        connection.close()


def signed(code: str, seen: str) -> bool:
    """Whether somebody could sign what they had read, over a connection of their own."""
    try:
        repository.sign_whole(code, signed_by="Ben", seen=seen)
    except ChangedSinceRead:
        return False
    finally:
        connection.close()
    return True


def reworded(code: str) -> None:
    """Change a text over a connection of one's own."""
    try:
        repository.change_wordings(code, "en", {"pages.first.title": "New"}, by=("Ana",))
    finally:
        connection.close()


def wait_for_both() -> None:
    """Returns once two connections wait for a lock."""
    until = time.monotonic() + LONGEST_WAIT
    with connection.cursor() as cursor:
        while cursor.execute(WAITING).fetchone() != (2,):
            assert time.monotonic() < until, "nobody waits for the other one"
            time.sleep(0.02)


@pytest.mark.django_db(transaction=True)
def test_publish__two_at_once__one_version_and_the_second_finds_nothing_new() -> None:
    code = drafted().code
    with ThreadPoolExecutor(2) as both:
        with transaction.atomic():
            repository.lock_draft(code)
            told = [both.submit(published, code) for _ in range(2)]
            wait_for_both()
        publications = [each.result() for each in told]
    assert sorted(each.is_new for each in publications) == [False, True]
    assert {each.number for each in publications} == {1}
    assert PublishedVersion.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_sign__while_somebody_writes__one_waits_for_the_other_and_nothing_unread_is_signed() -> None:
    repository.save_draft(replace(small(), is_draft=True), by=("Ana",))
    seen = reading_hash(repository.load_draft("small"))
    with ThreadPoolExecutor(2) as both:
        with transaction.atomic():
            repository.lock_draft("small")
            signs, writes = both.submit(signed, "small", seen), both.submit(reworded, "small")
            wait_for_both()
        writes.result()
        was_signed = signs.result()
    assert repository.is_unsigned("small")
    assert bool(signature("small", WHOLE).signed_by) is was_signed
