"""Checks that no demonstration is left on a production site: whoever answers there is set aside as a rehearsal."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Tags, register
from django.db import Error, router, transaction

from selfhelp_survey.checks.messages import warning
from selfhelp_survey.conf import survey_settings
from selfhelp_survey.demo_keys import kept_lines
from selfhelp_survey.demonstration import leftovers_in_tables
from selfhelp_survey.models import Entry

HINT = "Run `manage.py survey_demo --remove`; it deletes no response where DEBUG is off."


@register(Tags.security, deploy=True)
def check_no_demonstration_keys(app_configs: Sequence[AppConfig] | None, **named: Any) -> list[CheckMessage]:
    """A warning where the file of a demonstration's keys lies beside a production site."""
    if survey_settings.is_debug or not kept_lines():
        return []
    return [warning("W020", f"Keys of a demonstration are still here: {survey_settings.demo_file.name}.", HINT)]


@register(Tags.database)
def check_no_demonstration(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **named: Any
) -> list[CheckMessage]:
    """A warning where a demonstration's entry or questionnaire is in the tables of a production site."""
    alias = router.db_for_read(Entry)
    if survey_settings.is_debug or alias not in (databases or ()):
        return []
    try:
        with transaction.atomic(using=alias):
            found = leftovers_in_tables()
    except Error:  # `migrate` runs the checks before the tables are there
        return []
    return [warning("W109", f"A demonstration is still here: {', '.join(found)}.", HINT)] if found else []
