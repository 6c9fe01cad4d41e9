"""Checks of the host's site around the survey. The border keeps it out of the survey's pages, not out of a browser.

So these are warnings: what they name cannot tell who answered what, but may tell who was here.
"""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Tags, register

from selfhelp_survey.checks.chain import is_in_chain, present
from selfhelp_survey.checks.messages import warning
from selfhelp_survey.conf import host_settings, survey_settings
from selfhelp_survey.middleware import survey_prefix
from selfhelp_survey.transport import LOOPBACK

SESSIONS = "django.contrib.sessions.middleware.SessionMiddleware"
CSRF = "django.middleware.csrf.CsrfViewMiddleware"
CACHES = (
    "django.middleware.cache.UpdateCacheMiddleware",
    "django.middleware.cache.FetchFromCacheMiddleware",
)
GZIP = "django.middleware.gzip.GZipMiddleware"
TRAILS = (
    "auditlog", "axes", "drf_api_logger", "easyaudit", "pghistory", "request", "request_logging", "requestlogs",
    "rest_framework_tracking", "reversion", "simple_history", "tracking", "user_visit",
)  # fmt: skip
"""Apps that keep who did what or saw what when."""


@register(Tags.security, deploy=True)
def check_session_cookie_goes(app_configs: Sequence[AppConfig] | None, **named: Any) -> list[CheckMessage]:
    """A warning where the host's session cookie stays on a respondent's device."""
    if not is_in_chain(SESSIONS) or not host_settings.keeps_session_cookie:
        return []
    said = "The session cookie stays on the device after the browser is closed, and shows that somebody was here."
    return [warning("W001", said, "Set SESSION_EXPIRE_AT_BROWSER_CLOSE = True.")]


@register(Tags.security, deploy=True)
def check_csrf_cookie_goes(app_configs: Sequence[AppConfig] | None, **named: Any) -> list[CheckMessage]:
    """A warning where the host's csrftoken stays on a respondent's device, for a year unless set otherwise."""
    if not is_in_chain(CSRF) or not host_settings.keeps_csrf_cookie:
        return []
    said = "The cookie csrftoken stays on the device after the browser is closed, and shows that somebody was here."
    return [warning("W002", said, "Set CSRF_COOKIE_AGE = None.")]


@register(Tags.security, deploy=True)
def check_session_cookie_path(app_configs: Sequence[AppConfig] | None, **named: Any) -> list[CheckMessage]:
    """A warning where browsers send the host's session cookie to the survey's addresses as well."""
    prefix = survey_prefix()
    if prefix is None or not is_in_chain(SESSIONS) or not prefix.startswith(host_settings.session_cookie_path):
        return []
    said = "Whoever is logged in sends the session cookie to the survey too. The border drops it; a proxy may not."
    hint = "Give the survey a host name or onion address of its own, or set SESSION_COOKIE_PATH to the part in need."
    return [warning("W003", said, hint)]


@register(Tags.security, deploy=True)
def check_page_cache(app_configs: Sequence[AppConfig] | None, **named: Any) -> list[CheckMessage]:
    """A warning where whole pages of the host are kept in a cache."""
    found = [name for name in CACHES if is_in_chain(name)]
    if not found:
        return []
    said = "Whole pages of the site are kept in a cache. No page of the survey is, but those that lead to it are."
    return [warning("W004", said, "Take the cache middleware out, or keep it to pages that are the same for all.")]


@register(Tags.security, deploy=True)
def check_gzip(app_configs: Sequence[AppConfig] | None, **named: Any) -> list[CheckMessage]:
    """A warning where the host compresses all its pages: their length then tells of secrets in them (BREACH)."""
    if not is_in_chain(GZIP):
        return []
    said = "GZipMiddleware is on: where a page shows a secret beside text of its address, its length tells (BREACH)."
    return [warning("W005", said, "Take it out: the survey compresses its own pages, and safely.")]


@register(Tags.security, deploy=True)
def check_trails(app_configs: Sequence[AppConfig] | None, **named: Any) -> list[CheckMessage]:
    """A warning for each app that keeps who did what, or saw which page, when."""
    hint = "Take it out, or keep it to models and addresses that have nothing to do with the programme."
    return [warning("W006", f"{name} keeps who did what, or was where, and when.", hint) for name in present(TRAILS)]


@register(Tags.security, deploy=True)
def check_https(app_configs: Sequence[AppConfig] | None, **named: Any) -> list[CheckMessage]:
    """A warning where nothing shows that the site is served over https or as an onion service."""
    has_onion = any(host.endswith(".onion") for host in host_settings.allowed_hosts)
    if has_onion or survey_settings.proxy_header or survey_settings.redirects_to_https:
        return []
    said = "Nothing shows that the site is served over https or as an onion service: over http the survey refuses."
    hint = "Set SECURE_PROXY_SSL_HEADER behind a proxy that ends TLS, or SECURE_SSL_REDIRECT, or name the .onion host."
    return [warning("W010", said, hint)]


@register(Tags.security, deploy=True)
def check_hsts(app_configs: Sequence[AppConfig] | None, **named: Any) -> list[CheckMessage]:
    """A warning where browsers are not told to come to a host of the open web over https only."""
    clear = [host for host in host_settings.allowed_hosts if not host.endswith(".onion") and host not in LOOPBACK]
    if not clear or host_settings.has_hsts:
        return []
    said = "SECURE_HSTS_SECONDS is 0: a first visit over http to the rest of the site can be read on its way."
    return [warning("W011", said, "Set SECURE_HSTS_SECONDS, unless the web server sends the header.")]
