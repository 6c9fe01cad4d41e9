"""Checks of the host's languages: that the survey's texts have them, in the tables and in the interface."""

import gettext
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig, apps
from django.core.checks import CheckMessage, Tags, register
from django.db.models import Model
from django.db.utils import ProgrammingError
from django.utils.translation import to_locale

from selfhelp_survey.checks.messages import error, warning
from selfhelp_survey.conf import host_settings, survey_settings
from selfhelp_survey.translated_migrations import host_languages, missing_language_fields

MANY_LANGUAGES = 30
"""Beyond this somebody forgot to set LANGUAGES: Django's own list has about a hundred, each a column per text."""
SAMPLE = "Check your answers"
"""A text of the interface that is never the same in another language."""
_OWN_TEXTS = Path(__file__).resolve().parents[1] / "locale"


@register(Tags.compatibility)
def check_modeltranslation_is_installed(app_configs: Sequence[AppConfig] | None, **named: Any) -> list[CheckMessage]:
    """An error where the app that gives the texts their languages is not installed."""
    if apps.is_installed("modeltranslation"):
        return []
    hint = "Put 'modeltranslation' in INSTALLED_APPS, before 'django.contrib.admin'."
    return [error("E023", "The texts of the survey have no languages.", hint)]


@register(Tags.compatibility)
def check_few_languages(app_configs: Sequence[AppConfig] | None, **named: Any) -> list[CheckMessage]:
    """A warning where so many languages have columns that LANGUAGES was probably never set."""
    count = len(host_languages())
    if count <= MANY_LANGUAGES:
        return []
    said = f"Every translated text has {count} columns, one per language."
    return [warning("W021", said, "Set LANGUAGES to the languages of your site.")]


@register(Tags.translation, deploy=True)
def check_interface_texts(app_configs: Sequence[AppConfig] | None, **named: Any) -> list[CheckMessage]:
    """A warning for each language of the site in which the survey's buttons and messages would be English."""
    hint = "Offer the survey in other languages only, or translate locale/*/LC_MESSAGES/django.po."
    return [
        warning("W013", f"The survey's own pages have no texts in {code!r}.", hint)
        for code in survey_settings.languages
        if not _has_interface_texts(code)
    ]


def _has_interface_texts(code: str) -> bool:
    """Whether the survey, or a folder of LOCALE_PATHS, has the interface in this language or its general form."""
    names = [to_locale(code), to_locale(code.partition("-")[0])]
    folders = (str(_OWN_TEXTS), *host_settings.locale_paths)
    translators = [gettext.translation("django", folder, names, fallback=True).gettext for folder in folders]
    return "en" in names or any(in_that_language(SAMPLE) != SAMPLE for in_that_language in translators)


@register(Tags.database)
def check_language_columns(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **named: Any
) -> list[CheckMessage]:
    """A warning for each table that lacks a language's columns. An error would stop the `migrate` that adds them."""
    models = list(apps.get_app_config("selfhelp_survey").get_models())
    return [
        warning(
            "W022",
            f"{model._meta.label} has no columns {', '.join(str(field.column) for field in missing)}.",
            "A language was added: run `manage.py migrate`.",
        )
        for alias in databases or ()
        for each in models
        for model, missing in _missing(each, alias)
    ]


def _missing(model: type[Model], alias: str) -> list[tuple[type[Model], list[Any]]]:
    """The model with its missing fields, if any; nothing where this role may not read the table: that of the timers."""
    try:
        return list(missing_language_fields([model], alias))
    except ProgrammingError:
        return []
