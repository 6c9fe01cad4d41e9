"""The one stylesheet of the survey's pages, under an address that names its content.

A link and not a part of each page: a page after the first weighs a good third less. It is the same for everybody, so a
browser may keep it for as long as a draft can live; "thanks" and "leave" ask for its removal. What a host writes in
`selfhelp_survey/host.css` stands in the same sheet: no further request.
"""

import hashlib
import re
from functools import cache
from importlib import resources

from django.http import HttpResponse
from django.template import loader
from django.urls import reverse

from selfhelp_survey.conf import survey_settings
from selfhelp_survey.draft_state import PAUSES

KEPT_SECONDS = max(PAUSES) * 3600
_LOADS = {
    "url(": r"url\(", "@import": r"@import", "@font-face": r"@font-face", "image-set(": r"image-set\(",
    "src(": r"\bsrc\(", "<": r"<", "a backslash": r"\\",
}  # fmt: skip
"""What a host's sheet may not hold: what loads something, what ends the sheet, and what could hide either."""


class Stylesheet(HttpResponse):
    """The stylesheet as an answer. `is_current` is False where an address of another version was asked for."""

    def __init__(self, digest: str) -> None:
        texts = {_digest(text): text for text in (stylesheet(), stylesheet(in_host=True))}
        self.is_current = digest in texts
        super().__init__(texts.get(digest, stylesheet()), content_type="text/css; charset=utf-8")


def stylesheet(*, in_host: bool = False) -> str:
    """The stylesheet's text; `in_host` for pages inside a host's own, where it reaches what is in `.survey` only."""
    own = host_css()
    return _whole("" if faults(own) else own, in_host)


def stylesheet_address(*, in_host: bool = False) -> str:
    """Where pages link to: twelve hexadecimal digits change with the text."""
    return reverse("selfhelp_survey:style", kwargs={"digest": _digest(stylesheet(in_host=in_host))})


def host_css() -> str:
    """What the host adds to the sheet, as it stands in its templates; "" without. DEBUG: read again each time."""
    if survey_settings.is_debug:
        _read_host_css.cache_clear()
    return _read_host_css()


def faults(css: str) -> tuple[str, ...]:
    """What in a host's sheet would load something or end the sheet. A sheet with a fault is left out of every page."""
    return tuple(name for name, pattern in _LOADS.items() if re.search(pattern, css, re.IGNORECASE))


@cache
def _read_host_css() -> str:
    return loader.render_to_string("selfhelp_survey/host.css").strip()


@cache
def _whole(own: str, in_host: bool) -> str:
    tokens, frame, parts, leave = (_shipped(name) for name in ("tokens", "frame", "survey", "leave"))
    # `:where` weighs nothing, so what a host says of its own elements wins without `!important`.
    pieces = (tokens, f":where(.survey){{{parts}}}", own, leave) if in_host else (tokens, frame, parts, own, leave)
    return "\n".join(filter(None, pieces))


@cache
def _shipped(name: str) -> str:
    source = resources.files("selfhelp_survey") / "templates" / "selfhelp_survey" / f"{name}.css"
    return source.read_text("utf-8").strip()


@cache
def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
