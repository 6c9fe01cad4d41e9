"""The survey's pages, on django-formtools' NamedUrlWizardView.

formtools keeps the cycle: `dispatch` makes the storage and the steps helper, `get_form_list` names the steps,
`get_form` builds the one form of a request, the storage sets the cookie. All else follows three rules: the address
names the page, the draft holds the answers, the route is computed. Nothing but a post changes anything, and every post
is answered by 303.
"""

import time
from typing import Any

from django import forms
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils import translation
from django.utils.datastructures import MultiValueDict
from django.utils.functional import cached_property
from formtools.wizard.views import NamedUrlWizardView

from selfhelp_survey import repository
from selfhelp_survey.border import Again, NotOffered, Place, SeeOther, message, survey_view
from selfhelp_survey.conf import survey_settings
from selfhelp_survey.core.flow import (
    CHECK,
    MORE,
    Route,
    can_be_admitted,
    may_send,
    relevant_questions,
    route,
)
from selfhelp_survey.core.identifying import Trace, traces_in
from selfhelp_survey.core.questionnaire import FORM_FIELDS, PARTS, Page, Question, Questionnaire
from selfhelp_survey.draft_signature import may_be_answered
from selfhelp_survey.draft_state import PAUSES, DraftState
from selfhelp_survey.draft_storage import DraftCapReached, DraftStorage, TooManyStarts
from selfhelp_survey.entries import OpenEntry, find_entry, is_still_taken
from selfhelp_survey.forms import KEPT_VALUES, CheckForm, MoreForm, PageForm
from selfhelp_survey.pace import has_room_to_send
from selfhelp_survey.screens import DELAYS, Standing, draw_check, draw_more, draw_page
from selfhelp_survey.submission import Circumstances, response_of, take
from selfhelp_survey.transport import EVIDENCE, FORM, channel_of, is_forged

ATTENTION = "#attention"
"""Where a page says what to look at again: the browser takes the focus there. Under `sandbox`, `autofocus` is dead."""
RETRY_SECONDS = {"busy": 60, "full": 3600}
MOST_OF_A_FIELD = 100
"""Characters kept of a token, a button or a pause: longer ones are not ours."""
UNSEEN = "website"
"""A field that people do not see. Whoever fills it may be a machine, or a browser that fills in too much."""
FORMS: dict[str, type[forms.Form]] = {CHECK: CheckForm, MORE: MoreForm}


