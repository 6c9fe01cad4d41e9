"""Checks of the keys of `SELFHELP_SURVEY`: that they exist, and hold what they may hold. No value is ever shown."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Tags, register

from selfhelp_survey import conf
from selfhelp_survey.checks.messages import error, warning
from selfhelp_survey.conf import survey_settings


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
    written = conf.written_settings()
    return [
        error(
            "E022",
            f"SELFHELP_SURVEY[{name!r}] has the wrong type.",
            f"It takes: {' or '.join(kind.__name__ for kind in setting.kinds)}.",
        )
        for name, setting in conf.known_settings().items()
        if name in written and not has_type(written[name], setting.kinds)
    ]


@register(Tags.security, deploy=True)
def check_pepper(app_configs: Sequence[AppConfig] | None, **named: Any) -> list[CheckMessage]:
    """A warning where the pepper follows from SECRET_KEY: a new SECRET_KEY would then close every open draft."""
    if survey_settings.PEPPER:
        return []
    hint = "Set SELFHELP_SURVEY['PEPPER'] to 32 random bytes of its own, kept out of backups of the database."
    return [warning("W012", "What protects open drafts depends on SECRET_KEY alone.", hint)]


def has_type(value: object, kinds: tuple[type, ...]) -> bool:
    """Whether the value has one of the types; True and False are not numbers."""
    return isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool))
