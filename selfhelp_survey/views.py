"""The pages beside the wizard: they need no draft, and most of them no database."""

import contextlib
from uuid import UUID

from django.db import Error, router
from django.db.models import Value
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils.html import format_html
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _

from selfhelp_survey.border import READ, NotOffered, Place, SeeOther, message, note_failure, survey_view
from selfhelp_survey.conf import survey_settings
from selfhelp_survey.draft_storage import DraftStorage
from selfhelp_survey.entries import find_entry
from selfhelp_survey.headers import harden
from selfhelp_survey.models import Draft, Entry, KeyProof, PublishedVersion
from selfhelp_survey.stylesheet import Stylesheet
from selfhelp_survey.transport import EVIDENCE, InsecureTransport

CLEARED = '"cache"'
"""Not cookies and storage: they hold nothing of ours, and a programme that finds its own gone knows that its visitor
has just sent, or left."""


def _refuse_unknown(place: Place, *, after_draft: bool) -> None:
    """Raises Http404 for an unknown entry or a language that is not offered; nothing while nobody can tell.

    After a draft, any language of the host will do: the draft's own version may have offered one that the newest lacks.
    One that is switched off will do as well: whoever is in the middle must find help in it.
    """
    try:
        entry = find_entry(place.entry)
    except Error as error:
        note_failure(error)
        return
    if entry is None:
        raise Http404
    if place.language not in {*entry.questionnaire.languages, *(survey_settings.languages if after_draft else ())}:
        raise NotOffered


def _reading(request: HttpRequest, place: Place, kind: str, *, after_draft: bool = False) -> HttpResponse:
    if request.method not in READ:
        return HttpResponseNotAllowed(READ)
    _refuse_unknown(place, after_draft=after_draft)
    return message(place, kind)


def style(request: HttpRequest, digest: str) -> HttpResponse:
    """The stylesheet; of another version's address it is not to be kept."""
    response = Stylesheet(digest) if request.method in READ else HttpResponseNotAllowed(READ)
    harden(request, response)
    return response


def health(request: HttpRequest) -> HttpResponse:
    """For monitors: "ok" where the database answers and holds the tables, "failing" (503) where not.

    Whatever respondents do, and whether the survey is open, the bytes stay the same. No cookie is read.
    """
    if request.method not in READ:
        response: HttpResponse = HttpResponseNotAllowed(READ)
    else:
        is_well = _has_tables()
        words, status = ("ok\n", 200) if is_well else ("failing\n", 503)
        response = HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")
    harden(request, response)
    return response


def _has_tables() -> bool:
    """True where one query finds the tables that every page needs. It looks for rows that there never are."""
    database = router.db_for_write(Draft)
    nobody = ((Draft, UUID(int=0)), (Entry, ""), (PublishedVersion, ""), (KeyProof, ""))
    nothing = [model.objects.using(database).filter(pk=pk).order_by().values_list(Value(1)) for model, pk in nobody]
    try:
        list(nothing[0].union(*nothing[1:], all=True))
    except Exception as error:  # whatever it is, nobody can answer
        note_failure(error)
        return False
    return True


@survey_view
def help_page(request: HttpRequest, place: Place) -> HttpResponse:
    """The support resources, in full, for everybody."""
    return _reading(request, place, "help")


@survey_view
def thanks(request: HttpRequest, place: Place) -> HttpResponse:
    """After sending. Says the same to whoever opens it."""
    response = _reading(request, place, "thanks", after_draft=True)
    response.headers["Clear-Site-Data"] = CLEARED
    return response


@survey_view
def end(request: HttpRequest, place: Place) -> HttpResponse:
    """For those who do not take part."""
    return _reading(request, place, "end", after_draft=True)


@survey_view
def leave(request: HttpRequest, place: Place) -> HttpResponse:
    """Away, now: delete the draft, forget the cookie, and go to a neutral site.

    The post needs no token: forged, it only erases. Neither half depends on the database.
    """
    if request.method == "POST":
        response: HttpResponse = SeeOther(place.address("leave"))
        if getattr(request, EVIDENCE, None) is not False:
            _erase(request, response)
        return response
    if request.method not in READ:
        return HttpResponseNotAllowed([*READ, "POST"])
    response = HttpResponse(_blank_page())
    response.headers["Refresh"] = f"0;url={survey_settings.LEAVE_URL}"
    response.headers["Clear-Site-Data"] = CLEARED
    return response


def _blank_page() -> str:
    """Nothing but a way on, for a browser that does not follow `Refresh`."""
    return format_html(
        '<!doctype html><html lang="{}" dir="{}"><meta charset="utf-8"><title>…</title>'
        '<p><a href="{}" rel="noreferrer">{}</a></p></html>',
        get_language(), "rtl" if get_language_bidi() else "ltr", survey_settings.LEAVE_URL, _("Continue"),
    )  # fmt: skip


def _erase(request: HttpRequest, response: HttpResponse) -> None:
    with contextlib.suppress(InsecureTransport):
        storage = DraftStorage("survey", request)
        try:
            storage.erase()
        except Exception as error:  # the visitor leaves whatever went wrong
            note_failure(error)
        storage.update_response(response)
