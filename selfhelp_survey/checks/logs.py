"""Checks of what the host writes down or mails about visits."""

import logging
import os
from collections.abc import Mapping, Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Tags, register

from selfhelp_survey.checks.messages import warning
from selfhelp_survey.conf import host_settings

MAIL_HANDLER = "AdminEmailHandler"
VISITS = ("django.request", "django.server", "gunicorn.access", "uvicorn.access")
"""Loggers with a line for each visit, or for each that went wrong."""
ACCESS_LOG = "--access-logfile"


@register(Tags.security, deploy=True)
def check_html_error_mails(app_configs: Sequence[AppConfig] | None, **named: Any) -> list[CheckMessage]:
    """A warning where error mails hold the whole debug page."""
    if not host_settings.has_admins or not any(map(_mails_html, host_settings.log_handlers.values())):
        return []
    said = "Error mails hold the debug page: forms, cookies and addresses of the rest of the site, never the survey's."
    return [warning("W007", said, "Leave include_html out of the mail_admins handler in LOGGING.")]


def _mails_html(handler: Mapping[str, Any]) -> bool:
    return str(handler.get("class", "")).endswith(MAIL_HANDLER) and bool(handler.get("include_html"))


@register(Tags.security, deploy=True)
def check_queries_are_not_logged(app_configs: Sequence[AppConfig] | None, **named: Any) -> list[CheckMessage]:
    """A warning where the logger of database queries is open, whoever opened it."""
    if not logging.getLogger("django.db.backends").isEnabledFor(logging.DEBUG):
        return []
    said = "The logger django.db.backends is at DEBUG: with the cursor's debugging on, every query is written down."
    return [warning("W008", said, "Set its level to INFO or above in LOGGING.")]


@register(Tags.security, deploy=True)
def check_visits_are_not_logged(app_configs: Sequence[AppConfig] | None, **named: Any) -> list[CheckMessage]:
    """A warning for each logger of visits that LOGGING sends somewhere, and for gunicorn's access log."""
    hint = "Leave it out, or keep it to failures (level ERROR): who opened which page when is not to be kept."
    found = [f"LOGGING sends the lines of {name} somewhere." for name in VISITS if _is_sent(name)]
    if _has_gunicorn_log(os.environ.get("GUNICORN_CMD_ARGS", "")):
        found.append("GUNICORN_CMD_ARGS names an access log.")
    return [warning("W017", said, hint) for said in found]


def _is_sent(name: str) -> bool:
    """Whether LOGGING gives this logger handlers, at a level that ordinary visits reach."""
    logger = host_settings.loggers.get(name, {})
    given = logger.get("level", logging.NOTSET)
    level = given if isinstance(given, int) else logging.getLevelNamesMapping().get(str(given), logging.NOTSET)
    return bool(logger.get("handlers")) and level < logging.ERROR


def _has_gunicorn_log(arguments: str) -> bool:
    return any(word == ACCESS_LOG or word.startswith(f"{ACCESS_LOG}=") for word in arguments.split())
