"""Checks of what the promises rest on: nobody is identified, and no sent answer is lost. Errors, all but one."""

import functools
import weakref
from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Tags, register
from django.core.signals import request_started
from django.db import connections, router
from django.db.models import signals

from selfhelp_survey.checks.chain import present
from selfhelp_survey.checks.messages import error, warning
from selfhelp_survey.checks.values import value_of
from selfhelp_survey.conf import host_settings, survey_settings
from selfhelp_survey.models import Draft, InboxResponse, SealedResponse

BORDER = "selfhelp_survey.middleware.SurveyBorderMiddleware"
KEEP_NOTHING = frozenset(
    {"django.middleware.security.SecurityMiddleware", "whitenoise.middleware.WhiteNoiseMiddleware"}
)
"""Middleware that is often put first and is known to keep nothing of a request."""
DEBUGGING_APPS = ("debug_toolbar", "silk")
LEAST_SECRET_LENGTH, LEAST_SECRET_CHARACTERS = 50, 5
"""What Django itself asks of a SECRET_KEY: so many characters, so many different ones."""
_SAVED = ("pre_save", "post_save", "pre_delete", "post_delete")


@register(Tags.security, deploy=True)
def check_database_has_roles(app_configs: Sequence[AppConfig] | None, **named: Any) -> list[CheckMessage]:
    """An error for each database of drafts or responses that is SQLite: whoever has its file has all of it."""
    models = (Draft, InboxResponse, SealedResponse)
    aliases = {*(router.db_for_write(model) for model in models), value_of("MAINTENANCE_DATABASE")}
    return [
        error(
            "E002",
            f"The database {alias!r} of the survey is SQLite.",
            "Use PostgreSQL: its roles keep the website from reading or deleting what was sent.",
        )
        for alias in sorted(aliases & set(connections))
        if connections[alias].vendor == "sqlite"
    ]


@register(Tags.security, deploy=True)
def check_debug_is_off(app_configs: Sequence[AppConfig] | None, **named: Any) -> list[CheckMessage]:
    """An error where DEBUG is on."""
    if not survey_settings.is_debug:
        return []
    said = "DEBUG is on: the survey answers on this machine only, and the site's error pages show what somebody sent."
    return [error("E003", said, "Set DEBUG = False.")]


@register(Tags.security)
def check_border_stands_first(app_configs: Sequence[AppConfig] | None, **named: Any) -> list[CheckMessage]:
    """An error where the border is missing, or where something stands outside it that may keep what it sees.

    A warning for what is known to keep nothing.
    """
    middleware = survey_settings.middleware
    hint = f"Put {BORDER!r} first in MIDDLEWARE."
    if BORDER not in middleware:
        return [error("E005", "The survey's border is not in MIDDLEWARE: no page of the survey is served.", hint)]
    outside = middleware[: middleware.index(BORDER)]
    if not outside:
        return []
    seen = f"Outside the survey's border, in sight of respondents' addresses: {', '.join(outside)}."
    return [warning("W015", seen, hint) if KEEP_NOTHING.issuperset(outside) else error("E005", seen, hint)]


@register(Tags.security, deploy=True)
def check_secret_key(app_configs: Sequence[AppConfig] | None, **named: Any) -> list[CheckMessage]:
    """An error where SECRET_KEY is missing, short, or the one that `startproject` wrote."""
    key = host_settings.secret_key
    is_long = len(key) >= LEAST_SECRET_LENGTH and len(set(key)) >= LEAST_SECRET_CHARACTERS
    if is_long and not key.startswith(b"django-insecure-"):
        return []
    said = "SECRET_KEY can be guessed: whoever does is let into the admin, where the survey is steered."
    return [error("E006", said, "Make a new one with `django.core.management.utils.get_random_secret_key`.")]


@register(Tags.security, deploy=True)
def check_allowed_hosts(app_configs: Sequence[AppConfig] | None, **named: Any) -> list[CheckMessage]:
    """An error where the site answers to any host name."""
    if "*" not in host_settings.allowed_hosts:
        return []
    said = "ALLOWED_HOSTS contains '*': a page under somebody else's name can pass for the survey's own."
    return [error("E006", said, "Name your hosts in ALLOWED_HOSTS, the onion address among them.")]


@register(Tags.security, deploy=True)
def check_forwarded_host(app_configs: Sequence[AppConfig] | None, **named: Any) -> list[CheckMessage]:
    """An error where a header of the request decides which host name it was sent to."""
    if not host_settings.trusts_forwarded_host:
        return []
    said = "USE_X_FORWARDED_HOST is on: a header says whether a request came to the onion address or to this site."
    return [error("E007", said, "Switch it off, and let the proxy pass the Host header on.")]


@register(Tags.security, deploy=True)
def check_no_debugging_apps(app_configs: Sequence[AppConfig] | None, **named: Any) -> list[CheckMessage]:
    """An error for each app that keeps requests, forms and queries for developers to look at."""
    return [
        error("E008", f"{name} is installed.", "Install it on developers' machines only.")
        for name in present(DEBUGGING_APPS)
    ]


@register(Tags.security, deploy=True)
def check_nobody_listens(app_configs: Sequence[AppConfig] | None, **named: Any) -> list[CheckMessage]:
    """An error for each signal that tells other code of a visit or of a saved answer, whatever the border does."""
    hint = "Take out the app that listens (an audit trail, a request log), or keep it to models of its own."
    told = [
        *(f"{module} is told of every request before the border is." for module in sorted(_request_listeners())),
        *(f"Something is told whenever a {label} is saved or deleted ({name})." for label, name in _row_listeners()),
    ]
    return [error("E009", said, hint) for said in told]


def _row_listeners() -> Iterator[tuple[str, str]]:
    for model in (Draft, InboxResponse, SealedResponse):
        for name in _SAVED:
            if getattr(signals, name).has_listeners(model):
                yield model._meta.label, name
                break


def _request_listeners() -> set[str]:
    """The modules, other than Django's own, that `request_started` calls with all that came from the web server."""
    found = [each[1] for each in request_started.receivers]
    listeners = [each() if isinstance(each, weakref.ReferenceType) else each for each in found]
    modules = {_module_of(each) for each in listeners if each is not None}
    return {module for module in modules if module.partition(".")[0] != "django"}


def _module_of(listener: object) -> str:
    function = listener.func if isinstance(listener, functools.partial) else listener
    return str(getattr(function, "__module__", type(function).__module__))
