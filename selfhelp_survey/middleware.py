"""The border around the survey's addresses."""

import re
from collections.abc import Callable
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponsePermanentRedirect
from django.urls import NoReverseMatch, Resolver404, ResolverMatch, get_script_prefix, resolve, reverse
from django.utils.http import escape_leading_slashes
from django.views.debug import SafeExceptionReporterFilter

from selfhelp_survey.border import READ, last_resort, plain_page
from selfhelp_survey.conf import survey_settings
from selfhelp_survey.headers import compress, harden
from selfhelp_survey.sealing.draft_cipher import read_secret
from selfhelp_survey.transport import (
    DRAFT_COOKIES,
    EVIDENCE,
    forget_body,
    host_of,
    refuse_public_debugging,
    same_origin_evidence,
)

KEPT_PARAMETERS = frozenset({"b", "c", "e"})
_KEPT_HEADERS = re.compile(
    r"HTTP_(HOST|ORIGIN|SEC_FETCH_(SITE|DEST|MODE)|ACCEPT_ENCODING|X_FORWARDED_(HOST|PORT|PROTO|PROTOCOL|SCHEME|SSL))"
)
_LANGUAGE_FIRST = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8}){0,2}/")
APP = "selfhelp_survey"
_DROPPED = ("REMOTE_HOST", "REMOTE_PORT", "REMOTE_USER")
_COOKIE_NAMES = frozenset({"v", "__Host-v"})


class SurveyBorderMiddleware:
    """Keeps the survey's addresses apart from the rest of the site.

    It comes first in MIDDLEWARE and answers these addresses itself: the request, stripped of whatever could identify a
    respondent, goes straight to the survey's view. No other middleware, session, cache, toolbar or error reporter of
    the host sees it, and none of them adds a cookie or a header to the answer. What fails is caught here.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        match = _match(request.path_info)
        if not is_survey_path(request.path_info, match):
            hide_survey(request)
            return self.get_response(request)
        try:
            return compress(request, harden(request, _answer(request, match)))
        except Exception:  # even the words for an error failed: nothing goes on to the host's error reports
            forget_body(request)
            return last_resort()


def _match(path_info: str) -> ResolverMatch | None:
    """What the host's addresses say of this one; None where it leads nowhere."""
    try:
        return resolve(path_info)
    except Resolver404:
        return None


def _answer(request: HttpRequest, match: ResolverMatch | None) -> HttpResponseBase:
    """The survey's answer; a plain one where the address or the host name leads to none of its pages."""
    try:
        isolate(request)
        refuse_public_debugging(request)
        return _moved(request, match) or _call(request, match)
    except Exception as error:  # the rest is caught one layer further in, where language and entry are known
        forget_body(request)
        return plain_page(error)


def _call(request: HttpRequest, match: ResolverMatch | None) -> HttpResponseBase:
    if match is None:
        raise Http404
    request.resolver_match = match
    response: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
    return response


def _moved(request: HttpRequest, match: ResolverMatch | None) -> HttpResponse | None:
    """Where a reader is sent instead: to https where the site says so, and to the address with its last slash.

    A monitor on this machine asks over http, and is told over http.
    """
    is_for_monitors = match is not None and match.view_name == "selfhelp_survey:health"
    if request.method not in READ or is_for_monitors:
        return None
    if survey_settings.redirects_to_https and not request.is_secure() and not host_of(request).endswith(".onion"):
        host = survey_settings.https_host or request.get_host()
        return HttpResponsePermanentRedirect(f"https://{host}{request.path}")
    if match is not None or _match(f"{request.path_info}/") is None:
        return None
    return HttpResponsePermanentRedirect(f"{escape_leading_slashes(request.path)}/")


class NothingToReport(SafeExceptionReporterFilter):
    """What Django's error mails and debug pages tell of a request: where it failed, nothing that it carried."""

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:
        return {}

    def get_safe_cookies(self, request: HttpRequest) -> dict[str, Any]:
        return {}

    def get_safe_request_meta(self, request: HttpRequest) -> dict[str, Any]:
        return {}

    def get_traceback_frame_variables(self, request: Any, tb_frame: Any) -> Any:
        return {}.items()


@cache
def survey_prefix() -> str | None:
    """The path under which the survey's addresses lie, within the site; None where they are not included anywhere."""
    try:
        start = reverse("selfhelp_survey:start", kwargs={"language": "en", "entry": "x"})
    except NoReverseMatch:
        return None
    return "/" + start.removeprefix(get_script_prefix()).removesuffix("en/x/")


def is_survey_path(path_info: str, match: ResolverMatch | None) -> bool:
    """True for the survey's addresses, and for those under its prefix that lead nowhere.

    Never for another app's, wherever they lie. At the root, beside other pages, an address that leads nowhere is the
    survey's only where it begins with a language.
    """
    if match is not None:
        return match.app_names[-1:] == [APP]
    prefix = survey_prefix()
    if prefix is None or not path_info.startswith(prefix):
        return False
    return prefix != "/" or _LANGUAGE_FIRST.match(path_info, 1) is not None


def isolate(request: HttpRequest) -> None:
    """Take off the request whatever could identify a respondent, and note whether our own page sent it.

    Raises DisallowedHost, with the request already bare.
    """
    setattr(request, "exception_reporter_filter", NothingToReport())  # noqa: B010 - Django looks for it here
    cookies = {name: value for name, value in request.COOKIES.items() if name in _COOKIE_NAMES}
    request.__dict__["COOKIES"] = {}
    setattr(request, DRAFT_COOKIES, cookies)
    _strip(request.META)
    request.__dict__.pop("headers", None)  # a copy of all that was there before
    setattr(request, EVIDENCE, same_origin_evidence(request))


def hide_survey(request: HttpRequest) -> None:
    """Keep from the rest of the site where its visitor comes from, and the key to a draft.

    Both would stand beside a session there: in an error report, or wherever the host notes what it is asked.
    """
    referrer = _path_within_site(request.META.get("HTTP_REFERER", ""))
    if is_survey_path(referrer, _match(referrer)):
        del request.META["HTTP_REFERER"]
    given = request.META.get("HTTP_COOKIE", "")
    kept = [part for part in given.split(";") if not _is_draft_cookie(part)]
    if len(kept) != given.count(";") + 1:
        request.META["HTTP_COOKIE"] = ";".join(kept)


def _path_within_site(address: str) -> str:
    """The path of a full address, less the script's own; "/" where it is no address at all."""
    try:
        return "/" + urlsplit(address).path.removeprefix(get_script_prefix())
    except ValueError:
        return "/"


def _is_draft_cookie(part: str) -> bool:
    name, _, value = part.strip().partition("=")
    return name in _COOKIE_NAMES and read_secret(value) is not None


def _strip(meta: dict[str, Any]) -> None:
    headers = [name for name in meta if name.startswith("HTTP_") and not _KEPT_HEADERS.fullmatch(name)]
    for name in (*headers, *_DROPPED):
        if name != survey_settings.proxy_header:
            meta.pop(name, None)
    meta["REMOTE_ADDR"] = "0.0.0.0"  # noqa: S104 - an address that is nobody's
    names = set(meta.get("QUERY_STRING", "").replace(";", "&").split("&")) & KEPT_PARAMETERS
    meta["QUERY_STRING"] = "&".join(sorted(names))
