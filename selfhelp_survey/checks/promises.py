"""Checks of what the promises rest on: nobody is identified, and no sent answer is lost. Errors, nearly all."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Tags, register

from selfhelp_survey.checks.messages import error
from selfhelp_survey.conf import survey_settings

BORDER = "selfhelp_survey.middleware.SurveyBorderMiddleware"


@register(Tags.security)
def check_border_stands_first(app_configs: Sequence[AppConfig] | None, **named: Any) -> list[CheckMessage]:
    """An error where the border middleware is missing, or where something stands outside it."""
    middleware = survey_settings.middleware
    hint = f"Put {BORDER!r} first in MIDDLEWARE."
    if BORDER not in middleware:
        return [error("E005", "Nothing keeps answers and addresses out of error reports.", hint)]
    if middleware[0] != BORDER:
        return [error("E005", "Other middleware stands outside the survey's border.", hint)]
    return []
