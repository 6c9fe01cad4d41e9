"""The headers every response of the survey carries, whatever its route, method and status."""

import base64
import hashlib
from functools import cache
from importlib import resources

from django.http import HttpRequest, HttpResponseBase

_FEATURES = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "clipboard-read", "clipboard-write", "display-capture",
    "geolocation", "gyroscope", "interest-cohort", "magnetometer", "microphone", "midi", "payment", "usb", "web-share",
    "xr-spatial-tracking",
)  # fmt: skip
_FIXED = {
    "Cache-Control": "no-store, private, max-age=0",
    "Referrer-Policy": "same-origin",  # no-referrer makes browsers send "Origin: null" with our own forms
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in _FEATURES),
    "X-Robots-Tag": "noindex, nofollow, noarchive, nosnippet",
    "X-DNS-Prefetch-Control": "off",
}
_TELLTALES = (
    "ETag",
    "Last-Modified",
    "Server",
    "X-Powered-By",
    "Vary",
    "Expires",
    "Content-Security-Policy-Report-Only",
)
_YEAR = 365 * 24 * 3600


@cache
def stylesheet() -> str:
    """The survey's stylesheet, as it stands inside every page."""
    source = resources.files("selfhelp_survey") / "templates" / "selfhelp_survey" / "survey.css"
    return source.read_text("utf-8").strip()


@cache
def _policy() -> str:
    digest = base64.b64encode(hashlib.sha256(stylesheet().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}' 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "object-src 'none'; frame-ancestors 'none'; sandbox allow-forms allow-same-origin"
    )


def harden(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """The same response with the full set of headers and without those that tell or keep too much.

    Django logs nothing about it: its line for a 5xx carries the whole request, which `AdminEmailHandler` mails.

    `sandbox` forbids scripts even where a browser would run them; without `allow-same-origin`, `Origin` would be null
    and the cookie lost.
    """
    for name in _TELLTALES:
        if name in response.headers:
            del response.headers[name]
    for name, value in _FIXED.items():
        response.headers[name] = value
    response.headers["Content-Security-Policy"] = _policy()
    if request.is_secure():
        response.headers["Strict-Transport-Security"] = f"max-age={_YEAR}"
    setattr(response, "_has_been_logged", True)  # noqa: B010 - Django's own mark, which its types do not have
    return response
