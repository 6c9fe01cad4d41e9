"""How a request came: over what, from where, and whether a form of our own sent it."""

from django.http import HttpRequest

from selfhelp_survey.conf import survey_settings
from selfhelp_survey.core.response import Channel
from selfhelp_survey.errors import SubmissionError

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]", "testserver"})
EVIDENCE = "selfhelp_survey_evidence"


class InsecureTransport(SubmissionError):  # noqa: N818 - says what is wrong
    """The survey is served over https, or over http to an onion service; on loopback only while DEBUG is on."""


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


def is_forged(*, evidence: bool | None, given: str, matches: bool) -> bool:
    """True where a post cannot be trusted to come from our own page.

    A wrong token is refused. An empty one (the page was drawn before the cookie existed, or a Strict cookie was held
    back on arrival from another site) passes on positive evidence only.
    """
    if evidence is False:
        return True
    return not matches if given else evidence is not True
