"""Checks of PostgreSQL: what it writes down of statements, what it tells about time, and what the website's role may.

They run with `manage.py check --database ALIAS`. Other databases have nothing of the kind, and no warning here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Info, Tags, register
from django.db import router

from selfhelp_survey.checks.messages import warning, with_section
from selfhelp_survey.models import InboxResponse
from selfhelp_survey.postgresql import (
    WEB_REACH,
    current_role,
    excess,
    has_roles,
    onlookers,
    server_settings,
)

QUIET: Mapping[str, tuple[str, ...]] = {
    "log_statement": ("none", "ddl"),
    "log_min_duration_statement": ("-1",),
    "log_min_duration_sample": ("-1",),
    "log_transaction_sample_rate": ("0",),
    "log_duration": ("off",),
    "log_min_error_statement": ("panic",),
    "log_parameter_max_length": ("0",),
    "log_parameter_max_length_on_error": ("0",),
    "log_error_verbosity": ("terse",),
    "auto_explain.log_min_duration": ("-1",),
    "pgaudit.log": ("none",),
    "pg_stat_statements.track": ("none",),
}
"""The values with which nothing of a statement is written down, the best one first. Not every server has all."""


@register(Tags.database)
def check_statements_are_not_logged(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **named: Any
) -> list[CheckMessage]:
    """A warning where the server writes down when somebody answered, or a statement with its values.

    Asked of the connection as it is: what is set for its role or its database counts.
    """
    return [
        warning(
            "W101",
            f"PostgreSQL ({alias}) may write down statements and when they ran: "
            f"{', '.join(f'{name} = {value}' for name, value in loud.items())}.",
            f"As a superuser: {' '.join(_quietened(current_role(alias), loud))}",
        )
        for alias in _with_roles(databases)
        if (loud := _loud(server_settings(alias, tuple(QUIET))))
    ]


def _loud(settings: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in settings.items() if value not in QUIET[name]}


def _quietened(role: str, names: Iterable[str]) -> Iterator[str]:
    """The statements that set these for one role alone: what the rest of the server logs is not the survey's matter."""
    return (f"ALTER ROLE \"{role}\" SET {name} = '{QUIET[name][0]}';" for name in names)


@register(Tags.database)
def check_commits_bear_no_time(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **named: Any
) -> list[CheckMessage]:
    """A warning where PostgreSQL keeps the time of every commit: each row would tell when it came."""
    return [
        warning(
            "W102",
            f"PostgreSQL ({alias}) keeps the time of every commit, so every row tells when it came.",
            "Set track_commit_timestamp = off and restart the server.",
        )
        for alias in _with_roles(databases)
        if server_settings(alias, ("track_commit_timestamp",)).get("track_commit_timestamp") == "on"
    ]


@register(Tags.database)
def check_website_only_hands_in(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **named: Any
) -> list[CheckMessage]:
    """A warning where the website's role could do more with responses than hand them in."""
    return [
        warning(
            "W103",
            f"The website's database role {role} {'; '.join(too_much)}. It needs only INSERT on inbox.",
            "Give website and timers a role each: `manage.py survey_roles`, and MAINTENANCE_DATABASE.",
        )
        for alias in _of_the_website(databases)
        if (too_much := excess(alias, role := current_role(alias), WEB_REACH))
    ]


@register(Tags.database)
def check_nobody_looks_on(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **named: Any
) -> list[CheckMessage]:
    """A warning where roles see, while they run, the statements by which others send their answers."""
    return [
        warning(
            "W104",
            f"PostgreSQL ({alias}) shows the statements of others, as they run, to: {', '.join(told)}.",
            "Take pg_read_all_stats (or pg_monitor) away from whoever does not watch over the server.",
        )
        for alias in _with_roles(databases)
        if (told := _told(alias))
    ]


def _told(alias: str) -> tuple[str, ...]:
    own = current_role(alias) if alias in _of_the_website((alias,)) else ""
    return tuple(f"{role} (the website's own)" if role == own else role for role in onlookers(alias))


@register(Tags.database)
def check_write_ahead_log(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **named: Any
) -> list[CheckMessage]:
    """Said, not warned of: where the write-ahead log is archived or decoded, it tells when each row was written."""
    return [
        Info(
            f"PostgreSQL ({alias}) keeps a log of every change, with its time: {', '.join(kept)}.",
            hint=with_section("W105", "Encrypt it, and keep it for days, not for months."),
            id="selfhelp_survey.W105",
        )
        for alias in _with_roles(databases)
        if (kept := tuple(_kept(server_settings(alias, ("archive_mode", "wal_level")))))
    ]


def _kept(settings: Mapping[str, str]) -> Iterator[str]:
    harmless = {"archive_mode": {"off"}, "wal_level": {"minimal", "replica"}}
    return (f"{name} = {value}" for name, value in settings.items() if value not in harmless[name])


def _with_roles(databases: Sequence[str] | None) -> tuple[str, ...]:
    return tuple(alias for alias in databases or () if has_roles(alias))


def _of_the_website(databases: Sequence[str] | None) -> tuple[str, ...]:
    return tuple(alias for alias in _with_roles(databases) if alias == router.db_for_write(InboxResponse))
