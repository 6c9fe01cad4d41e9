"""How a request came: over what, from where, with what form, and whether a page of our own sent it."""

import re
from typing import Any

from django.core.exceptions import BadRequest, RequestDataTooBig
from django.http import HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict

from selfhelp_survey.conf import survey_settings
from selfhelp_survey.core.response import Channel
from selfhelp_survey.errors import SubmissionError

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]", "testserver"})
EVIDENCE = "selfhelp_survey_evidence"
FORM = "selfhelp_survey_form"
DRAFT_COOKIES = "selfhelp_survey_cookies"
"""Where the border puts what the views need of a request: off the places in which error reporters look."""
URLENCODED = "application/x-www-form-urlencoded"
_LENGTH = re.compile(r"[0-9]{1,18}", re.ASCII)
LARGEST_BODY = 2_621_440
"""Bytes of a form that are read at all, whatever the host allows elsewhere: 2.5 MB, Django's own default."""


class InsecureTransport(SubmissionError):  # noqa: N818 - says what is wrong
    """The survey is served over https, or over http to an onion service; on loopback only while DEBUG is on."""


class DebuggingInPublic(SubmissionError):  # noqa: N818 - says what is wrong
    """While DEBUG is on, the survey is served on loopback only: a debugging site keeps and shows too much."""


class AskedByScript(SubmissionError):  # noqa: N818 - says what happened
    """Something on a page asked for an answer of the survey's, not the person who reads it."""


class UnsupportedForm(SubmissionError):  # noqa: N818 - says what is wrong
    """A form of another kind than the survey's own, such as an upload; it is not read."""


def host_of(request: HttpRequest) -> str:
    """The host name the site was reached at, without its port."""
    host = request.get_host()
    return host if host.endswith("]") else host.rsplit(":", 1)[0]


def cookie_name(request: HttpRequest) -> str:
    """The draft cookie's name: `__Host-v` over https, `v` where http is safe. Raises InsecureTransport elsewhere."""
    if request.is_secure():
        return "__Host-v"
    host = host_of(request)
    if host.endswith(".onion") or (host in LOOPBACK and survey_settings.is_debug):
        return "v"
    raise InsecureTransport


def refuse_public_debugging(request: HttpRequest) -> None:
    """Raises DebuggingInPublic where DEBUG is on and the host name is not this machine's."""
    if survey_settings.is_debug and host_of(request) not in LOOPBACK:
        raise DebuggingInPublic


def channel_of(request: HttpRequest) -> Channel:
    """The kind of address the survey was reached at."""
    return Channel.ANONYMOUS if host_of(request).endswith(".onion") else Channel.CLEAR


def same_origin_evidence(request: HttpRequest) -> bool | None:
    """True where the browser says that our own page sent this, False where another did, None where it is silent.

    Chromium sends no `Sec-Fetch-Site` to an http onion address; there `Origin` alone decides.
    Source: Fetch Metadata Request Headers (W3C), Fetch standard section 3.2 (`Origin`).
    """
    site, origin = request.META.get("HTTP_SEC_FETCH_SITE"), request.META.get("HTTP_ORIGIN")
    own = f"{request.scheme}://{request.get_host()}"
    if site not in (None, "same-origin", "none") or origin not in (None, own):
        return False
    return True if site == "same-origin" or origin == own else None


def is_navigation(request: HttpRequest) -> bool:
    """False where the browser says that something on a page asks, such as a script, and not the page's reader.

    The host's own pages stand on the same site as the survey: without this, any script on one of them could read and
    write a respondent's answers. True where the browser is silent.
    Source: Fetch Metadata Request Headers (W3C), sections 2.1 (`Sec-Fetch-Dest`) and 2.2 (`Sec-Fetch-Mode`).
    """
    asked_for = request.META.get("HTTP_SEC_FETCH_DEST"), request.META.get("HTTP_SEC_FETCH_MODE")
    return asked_for[0] in (None, "document") and asked_for[1] in (None, "navigate")


def is_forged(*, evidence: bool | None, given: str, matches: bool) -> bool:
    """True where a post cannot be trusted to come from our own page.

    A wrong token is refused. An empty one (the page was drawn before the cookie existed, or a Strict cookie was held
    back on arrival from another site) passes on positive evidence only.
    """
    if evidence is False:
        return True
    return not matches if given else evidence is not True


def take_form(request: HttpRequest) -> "MultiValueDict[str, Any]":
    """What a form sent, taken off the request, so that no report about the request can hold an answer.

    Empty for other methods than POST. Raises UnsupportedForm, RequestDataTooBig, TooManyFieldsSent or BadRequest; what
    was sent is gone from the request then as well.
    """
    try:
        return _form_of(request)
    finally:
        forget_body(request)


def _form_of(request: HttpRequest) -> "MultiValueDict[str, Any]":
    if request.method != "POST":
        return MultiValueDict()
    if request.content_type != URLENCODED:  # before .POST: no upload reaches the disk
        raise UnsupportedForm
    announced = _length_of(request)
    if announced > LARGEST_BODY:
        raise RequestDataTooBig
    if len(request.body) < announced:  # cut off on its way: taken as it is, it would empty the rest of the page
        raise BadRequest
    return request.POST


def _length_of(request: HttpRequest) -> int:
    """The bytes that were announced. Raises UnsupportedForm where none were: Django reads such a body as empty.

    Browsers always announce them. A proxy that sends on in pieces (chunked) does not, and an empty form would empty
    the page.
    """
    announced = request.META.get("CONTENT_LENGTH") or ""
    if not _LENGTH.fullmatch(announced):
        raise UnsupportedForm
    return int(announced)


def forget_body(request: HttpRequest) -> None:
    """Leave nothing of what was sent on the request, read or unread."""
    for name, nothing in (("_body", b""), ("POST", QueryDict()), ("_files", MultiValueDict())):
        setattr(request, name, nothing)
