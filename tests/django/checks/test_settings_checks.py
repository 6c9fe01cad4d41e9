"""The settings object, and each system check of the host's set-up."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.checks import CheckMessage

from selfhelp_survey.checks import languages, promises
from selfhelp_survey.checks import settings as keys
from selfhelp_survey.conf import survey_settings


def ids(messages: list[CheckMessage]) -> list[str | None]:
    return [message.id and message.id.partition(".")[2] for message in messages]


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
    assert "a-secret-by-mistake" not in f"{message.msg}{message.hint}"


@pytest.mark.parametrize(
    ("middleware", "found"),
    [([promises.BORDER, "other"], []), (["other", promises.BORDER], ["E005"]), (["other"], ["E005"]), ([], ["E005"])],
)
def test_check_border_stands_first__middleware__has_it_first(
    settings: Any, middleware: list[str], found: list[str]
) -> None:
    settings.MIDDLEWARE = middleware
    assert ids(promises.check_border_stands_first(None)) == found


@pytest.mark.parametrize(("count", "found"), [(30, []), (31, ["W021"])])
def test_check_few_languages__count__warns_beyond_thirty(
    monkeypatch: pytest.MonkeyPatch, count: int, found: list[str]
) -> None:
    monkeypatch.setattr(languages, "host_languages", lambda: tuple(map(str, range(count))))
    assert ids(languages.check_few_languages(None)) == found


@pytest.mark.parametrize(("pepper", "found"), [("", ["W012"]), (b"pepper", [])])
def test_check_pepper__pepper__is_asked_for(settings: Any, pepper: str | bytes, found: list[str]) -> None:
    settings.SELFHELP_SURVEY = {"PEPPER": pepper}
    assert ids(keys.check_pepper(None)) == found


def test_check_modeltranslation_is_installed__it_is__says_nothing() -> None:
    assert languages.check_modeltranslation_is_installed(None) == []


@pytest.mark.django_db
def test_check_language_columns__all_there__says_nothing() -> None:
    assert languages.check_language_columns(None, databases=["default"]) == []
