"""What the website's database role may and may not do, tried statement by statement on a real server."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.test import Client

from selfhelp_survey.collection import shuffle
from selfhelp_survey.core.document import content_hash
from selfhelp_survey.keys_in_use import accept_answer, challenge_unproven
from selfhelp_survey.models import (
    Draft,
    Entry,
    InboxResponse,
    KeyProof,
    PublishedVersion,
    RoundedCount,
    SealedResponse,
    Upkeep,
)
from selfhelp_survey.sealing.challenge import answer_challenge
from tests.django.instruments import small
from tests.django.storage.database_roles import DENIED, RoleNames, alias_of, logged_in, state_of
from tests.django.survey_site import COOKIE, Respondent, open_survey, private_key, received

pytestmark = pytest.mark.postgresql

INBOX, SEALED = "selfhelp_survey_inboxresponse", "selfhelp_survey_sealedresponse"
ROW = "(id, sealed) values (gen_random_uuid(), 'x')"

ON_BOTH = (
    "select * from {table}",
    "select id from {table}",
    "select count(*) from {table}",
    "select 1 from {table} limit 1",
    "select ctid, xmin from {table}",
    "select id from {table} for update",
    "table {table}",
    "copy {table} to stdout",
    "copy (select sealed from {table}) to stdout",
    "update {table} set sealed = 'x'",
    "update {table} set id = gen_random_uuid() where false",
    "delete from {table}",
    "delete from {table} where id = gen_random_uuid()",
    "truncate {table}",
    "do $$ begin lock table {table} in share mode; end $$",
    f"insert into {{table}} {ROW} returning id",
    f"insert into {{table}} {ROW} on conflict (id) do update set sealed = excluded.sealed",
    f"insert into {{table}} {ROW} on conflict (id) do nothing",
    "insert into {table} (id, sealed) select gen_random_uuid(), sealed from {table}",
    "merge into {table} t using (select 1) s on false when matched then delete",
    "create temp table copied as select * from {table}",
    "create temp view seen as select * from {table}; select * from seen",
    "do $$ begin perform * from {table}; end $$",
    "select query_to_xml('select * from {table}', true, true, '')",
    "create index on {table} (id)",
    "create rule copied as on insert to {table} do also notify inserted",
    "create trigger copied before insert on {table} execute function suppress_redundant_updates_trigger()",
    "alter table {table} add column came timestamptz default now()",
    "alter table {table} owner to current_user",
    "grant select on {table} to current_user; select * from {table}",
    "drop table {table}",
    "select pg_read_binary_file(pg_relation_filepath('{table}'))",
)
BACK_DOORS = (
    f"insert into {SEALED} {ROW}",
    "select * from pg_statistic",
    "select * from pg_authid",
    "set role postgres",
    "set session authorization postgres",
    "select pg_read_file('postgresql.conf')",
    "select pg_ls_waldir()",
    "select lo_import('/etc/hostname')",
    "select pg_create_logical_replication_slot('peek', 'pgoutput')",
    "create table public.mine (id integer)",
    "create function public.mine() returns integer language sql as 'select 1'",
    "create publication peek for table " + INBOX,
    "alter view selfhelp_survey_rounded_counts set (security_invoker = on)",
    "create or replace view selfhelp_survey_rounded_counts as select 'inbox' as place, 1::bigint as at_least",
    "update selfhelp_survey_publishedversion set document = ''",
    "delete from selfhelp_survey_publishedversion",
    "truncate selfhelp_survey_draft",
    "delete from selfhelp_survey_entry",
    "update selfhelp_survey_upkeep set hour = 0",
    "alter system set log_statement = 'all'",
    "set log_statement = 'all'",
    "copy selfhelp_survey_draft from program 'true'",
)


@pytest.fixture
def waiting(roles: RoleNames) -> RoleNames:
    """Both roles, with responses in both places."""
    for count in (12, 3):
        InboxResponse.objects.bulk_create(InboxResponse(sealed=b"x") for _ in range(count))
        shuffle()
    assert (InboxResponse.objects.count(), SealedResponse.objects.count()) == (3, 12)
    return roles


@pytest.mark.parametrize("table", [INBOX, SEALED])
def test_web_role__responses__are_denied_to_every_statement(table: str, waiting: RoleNames) -> None:
    statements = [statement.format(table=table) for statement in ON_BOTH]
    with logged_in(waiting.web):
        carried_out = {each: state for each in statements if (state := state_of(each)) != DENIED}
    assert carried_out == {}
    assert (InboxResponse.objects.count(), SealedResponse.objects.count()) == (3, 12)


def test_web_role__back_doors__are_shut(waiting: RoleNames) -> None:
    with logged_in(waiting.web):
        carried_out = {each: state for each in BACK_DOORS if (state := state_of(each)) != DENIED}
    assert carried_out == {}


def test_owner__same_statements__are_carried_out(waiting: RoleNames) -> None:
    """The list is not denied for being wrong: the owner may do most of it."""
    readable = [each.format(table=table) for each in ON_BOTH[:7] for table in (INBOX, SEALED)]
    assert {state_of(each) for each in readable} == {""}


def _conflicting() -> None:
    rows = [InboxResponse(sealed=b"y")]
    InboxResponse.objects.bulk_create(rows, update_conflicts=True, unique_fields=["id"], update_fields=["sealed"])


@pytest.mark.parametrize(
    "attempt",
    [
        InboxResponse.objects.count,
        lambda: list(InboxResponse.objects.all()),
        lambda: InboxResponse.objects.filter(pk=uuid.uuid4()).exists(),
        lambda: InboxResponse.objects.update(sealed=b"y"),
        lambda: InboxResponse.objects.all().delete(),
        lambda: InboxResponse(pk=uuid.uuid4(), sealed=b"y").save(force_update=True),
        _conflicting,
        SealedResponse.objects.count,
        lambda: SealedResponse.objects.create(sealed=b"y"),
        lambda: SealedResponse.objects.all().delete(),
        lambda: shuffle(close=True),
    ],
)
def test_web_role__through_the_orm__is_denied_too(attempt: Callable[[], Any], waiting: RoleNames) -> None:
    with logged_in(waiting.web), pytest.raises(DatabaseError) as denied:
        attempt()
    assert getattr(denied.value.__cause__, "sqlstate", "") == DENIED
    assert (InboxResponse.objects.count(), SealedResponse.objects.count()) == (3, 12)


def test_web_role__handing_in__needs_nothing_but_insert(waiting: RoleNames) -> None:
    with logged_in(waiting.web):
        InboxResponse(sealed=b"y").save(force_insert=True)
    assert InboxResponse.objects.count() == 4


def test_web_role__rounded_counts__are_read_without_a_look_at_the_rows(waiting: RoleNames) -> None:
    with logged_in(waiting.web):
        assert dict(RoundedCount.objects.values_list("place", "at_least")) == {"inbox": 0, "sealed": 10}
        assert list(Upkeep.objects.all()) == []


def test_web_role__other_connections__show_no_statement(waiting: RoleNames) -> None:
    with alias_of(waiting.maintenance) as alias, logged_in(waiting.web):
        list(InboxResponse.objects.using(alias))
        with connection.cursor() as cursor:
            cursor.execute("select query from pg_stat_activity where usename = %s", [waiting.maintenance])
            assert {query for (query,) in cursor.fetchall()} == {"<insufficient privilege>"}


def test_web_role__whole_survey__is_walked_sent_retried_and_left(roles: RoleNames) -> None:
    open_survey(small())
    with logged_in(roles.web):
        respondent = Respondent()
        respondent.consent()
        respondent.send("first", gate=1)
        respondent.send("opened", go="finish", words="sent once")
        cookie = respondent.cookie
        sent = respondent.send("check", go="send")
        respondent.client.cookies[COOKIE] = cookie
        again = respondent.post("check", {"go": "send"})
        leaving = Respondent()
        leaving.consent()
        left = leaving.post("leave", {})
    assert (sent["Location"], again["Location"]) == ("/feedback/en/end/thanks/",) * 2
    assert left.status_code == 303
    assert [response.answers["gate"] for response in received()] == [1]
    assert [draft.state for draft in Draft.objects.all()] == [Draft.State.SENT]


def test_web_role__maintainer__imports_publishes_proves_and_opens(roles: RoleNames) -> None:
    private = [private_key(name) for name in ("first", "second")]
    with logged_in(roles.web):
        for _ in range(2):  # the second time everything is updated
            call_command(
                "survey_import", "selfhelp_survey/questionnaires/exit_survey.yaml", stdout=StringIO(), stderr=StringIO()
            )
        call_command("survey_sign", "exit_survey", "en", by="A. Person", stdout=StringIO())
        call_command("survey_publish", "exit_survey", stdout=StringIO(), stderr=StringIO())
        challenges = challenge_unproven()
        for key in private:
            accept_answer(answer_challenge(challenges[key.public.fingerprint], key))
        call_command("survey_entry", "end", "--open", questionnaire="exit_survey", stdout=StringIO())
        call_command("survey_entry", "end", "--pause", stdout=StringIO())
    version = PublishedVersion.objects.get()
    assert content_hash(version.document) == version.pk
    assert KeyProof.objects.filter(proven=True).count() == 2
    assert Entry.objects.get().state == Entry.State.PAUSED


def test_web_role__admin__edits_what_maintainers_edit(roles: RoleNames) -> None:
    from selfhelp_survey.models import Organisation

    open_survey(small())
    maintainer = User.objects.create_superuser("maintainer")
    client = Client()
    client.force_login(maintainer)
    with logged_in(roles.web):
        for page in ("entry/", "publishedversion/", "wording/", "questionnaire/", "organisation/"):
            assert client.get(f"/admin/selfhelp_survey/{page}").status_code == 200
        closed = {"questionnaire": "small", "state": "closed", "programme_url": ""}
        assert client.post("/admin/selfhelp_survey/entry/end/change/", closed).status_code == 302
        blank = {f"{fact}_{code}": "A" for fact in ("name", "contact", "ethics", "data_protection", "archiving")
                 for code in ("en", "es", "fi", "sv")}  # fmt: skip
        assert client.post("/admin/selfhelp_survey/organisation/add/", blank).status_code == 302
        assert client.post("/admin/selfhelp_survey/organisation/1/delete/", {"post": "yes"}).status_code == 302
    assert Entry.objects.get().state == Entry.State.CLOSED
    assert not Organisation.objects.exists()
