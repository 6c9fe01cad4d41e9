"""`survey_roles`: what it prints, what it runs, and when it refuses."""

from __future__ import annotations

import re
from io import StringIO

import psycopg
import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.db.backends.sqlite3.base import DatabaseWrapper

from selfhelp_survey.roles import own_models
from selfhelp_survey.statements import composed, statements
from tests.django.storage.database_roles import DENIED, RoleNames, logged_in, state_of

NAMES = {"web": "site_web", "maintenance": "site_maintenance"}


def _printed(**names: str) -> str:
    out = StringIO()
    call_command("survey_roles", **{**NAMES, **names}, stdout=out)
    return out.getvalue()


def _rights(*roles: str) -> list[tuple[str, ...]]:
    """Every right on a table of these roles, as the catalogue has it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select grantee, table_name, privilege_type from information_schema.role_table_grants"
            " where grantee = any(%s) order by 1, 2, 3",
            [list(roles)],
        )
        return list(cursor.fetchall())


def test_grants__every_table_of_the_app__is_thought_of() -> None:
    blocks = statements("roles.sql")
    told = set(re.findall(r"\{(\w+)\}", blocks["web"] + blocks["maintenance"]))
    content = {"programme", "section", "supportresource"}
    assert {str(model._meta.model_name) for model in own_models()} - content <= told


def test_statement__identifier_that_is_not_given__is_refused() -> None:
    with pytest.raises(KeyError):
        composed("drop table {table}", {"other": '"x"'})


@pytest.mark.parametrize("name", ["", "1st", "a" * 64, 'x"; drop table y; --', "x$y", "x'y", "käyttäjä"])
def test_command__name_that_is_none__is_wrong_use(name: str) -> None:
    with pytest.raises(CommandError, match="cannot be the name of a role") as refused:
        _printed(web=name)
    assert refused.value.returncode == 2


def test_command__one_role_for_both__is_wrong_use() -> None:
    with pytest.raises(CommandError, match="a role each") as refused:
        _printed(web="same", maintenance="same")
    assert refused.value.returncode == 2


def test_command__database_without_roles__is_refused() -> None:
    connections["flat"] = DatabaseWrapper({**connection.settings_dict, "NAME": ":memory:", "OPTIONS": {}}, "flat")
    try:
        with pytest.raises(CommandError, match="only PostgreSQL has roles") as refused:
            _printed(database="flat")
    finally:
        del connections["flat"]
    assert refused.value.returncode == 1


@pytest.mark.postgresql
@pytest.mark.django_db
def test_command__without_apply__only_prints() -> None:
    script = _printed()
    assert (script.startswith("begin;"), script.endswith("commit;\n")) == (True, True)
    assert 'grant insert on public.selfhelp_survey_inboxresponse to "site_web";' in script
    assert "{" not in script
    assert _rights(*NAMES.values()) == []


@pytest.mark.postgresql
def test_command__printed_script__does_what_apply_does(roles: RoleNames) -> None:
    before = _rights(roles.web, roles.maintenance)
    script = _printed(web=roles.web, maintenance=roles.maintenance)
    with connection.cursor() as cursor:
        cursor.execute(f'grant all on selfhelp_survey_inboxresponse, selfhelp_survey_draft to "{roles.web}"')
        cursor.execute(f'grant select (id), update (sealed) on selfhelp_survey_sealedresponse to "{roles.web}"')
        cursor.execute("grant select on selfhelp_survey_sealedresponse to public")
    parts = connection.get_connection_params()
    with psycopg.connect(host=parts["host"], dbname=parts["dbname"], user="postgres", autocommit=True) as psql:
        for _ in range(2):
            psql.execute(script)
    assert _rights(roles.web, roles.maintenance) == before
    with logged_in(roles.web):
        assert state_of("select id from selfhelp_survey_sealedresponse") == DENIED


@pytest.mark.postgresql
def test_command__tables_of_the_host__are_left_as_they_are(roles: RoleNames) -> None:
    User.objects.create(username="somebody")
    with logged_in(roles.web):
        assert state_of("update auth_user set last_name = ''") == ""
        assert state_of("delete from host_supportresource") == ""
    granted = {table for role, table, _ in _rights(roles.maintenance)}
    assert {table.startswith("selfhelp_survey_") for table in granted} == {True}


@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("spoilt", "reason"),
    [
        ('alter role "{web}" superuser', "is a superuser"),
        ('alter role "{web}" createrole', "may create roles"),
        ('alter role "{web}" replication', "write-ahead log"),
        ('grant pg_read_all_data to "{web}"', "may SELECT on inbox, SELECT on sealed"),
        ('grant pg_write_all_data to "{maintenance}"', "may UPDATE on inbox, UPDATE on sealed"),
        ('grant pg_monitor to "{web}"', "pg_read_all_stats"),
        ('grant pg_read_server_files to "{maintenance}"', "pg_read_server_files"),
        ('grant "{maintenance}" to "{web}"', "DELETE on inbox"),
        ('alter role "{web}" noinherit; grant "{maintenance}" to "{web}"', "DELETE on sealed"),
        ("grant create on schema public to public", "revoke create on that schema"),
    ],
)
def test_command__role_that_no_grant_can_hold__is_refused(roles: RoleNames, spoilt: str, reason: str) -> None:
    names = {"web": roles.web, "maintenance": roles.maintenance}
    with connection.cursor() as cursor:
        cursor.execute(spoilt.format(**names))
    try:
        with pytest.raises(CommandError, match=reason) as refused:
            call_command("survey_roles", **names, apply=True, stdout=StringIO())
        assert refused.value.returncode == 1
    finally:
        with connection.cursor() as cursor:
            cursor.execute("revoke create on schema public from public")


@pytest.mark.postgresql
def test_command__owner_as_website__is_refused(roles: RoleNames) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'alter table selfhelp_survey_inboxresponse owner to "{roles.web}"')
    try:
        with pytest.raises(CommandError, match="owns the tables of responses"):
            call_command("survey_roles", web=roles.web, maintenance=roles.maintenance, apply=True)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("alter table selfhelp_survey_inboxresponse owner to postgres")


@pytest.mark.postgresql
def test_own_tables__keys__need_no_right_on_a_sequence(roles: RoleNames) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from information_schema.role_usage_grants where grantee = any(%s)",
            [[roles.web, roles.maintenance]],
        )
        assert cursor.fetchone() == (0,)
    with logged_in(roles.web):
        assert (
            state_of(
                "insert into selfhelp_survey_questionnaire (code, languages, structure, languages_off)"
                " values ('x', '', '', '')"
            )
            == ""
        )
        assert state_of("select nextval('selfhelp_survey_questionnaire_id_seq')") == DENIED
