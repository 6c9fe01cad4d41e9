"""Fixtures of operations."""

from __future__ import annotations

import pytest


@pytest.fixture
def tended_site(db: None) -> None:
    """An open survey as it should be: keys tried this year, every timer on time."""
    from selfhelp_survey.keys_in_use import current_day
    from selfhelp_survey.models import KeyProof, Upkeep
    from selfhelp_survey.upkeep import note
    from tests.django.instruments import small
    from tests.django.survey_site import open_survey

    open_survey(small())
    KeyProof.objects.update(proven_day=current_day())
    for chore in Upkeep.Chore:
        note(chore)
