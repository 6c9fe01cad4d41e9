"""The border every page of the survey stands behind: language, rendering, errors, headers.

Whatever goes wrong inside ends here as a calm page. The log tells class, code location and SQLSTATE, never a message:
messages can quote what somebody wrote.
"""

import functools
import logging
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from selfhelp_survey import logbook
from selfhelp_survey.conf import survey_settings
from selfhelp_survey.drawing import draw
from selfhelp_survey.entries import known_entry, programme_address
from selfhelp_survey.errors import SurveyError
from selfhelp_survey.headers import FIXED_HEADERS, as_logged, harden
from selfhelp_survey.host_content import support_resources
from selfhelp_survey.languages import NamedLanguage, named_language
from selfhelp_survey.look import shell_context, shells
from selfhelp_survey.sealing.errors import TooLarge
from selfhelp_survey.transport import (
    EVIDENCE,
    FORM,
    AskedByScript,
    InsecureTransport,
    UnsupportedForm,
    forget_body,
    is_navigation,
    take_form,
)

View = Callable[..., HttpResponse]
READ = ("GET", "HEAD")
MOST_SENT_AGAIN = 100_000
"""Characters of a form that a page offers to send again: no page of ours sends as many."""


class NotOffered(Http404):
    """The survey is there, in other languages than the one asked for."""


class SeeOther(HttpResponseRedirect):
    """303: after a post, look there. Django's own redirects answer 302."""

    status_code = 303


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a respondent is: language and entry, as the address says them."""

    language: str
    entry: str

    def address(self, name: str, **more: str) -> str:
        """The address of another page in the same language and entry."""
        return reverse(f"selfhelp_survey:{name}", kwargs={"language": self.language, "entry": self.entry, **more})

    def in_language(self, language: str) -> "Place":
        """The same place in another language."""
        return Place(language=language, entry=self.entry)


def survey_view(view: View, *, takes_forms: bool = False) -> View:
    """The view behind the border: rendered in the address's language, its errors caught, its headers set.

    What a form sent goes to views that take forms, and off the request in any case. Called by anybody but the border,
    whose middleware then is not installed, the view answers nothing.
    """

    @functools.wraps(view)
    def bordered(request: HttpRequest, *args: Any, language: str, entry: str, **kwargs: Any) -> HttpResponse:
        is_spoken = translation.check_for_language(language)
        place = Place(language=language if is_spoken else "en", entry=entry)
        with translation.override(place.language):
            try:
                if not is_spoken:
                    raise Http404
                _take_over(request, takes_forms=takes_forms)
                response = view(request, *args, place=place, **kwargs)
            except Exception as error:  # this is the border
                forget_body(request)
                response = _calm_page(place, error, again=_once_more(request))
            response.headers["Content-Language"] = place.language
        harden(request, response)
        return response

    return bordered


class BorderMissing(SurveyError):  # noqa: N818 - says what is wrong
    """SurveyBorderMiddleware is not in MIDDLEWARE: nothing is served without it."""


def _take_over(request: HttpRequest, *, takes_forms: bool) -> None:
    if not hasattr(request, EVIDENCE):
        raise BorderMissing
    if not is_navigation(request):
        raise AskedByScript
    if takes_forms:
        setattr(request, FORM, take_form(request))
    else:
        forget_body(request)


def _once_more(request: HttpRequest) -> "Again | None":
    """The form that was sent, to be sent again; None where there is none, or more than a page should hold.

    None as well for a form of another site: pressed here, its button would make it one of ours.
    """
    if getattr(request, EVIDENCE, None) is False:
        return None
    sent: Any = getattr(request, FORM, MultiValueDict())
    fields = tuple((name, value) for name, values in sent.lists() for value in values)
    size = sum(len(name) + len(value) for name, value in fields)
    return Again(address=request.path, fields=fields) if fields and size <= MOST_SENT_AGAIN else None


def _calm_page(place: Place, error: Exception, *, again: "Again | None") -> HttpResponse:
    """The page for this error; should it fail as well, its words alone.

    Where something failed that may work in a moment, the page holds what was sent: the browser's Back shows it empty.
    """
    kind, status = _kind_of(error)
    try:
        return message(place, kind, status=status, again=again if kind == "unavailable" else None)
    except Exception as another:
        note_failure(another)
        return _in_plain_words("unavailable", 503)


def plain_page(error: Exception) -> HttpResponse:
    """The words for this error where language and entry are not known, in the site's own language."""
    kind, status = _kind_of(error)
    with translation.override(survey_settings.default_language):
        response = _in_plain_words(kind, status)
        response.headers["Content-Language"] = survey_settings.default_language
    return response


def _in_plain_words(kind: str, status: int) -> HttpResponse:
    heading, paragraphs = _wording(kind)
    words = "\n\n".join((heading, *paragraphs)) + "\n"
    return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")


def last_resort() -> HttpResponse:
    """What is answered when all else failed; it asks for nothing that could fail as well."""
    return as_logged(HttpResponse("Nothing was saved just now.\n", status=503, headers=dict(FIXED_HEADERS)))


def _kind_of(error: Exception) -> tuple[str, int]:
    """Which page tells of this error, with its status. What nobody expected is noted, and nothing else is."""
    match error:
        case NotOffered():
            return "not_offered", 404
        case Http404():
            return "not_found", 404
        case InsecureTransport():
            return "insecure", 403
        case UnsupportedForm():
            return "unsupported", 415
        case AskedByScript():
            return "unsupported", 403
        case RequestDataTooBig() | TooManyFieldsSent() | TooLarge():
            return "too_large", 413
        case BadRequest() | SuspiciousOperation():
            return "unsupported", 400
        case _:
            note_failure(error)
            return "unavailable", 503


