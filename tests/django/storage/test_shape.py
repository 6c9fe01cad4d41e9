"""The shape of what is kept: every column and index of the app's tables, and what differs between two people."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from selfhelp_survey.models import Draft, InboxResponse
from tests.django.instruments import small
from tests.django.survey_site import Respondent, open_survey

pytestmark = pytest.mark.django_db

P = "selfhelp_survey_"
COLLECTION = {
    "draft": {"id", "state", "sealed", "purge_hour"},
    "inboxresponse": {"id", "sealed"},
    "sealedresponse": {"id", "sealed"},
}
"""All that is kept of respondents."""
LANGUAGES = ("en", "es", "fi", "sv")
OTHERS = {
    "questionnaire": {"id", "code", "languages", "structure", "languages_off"},
    "wording": {"id", "questionnaire_id", "key", "position", "text"},
    "languagesignoff": {"id", "questionnaire_id", "language", "wording_hash", "signed_by"},
    "textsignoff": {"id", "area", "language", "translators", "signed_by", "digests"},
    "publishedversion": {"content_hash", "code", "number", "document", "note", "published_on"},
    "entry": {"code", "questionnaire", "state", "programme_url", "is_rehearsal", "opens_on", "closes_on"},
    "keyproof": {"fingerprint", "challenge_digest", "proven", "proven_day"},
    "organisation": {"id", "name", "contact", "ethics", "data_protection", "archiving", "is_sample"},
    "upkeep": {"chore", "hour"},
}
TRANSLATED = {"wording": ("text",), "organisation": ("name", "contact", "ethics", "data_protection", "archiving")}
TYPES = {
    "postgresql": {"uuid", "bytea", "varchar", "int4"},
    "sqlite": {"char(32)", "BLOB", "varchar(4)", "integer unsigned"},
}
"""No date, no time, no address of a network, no reference: the types that the tables of respondents may have."""


def _tables() -> list[str]:
    with connection.cursor() as cursor:
        return [info.name for info in connection.introspection.get_table_list(cursor) if info.type == "t"]


def _columns(table: str) -> set[str]:
    with connection.cursor() as cursor:
        return {column.name for column in connection.introspection.get_table_description(cursor, table)}


def _constraints(table: str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        return [dict(each) for each in connection.introspection.get_constraints(cursor, table).values()]


def test_tables__of_the_app__are_exactly_those_allowed() -> None:
    """The example swaps programme, section and support resource for its own."""
    assert {name for name in _tables() if name.startswith(P)} == {f"{P}{name}" for name in (*COLLECTION, *OTHERS)}


@pytest.mark.parametrize("table", [*COLLECTION, *OTHERS])
def test_columns__of_each_table__are_exactly_those_allowed(table: str) -> None:
    translated = {f"{name}_{code}" for name in TRANSLATED.get(table, ()) for code in LANGUAGES}
    assert _columns(P + table) == {**COLLECTION, **OTHERS}[table] | translated


@pytest.mark.parametrize("table", COLLECTION)
def test_collection_tables__types__tell_no_time_and_no_place(table: str) -> None:
    query = (
        "SELECT udt_name FROM information_schema.columns WHERE table_name = %s"
        if connection.vendor == "postgresql"
        else "SELECT type FROM pragma_table_info(%s)"
    )
    with connection.cursor() as cursor:
        cursor.execute(query, [P + table])
        found = {kind for (kind,) in cursor.fetchall()}
    assert found
    assert found <= TYPES[connection.vendor]


@pytest.mark.parametrize("table", COLLECTION)
def test_collection_tables__indexes__are_the_key_and_the_hour_of_purging(table: str) -> None:
    kinds = ("index", "unique", "primary_key")
    found = {tuple(each["columns"]) for each in _constraints(P + table) if any(each[kind] for kind in kinds)}
    assert found == ({("id",), ("purge_hour",)} if table == "draft" else {("id",)})


@pytest.mark.parametrize("table", COLLECTION)
def test_collection_tables__references__there_are_none_in_or_out(table: str) -> None:
    pointing = {
        (each["foreign_key"][0], other) for other in _tables() for each in _constraints(other) if each["foreign_key"]
    }
    assert pointing
    assert not [pair for pair in pointing if P + table in pair]


def test_collection_tables__counting_keys__there_are_none() -> None:
    counting = (
        "SELECT refobjid::regclass::text FROM pg_depend JOIN pg_class s ON s.oid = objid AND s.relkind = 'S'"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%'"
    )
    with connection.cursor() as cursor:
        cursor.execute(counting)
        tables = {table for (table,) in cursor.fetchall()}
    assert f"{P}wording" in tables
    assert not tables & {P + table for table in COLLECTION}


@pytest.mark.postgresql
def test_collection_tables__hidden_machinery__has_no_default_trigger_or_rule() -> None:
    """What would write a time or a number without a column being named for it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from pg_class c where c.oid = any(%s::regclass[]) and ("
            " exists (select from pg_attrdef d where d.adrelid = c.oid)"
            " or exists (select from pg_trigger t where t.tgrelid = c.oid)"
            " or exists (select from pg_rewrite r where r.ev_class = c.oid)"
            " or exists (select from pg_depend d join pg_class s on s.oid = d.objid and s.relkind = 'S'"
            "   where d.refobjid = c.oid))",
            [[P + table for table in COLLECTION]],
        )
        assert cursor.fetchone() == (0,)


def _complete(respondent: Respondent, **seen: str) -> None:
    respondent.client.defaults.update(seen)
    respondent.consent()
    respondent.send("first", gate=1, several=[1, 3])
    respondent.send("opened", go="finish", words="the same words")
    assert respondent.send("check", go="send").status_code == 303


def test_same_answers__from_other_languages_browsers_and_addresses__leave_rows_of_one_form(
    in_production: None, settings: Any
) -> None:
    onion = "a" * 56 + ".onion"
    settings.ALLOWED_HOSTS = ["testserver", onion]
    open_survey(small())
    _complete(Respondent())
    _complete(
        Respondent(language="es"), HTTP_USER_AGENT="Another/1.0 (Other; OS)", HTTP_ACCEPT_LANGUAGE="es-MX,es;q=0.9",
        REMOTE_ADDR="198.51.100.7", HTTP_X_FORWARDED_FOR="198.51.100.7",
    )  # fmt: skip
    _complete(Respondent(origin=f"https://{onion}"), HTTP_HOST=onion)
    rows = [bytes(row.sealed) for row in InboxResponse.objects.all()]
    assert len({len(sealed) for sealed in rows}) == 1
    assert len({sealed[:_HEAD] for sealed in rows}) == 1
    assert len(set(rows)) == 3
    assert {(draft.state, draft.sealed) for draft in Draft.objects.all()} == {("sent", None)}


_HEAD = 6
"""Bytes of an envelope before the recipients' keys: format, suite, number of recipients."""
