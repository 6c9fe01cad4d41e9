"""The pages beside the wizard: they need no draft, and most of them no database."""

import contextlib

from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed

from selfhelp_survey.border import Place, SeeOther, message, note_failure, survey_view
from selfhelp_survey.conf import survey_settings
from selfhelp_survey.draft_storage import DraftStorage
from selfhelp_survey.entries import find_entry
from selfhelp_survey.transport import EVIDENCE, InsecureTransport

READ = ("GET", "HEAD")


def _offered_languages(place: Place) -> tuple[str, ...]:
    """The languages of the entry. Raises Http404 for an unknown entry or language; () while nobody can tell."""
    try:
        entry = find_entry(place.entry)
    except DatabaseError as error:
        note_failure(error)
        return ()
    if entry is None or place.language not in entry.languages:
        raise Http404
    return entry.languages


def _reading(request: HttpRequest, place: Place, kind: str) -> HttpResponse:
    if request.method not in READ:
        return HttpResponseNotAllowed(READ)
    return message(place, kind, languages=_offered_languages(place))


@survey_view
def help_page(request: HttpRequest, place: Place) -> HttpResponse:
    """The support resources, in full, for everybody."""
    return _reading(request, place, "help")


@survey_view
def thanks(request: HttpRequest, place: Place) -> HttpResponse:
    """After sending. Says the same to whoever opens it."""
    response = _reading(request, place, "thanks")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'  # not "cookies": the programme may know its visitor
    return response


@survey_view
def end(request: HttpRequest, place: Place) -> HttpResponse:
    """For those who do not take part."""
    return _reading(request, place, "end")


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
    response = HttpResponse("<!doctype html><title>…</title>")
    response.headers["Refresh"] = f"0;url={survey_settings.LEAVE_URL}"
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _erase(request: HttpRequest, response: HttpResponse) -> None:
    with contextlib.suppress(InsecureTransport):
        storage = DraftStorage("survey", request)
        try:
            storage.erase()
        except DatabaseError as error:  # the visitor leaves whatever the database says
            note_failure(error)
        storage.update_response(response)
