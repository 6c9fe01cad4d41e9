"""Status and probe as a site with two roles runs them."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from selfhelp_survey.collection import shuffle
from selfhelp_survey.models import InboxResponse
from tests.django.instruments import small
from tests.django.storage.database_roles import RoleNames, alias_of, logged_in
from tests.django.survey_site import open_survey

pytestmark = pytest.mark.postgresql


@pytest.fixture
def as_website(roles: RoleNames, settings: Any) -> Iterator[None]:
    """An open survey with 17 responses waiting and 12 shuffled, on a site whose two aliases have a role each."""
    open_survey(small())
    for count in (12, 17):
        InboxResponse.objects.bulk_create(InboxResponse(sealed=b"x") for _ in range(count))
        if count == 12:
            shuffle()
    settings.SELFHELP_SURVEY = {**settings.SELFHELP_SURVEY, "MAINTENANCE_DATABASE": "maintenance"}
    with alias_of(roles.maintenance), logged_in(roles.web):
        yield


def _status() -> Any:
    out = StringIO()
    with contextlib.suppress(CommandError):  # chores that nobody has done yet
        call_command("survey_status", "--json", stdout=out)
    return json.loads(out.getvalue())


def test_status__numbers__are_rounded_down_to_tens(as_website: None) -> None:
    status = _status()
    assert status["at_least"] == {"inbox": 10, "sealed": 10, "drafts": 0}
    assert status["failures"] == {}


def test_status__after_the_timers__knows_when_they_ran(as_website: None) -> None:
    for chore in ("shuffle", "purge"):
        call_command(f"survey_{chore}", stdout=StringIO())
    status = _status()
    assert {chore for chore, told in status["last"].items() if told} == {"shuffle", "purge"}
    assert status["at_least"] == {"inbox": 0, "sealed": 20, "drafts": 0}


def test_probe__walks_as_the_website_and_leaves_nothing(as_website: None) -> None:
    out = StringIO()
    call_command("survey_probe", stdout=out)
    assert "took everything back" in out.getvalue()
    assert _status()["at_least"] == {"inbox": 10, "sealed": 10, "drafts": 0}
