"""The checks of error reporters: Sentry's real SDK, and packages that bear the names of the others."""

from __future__ import annotations

import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sentry_sdk
from sentry_sdk.transport import Transport

from selfhelp_survey.checks import error_reporters
from tests.django.checks.said import ids, words

NOTHING = {"user_info": False, "cookies": {"mode": "off"}, "http_bodies": [], "stack_frame_variables": False}
SAFE = {"max_request_body_size": "never", "include_local_variables": False}


class Nowhere(Transport):
    """Sends nothing."""

    def capture_envelope(self, envelope: object) -> None:
        """Drop it."""


@pytest.fixture
def sentry() -> Iterator[Callable[..., None]]:
    """Starts the real SDK with these options, and ends it after the test."""
    scope = sentry_sdk.get_global_scope()
    before = scope.client

    def start(**options: Any) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # the older names must be understood as well
            client = sentry_sdk.Client(
                dsn="https://public@reports.example/1", transport=Nowhere, default_integrations=False, **options
            )
        scope.set_client(client)

    yield start
    scope.client.close()
    scope.client = before


def test_check_sentry__imported_and_not_started__says_nothing() -> None:
    assert error_reporters.check_sentry_takes_nothing(None) == []
    assert error_reporters.check_sentry_traces_nothing(None) == []


def test_check_sentry__its_own_defaults__are_errors(sentry: Callable[..., None]) -> None:
    sentry()
    assert ids(error_reporters.check_sentry_takes_nothing(None)) == ["E004", "E004"]


def test_check_sentry__bodies_and_variables_off__says_nothing(sentry: Callable[..., None]) -> None:
    sentry(**SAFE)
    assert error_reporters.check_sentry_takes_nothing(None) == []
    assert error_reporters.check_sentry_traces_nothing(None) == []


@pytest.mark.parametrize(
    ("option", "named"),
    [
        ({"max_request_body_size": "small"}, "max_request_body_size"),
        ({"max_request_body_size": "always"}, "max_request_body_size"),
        ({"include_local_variables": True}, "include_local_variables"),
        ({"send_default_pii": True}, "send_default_pii"),
    ],
)
def test_check_sentry__one_option_left_on__is_an_error_that_names_it(
    sentry: Callable[..., None], option: dict[str, Any], named: str
) -> None:
    sentry(**{**SAFE, **option})
    said = error_reporters.check_sentry_takes_nothing(None)
    assert ids(said) == ["E004"]
    assert named in words(said)


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("http_bodies", ["incoming_request"], "max_request_body_size"),
        ("http_bodies", ["outgoing_request"], ""),
        ("stack_frame_variables", True, "stack_frame_variables"),
        ("user_info", True, "user_info"),
        ("cookies", {"mode": "denylist"}, "cookies"),
        ("cookies", {"mode": "off"}, ""),
    ],
)
def test_check_sentry__data_collection__decides_where_it_is_given(
    sentry: Callable[..., None], field: str, value: object, named: str
) -> None:
    sentry(data_collection={**NOTHING, field: value}, include_local_variables=True)
    said = error_reporters.check_sentry_takes_nothing(None)
    assert ids(said) == (["E004"] if named else [])
    assert named in words(said)


def test_check_sentry__data_collection_left_to_itself__is_an_error_for_each(sentry: Callable[..., None]) -> None:
    sentry(data_collection={})
    assert ids(error_reporters.check_sentry_takes_nothing(None)) == ["E004"] * 4


@pytest.mark.parametrize(
    ("option", "found"),
    [
        ({}, []),
        ({"traces_sample_rate": 0.0}, []),
        ({"traces_sample_rate": 0.1}, ["W016"]),
        ({"traces_sampler": lambda context: 0}, ["W016"]),
    ],
)
def test_check_sentry__traces__are_warned_of(
    sentry: Callable[..., None], option: dict[str, Any], found: list[str]
) -> None:
    sentry(**SAFE, **option)
    assert ids(error_reporters.check_sentry_traces_nothing(None)) == found


def test_check_sentry__where_it_is_only_installed__is_not_imported() -> None:
    code = (
        "import django, sys; django.setup()\n"
        "from selfhelp_survey.checks import error_reporters as it\n"
        "assert it.check_sentry_takes_nothing(None) == it.check_sentry_traces_nothing(None) == []\n"
        "it.check_other_reporters(None)\n"
        "print([name for name in (it.SENTRY, *it.OTHER_REPORTERS) if name in sys.modules])"
    )
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_check_other_reporters__none_there__says_nothing() -> None:
    assert error_reporters.check_other_reporters(None) == []


@pytest.mark.parametrize("name", error_reporters.OTHER_REPORTERS)
def test_check_other_reporters__installed_or_active__is_told_apart(package: Callable[[str], None], name: str) -> None:
    package(name)
    said = error_reporters.check_other_reporters(None)
    assert ids(said) == ["W016"]
    assert f"{name} is installed." in words(said)
    __import__(name)
    assert f"{name} is active." in words(error_reporters.check_other_reporters(None))
