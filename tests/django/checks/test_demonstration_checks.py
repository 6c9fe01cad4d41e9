"""A demonstration that was forgotten: told of on a production site, by the checks and by the status."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from selfhelp_survey.checks.demonstration import check_no_demonstration, check_no_demonstration_keys
from selfhelp_survey.demonstration import CODE, ENTRY
from selfhelp_survey.models import Entry, PublishedVersion
from selfhelp_survey.models import Questionnaire as Draft
from selfhelp_survey.repository import DEMONSTRATION_NOTE as NOTE
from selfhelp_survey.status.gathering import gather
from tests.django.checks.said import ids, words
from tests.django.instruments import page, questionnaire, written
from tests.django.survey_site import publish

pytestmark = [pytest.mark.django_db, pytest.mark.once]
DATABASES = ["default"]


@pytest.fixture(autouse=True)
def keys(settings: Any, tmp_path: Path) -> Path:
    """A production site, and where a demonstration's keys would lie."""
    settings.DEBUG = False
    settings.BASE_DIR = tmp_path
    return tmp_path / "survey_demo_keys.txt"


def forgotten_demonstration(keys: Path) -> None:
    """The rows and the file that tell of one."""
    Entry.objects.create(code=ENTRY, questionnaire=CODE, is_rehearsal=True, state=Entry.State.OPEN)
    Draft.objects.create(code=CODE, structure="{}")
    PublishedVersion(content_hash="x", code=CODE, number=1, document="{}", note=NOTE).save()
    keys.write_text("shs1.key\n", "utf-8")


def test_checks__forgotten_demonstration__names_each_part(keys: Path) -> None:
    forgotten_demonstration(keys)
    said = [*check_no_demonstration(None, databases=DATABASES), *check_no_demonstration_keys(None)]
    assert ids(said) == ["W109", "W020"]
    assert all(part in words(said) for part in ("entry 'demo'", "questionnaire 'demo'", "survey_demo_keys.txt"))


def test_checks__developers_machine__say_nothing(keys: Path, settings: Any) -> None:
    forgotten_demonstration(keys)
    settings.DEBUG = True
    assert not [*check_no_demonstration(None, databases=DATABASES), *check_no_demonstration_keys(None)]
    assert gather().demonstration == ()


def test_checks__hosts_own_entry_and_questionnaire__say_nothing() -> None:
    publish(questionnaire(page("words", written("words"))))
    Entry.objects.create(code=ENTRY, questionnaire="instrument", is_rehearsal=True)
    assert not [*check_no_demonstration(None, databases=DATABASES), *check_no_demonstration_keys(None)]


def test_checks__database_not_asked_for__is_not_asked(keys: Path, django_assert_num_queries: Any) -> None:
    forgotten_demonstration(keys)
    with django_assert_num_queries(0):
        assert check_no_demonstration(None, databases=None) == check_no_demonstration(None, databases=["other"]) == []


def test_checks__before_the_first_migrate__say_nothing() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {Entry._meta.db_table} RENAME TO gone_entry")
    assert check_no_demonstration(None, databases=DATABASES) == []


def test_checks__after_remove__say_nothing(keys: Path) -> None:
    forgotten_demonstration(keys)
    call_command("survey_demo", "--remove", stdout=StringIO())
    assert not [*check_no_demonstration(None, databases=DATABASES), *check_no_demonstration_keys(None)]
    assert gather().demonstration == ()


def test_status__forgotten_demonstration__is_gathered_part_by_part(keys: Path) -> None:
    forgotten_demonstration(keys)
    assert gather().demonstration == ("the entry 'demo'", "the questionnaire 'demo'", "the file survey_demo_keys.txt")
