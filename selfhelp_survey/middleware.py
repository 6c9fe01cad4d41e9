"""The border around the survey's addresses."""

import logging
import re
from collections.abc import Callable
from functools import cache
from typing import Any

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import NoReverseMatch, get_script_prefix, reverse
from django.views.debug import SafeExceptionReporterFilter

from selfhelp_survey.conf import survey_settings
from selfhelp_survey.headers import compress, harden
from selfhelp_survey.transport import EVIDENCE, same_origin_evidence

logger = logging.getLogger("selfhelp_survey")

KEPT_PARAMETERS = frozenset({"c", "e"})
_KEPT_HEADERS = re.compile(
    r"HTTP_(HOST|ORIGIN|SEC_FETCH_SITE|ACCEPT_ENCODING|X_FORWARDED_(HOST|PORT|PROTO|PROTOCOL|SCHEME|SSL))"
)
_LANGUAGE_FIRST = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8}){0,2}/")
_DROPPED = ("REMOTE_HOST", "REMOTE_PORT", "REMOTE_USER")
_DRAFT_COOKIES = frozenset({"v", "__Host-v"})


class SurveyBorderMiddleware:
    """Keeps what could identify a respondent away from everything behind it, on the survey's addresses only.

    It comes first in MIDDLEWARE, so that no other middleware sees an address, a user agent, a referrer, a language or
    a foreign cookie with an answer; and last on the way out, so that every response carries the headers, compressed.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not is_survey_path(request.path):
            return self.get_response(request)
        try:
            isolate(request)
        except DisallowedHost:  # Django would report it with all that was posted
            logger.warning("survey address refused: its host name is not in ALLOWED_HOSTS")
            return harden(request, HttpResponse("Bad request.\n", status=400, content_type="text/plain"))
        if request.content_type == "multipart/form-data":  # refused unread: no upload ever reaches the disk
            return harden(request, HttpResponse("Unsupported.\n", status=415, content_type="text/plain"))
        return compress(request, harden(request, self.get_response(request)))


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
    """The path under which the survey's addresses lie, None where they are not included anywhere."""
    try:
        start = reverse("selfhelp_survey:start", kwargs={"language": "en", "entry": "x"})
    except NoReverseMatch:
        return None
    return start.removesuffix("en/x/") or get_script_prefix()


def is_survey_path(path: str) -> bool:
    """True for the survey's addresses; where it lies at the root, beside an admin, for those with a language only."""
    prefix = survey_prefix()
    if prefix is None or not path.startswith(prefix):
        return False
    return prefix != get_script_prefix() or _LANGUAGE_FIRST.match(path, len(prefix)) is not None


def isolate(request: HttpRequest) -> None:
    """Take off the request whatever could identify a respondent, and note whether our own page sent it.

    Raises DisallowedHost, with the request already bare.
    """
    setattr(request, "exception_reporter_filter", NothingToReport())  # noqa: B010 - Django looks for it here
    cookies = {name: value for name, value in request.COOKIES.items() if name in _DRAFT_COOKIES}
    request.__dict__["COOKIES"] = cookies
    _strip(request.META)
    request.__dict__.pop("headers", None)  # a copy of all that was there before
    setattr(request, EVIDENCE, same_origin_evidence(request))


def _strip(meta: dict[str, Any]) -> None:
    headers = [name for name in meta if name.startswith("HTTP_") and not _KEPT_HEADERS.fullmatch(name)]
    for name in (*headers, *_DROPPED):
        if name != survey_settings.proxy_header:
            meta.pop(name, None)
    meta["REMOTE_ADDR"] = "0.0.0.0"  # noqa: S104 - an address that is nobody's
    names = set(meta.get("QUERY_STRING", "").replace(";", "&").split("&")) & KEPT_PARAMETERS
    meta["QUERY_STRING"] = "&".join(sorted(names))
