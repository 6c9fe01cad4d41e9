"""Fail closed: an unsigned draft that lies in the tables of a real site is answered by nobody."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from selfhelp_survey import repository
from selfhelp_survey.entrance import reasons_not_to_open
from selfhelp_survey.entries import find_entry, forget_entries
from selfhelp_survey.models import Entry
from selfhelp_survey.status.findings import findings
from selfhelp_survey.status.gathering import gather
from selfhelp_survey.status.wording import as_lines
from tests.django.instruments import small
from tests.django.survey_site import Respondent, open_survey

pytestmark = pytest.mark.django_db


def on_a_real_site(settings: Any) -> None:
    """The same tables under DEBUG = False, as if they had been taken along; the keys stay proven."""
    settings.DEBUG = False
    forget_entries()


@pytest.fixture
def opened(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Entry:
    """An open entry to an unsigned draft, on a developer's machine. The test keys count as real ones afterwards."""
    monkeypatch.setattr("selfhelp_survey.sealing.keys.PublicKey.is_known_test_key", False)
    return open_survey(replace(small(), is_draft=True))


def test_entry__to_an_unsigned_draft__is_open_in_debug_and_closed_on_a_real_site(opened: Entry, settings: Any) -> None:
    assert (found := find_entry("end"))
    assert found.is_open
    assert reasons_not_to_open("small", entry="end") == ()
    on_a_real_site(settings)
    assert (found := find_entry("end"))
    assert found.is_closed
    assert any("is a draft that nobody had signed" in reason for reason in reasons_not_to_open("small", entry="end"))


def test_pages__of_an_unsigned_draft__are_marked_in_debug_and_closed_on_a_real_site(
    opened: Entry, settings: Any
) -> None:
    respondent = Respondent()
    for step in ("", "consent"):
        assert "Draft. Nobody has signed" in respondent.see(step).content.decode()
    respondent.consent()
    assert "Draft. Nobody has signed" in respondent.see("first").content.decode()
    on_a_real_site(settings)
    for step in ("", "consent", "first"):
        assert "Question" not in respondent.see(step).content.decode()


def test_pages__begun_in_a_draft_before_it_was_signed__are_closed_though_the_entry_is_open(
    opened: Entry, settings: Any
) -> None:
    respondent = Respondent()
    respondent.consent()
    repository.save_version(small())
    on_a_real_site(settings)
    assert (found := find_entry("end"))
    assert found.is_open
    assert "Question" not in respondent.see("first").content.decode()
    assert "Question" in Respondent().see().content.decode()


def test_page__of_a_signed_questionnaire__bears_no_mark() -> None:
    open_survey(small())
    assert "Draft." not in Respondent().see().content.decode()


def test_status__entry_to_an_unsigned_draft__is_told_and_broken_on_a_real_site(opened: Entry, settings: Any) -> None:
    status = gather()
    assert any("an unsigned DRAFT" in line for line in as_lines(status, findings(status)))
    assert "unsigned_draft" not in {finding.code for finding in findings(status)}
    on_a_real_site(settings)
    assert "unsigned_draft" in {finding.code for finding in findings(gather())}


def test_check__open_entry_to_an_unsigned_draft_on_a_real_site__is_open_in_name_only(
    opened: Entry, settings: Any
) -> None:
    from selfhelp_survey.checks.readiness import check_open_entries_are_open

    def told() -> list[str]:
        return [message.msg for message in check_open_entries_are_open(None, databases=["default"])]

    assert not [message for message in told() if "draft" in message]
    on_a_real_site(settings)
    assert [message for message in told() if re.search("draft that nobody has signed", message)]
