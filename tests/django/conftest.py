"""Fixtures of the Django tests. The app is imported inside them: conftests are read before Django is set up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def fresh_caches() -> Iterator[None]:
    """Nothing read for one test is known to the next."""
    from selfhelp_survey import entries, host_content, pace

    entries.forget_entries()
    host_content.forget_host_content()
    pace.forget_pace()
    yield
    entries.forget_entries()


@pytest.fixture(autouse=True)
def default_language() -> Iterator[None]:
    """The language that one test saw a page in is not that of the next: Django leaves it on until another request."""
    from django.utils import translation

    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def research_keys(settings: Any) -> None:
    """The published test keys; DEBUG, because no other site may use them."""
    from tests.django.survey_site import recipient_lines

    settings.DEBUG = True
    settings.SELFHELP_SURVEY = {**settings.SELFHELP_SURVEY, "RECIPIENTS": recipient_lines(), "CACHE_SECONDS": 0}


@pytest.fixture
def in_production(settings: Any, research_keys: None) -> None:
    """DEBUG off, and two research keys that nobody has published."""
    from selfhelp_survey.sealing.keys import generate_private_key

    lines = [generate_private_key().public.text for _ in range(2)]
    settings.DEBUG = False
    settings.SELFHELP_SURVEY = {**settings.SELFHELP_SURVEY, "RECIPIENTS": lines}
