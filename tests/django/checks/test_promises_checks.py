"""The checks of what the promises rest on, each from both sides. That of the databases: test_check_command."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.signals import request_started
from django.db import connection
from django.db.models import Model, signals

from selfhelp_survey.checks import promises
from selfhelp_survey.models import Draft, Entry, InboxResponse, SealedResponse
from tests.django.checks.said import ids, words

SECURITY = "django.middleware.security.SecurityMiddleware"
WHITENOISE = "whitenoise.middleware.WhiteNoiseMiddleware"
LOCALE = "django.middleware.locale.LocaleMiddleware"
LONG = "0123456789" * 5


@pytest.mark.parametrize(("debug", "found"), [(True, ["E003"]), (False, [])])
def test_check_debug_is_off__debug__is_an_error(settings: Any, debug: bool, found: list[str]) -> None:
    settings.DEBUG = debug
    assert ids(promises.check_debug_is_off(None)) == found


def test_check_database_has_roles__database_of_this_run__is_an_error_on_sqlite_alone() -> None:
    assert ids(promises.check_database_has_roles(None)) == (["E002"] if connection.vendor == "sqlite" else [])


@pytest.mark.parametrize(
    ("middleware", "found"),
    [
        ([promises.BORDER], []),
        ([promises.BORDER, SECURITY, LOCALE], []),
        ([SECURITY, promises.BORDER], ["W015"]),
        ([SECURITY, WHITENOISE, promises.BORDER], ["W015"]),
        ([LOCALE, promises.BORDER], ["E005"]),
        ([SECURITY, LOCALE, promises.BORDER], ["E005"]),
        ([SECURITY], ["E005"]),
        ([], ["E005"]),
    ],
)
def test_check_border_stands_first__middleware__has_it_first(
    settings: Any, middleware: list[str], found: list[str]
) -> None:
    settings.MIDDLEWARE = middleware
    assert ids(promises.check_border_stands_first(None)) == found


def test_check_border_stands_first__something_outside__is_named(settings: Any) -> None:
    settings.MIDDLEWARE = [SECURITY, LOCALE, promises.BORDER, "inside.Middleware"]
    said = words(promises.check_border_stands_first(None))
    assert LOCALE in said
    assert "inside.Middleware" not in said


@pytest.mark.parametrize(
    ("key", "found"),
    [
        (LONG, []),
        (LONG[:-1], ["E006"]),
        ("abcde" * 10, []),
        ("abcd" * 13, ["E006"]),
        (f"django-insecure-{LONG}", ["E006"]),
        ("", ["E006"]),
    ],
)
def test_check_secret_key__key__cannot_be_guessed(settings: Any, key: str, found: list[str]) -> None:
    settings.SECRET_KEY = key
    said = promises.check_secret_key(None)
    assert ids(said) == found
    assert not key or key not in words(said)


@pytest.mark.parametrize(
    ("hosts", "found"), [([], []), (["example.org"], []), (["*"], ["E006"]), (["a.onion", "*"], ["E006"])]
)
def test_check_allowed_hosts__hosts__are_named(settings: Any, hosts: list[str], found: list[str]) -> None:
    settings.ALLOWED_HOSTS = hosts
    assert ids(promises.check_allowed_hosts(None)) == found


@pytest.mark.parametrize(("trusts", "found"), [(True, ["E007"]), (False, [])])
def test_check_forwarded_host__trusted__is_an_error(settings: Any, trusts: bool, found: list[str]) -> None:
    settings.USE_X_FORWARDED_HOST = trusts
    assert ids(promises.check_forwarded_host(None)) == found


@pytest.mark.parametrize("name", promises.DEBUGGING_APPS)
def test_check_no_debugging_apps__installed__is_an_error(settings: Any, package: Any, name: str) -> None:
    package(name)
    assert promises.check_no_debugging_apps(None) == []  # can be imported, is not installed
    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, name]
    said = promises.check_no_debugging_apps(None)
    assert ids(said) == ["E008"]
    assert name in words(said)


def test_check_no_debugging_apps__in_the_chain_only__is_an_error(settings: Any) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "silk.middleware.SilkyMiddleware"]
    assert ids(promises.check_no_debugging_apps(None)) == ["E008"]


def trail(sender: object, **named: Any) -> None:
    """What an audit trail connects."""


class Trail:
    """The same as an object."""

    def __call__(self, sender: object, **named: Any) -> None:
        """What it connects."""


@pytest.fixture
def connected() -> Iterator[Any]:
    """Connects a listener, and takes it off again."""
    made: list[tuple[Any, Any, Any]] = []

    def connect(signal: Any, sender: type[Model] | None = None, listener: Any = trail) -> None:
        signal.connect(listener, sender=sender, weak=False)
        made.append((signal, sender, listener))

    yield connect
    for signal, sender, listener in made:
        signal.disconnect(listener, sender=sender)


def test_check_nobody_listens__only_django_listens__says_nothing() -> None:
    assert promises.check_nobody_listens(None) == []


@pytest.mark.parametrize("name", ["pre_save", "post_save", "pre_delete", "post_delete"])
@pytest.mark.parametrize("model", [Draft, InboxResponse, SealedResponse])
def test_check_nobody_listens__rows_of_respondents__is_an_error(connected: Any, name: str, model: type[Model]) -> None:
    connected(getattr(signals, name), model)
    said = promises.check_nobody_listens(None)
    assert ids(said) == ["E009"]
    assert model._meta.label in words(said)
    assert name in words(said)


def test_check_nobody_listens__rows_of_every_model__is_an_error_for_each_of_ours(connected: Any) -> None:
    connected(signals.post_save)
    assert ids(promises.check_nobody_listens(None)) == ["E009"] * 3


def test_check_nobody_listens__rows_of_other_models__says_nothing(connected: Any) -> None:
    connected(signals.post_save, Entry)
    assert promises.check_nobody_listens(None) == []


@pytest.mark.parametrize("listener", [trail, functools.partial(trail, kept=True), Trail(), Trail().__call__])
def test_check_nobody_listens__every_request__is_an_error_that_names_the_listener(
    connected: Any, listener: Any
) -> None:
    connected(request_started, listener=listener)
    said = promises.check_nobody_listens(None)
    assert ids(said) == ["E009"]
    assert __name__ in words(said)


def test_check_nobody_listens__listener_that_is_gone__is_forgotten(settings: Any) -> None:
    settings.DEBUG = False  # while it is on, Django remembers each listener it looked at
    gone = Trail()
    request_started.connect(gone)
    assert ids(promises.check_nobody_listens(None)) == ["E009"]
    del gone
    assert promises.check_nobody_listens(None) == []
