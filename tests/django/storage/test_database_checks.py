"""The checks of PostgreSQL, each on a server that really is set up this way, and the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from selfhelp_survey.checks import database
from selfhelp_survey.checks.database import QUIET
from tests.django.storage.database_roles import RoleNames, alias_of, logged_in
from tests.postgres_server import RunningPostgres, running_postgres

DEFAULT = ("default",)
EVERY_CHECK = (
    database.check_statements_are_not_logged,
    database.check_commits_bear_no_time,
    database.check_website_only_hands_in,
    database.check_nobody_looks_on,
    database.check_write_ahead_log,
)
LOUD = {
    "log_statement": "mod",
    "log_min_duration_statement": "0",
    "log_min_duration_sample": "10",
    "log_transaction_sample_rate": "0.5",
    "log_duration": "on",
    "log_min_error_statement": "error",
    "log_parameter_max_length": "-1",
    "log_parameter_max_length_on_error": "5",
    "log_error_verbosity": "default",
}
TELLING = "track_commit_timestamp = on\narchive_mode = on\narchive_command = 'true'\nwal_level = logical\n"


def _set(role: str, settings: Mapping[str, str]) -> None:
    with connection.cursor() as cursor:
        for name, value in settings.items():
            cursor.execute(f"alter role \"{role}\" set {name} = '{value}'")


def _quiet() -> dict[str, str]:
    """The settings that a server without extensions has, as they should be."""
    return {name: values[0] for name, values in QUIET.items() if "." not in name}


@pytest.fixture(scope="module")
def telling_server() -> Iterator[RunningPostgres]:
    """A server that keeps times of commits, archives its log and has it decoded."""
    with running_postgres() as server:
        with Path(server.data_dir, "postgresql.conf").open("a") as conf:
            conf.write(TELLING)
        server.restart()
        yield server


@pytest.fixture
def telling(telling_server: RunningPostgres, transactional_db: None) -> Iterator[str]:
    """An alias for that server."""
    with alias_of("postgres", "telling", HOST=str(telling_server.socket_dir), NAME="postgres") as alias:
        yield alias


@pytest.mark.parametrize("check", EVERY_CHECK)
def test_checks__no_database_asked_for__say_nothing(check: Any) -> None:
    assert check(None) == []
    assert check(None, databases=[]) == []


def test_quiet__every_core_setting__has_a_loud_value_in_these_tests() -> None:
    assert set(LOUD) == set(_quiet())


@pytest.mark.parametrize(
    ("name", "value"),
    [("auto_explain.log_min_duration", "0"), ("pgaudit.log", "all"), ("pg_stat_statements.track", "top")],
)
def test_loud__setting_of_an_extension__is_told(name: str, value: str) -> None:
    assert database._loud({name: value}) == {name: value}
    assert database._loud({name: QUIET[name][0]}) == {}


@pytest.mark.postgresql
@pytest.mark.parametrize("name", LOUD)
def test_w101__one_setting_that_writes_down__is_named_with_the_way_out(roles: RoleNames, name: str) -> None:
    _set(roles.web, {**_quiet(), name: LOUD[name]})
    with logged_in(roles.web):
        (said,) = database.check_statements_are_not_logged(None, databases=DEFAULT)
    assert said.id == "selfhelp_survey.W101"
    assert said.msg.endswith(f": {name} = {LOUD[name]}.")
    assert f"""ALTER ROLE "{roles.web}" SET {name} = '{QUIET[name][0]}';""" in str(said.hint)


@pytest.mark.postgresql
def test_w101__all_set_as_it_says__says_nothing(roles: RoleNames) -> None:
    with logged_in(roles.web):
        (said,) = database.check_statements_are_not_logged(None, databases=DEFAULT)
    hint = str(said.hint).removeprefix("As a superuser: ").rpartition("; ")[0]
    with connection.cursor() as cursor:
        cursor.execute(hint)
    with logged_in(roles.web):
        assert database.check_statements_are_not_logged(None, databases=DEFAULT) == []


@pytest.mark.postgresql
def test_w102__commit_times_kept__is_told(telling: str) -> None:
    (said,) = database.check_commits_bear_no_time(None, databases=[telling])
    assert said.id == "selfhelp_survey.W102"
    assert database.check_commits_bear_no_time(None, databases=DEFAULT) == []


@pytest.mark.postgresql
def test_w105__archived_and_decoded_log__is_told_as_information(telling: str) -> None:
    (said,) = database.check_write_ahead_log(None, databases=[telling])
    assert (said.id, said.is_serious(30)) == ("selfhelp_survey.W105", False)
    assert said.msg.endswith("archive_mode = on, wal_level = logical.")
    assert database.check_write_ahead_log(None, databases=DEFAULT) == []


@pytest.mark.postgresql
def test_w103__role_of_the_shipped_sql__is_no_matter(roles: RoleNames) -> None:
    with logged_in(roles.web):
        assert database.check_website_only_hands_in(None, databases=DEFAULT) == []


@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("given", "told"),
    [
        ('grant select on selfhelp_survey_inboxresponse to "{web}"', "may SELECT on inbox."),
        ('grant select (id) on selfhelp_survey_sealedresponse to "{web}"', "may SELECT on sealed."),
        ('grant update (sealed) on selfhelp_survey_inboxresponse to "{web}"', "may UPDATE on inbox."),
        ("grant delete on selfhelp_survey_sealedresponse to public", "may DELETE on sealed."),
        ('grant pg_read_all_data to "{web}"', "may SELECT on inbox, SELECT on sealed."),
        ('alter role "{web}" superuser', "is a superuser; may"),
    ],
)
def test_w103__website_with_one_right_too_many__is_told(roles: RoleNames, given: str, told: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(given.format(web=roles.web))
    with logged_in(roles.web):
        (said,) = database.check_website_only_hands_in(None, databases=DEFAULT)
    assert said.id == "selfhelp_survey.W103"
    assert told in said.msg
    with connection.cursor() as cursor:
        cursor.execute("revoke all on selfhelp_survey_sealedresponse from public")


@pytest.mark.postgresql
def test_w103__alias_of_the_timers__is_not_the_website(roles: RoleNames) -> None:
    with alias_of(roles.maintenance) as alias:
        assert database.check_website_only_hands_in(None, databases=[alias]) == []
    assert len(database.check_website_only_hands_in(None, databases=DEFAULT)) == 1  # the tests' own superuser


@pytest.mark.postgresql
def test_w103__before_the_first_migrate__does_not_fail(telling: str) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(database, "_of_the_website", tuple)
        (said,) = database.check_website_only_hands_in(None, databases=[telling])
    assert "is a superuser" in said.msg


@pytest.mark.postgresql
def test_w104__roles_that_look_on__are_named(roles: RoleNames) -> None:
    def told() -> list[str]:
        with logged_in(roles.web):
            said = database.check_nobody_looks_on(None, databases=DEFAULT)
        return [str(each.msg) for each in said if roles.web in str(each.msg) or roles.maintenance in str(each.msg)]

    assert told() == []
    with connection.cursor() as cursor:
        cursor.execute(f'grant pg_monitor to "{roles.maintenance}"')
    (first,) = told()
    assert "(the website's own)" not in first
    with connection.cursor() as cursor:
        cursor.execute(f'grant pg_read_all_stats to "{roles.web}"')
    (second,) = told()
    assert f"{roles.web} (the website's own)" in second
    assert roles.maintenance in second


@pytest.mark.postgresql
@pytest.mark.django_db
def test_check_command__database_asked_for__runs_them() -> None:
    out = StringIO()
    call_command("check", databases=["default"], tags=["database"], stdout=out, stderr=out)
    assert "selfhelp_survey.W103" in out.getvalue()
    assert "docs/reference/checks.md#w101" in out.getvalue()
