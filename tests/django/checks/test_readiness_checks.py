"""The checks of what only the tables know: proofs of the keys, and ways in that are open in name only."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.checks import CheckMessage
from django.db import connection

from selfhelp_survey.checks import readiness
from selfhelp_survey.keys_in_use import DRILL_DAYS, current_day
from selfhelp_survey.models import Entry, KeyProof, Questionnaire
from tests.django.checks.said import ids, words
from tests.django.instruments import page, questionnaire, written
from tests.django.survey_site import open_survey, private_key

DATABASES = ["default"]
pytestmark = pytest.mark.django_db


def all_three(databases: list[str] | None) -> list[CheckMessage]:
    """What the three checks say together."""
    return [
        *readiness.check_keys_are_proven(None, databases=databases),
        *readiness.check_keys_were_tried_this_year(None, databases=databases),
        *readiness.check_open_entries_are_open(None, databases=databases),
    ]


@pytest.fixture
def survey() -> Entry:
    """An open survey with both keys proven today."""
    entry = open_survey(questionnaire(page("words", written("words"))))
    KeyProof.objects.update(proven_day=current_day())
    return entry


def test_readiness__open_survey__says_nothing(survey: Entry) -> None:
    assert all_three(DATABASES) == []


def test_readiness__database_not_asked_for__is_not_asked(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert all_three(None) == all_three([]) == all_three(["elsewhere"]) == []


def test_check_keys_are_proven__one_is_not__is_named(survey: Entry) -> None:
    fingerprint = private_key("second").public.fingerprint
    KeyProof.objects.filter(pk=fingerprint).update(proven=False)
    said = readiness.check_keys_are_proven(None, databases=DATABASES)
    assert ids(said) == ["W106"]
    assert fingerprint in words(said)


def test_check_keys_are_proven__never_challenged__is_named(survey: Entry) -> None:
    KeyProof.objects.all().delete()
    assert ids(readiness.check_keys_are_proven(None, databases=DATABASES)) == ["W106", "W106"]


@pytest.mark.parametrize(("days", "found"), [(DRILL_DAYS, []), (DRILL_DAYS + 1, ["W107"]), (None, ["W107"])])
def test_check_keys_were_tried__day_of_the_last_proof__is_within_a_year(
    survey: Entry, days: int | None, found: list[str]
) -> None:
    fingerprint = private_key("second").public.fingerprint
    day = None if days is None else current_day() - days
    KeyProof.objects.filter(pk=fingerprint).update(proven_day=day)
    said = readiness.check_keys_were_tried_this_year(None, databases=DATABASES)
    assert ids(said) == found
    assert (fingerprint in words(said)) == bool(found)


def test_check_keys_were_tried__key_no_longer_configured__is_nobodys_concern(survey: Entry) -> None:
    KeyProof.objects.create(pk="0000", challenge_digest=b"", proven=True, proven_day=0)
    assert readiness.check_keys_were_tried_this_year(None, databases=DATABASES) == []


@pytest.mark.parametrize(
    ("state", "found"), [(Entry.State.OPEN, ["W108"]), (Entry.State.PAUSED, []), (Entry.State.CLOSED, [])]
)
def test_check_open_entries__keys_not_proven__is_told_of_open_ones(survey: Entry, state: str, found: list[str]) -> None:
    KeyProof.objects.filter(pk=private_key("second").public.fingerprint).update(proven=False)
    Entry.objects.update(state=state)
    said = readiness.check_open_entries_are_open(None, databases=DATABASES)
    assert set(ids(said)) == set(found)
    assert ("'end'" in words(said)) == bool(found)


def test_check_open_entries__nothing_published__is_told(survey: Entry) -> None:
    Entry.objects.update(questionnaire="another")
    said = readiness.check_open_entries_are_open(None, databases=DATABASES)
    assert ids(said) == ["W108"]
    assert "not published" in words(said)


def test_check_open_entries__every_language_switched_off__is_told(survey: Entry) -> None:
    Questionnaire.objects.create(code=survey.questionnaire, languages="en es", structure="{}", languages_off="en")
    assert readiness.check_open_entries_are_open(None, databases=DATABASES) == []
    Questionnaire.objects.update(languages_off="en es")
    said = readiness.check_open_entries_are_open(None, databases=DATABASES)
    assert ids(said) == ["W108"]
    assert "every language of its questionnaire is switched off" in words(said)


def test_readiness__line_that_is_no_key__is_left_to_the_check_of_the_settings(settings: Any, survey: Entry) -> None:
    settings.SELFHELP_SURVEY = {"RECIPIENTS": ["no key"]}
    assert set(ids(all_three(DATABASES))) == {"W108"}


def test_readiness__before_the_first_migrate__says_nothing(survey: Entry) -> None:
    with connection.cursor() as cursor:
        for model in (Entry, KeyProof):
            cursor.execute(f"ALTER TABLE {model._meta.db_table} RENAME TO gone_{model._meta.model_name}")
    assert all_three(DATABASES) == []
