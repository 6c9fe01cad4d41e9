"""The headers every response of the survey carries, whatever its route, method and status."""

from typing import TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware

from selfhelp_survey.stylesheet import KEPT_SECONDS, Stylesheet

_FEATURES = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "clipboard-read", "clipboard-write", "display-capture",
    "geolocation", "gyroscope", "interest-cohort", "magnetometer", "microphone", "midi", "payment", "usb",
    "xr-spatial-tracking",
)  # fmt: skip
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
    "object-src 'none'; frame-ancestors 'none'; sandbox allow-forms allow-same-origin"
)
FIXED_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Cache-Control": "no-store, private, max-age=0",
    "Referrer-Policy": "same-origin",  # no-referrer makes browsers send "Origin: null" with our own forms
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    # With this one beside it no window of the host's own pages, which Django gives the same opener policy, can hold on
    # to a page of the survey that it opened, and read in it.
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in _FEATURES),
    "X-Robots-Tag": "noindex, nofollow, noarchive, nosnippet",
    "X-DNS-Prefetch-Control": "off",
    "Vary": "Accept-Encoding",  # nothing else of the request decides about a page's form; the same on every response
}
_TELLTALES = (
    "ETag",
    "Last-Modified",
    "Server",
    "X-Powered-By",
    "Expires",
    "Content-Security-Policy-Report-Only",
)
_YEAR = 365 * 24 * 3600


Response = TypeVar("Response", bound=HttpResponseBase)


def harden(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """The same response with the full set of headers and without those that tell or keep too much.

    Django logs nothing about it: its line for a 5xx carries the whole request, which `AdminEmailHandler` mails.

    `sandbox` forbids scripts even where a browser would run them; without `allow-same-origin`, `Origin` would be null
    and the cookie lost.
    """
    for name in _TELLTALES:
        if name in response.headers:
            del response.headers[name]
    for name, value in FIXED_HEADERS.items():
        response.headers[name] = value
    if isinstance(response, Stylesheet) and response.is_current:
        response.headers["Cache-Control"] = f"private, max-age={KEPT_SECONDS}, immutable"
    if request.is_secure():
        response.headers["Strict-Transport-Security"] = f"max-age={_YEAR}"
    return as_logged(response)


def as_logged(response: Response) -> Response:
    """The same response, marked as logged: Django's line for it would carry the whole request."""
    setattr(response, "_has_been_logged", True)  # noqa: B010 - Django's own mark, which its types do not have
    return response


class _Compression(GZipMiddleware):
    """Django's own, as a step of ours. Its random bytes are a blur, not what safety rests on: a few will do."""

    max_random_bytes = 32


_compression = _Compression(lambda _request: HttpResponse())


def compress(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """The same response, gzipped where the browser takes that and it becomes smaller.

    Why that is safe here although a page carries a token: docs/decisions/0007-compressed-pages.md.
    """
    return _compression.process_response(request, response)