class SurveyWizard(NamedUrlWizardView):
    """One respondent's way through one entry."""

    storage_name = f"{DraftStorage.__module__}.{DraftStorage.__name__}"
    http_method_names = ("get", "head", "post")
    storage: DraftStorage
    place: Place
    entry: OpenEntry

    def dispatch(self, request: HttpRequest, *args: Any, place: Place, step: str | None = None) -> HttpResponse:
        """The answer to a request for a page; 404 for an unknown entry or a language that is not offered."""
        entry = find_entry(place.entry)
        if entry is None:
            raise Http404
        self.place, self.entry = place, entry
        response: HttpResponse = super().dispatch(request, *args, step=step)
        return response

    def get_prefix(self, request: HttpRequest, *args: Any, **kwargs: Any) -> str:
        return "survey"

    # -- what the draft says ----------------------------------------------------------------------------------

    @property
    def state(self) -> DraftState:
        """The respondent's state; a fresh one on the newest version while there is no draft."""
        entry = self.entry
        return self.storage.state or DraftState(version_hash=entry.version_hash, entry=entry.code, mark=entry.mark)

    @cached_property
    def questionnaire(self) -> Questionnaire:
        """The version this draft was begun in, published or not any more."""
        if self.storage.state is None:
            return self.entry.questionnaire
        return repository.load_version(self.storage.state.version_hash)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages offered here; to who has begun also those of their own version, lacking or switched off now."""
        begun = self.questionnaire.languages if self.storage.state is not None else ()
        return tuple(dict.fromkeys((*self.entry.languages, *begun)))

    @property
    def languages_to_choose(self) -> tuple[str, ...]:
        """The same, less those that were found wrong."""
        return tuple(code for code in self.languages if code not in self.entry.languages_off)

    @property
    def language(self) -> str:
        """The language of the questionnaire's texts: the address's, unless the draft's older version lacks it."""
        offered = self.questionnaire.languages
        return self.place.language if self.place.language in offered else offered[0]

    @cached_property
    def route(self) -> Route:
        """Computed once a request, afresh after every change."""
        return route(self.questionnaire, self.state.progress)

    def _adopt(self, state: DraftState) -> None:
        self.storage.state = state
        self.__dict__.pop("route", None)

    def _questions(self, page: Page) -> tuple[Question, ...]:
        return relevant_questions(page, self.route.answers)

    # -- what formtools asks ----------------------------------------------------------------------------------

    def get_form_list(self) -> dict[str, type[forms.Form]]:
        """The steps of the route. Not formtools' own, whose memo copies and sorts every page at each of its calls."""
        return {step: FORMS.get(step, PageForm) for step in self.route.steps}

    def get_form_prefix(self, step: str | None = None, form: Any = None) -> None:
        return None

    def get_form_initial(self, step: str) -> dict[str, Any]:
        return {}

    def get_form_kwargs(self, step: str | None = None) -> dict[str, Any]:
        if step is None or step in FORMS:
            return {}
        return {"questions": self._questions(self.questionnaire.page(step)), "language": self.language}

    def get_step_url(self, step: str) -> str:
        return self.place.address("page", step=step)

    # -- reading ----------------------------------------------------------------------------------------------

    def get(self, request: HttpRequest, *args: Any, step: str | None = None, **kwargs: Any) -> HttpResponse:
        """The page as saved. Never changes anything."""
        self._open_draft()
        turned = self._turned_away(step)
        if turned is not None:
            return turned
        if step is not None and "c" in request.GET:  # the cookie was kept: leave no mark in the browser's history
            return SeeOther(self.get_step_url(step))
        return self._page_or_redirect(step or self.route.steps[0])  # no redirect: the browser's Back leads here too

    def _open_draft(self, *, lock: bool = False) -> None:
        """Open the draft. Raises Http404 where its respondent is not offered this language."""
        self.storage.open(lock=lock)
        if self.storage.status in {"none", "open"} and self.place.language not in self.languages:
            raise NotOffered

    def _page_or_redirect(self, step: str) -> HttpResponse:
        if not self.route.may_visit(step):
            return SeeOther(self._furthest_address())
        self.storage.current_step = step  # in memory only, for the steps helper
        return self._draw(step)

    def _furthest_address(self) -> str:
        if self.storage.status != "open":
            return self.place.address("start")
        return self.get_step_url(self.route.frontier)

    def _turned_away(self, step: str | None) -> HttpResponse | None:
        """What is answered instead of the page, None where the page may be shown or written."""
        status = self.storage.status
        if status == "gone":
            self.storage.forget_cookie()
            return message(self.place, "expired")
        if status == "sent":
            return SeeOther(self.place.address("thanks"))
        if self.state.entry != self.entry.code:
            return self._home()
        if self.entry.is_closed or not may_be_answered(self.questionnaire):
            return message(self.place, "closed")
        if status == "none" and not self.entry.is_open:
            return message(self.place, "paused")
        if step is not None and step not in FORMS and not self.questionnaire.has_page(step):
            raise Http404
        if status == "none" and "c" in self.request.GET:
            return message(self.place, "cookies")
        return None

    def _home(self) -> HttpResponse:
        """To the entry this draft was begun at: an answer never moves from one to another. Expired if that is over."""
        home = find_entry(self.state.entry)
        if home is None or home.is_closed:
            self.storage.forget_cookie()
            return message(self.place, "expired")
        spoken = self.place.language in home.questionnaire.languages
        language = self.place.language if spoken else home.languages[0]
        return SeeOther(Place(language=language, entry=home.code).address("start"))

    def _draw(self, step: str) -> HttpResponse:
        standing = Standing(
            place=self.place, step=step, questionnaire=self.questionnaire, state=self.state, route=self.route,
            language=self.language, languages=self.languages_to_choose, token=self.storage.token(step),
        )  # fmt: skip
        if step == CHECK:
            return draw_check(standing, delay=next((name for name in DELAYS if name in self.request.GET), ""))
        return draw_more(standing) if step == MORE else draw_page(standing, self._errors(step))

    def _errors(self, step: str) -> dict[str, list[str]]:
        """What is to be put right on the page, in the language of its questions; nothing where it was not tried."""
        tried = step in self.state.tried or (self.storage.status == "none" and "e" in self.request.GET)
        data = MultiValueDict(self.state.typed.get(step, {})) if tried else None
        with translation.override(self.language):
            form: forms.Form = self.get_form(step, data=data)
            return {name: [str(problem) for problem in problems] for name, problems in form.errors.items()}

    # -- writing ----------------------------------------------------------------------------------------------

    def post(self, request: HttpRequest, *args: Any, step: str | None = None, **kwargs: Any) -> HttpResponse:
        """What a page sends: kept, then 303 to where the respondent goes from there."""
        if step is None:
            raise Http404
        posted: MultiValueDict[str, str] = getattr(request, FORM)  # read before the row is locked
        try:
            with transaction.atomic(using=self.storage.database):
                self._open_draft(lock=True)
                return self._refused(step, posted) or self._turned_away(step) or self._act(step, posted)
        except DraftCapReached:
            return self._later("full", 503, again=self._again(step, posted))
        except TooManyStarts:
            return self._later("busy", 429, again=self._again(step, posted))

    def _later(self, kind: str, status: int, *, again: Again) -> HttpResponse:
        """The one answer to a post that is a page: there is no draft yet that could keep what was chosen."""
        response = message(self.place, kind, status=status, again=again)
        response.headers["Retry-After"] = str(RETRY_SECONDS[kind])
        return response

    def _again(self, step: str, posted: MultiValueDict[str, str]) -> Again:
        """The same page once more, as it was sent, less what is longer than any page's own fields."""
        form: PageForm = self.get_form(step, data=posted)
        own = {name: [value[:MOST_OF_A_FIELD] for value in posted.getlist(name)] for name in FORM_FIELDS}
        fields = tuple(
            (name, value) for name, values in {**form.typed, **own}.items() for value in values[:KEPT_VALUES]
        )
        return Again(address=self.get_step_url(step), fields=fields)

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """405. Not Django's own, which logs the request."""
        return HttpResponseNotAllowed([name.upper() for name in self.http_method_names])

    def _refused(self, step: str, posted: MultiValueDict[str, str]) -> HttpResponse | None:
        given = str(posted.get("t", ""))
        evidence = getattr(self.request, EVIDENCE)
        if not is_forged(evidence=evidence, given=given, matches=self.storage.is_token(step, given)):
            return None
        return message(self.place, "expired")

    def _act(self, step: str, posted: MultiValueDict[str, str]) -> HttpResponse:
        if not self.route.may_visit(step):
            return SeeOther(self._furthest_address())
        self.storage.current_step = step
        if survey_settings.HONEYPOT and posted.get(UNSEEN):
            self._adopt(self.state.suspected())
        action = str(posted.get("go", "next"))
        if step == CHECK and action == "send":
            return self.render_done(None)
        if step == MORE and action in {"on", "stop"}:
            return self._choose_part(action == "on")
        if action == "skip" and step not in FORMS:
            return self._skip_block(self.questionnaire.page(step))
        if step not in FORMS:
            answer = self._keep(step, posted, action)
            if answer is not None:
                return answer
        return self._move(step, action)

    def _keep(self, step: str, posted: MultiValueDict[str, str], action: str) -> HttpResponse | None:
        """Keep what the page sent. Returns an answer only for those whom the page does not admit."""
        page = self.questionnaire.page(step)
        form: PageForm = self.get_form(step, data=posted)
        form.is_valid()
        if page.admits and not can_be_admitted(page, form.answers, self.route.answers):
            return self._part_with() if action == "next" else None
        state = self._with_page(page, form, action)
        self._adopt(state)
        if self.storage.status == "open" or state.holds_anything:
            self.storage.save(state)
        elif action == "next" and form.errors:
            return SeeOther(self.get_step_url(step) + "?e" + ATTENTION)
        return None

    def _with_page(self, page: Page, form: PageForm, action: str) -> DraftState:
        """A page counts as sent when its "continue" was pressed, or when something on it was answered."""
        typed = form.typed if form.errors else None
        has_something = bool(form.answers) or (action == "finish" and typed is not None)
        is_sent = action == "next" or (has_something and page.admits is None)
        asks_finish = action == "finish" or (self.state.finishes and page.name in self.state.sent)
        state = self.state.with_page(page.name, answers=form.answers, typed=typed, is_sent=is_sent)
        goes_forward = action in {"next", "finish"}
        is_asked_now = typed is None and goes_forward and page.name not in state.doubted  # errors come first, alone
        if (is_asked_now and _traces(form)) or (not goes_forward and self.state.is_doubtful(page.name)):
            state = state.doubting(page.name)
        may_finish = asks_finish and not typed and not state.is_doubtful(page.name)
        return state.choosing(pause=_pause(form) if page.admits else None, finishes=may_finish)

    def _skip_block(self, page: Page) -> HttpResponse:
        """Leave out the pages that belong together with this one; they count as sent with nothing on them."""
        if block := self.questionnaire.block_from(page):
            self._adopt(self.state.skipping(each.name for each in block))
            self.storage.save(self.state)
        return SeeOther(self._furthest_address())

    def _part_with(self) -> HttpResponse:
        """Nothing of those who do not take part is kept, and no cookie either."""
        self.storage.erase()
        return SeeOther(self.place.address("end"))

    def _choose_part(self, goes_on: bool) -> HttpResponse:
        """On, or to the check. Who comes back from part two to send does not lose what they answered there."""
        last = {page.name for page in self.questionnaire.pages if page.part == PARTS[-1]}
        finishes = not goes_on and not last.isdisjoint(self.state.sent)
        self._adopt(self.state.choosing(goes_on=goes_on or finishes, finishes=finishes))
        self.storage.save(self.state)
        return SeeOther(self.get_step_url(CHECK if finishes else self.route.after(MORE)))

    def _move(self, step: str, action: str) -> HttpResponse:
        mark = "?c" if self.storage.sets_cookie else ""  # so that the next GET can tell a refused cookie
        language = action.removeprefix("language-")
        if action.startswith("language-") and language in self.languages_to_choose:
            elsewhere = self.place.in_language(language)
            if self.storage.status != "open":
                return SeeOther(elsewhere.address("start"))
            return SeeOther(elsewhere.address("page", step=step) + mark)
        if self.storage.status != "open":
            return SeeOther(self.place.address("start"))
        if action == "back":
            return SeeOther(self.get_step_url(self.steps.prev or step) + mark)
        return self.render_next_step(None, mark=mark)

    def render_next_step(self, form: None, mark: str = "", **kwargs: Any) -> HttpResponse:
        """Where "continue" leads: the same page while it has errors, the check once nothing waits, else the next."""
        step = self.steps.current
        if step in self.state.tried or self.state.is_doubtful(step):
            return SeeOther(self.get_step_url(step) + mark + ATTENTION)
        if self.route.frontier == CHECK or self.route.finishes:
            return SeeOther(self.get_step_url(CHECK) + mark)
        return SeeOther(self.get_step_url(self.route.after(step)) + mark)

    # -- sending ----------------------------------------------------------------------------------------------

    def render_done(self, form: None, **kwargs: Any) -> HttpResponse:
        """formtools would build and validate every page again; the route already dropped what is not valid.

        Back to the first page with something on it that would not be sent: its author has to know, and to choose.
        """
        for name in self.route.steps:
            if self.state.is_unfinished(name) and self.route.may_visit(name):
                self.storage.save(self.state.trying(name))
                return SeeOther(self.get_step_url(name) + ATTENTION)
        if not may_send(self.questionnaire, self.state.progress):
            return SeeOther(self._furthest_address())
        return self.done([])

    def done(self, form_list: Any, **kwargs: Any) -> HttpResponse:
        """Exactly once: only who empties the draft puts the response into the inbox, in the same transaction."""
        if not is_still_taken(self.place.entry):
            return message(self.place, "closed")
        if self.state.may_be_a_machine(int(time.time()), least_seconds=survey_settings.MINIMUM_SECONDS):
            self.storage.save(self.state.challenged())
            return SeeOther(self.get_step_url(CHECK) + "?e" + ATTENTION)
        if not has_room_to_send():
            self.storage.save(self.state)  # whoever is told to wait has the whole pause again to do so
            return SeeOther(self.get_step_url(CHECK) + "?b" + ATTENTION)
        circumstances = Circumstances(
            language=self.language, entry=self.entry.code, channel=channel_of(self.request), mark=self.state.mark
        )  # fmt: skip
        response = response_of(self.questionnaire, self.state, circumstances)
        if self.storage.close():
            take(response, self.entry.recipients)
        return SeeOther(self.place.address("thanks"))


def _pause(form: PageForm) -> int | None:
    chosen = str(form.data.get("pause", ""))
    return int(chosen) if chosen in {str(hours) for hours in PAUSES} else None


def _traces(form: PageForm) -> frozenset[Trace]:
    """What the written answers of the page hold that could point at a person."""
    return frozenset(
        trace for answer in form.answers.values() if isinstance(answer, str) for trace in traces_in(answer)
    )


wizard_view = survey_view(
    SurveyWizard.as_view(form_list=[(CHECK, CheckForm)], url_name="selfhelp_survey:page"), takes_forms=True
)
