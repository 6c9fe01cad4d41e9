"""The checks of what the host writes down or mails about visits, each from both sides."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from selfhelp_survey.checks import logs
from tests.django.checks.said import ids, words

MAILS = {"class": "django.utils.log.AdminEmailHandler"}


@pytest.mark.parametrize(
    ("admins", "handler", "found"),
    [
        (["admin@example.org"], {**MAILS, "include_html": True}, ["W007"]),
        (["admin@example.org"], {**MAILS, "include_html": False}, []),
        (["admin@example.org"], MAILS, []),
        (["admin@example.org"], {"class": "logging.StreamHandler"}, []),
        ([], {**MAILS, "include_html": True}, []),
    ],
)
def test_check_html_error_mails__debug_page_to_somebody__is_warned_of(
    settings: Any, admins: list[str], handler: dict[str, Any], found: list[str]
) -> None:
    settings.ADMINS = admins
    settings.LOGGING = {"handlers": {"mail_admins": handler}}
    assert ids(logs.check_html_error_mails(None)) == found


@pytest.mark.parametrize(("level", "found"), [(logging.DEBUG, ["W008"]), (logging.INFO, [])])
@pytest.mark.parametrize("logger", ["django.db.backends", "django.db"])
def test_check_queries_are_not_logged__level__is_above_debug(
    caplog: pytest.LogCaptureFixture, logger: str, level: int, found: list[str]
) -> None:
    caplog.set_level(level, logger)
    assert ids(logs.check_queries_are_not_logged(None)) == found


@pytest.mark.parametrize("name", logs.VISITS)
@pytest.mark.parametrize(
    ("logger", "found"),
    [
        ({"handlers": ["console"], "level": "INFO"}, True),
        ({"handlers": ["console"]}, True),
        ({"handlers": ["console"], "level": logging.WARNING}, True),
        ({"handlers": ["console"], "level": "ERROR"}, False),
        ({"handlers": ["console"], "level": logging.ERROR}, False),
        ({"handlers": [], "level": "INFO"}, False),
        ({"level": "INFO"}, False),
    ],
)
def test_check_visits_are_not_logged__logger__of_visits_goes_nowhere(
    settings: Any, name: str, logger: dict[str, Any], found: bool
) -> None:
    settings.LOGGING = {"loggers": {name: logger}}
    said = logs.check_visits_are_not_logged(None)
    assert ids(said) == (["W017"] if found else [])
    assert (name in words(said)) == found


@pytest.mark.parametrize("given", [{}, {"loggers": {"host": {"handlers": ["console"]}}}])
def test_check_visits_are_not_logged__other_loggers__are_the_hosts_own(settings: Any, given: dict[str, Any]) -> None:
    settings.LOGGING = given
    assert logs.check_visits_are_not_logged(None) == []


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ("", []),
        ("--workers 4", []),
        ("--workers 4 --access-logfile -", ["W017"]),
        ("--access-logfile=/var/log/visits", ["W017"]),
        ("--access-logformat '%(h)s'", []),
        ("--name 'unbalanced", []),
    ],
)
def test_check_visits_are_not_logged__arguments_of_gunicorn__name_no_access_log(
    monkeypatch: pytest.MonkeyPatch, settings: Any, arguments: str, found: list[str]
) -> None:
    settings.LOGGING = {}
    monkeypatch.setenv("GUNICORN_CMD_ARGS", arguments)
    said = logs.check_visits_are_not_logged(None)
    assert ids(said) == found
    assert "/var/log/visits" not in words(said)
