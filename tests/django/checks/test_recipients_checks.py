"""The checks of the research team's keys. Every key here is made for the test, but for the published ones."""

from __future__ import annotations

from typing import Any

import pytest

from selfhelp_survey.checks import recipients
from selfhelp_survey.sealing import ml_kem
from selfhelp_survey.sealing.keys import generate_private_key
from tests.django.checks.said import ids, words
from tests.django.survey_site import recipient_lines


def fresh(*, is_hybrid: bool = False) -> str:
    return generate_private_key(is_hybrid=is_hybrid).public.text


@pytest.mark.parametrize("signed_off", ["", "A. Director, 2026-03-01"])
@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_check_recipients__number_of_keys__is_two_unless_signed_off(settings: Any, count: int, signed_off: str) -> None:
    lines = [fresh() for _ in range(count)]
    settings.SELFHELP_SURVEY = {"RECIPIENTS": lines, "SINGLE_RECIPIENT_SIGNED_OFF": signed_off}
    least = 1 if signed_off else 2
    assert ids(recipients.check_recipients(None)) == ([] if count >= least else ["E001"])


@pytest.mark.parametrize(("count", "found"), [(16, []), (17, ["E001"])])
def test_check_recipients__more_keys_than_a_response_takes__is_an_error(
    settings: Any, count: int, found: list[str]
) -> None:
    settings.SELFHELP_SURVEY = {"RECIPIENTS": [fresh() for _ in range(count)]}
    assert ids(recipients.check_recipients(None)) == found


def test_check_recipients__same_key_twice__is_one_key(settings: Any) -> None:
    settings.SELFHELP_SURVEY = {"RECIPIENTS": [fresh()] * 2}
    assert ids(recipients.check_recipients(None)) == ["E001"]


def test_check_recipients__published_test_keys__are_named_by_line(settings: Any) -> None:
    settings.SELFHELP_SURVEY = {"RECIPIENTS": [fresh(), *recipient_lines(), fresh()]}
    said = recipients.check_recipients(None)
    assert ids(said) == ["E001", "E001"]
    assert [number in words(said) for number in ("Line 1", "Line 2", "Line 3", "Line 4")] == [False, True, True, False]


def test_check_recipients__no_key__is_named_by_line_and_not_shown(settings: Any) -> None:
    secret = "a private key pasted by mistake"
    settings.SELFHELP_SURVEY = {"RECIPIENTS": [fresh(), fresh(), secret]}
    said = recipients.check_recipients(None)
    assert ids(said) == ["E001"]
    assert "Line 3" in words(said)
    assert secret not in words(said)


def test_check_suite__ordinary__takes_every_key(settings: Any) -> None:
    settings.SELFHELP_SURVEY = {"RECIPIENTS": [fresh(), fresh()], "SUITE": "x25519"}
    assert recipients.check_suite(None) == []


def test_check_suite__no_suite_of_that_name__is_told_elsewhere(settings: Any) -> None:
    settings.SELFHELP_SURVEY = {"RECIPIENTS": [fresh(), fresh()], "SUITE": "rot13"}
    assert recipients.check_suite(None) == []


@pytest.mark.hybrid
def test_check_suite__hybrid__takes_hybrid_keys_only(settings: Any) -> None:
    settings.SELFHELP_SURVEY = {"RECIPIENTS": [fresh(is_hybrid=True), fresh()], "SUITE": "hybrid"}
    said = recipients.check_suite(None)
    assert ids(said) == ["E001"]
    assert "line 2" in words(said)
    settings.SELFHELP_SURVEY = {"RECIPIENTS": [fresh(is_hybrid=True)] * 2, "SUITE": "hybrid"}
    assert recipients.check_suite(None) == []


def test_check_suite__library_without_it__is_an_error(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SELFHELP_SURVEY = {"RECIPIENTS": [fresh(), fresh()], "SUITE": "hybrid"}
    monkeypatch.setattr(ml_kem, "is_offered", lambda: False)
    said = recipients.check_suite(None)
    assert ids(said) == ["E001"]
    assert "cannot use" in words(said)
