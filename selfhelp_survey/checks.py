"""System checks: what a host still has to set right, each with a stable id and a hint."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004 - Django's name

from selfhelp_survey import conf, look
from selfhelp_survey.conf import survey_settings
from selfhelp_survey.stylesheet import faults, host_css
from selfhelp_survey.translated_migrations import host_languages, missing_language_fields

BORDER = "selfhelp_survey.middleware.SurveyBorderMiddleware"
MANY_LANGUAGES = 30
"""Beyond this somebody forgot to set LANGUAGES: Django's own list has about a hundred, each a column per text."""


@register(Tags.compatibility)
def check_known_settings(app_configs: Sequence[AppConfig] | None, **named: Any) -> list[CheckMessage]:
    """An error for each key of SELFHELP_SURVEY that does not exist."""
    if not conf.has_readable_dictionary():
        return [Error("SELFHELP_SURVEY is not a dictionary.", hint="Write SELFHELP_SURVEY = {...}.", id=_id("E001"))]
    known = conf.known_settings()
    return [
        Error(
            f"SELFHELP_SURVEY has no setting called {name!r}.",
            hint=f"It has: {', '.join(sorted(known))}.",
            id=_id("E001"),
        )
        for name in conf.written_settings()
        if name not in known
    ]


@register(Tags.compatibility)
def check_setting_types(app_configs: Sequence[AppConfig] | None, **named: Any) -> list[CheckMessage]:
    """An error for each key of SELFHELP_SURVEY whose value has another type than it needs. The value is not shown."""
    written = conf.written_settings()
    return [
        Error(
            f"SELFHELP_SURVEY[{name!r}] has the wrong type.",
            hint=f"It takes: {' or '.join(kind.__name__ for kind in setting.kinds)}.",
            id=_id("E002"),
        )
        for name, setting in conf.known_settings().items()
        if name in written and not _has_type(written[name], setting.kinds)
    ]


@register(Tags.compatibility)
def check_border_stands_first(app_configs: Sequence[AppConfig] | None, **named: Any) -> list[CheckMessage]:
    """An error where the border middleware is missing, a warning where something else stands outside it."""
    middleware = survey_settings.middleware
    hint = f"Put {BORDER!r} first in MIDDLEWARE."
    if BORDER not in middleware:
        return [Error("Nothing keeps answers and addresses out of error reports.", hint=hint, id=_id("E003"))]
    if middleware[0] != BORDER:
        return [Warning("Other middleware stands outside the survey's border.", hint=hint, id=_id("W003"))]
    return []


@register(Tags.compatibility)
def check_modeltranslation_is_installed(app_configs: Sequence[AppConfig] | None, **named: Any) -> list[CheckMessage]:
    """An error where the app that gives the texts their languages is not installed."""
    if apps.is_installed("modeltranslation"):
        return []
    hint = "Put 'modeltranslation' in INSTALLED_APPS, before 'django.contrib.admin'."
    return [Error("The texts of the survey have no languages.", hint=hint, id=_id("E004"))]


@register(Tags.compatibility)
def check_few_languages(app_configs: Sequence[AppConfig] | None, **named: Any) -> list[CheckMessage]:
    """A warning where so many languages have columns that LANGUAGES was probably never set."""
    count = len(host_languages())
    if count <= MANY_LANGUAGES:
        return []
    hint = "Set LANGUAGES to the languages of your site."
    return [Warning(f"Every translated text has {count} columns, one per language.", hint=hint, id=_id("W001"))]


@register(Tags.security, deploy=True)
def check_own_pepper(app_configs: Sequence[AppConfig] | None, **named: Any) -> list[CheckMessage]:
    """A warning where the pepper follows from SECRET_KEY: a new SECRET_KEY would then close every open draft."""
    if survey_settings.PEPPER:
        return []
    hint = "Set SELFHELP_SURVEY['PEPPER'] to 32 random bytes of its own, kept out of backups of the database."
    return [Warning("What protects open drafts depends on SECRET_KEY alone.", hint=hint, id=_id("W004"))]


@register(Tags.database)
def check_language_columns(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **named: Any
) -> list[CheckMessage]:
    """A warning for each table that lacks a language's columns. An error would stop the `migrate` that adds them."""
    models = list(apps.get_app_config("selfhelp_survey").get_models())
    return [
        Warning(
            f"{model._meta.label} has no columns {', '.join(str(field.column) for field in missing)}.",
            hint="A language was added: run `manage.py migrate`.",
            id=_id("W002"),
        )
        for alias in databases or ()
        for model, missing in missing_language_fields(models, alias)
    ]


@register(Tags.templates)
def check_host_css(app_configs: Sequence[AppConfig] | None, **named: Any) -> list[CheckMessage]:
    """An error where the host's own sheet loads something; it is then left out of every page."""
    found = faults(host_css())
    if not found:
        return []
    hint = "Colours, sizes and fonts of the device need none of these: docs/how-to/restyle.md."
    return [Error(f"selfhelp_survey/host.css holds {', '.join(found)}: it is left out.", hint=hint, id=_id("E011"))]


@register(Tags.templates)
def check_base_template(app_configs: Sequence[AppConfig] | None, **named: Any) -> list[CheckMessage]:
    """An error for each shell that cannot be loaded or lacks a block that every page needs."""
    return [
        Error(
            f"{shell} cannot be loaded, or has no block {', '.join(sorted(missing))}.",
            hint="Copy selfhelp_survey/base_host.html and keep its blocks: docs/how-to/restyle.md.",
            id=_id("E012"),
        )
        for shell in look.shells()
        if (missing := look.missing_blocks(shell))
    ]


@register(Tags.templates)
def check_overridden_parts(app_configs: Sequence[AppConfig] | None, **named: Any) -> list[CheckMessage]:
    """A warning for each part that the host draws its own way and that lacks a piece, or was made for another contract.

    Not an error: a piece may come in through a template that this one includes.
    """
    return [
        Warning(f"Your selfhelp_survey/{name} {fault}.", hint="See docs/how-to/restyle.md.", id=_id(number))
        for name, source in look.overridden_parts()
        for number, fault in _faults_of_part(name, source)
    ]


def _faults_of_part(name: str, source: str) -> Iterator[tuple[str, str]]:
    missing = look.missing_pieces(name, source)
    if missing:
        yield "W011", f"lacks {', '.join(missing)}"
    if look.MARK not in source:
        yield "W012", f"does not say that it was made for contract {look.CONTRACT} ({look.MARK} #}})"


def _has_type(value: object, kinds: tuple[type, ...]) -> bool:
    """Whether the value has one of the types; True and False are not numbers."""
    return isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool))


def _id(number: str) -> str:
    return f"selfhelp_survey.{number}"
