"""`{% exit_survey_invitation programme %}`: the invitation at the end of a programme's page."""

from __future__ import annotations

from django import template
from django.db import Error
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from selfhelp_survey.entries import OpenEntry, open_entry

register = template.Library()

NOTHING = mark_safe("")


@register.simple_tag
def exit_survey_invitation(programme: object, *, entry: str = "end") -> SafeString:
    """The invitation to the survey behind this entry, in the language of the page; nothing unless it is open in it.

    `programme` is any object with a `title`, as of the host's programme model; it is only named, never kept.
    """
    found = _found(entry)
    language = found and _offered(found.languages)
    if not found or not language:
        return NOTHING
    context = {
        "entry": entry,
        "survey_language": language,
        "page_count": found.page_count,
        "minutes": found.minutes,
        "programme_title": getattr(programme, "title", ""),
    }
    return render_to_string("selfhelp_survey/invitation.html", context)


def _found(entry: str) -> OpenEntry | None:
    """The open entry; none while the database is down: an invitation never takes the host's page with it."""
    try:
        return open_entry(entry)
    except Error:
        return None


def _offered(languages: tuple[str, ...]) -> str | None:
    """The page's language, or its language without the region, where the survey offers it."""
    page = get_language() or ""
    return next((code for code in (page, page.partition("-")[0]) if code in languages), None)
