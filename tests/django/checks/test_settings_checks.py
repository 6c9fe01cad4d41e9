"""The settings object, and the checks of its keys."""

from __future__ import annotations

from typing import Any

import pytest

from selfhelp_survey import conf
from selfhelp_survey.checks import settings as keys
from selfhelp_survey.conf import survey_settings
from tests.django.checks.said import ids, words


def test_survey_settings__nothing_written__has_defaults(settings: Any) -> None:
    del settings.SELFHELP_SURVEY
    assert survey_settings.DRAFT_CAP == 20_000
    assert survey_settings.CACHE_SECONDS == 10
    assert survey_settings.RECIPIENTS == ()


def test_survey_settings__changed_while_running__are_read_again(settings: Any) -> None:
    settings.SELFHELP_SURVEY = {"DRAFT_CAP": 1}
    assert survey_settings.DRAFT_CAP == 1
    settings.SELFHELP_SURVEY = {"DRAFT_CAP": 2}
    assert survey_settings.DRAFT_CAP == 2


@pytest.mark.parametrize("written", ["pepper", b"pepper"])
def test_pepper__written__is_used_as_bytes(settings: Any, written: str | bytes) -> None:
    settings.SELFHELP_SURVEY = {"PEPPER": written}
    assert survey_settings.pepper == b"pepper"


def test_pepper__not_written__follows_from_the_secret_key_without_being_it(settings: Any) -> None:
    settings.SELFHELP_SURVEY = {}
    settings.SECRET_KEY = "one"
    first = survey_settings.pepper
    settings.SECRET_KEY = "two"
    assert len(first) == 32
    assert first != survey_settings.pepper


@pytest.mark.parametrize(
    ("written", "found"), [({}, []), ({"DRAFT_CAP": 5}, []), ({"DRAFT_CUP": 5}, ["E021"]), ([], ["E021"])]
)
def test_check_known_settings__key__names_what_does_not_exist(settings: Any, written: Any, found: list[str]) -> None:
    settings.SELFHELP_SURVEY = written
    assert ids(keys.check_known_settings(None)) == found


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ({"DRAFT_CAP": 5, "RECIPIENTS": [], "CACHE_SECONDS": 1.5}, []),
        ({"DRAFT_CAP": "5"}, ["E022"]),
        ({"DRAFT_CAP": True}, ["E022"]),
        ({"RECIPIENTS": "shs1.abc"}, ["E022"]),
    ],
)
def test_check_setting_types__value__of_another_type_is_an_error(
    settings: Any, written: dict[str, object], found: list[str]
) -> None:
    settings.SELFHELP_SURVEY = written
    assert ids(keys.check_setting_types(None)) == found


def test_check_setting_types__wrong_value__is_not_repeated(settings: Any) -> None:
    settings.SELFHELP_SURVEY = {"RECIPIENTS": "a-secret-by-mistake"}
    (message,) = keys.check_setting_types(None)
    assert "a-secret-by-mistake" not in words([message])


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("RECIPIENTS", ["shs1.a", 1], ["E024"]),
        ("RECIPIENTS", ["shs1.a"], []),
        ("SUITE", "x25519", []),
        ("SUITE", "hybrid", []),
        ("SUITE", "rot13", ["E024"]),
        ("MAINTENANCE_DATABASE", "default", []),
        ("MAINTENANCE_DATABASE", "elsewhere", ["E024"]),
        ("LEAVE_URL", "https://www.example.org/", []),
        ("LEAVE_URL", "", ["E024"]),
        ("LEAVE_URL", "javascript:alert()", ["E024"]),
        ("DRAFT_CAP", 1, []),
        ("DRAFT_CAP", 0, ["E024"]),
        ("STARTS_PER_MINUTE", 0, []),
        ("STARTS_PER_MINUTE", -1, ["E024"]),
        ("SENDS_PER_MINUTE", 0, []),
        ("SENDS_PER_MINUTE", -1, ["E024"]),
        ("MINIMUM_SECONDS", 0, []),
        ("MINIMUM_SECONDS", -1, ["E024"]),
        ("CACHE_SECONDS", 0, []),
        ("CACHE_SECONDS", -0.1, ["E024"]),
    ],
)
def test_check_setting_values__value__that_cannot_be_is_an_error(
    settings: Any, name: str, value: object, found: list[str]
) -> None:
    settings.SELFHELP_SURVEY = {name: value}
    said = keys.check_setting_values(None)
    assert ids(said) == found
    assert all(name in message.msg for message in said)
    assert all(hidden not in words(said) for hidden in ("rot13", "javascript", "elsewhere"))


def test_check_setting_values__nothing_written__defaults_are_right(settings: Any) -> None:
    settings.SELFHELP_SURVEY = {}
    assert keys.check_setting_values(None) == []


@pytest.mark.parametrize("name", sorted(conf.known_settings()))
def test_checks_of_settings__value_of_a_wrong_type__is_told_once(settings: Any, name: str) -> None:
    settings.SELFHELP_SURVEY = {name: object()}
    assert ids([*keys.check_setting_types(None), *keys.check_setting_values(None)]) == ["E022"]


@pytest.mark.parametrize(
    ("pepper", "found"),
    [
        ("", ["W012"]),
        ("x" * 31, ["W012"]),
        ("x" * 32, []),
        (b"x" * 31, ["W012"]),
        (b"x" * 32, []),
        ("the same secret, long enough for both of them", ["W012"]),
    ],
)
def test_check_pepper__pepper__is_a_long_secret_of_its_own(
    settings: Any, pepper: str | bytes, found: list[str]
) -> None:
    settings.SECRET_KEY = "the same secret, long enough for both of them"
    settings.SELFHELP_SURVEY = {"PEPPER": pepper}
    said = keys.check_pepper(None)
    assert ids(said) == found
    assert not pepper or str(pepper) not in words(said)


@pytest.mark.parametrize("name", ["STARTS_PER_MINUTE", "SENDS_PER_MINUTE"])
@pytest.mark.parametrize(("limit", "found"), [(0, ["W018"]), (1, []), (99_999, []), (100_000, ["W018"])])
def test_check_limits_are_on__limit__holds_somebody_back(
    settings: Any, name: str, limit: int, found: list[str]
) -> None:
    settings.SELFHELP_SURVEY = {name: limit}
    said = keys.check_limits_are_on(None)
    assert ids(said) == found
    assert all(name in message.msg for message in said)


@pytest.mark.parametrize(("alias", "found"), [("default", ["W019"]), ("maintenance", [])])
def test_check_maintenance_has_a_role__alias__is_another_one(settings: Any, alias: str, found: list[str]) -> None:
    settings.SELFHELP_SURVEY = {"MAINTENANCE_DATABASE": alias}
    assert ids(keys.check_maintenance_has_a_role(None)) == found
