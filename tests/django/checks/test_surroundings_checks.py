"""The checks of the host's site around the survey, each from both sides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.middleware import SessionMiddleware

from selfhelp_survey.checks import surroundings
from tests.django.checks.said import ids, words


class OwnSessions(SessionMiddleware):
    """A host's own kind of sessions."""


def own_middleware(get_response: Any) -> Any:
    """Middleware that is a function."""
    return get_response


@pytest.mark.parametrize(
    ("middleware", "closes", "found"),
    [
        ([surroundings.SESSIONS], False, ["W001"]),
        ([surroundings.SESSIONS], True, []),
        ([f"{__name__}.OwnSessions"], False, ["W001"]),
        ([f"{__name__}.own_middleware", "no.such.Middleware"], False, []),
    ],
)
def test_check_session_cookie_goes__cookie__ends_with_the_browser(
    settings: Any, middleware: list[str], closes: bool, found: list[str]
) -> None:
    settings.MIDDLEWARE = middleware
    settings.SESSION_EXPIRE_AT_BROWSER_CLOSE = closes
    assert ids(surroundings.check_session_cookie_goes(None)) == found


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({}, ["W002"]),
        ({"CSRF_COOKIE_AGE": 3600}, ["W002"]),
        ({"CSRF_COOKIE_AGE": None}, []),
        ({"CSRF_USE_SESSIONS": True}, []),
        ({"MIDDLEWARE": []}, []),
    ],
)
def test_check_csrf_cookie_goes__cookie__ends_with_the_browser(
    settings: Any, given: dict[str, Any], found: list[str]
) -> None:
    settings.MIDDLEWARE = [surroundings.CSRF]
    for name, value in given.items():
        setattr(settings, name, value)
    assert ids(surroundings.check_csrf_cookie_goes(None)) == found


@pytest.mark.parametrize(
    ("middleware", "path", "found"),
    [
        ([surroundings.SESSIONS], "/", ["W003"]),
        ([surroundings.SESSIONS], "/feedback/", ["W003"]),
        ([surroundings.SESSIONS], "/admin/", []),
        ([], "/", []),
    ],
)
def test_check_session_cookie_path__path__leaves_the_survey_out(
    settings: Any, middleware: list[str], path: str, found: list[str]
) -> None:
    settings.MIDDLEWARE = middleware
    settings.SESSION_COOKIE_PATH = path
    assert ids(surroundings.check_session_cookie_path(None)) == found


@pytest.mark.parametrize("name", [*surroundings.CACHES, "django.middleware.cache.CacheMiddleware"])
def test_check_page_cache__in_the_chain__is_warned_of(settings: Any, name: str) -> None:
    assert surroundings.check_page_cache(None) == []
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, name]
    assert ids(surroundings.check_page_cache(None)) == ["W004"]


def test_check_gzip__in_the_chain__is_warned_of(settings: Any) -> None:
    assert surroundings.check_gzip(None) == []
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, surroundings.GZIP]
    assert ids(surroundings.check_gzip(None)) == ["W005"]


@pytest.mark.parametrize("name", surroundings.TRAILS)
def test_check_trails__installed_or_in_the_chain__is_warned_of_by_name(
    settings: Any, package: Callable[[str], None], name: str
) -> None:
    package(name)
    assert surroundings.check_trails(None) == []  # can be imported, is not installed
    middleware, apps = settings.MIDDLEWARE, settings.INSTALLED_APPS
    settings.MIDDLEWARE = [*middleware, f"{name}.middleware.Middleware"]
    chained = surroundings.check_trails(None)
    settings.MIDDLEWARE = middleware
    settings.INSTALLED_APPS = [*apps, name]
    installed = surroundings.check_trails(None)
    assert ids(chained) == ids(installed) == ["W006"]
    assert name in words(installed)


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({}, ["W010"]),
        ({"ALLOWED_HOSTS": ["example.org"]}, ["W010"]),
        ({"ALLOWED_HOSTS": ["example.org", "abcdefgh.onion"]}, []),
        ({"SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https")}, []),
        ({"SECURE_SSL_REDIRECT": True}, []),
    ],
)
def test_check_https__any_sign__is_enough(settings: Any, given: dict[str, Any], found: list[str]) -> None:
    for name, value in given.items():
        setattr(settings, name, value)
    assert ids(surroundings.check_https(None)) == found


@pytest.mark.parametrize(
    ("hosts", "seconds", "found"),
    [
        (["example.org"], 0, ["W011"]),
        (["example.org"], 3600, []),
        (["abcdefgh.onion", "example.org"], 0, ["W011"]),
        (["abcdefgh.onion", "localhost"], 0, []),
        (["*"], 0, ["W011"]),
        ([], 0, []),
    ],
)
def test_check_hsts__host_of_the_open_web__is_asked_for(
    settings: Any, hosts: list[str], seconds: int, found: list[str]
) -> None:
    settings.ALLOWED_HOSTS = hosts
    settings.SECURE_HSTS_SECONDS = seconds
    assert ids(surroundings.check_hsts(None)) == found
