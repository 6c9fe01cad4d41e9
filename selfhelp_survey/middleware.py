"""The border around the survey's addresses."""

from collections.abc import Callable
from functools import cache

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import NoReverseMatch, get_script_prefix, reverse

from selfhelp_survey.headers import harden
from selfhelp_survey.transport import EVIDENCE, same_origin_evidence

KEPT_PARAMETERS = frozenset({"c", "e"})
_DROPPED = (
    "HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_USER_AGENT", "HTTP_REFERER", "REMOTE_HOST",
    "HTTP_ACCEPT_LANGUAGE", "HTTP_VIA", "HTTP_X_CLIENT_IP", "HTTP_CF_CONNECTING_IP", "HTTP_TRUE_CLIENT_IP",
)  # fmt: skip
_DRAFT_COOKIES = frozenset({"v", "__Host-v"})


class SurveyBorderMiddleware:
    """Keeps what could identify a respondent away from everything behind it, on the survey's addresses only.

    It comes first in MIDDLEWARE, so that no other middleware sees an address, a user agent, a referrer, a language or
    a foreign cookie with an answer; and last on the way out, so that every response carries the headers.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        prefix = survey_prefix()
        if prefix is None or not request.path.startswith(prefix):
            return self.get_response(request)
        isolate(request)
        if request.content_type == "multipart/form-data":  # refused unread: no upload ever reaches the disk
            return harden(request, HttpResponse("Unsupported.\n", status=415, content_type="text/plain"))
        return harden(request, self.get_response(request))


@cache
def survey_prefix() -> str | None:
    """The path under which the survey's addresses lie, None where they are not included anywhere."""
    try:
        start = reverse("selfhelp_survey:start", kwargs={"language": "en", "entry": "x"})
    except NoReverseMatch:
        return None
    return start.removesuffix("en/x/") or get_script_prefix()


def isolate(request: HttpRequest) -> None:
    """Take off the request whatever could identify a respondent, after noting whether our own page sent it."""
    setattr(request, EVIDENCE, same_origin_evidence(request))
    for name in _DROPPED:
        request.META.pop(name, None)
    request.META["REMOTE_ADDR"] = "0.0.0.0"  # noqa: S104 - an address that is nobody's
    cookies = {name: value for name, value in request.COOKIES.items() if name in _DRAFT_COOKIES}
    request.__dict__["COOKIES"] = cookies
    request.META.pop("HTTP_COOKIE", None)
    names = set(request.META.get("QUERY_STRING", "").replace(";", "&").split("&")) & KEPT_PARAMETERS
    request.META["QUERY_STRING"] = "&".join(sorted(names))
