"""Checks of the keys of `SELFHELP_SURVEY`: that they exist, and hold what they may hold. No value is ever shown."""

from collections.abc import Callable, Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Tags, register
from django.db import connections, router
from django.utils.encoding import force_bytes

from selfhelp_survey import conf
from selfhelp_survey.checks.messages import error, warning
from selfhelp_survey.checks.values import has_right_type, value_of
from selfhelp_survey.conf import host_settings
from selfhelp_survey.models import InboxResponse
from selfhelp_survey.sealing.suites import SUITES

PEPPER_LENGTH = 32
NOBODYS_LIMIT = 100_000
"""A number a minute that no process reaches: how the demo says "no limit"."""
_SUITES = tuple(suite.code for suite in SUITES.values())
_AT_LEAST_0 = (lambda value: value >= 0, "0 or more")
_RIGHT: dict[str, tuple[Callable[[Any], bool], str]] = {
    "RECIPIENTS": (lambda value: all(isinstance(line, str) for line in value), "a list of text"),
    "SUITE": (lambda value: value in _SUITES, " or ".join(_SUITES)),
    "MAINTENANCE_DATABASE": (lambda value: value in connections, "the name of a database in DATABASES"),
    "LEAVE_URL": (lambda value: value.startswith(("https://", "http://")), "a whole address: https://..."),
    "DRAFT_CAP": (lambda value: value >= 1, "1 or more"),
    "STARTS_PER_MINUTE": _AT_LEAST_0,
    "SENDS_PER_MINUTE": _AT_LEAST_0,
    "MINIMUM_SECONDS": _AT_LEAST_0,
    "CACHE_SECONDS": _AT_LEAST_0,
}
"""What a value of the right type must be besides: as a test, and in words."""


@register(Tags.compatibility)
def check_known_settings(app_configs: Sequence[AppConfig] | None, **named: Any) -> list[CheckMessage]:
    """An error for each key of SELFHELP_SURVEY that does not exist."""
    if not conf.has_readable_dictionary():
        return [error("E021", "SELFHELP_SURVEY is not a dictionary.", "Write SELFHELP_SURVEY = {...}.")]
    known = conf.known_settings()
    hint = f"It has: {', '.join(sorted(known))}."
    return [
        error("E021", f"SELFHELP_SURVEY has no setting called {name!r}.", hint)
        for name in conf.written_settings()
        if name not in known
    ]


@register(Tags.compatibility)
def check_setting_types(app_configs: Sequence[AppConfig] | None, **named: Any) -> list[CheckMessage]:
    """An error for each key of SELFHELP_SURVEY whose value has another type than it needs."""
    return [
        error(
            "E022",
            f"SELFHELP_SURVEY[{name!r}] has the wrong type.",
            f"It takes: {' or '.join(kind.__name__ for kind in setting.kinds)}.",
        )
        for name, setting in conf.known_settings().items()
        if not has_right_type(name)
    ]


@register(Tags.compatibility)
def check_setting_values(app_configs: Sequence[AppConfig] | None, **named: Any) -> list[CheckMessage]:
    """An error for each key of SELFHELP_SURVEY whose value has the right type and cannot be meant all the same."""
    return [
        error("E024", f"SELFHELP_SURVEY[{name!r}] has a value that cannot be.", f"It must be {wanted}.")
        for name, (is_right, wanted) in _RIGHT.items()
        if not is_right(value_of(name))
    ]


@register(Tags.security, deploy=True)
def check_pepper(app_configs: Sequence[AppConfig] | None, **named: Any) -> list[CheckMessage]:
    """A warning where the pepper is not a secret of its own, or a short one."""
    fault = _fault_of_pepper()
    hint = "Set SELFHELP_SURVEY['PEPPER'] to 32 random bytes of its own, kept out of backups of the database."
    return [warning("W012", fault, hint)] if fault else []


def _fault_of_pepper() -> str:
    pepper = force_bytes(value_of("PEPPER"))
    if not pepper:
        return "What protects open drafts depends on SECRET_KEY alone: with a new one they are lost."
    if pepper == host_settings.secret_key:
        return "The pepper is SECRET_KEY: who has one has both."
    if len(pepper) < PEPPER_LENGTH:
        return f"The pepper is shorter than {PEPPER_LENGTH} bytes."
    return ""


@register(Tags.security, deploy=True)
def check_limits_are_on(app_configs: Sequence[AppConfig] | None, **named: Any) -> list[CheckMessage]:
    """A warning for each limit against floods of made-up answers that is off, or so high that nobody meets it."""
    limits = {name: value_of(name) for name in ("STARTS_PER_MINUTE", "SENDS_PER_MINUTE")}
    hint = "Leave it out: the default is far above what a site of this kind sees."
    return [
        warning("W018", f"SELFHELP_SURVEY[{name!r}] holds nobody back.", hint)
        for name, limit in limits.items()
        if limit == 0 or limit >= NOBODYS_LIMIT
    ]


@register(Tags.security, deploy=True)
def check_maintenance_has_a_role(app_configs: Sequence[AppConfig] | None, **named: Any) -> list[CheckMessage]:
    """A warning where the website's own database role is also the one that reads and deletes responses."""
    if value_of("MAINTENANCE_DATABASE") != router.db_for_write(InboxResponse):
        return []
    said = "The website may read and delete what was sent: maintenance has no database role of its own."
    hint = "Add an alias with a role for maintenance to DATABASES, and name it in MAINTENANCE_DATABASE."
    return [warning("W019", said, hint)]
