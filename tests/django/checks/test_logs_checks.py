"""The checks of what the host writes down or mails about visits, each from both sides."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as django_settings

from selfhelp_survey.checks import logs
from tests.django.checks.said import ids, words

MAILS = {"class": "django.utils.log.AdminEmailHandler"}


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Called with parts of LOGGING, has the host's settings say so, and leaves the logging of this process alone."""
    return lambda **parts: monkeypatch.setattr(django_settings, "LOGGING", parts)


@pytest.mark.parametrize(
    ("handler", "found"),
    [
        ({**MAILS, "include_html": True}, ["W007"]),
        ({**MAILS, "include_html": False}, []),
        (MAILS, []),
        ({"class": "logging.StreamHandler"}, []),
    ],
)
def test_check_html_error_mails__debug_page_to_somebody__is_warned_of(
    settings: Any, written: Callable[..., None], handler: dict[str, Any], found: list[str]
) -> None:
    settings.ADMINS = ["admin@example.org"]
    written(handlers={"mail_admins": handler})
    assert ids(logs.check_html_error_mails(None)) == found


def test_check_html_error_mails__nobody_gets_them__says_nothing(settings: Any, written: Callable[..., None]) -> None:
    settings.ADMINS = []
    written(handlers={"mail_admins": {**MAILS, "include_html": True}})
    assert logs.check_html_error_mails(None) == []


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
    written: Callable[..., None], name: str, logger: dict[str, Any], found: bool
) -> None:
    written(loggers={name: logger})
    said = logs.check_visits_are_not_logged(None)
    assert ids(said) == (["W017"] if found else [])
    assert (name in words(said)) == found


@pytest.mark.parametrize("given", [{}, {"loggers": {"host": {"handlers": ["console"]}}}])
def test_check_visits_are_not_logged__other_loggers__are_the_hosts_own(
    written: Callable[..., None], given: dict[str, Any]
) -> None:
    written(**given)
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
    monkeypatch: pytest.MonkeyPatch, written: Callable[..., None], arguments: str, found: list[str]
) -> None:
    written()
    monkeypatch.setenv("GUNICORN_CMD_ARGS", arguments)
    said = logs.check_visits_are_not_logged(None)
    assert ids(said) == found
    assert "/var/log/visits" not in words(said)