def note_failure(error: BaseException) -> None:
    """Log what failed and where, and nothing that was said."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "selfhelp_survey" in frame.filename] or frames
    where = f"{own[-1].filename.rsplit('selfhelp_survey', 1)[-1]}:{own[-1].lineno}" if own else "unknown"
    state = getattr(error.__cause__, "sqlstate", None) or "-"
    logbook.write(logging.ERROR, "survey page failed: %s at %s, SQLSTATE %s", type(error).__name__, where, state)


def show(place: Place, template: str, context: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    """The template drawn here and now, in this language and inside the border."""
    shell = {
        "place": place, "direction": named_language(place.language).direction,
        "leave_address": place.address("leave"), "help_address": place.address("help"),
        "support": support_lines(place.language), "programme_url": programme_address(place.entry),
        "public_title": _("Feedback"),
    }  # fmt: skip
    return HttpResponse(_drawn(f"selfhelp_survey/{template}.html", {**shell, **context}), status=status)


def _drawn(template: str, context: Mapping[str, Any]) -> str:
    """The page in the host's shell where it has one; in our own where that one fails.

    No request goes in: context processors would see a respondent's, and a host's form would set a second cookie.
    """
    own, *others = shells()
    try:
        return draw(template, {**context, **shell_context(own)})
    except Exception as error:
        if not others:
            raise
        note_failure(error)
    return draw(template, {**context, **shell_context(others[0])})


def support_lines(language: str) -> Any:
    """The support resources, the page's language first; none where they cannot be had just now."""
    try:
        return support_resources(language)
    except Exception as error:  # a page without them is better than no page
        note_failure(error)
        return ()


@dataclass(frozen=True, kw_only=True)
class Again:
    """A form to be sent once more with the press of a button: where to, and its fields."""

    address: str
    fields: tuple[tuple[str, str], ...]


def message(place: Place, kind: str, *, status: int = 200, again: Again | None = None) -> HttpResponse:
    """One of the short pages that say what happened and what can be done now."""
    heading, paragraphs = _wording(kind)
    context = {
        "kind": kind, "heading": heading, "paragraphs": paragraphs, "again": again,
        "language_links": () if again else language_links(place, kind if kind in _ADDRESSED else "start"),
        "start_address": place.address("start") if kind in _RESTARTABLE and not again else "",
    }  # fmt: skip
    return show(place, "message", context, status=status)


_ADDRESSED = frozenset({"thanks", "help", "end"})
_RESTARTABLE = frozenset({"expired", "cookies", "unavailable"})


@dataclass(frozen=True, kw_only=True)
class LanguageLink:
    """Another language, and the address of the page in it."""

    language: NamedLanguage
    address: str


def language_links(place: Place, view_name: str) -> tuple[LanguageLink, ...]:
    """A link for every offered language but the page's own; none while nobody can tell what is offered."""
    entry = known_entry(place.entry)
    others = [code for code in (entry.languages if entry else ()) if code != place.language]
    return tuple(
        LanguageLink(language=named_language(code), address=place.in_language(code).address(view_name))
        for code in others
    )


def _wording(kind: str) -> tuple[str, tuple[str, ...]]:
    wordings: dict[str, tuple[str, tuple[str, ...]]] = {
        "expired": (_("This page has expired"), (
            _("For your safety, answers that are not sent are deleted after a pause. "
              "If you sent yours, they have arrived."),
            _("You can start again whenever you like."))),
        "cookies": (_("This page needs one cookie"), (
            _("Your browser did not keep it, so nothing was saved."),
            _("The cookie holds no answer and no name. It is gone when you close the browser. "
              "Allow cookies for this site, then start again."))),
        "closed": (_("These questions are closed"), (
            _("Thank you for wanting to answer. New answers are no longer taken."),
            _("What was not sent is deleted. Until then nobody can read it."))),
        "paused": (_("These questions are taking a break"), (
            _("Nobody can start just now. You are welcome to come back another day."),)),
        "full": (_("Please try again later"), (
            _("Many people are answering just now. Nothing was saved. "
              "Leave this page open, and press the button in an hour."),)),
        "busy": (_("Please wait a minute"), (
            _("Many people are answering just now. Nothing is lost: leave this page open, "
              "and press the button in a minute."),)),
        "thanks": (_("Thank you. Your answers were sent."), (
            _("They are kept without your name or address. We do not know which answers are yours."),
            _("You do not need to do anything more."))),
        "end": (_("Thank you for stopping by"), (
            _("These questions are for adults who want to take part. Nothing was kept."),
            _("If you are under 18, or want help now, these services are there for you too."))),
        "help": (_("Help and support"), (
            _("You can contact any of these services. You decide what you tell them."),)),
        "not_found": (_("There is no such page"), (_("Please check the address, or go back to where you came from."),)),
        "not_offered": (_("These questions are in other languages"), (_("Please choose one of them."),)),
        "insecure": (_("This address is not secure"), (
            _("To protect you, these questions are shown over a secure connection only."),)),
        "too_large": (_("That was more than this page can take"), (
            _("Nothing of it was saved. Go back in your browser, shorten your text, and send the page again."),)),
        "unavailable": (_("Nothing was saved just now"), (
            _("Something went wrong on our side, not on yours. Please try again in a moment."),)),
        "unsupported": (_("This kind of message cannot be read"), (_("Please use the buttons of the page."),)),
    }  # fmt: skip
    return wordings[kind]
