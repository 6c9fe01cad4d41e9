"""Drawing a template without a log being told what it was drawn with.

Django's template logger, at level DEBUG, tells of each name that a template asks for in vain, with an exception that
quotes everything else it was drawn with: a respondent's answers. A host's base template asks for many such names.
"""

import logging
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

from django.template import loader

_is_drawing = ContextVar("selfhelp_survey_is_drawing", default=False)


class _WithoutContext(logging.Filter):
    """Takes the exception off what is logged while a page of the survey is drawn."""

    def filter(self, record: logging.LogRecord) -> bool:
        if _is_drawing.get():
            record.exc_info = record.exc_text = None
        return True


logging.getLogger("django.template").addFilter(_WithoutContext())


def draw(template: str, context: Mapping[str, Any]) -> str:
    """The template drawn with this context, and no request."""
    before = _is_drawing.set(True)
    try:
        return loader.render_to_string(template, dict(context))
    finally:
        _is_drawing.reset(before)
