"""The timers' database role: everything they do, and nothing else."""

from __future__ import annotations

import uuid
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError

from selfhelp_survey.collection import purge, shuffle
from selfhelp_survey.models import Draft, InboxResponse, PublishedVersion, SealedResponse, Upkeep
from selfhelp_survey.sealing.bundle import check_bundle
from selfhelp_survey.sealing.receipt import make_receipt, sealed_digest
from tests.django.instruments import small
from tests.django.storage.database_roles import DENIED, RoleNames, alias_of, logged_in, state_of
from tests.django.survey_site import open_survey, private_key, publish

pytestmark = pytest.mark.postgresql

NOT_ITS_BUSINESS = (
    "select * from auth_user",
    "select * from django_session",
    "select * from django_admin_log",
    "select * from host_supportresource",
    "select * from selfhelp_survey_organisation",
    "select * from selfhelp_survey_wording",
    "update selfhelp_survey_entry set state = 'open'",
    "delete from selfhelp_survey_entry",
    "insert into selfhelp_survey_entry (code) values ('x')",
    "update selfhelp_survey_keyproof set proven = true",
    "update selfhelp_survey_publishedversion set document = ''",
    "delete from selfhelp_survey_publishedversion",
    "update selfhelp_survey_inboxresponse set sealed = 'x'",
    "select * from selfhelp_survey_inboxresponse for update",
    "truncate selfhelp_survey_inboxresponse",
    "update selfhelp_survey_sealedresponse set sealed = 'x'",
    "select * from selfhelp_survey_sealedresponse for share",
    "truncate selfhelp_survey_sealedresponse",
    "select * from selfhelp_survey_draft for update",
    "truncate selfhelp_survey_draft",
    "update selfhelp_survey_draft set purge_hour = 1",
    "delete from selfhelp_survey_upkeep",
    "create table public.mine (id integer)",
    "set role postgres",
)


def _fill_inbox(count: int) -> None:
    InboxResponse.objects.bulk_create(InboxResponse(sealed=f"sealed {number}".encode()) for number in range(count))


def _walk(tmp_path: Path) -> None:
    """Everything the timers and the courier do, by command."""
    call_command("survey_shuffle", stdout=StringIO())
    call_command("survey_purge", stdout=StringIO())
    call_command("survey_bundle", out=tmp_path / "bundle", stdout=StringIO())
    call_command("survey_collected", tmp_path / "receipt", stdout=StringIO())
    call_command("survey_shuffle", close=True, stdout=StringIO())


def _prepared(tmp_path: Path) -> None:
    open_survey(small())
    _fill_inbox(12)
    shuffle()
    rows = {row.pk: sealed_digest(row.sealed) for row in SealedResponse.objects.all()[:5]}
    (tmp_path / "receipt").write_text(make_receipt(private_key(), site="example", rows=rows))
    _fill_inbox(11)
    Draft(pk=uuid.uuid4(), sealed=b"x", purge_hour=1).save(force_insert=True)


def test_maintenance_role__alone__does_all_chores(roles: RoleNames, tmp_path: Path) -> None:
    _prepared(tmp_path)
    with logged_in(roles.maintenance):
        _walk(tmp_path)
    assert check_bundle(tmp_path / "bundle").count == 23
    assert (InboxResponse.objects.count(), SealedResponse.objects.count(), Draft.objects.count()) == (0, 18, 0)


def test_maintenance_alias__beside_the_website__does_all_chores(
    roles: RoleNames, tmp_path: Path, settings: Any
) -> None:
    _prepared(tmp_path)
    settings.SELFHELP_SURVEY = {**settings.SELFHELP_SURVEY, "MAINTENANCE_DATABASE": "maintenance"}
    with alias_of(roles.maintenance), logged_in(roles.web):
        _walk(tmp_path)
    assert check_bundle(tmp_path / "bundle").count == 23
    assert (InboxResponse.objects.count(), SealedResponse.objects.count(), Draft.objects.count()) == (0, 18, 0)


def test_shuffle__as_the_website__is_denied_and_purge_is_not(roles: RoleNames) -> None:
    """Drafts are the website's own; responses are not."""
    with logged_in(roles.web):
        assert purge() == 0
        with pytest.raises(DatabaseError, match="permission denied"):
            shuffle()


def test_maintenance_role__what_is_not_its_business__is_denied(roles: RoleNames) -> None:
    with logged_in(roles.maintenance):
        carried_out = {each: state for each in NOT_ITS_BUSINESS if (state := state_of(each)) != DENIED}
    assert carried_out == {}


def test_maintenance_role__upkeep__is_noted(roles: RoleNames) -> None:
    with logged_in(roles.maintenance):
        for hour in (1, 2):
            Upkeep.objects.update_or_create(chore=Upkeep.Chore.SHUFFLE, defaults={"hour": hour})
    assert Upkeep.objects.get().hour == 2


def test_maintenance_role__published_versions__are_read(roles: RoleNames) -> None:
    publish(small())
    with logged_in(roles.maintenance):
        assert PublishedVersion.objects.count() == 1
