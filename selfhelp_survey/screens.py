"""The screens of the wizard, drawn from where a respondent stands. Drawing changes nothing and asks nobody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.utils import translation

from selfhelp_survey.border import Place, show
from selfhelp_survey.conf import survey_settings
from selfhelp_survey.core.flow import CHECK, MORE, Route, relevant_questions
from selfhelp_survey.core.questionnaire import PARTS, Questionnaire
from selfhelp_survey.draft_state import PAUSES, DraftState
from selfhelp_survey.languages import named_language
from selfhelp_survey.page_view import PageWording, items, section, shown_answers

DELAYS = {"b": "busy", "e": "once_more"}
"""Why nothing was sent just now, by the parameter of the address that says so: too many send, or perhaps a machine."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Everything a screen is drawn from.

    `language` is that of the questionnaire's texts; it differs from the address's only where the draft's older version
    lacks that one. `languages` are those a respondent may switch to. `token` is the one the screen's form sends back.
    """

    place: Place
    step: str
    questionnaire: Questionnaire
    state: DraftState
    route: Route
    language: str
    languages: Sequence[str]
    token: str

    def address(self, step: str) -> str:
        """The address of a step in the same language and entry."""
        return self.place.address("page", step=step)


def draw_page(standing: Standing, errors: Mapping[str, Sequence[str]]) -> HttpResponse:
    """A page of questions as saved, with what is to be put right on it."""
    state, step, language = standing.state, standing.step, standing.language
    page = standing.questionnaire.page(step)
    shown = state.typed.get(step) or shown_answers(state.answers.get(step, {}))
    questions = relevant_questions(page, standing.route.answers)
    rows = items(questions, shown=shown, errors=errors, language=language)
    has_begun = page.admits is not None and standing.route.frontier != step
    context = {
        **_frame(standing), "page": PageWording(page, language), "items": rows, "pauses": PAUSES, "pause": state.pause,
        "problems": [control for item in rows for control in item.controls if control.errors],
        "may_finish": page.admits is None, "asks_pause": page.admits is not None,
        "has_unseen": page.admits is not None and survey_settings.HONEYPOT,
        "may_skip": bool(standing.questionnaire.block_from(page)), "is_doubtful": state.is_doubtful(step),
        "furthest_address": standing.address(standing.route.frontier) if has_begun else "",
    }  # fmt: skip
    return show(standing.place, "page", context)


def draw_more(standing: Standing) -> HttpResponse:
    """The choice between the parts."""
    following = sum(page.part == PARTS[-1] for page in standing.questionnaire.pages)
    return show(standing.place, "more", {**_frame(standing), "following": following})


def draw_check(standing: Standing, *, delay: str = "") -> HttpResponse:
    """Everything that would be sent now, in words, with a way back to each page that may be visited.

    Above it why nothing was sent just now, where `delay` is one of DELAYS.
    """
    way, questionnaire, language = standing.route, standing.questionnaire, standing.language
    pages = [questionnaire.page(name) for name in way.steps if questionnaire.has_page(name)]
    reached = [page for page in pages if page.admits is None
               and (page.name in standing.state.sent or way.may_visit(page.name))]  # fmt: skip
    with translation.override(language):
        parts = [section(page, relevant_questions(page, way.answers), answers=way.answers, language=language)
                 for page in reached]  # fmt: skip
    addresses = {page.name: standing.address(page.name) for page in reached if way.may_visit(page.name)}
    sections = [(part, addresses.get(part.name, "")) for part in parts if part.lines]
    return show(standing.place, "check", {**_frame(standing), "sections": sections, "delay": DELAYS.get(delay, "")})


def _frame(standing: Standing) -> dict[str, Any]:
    """What every screen of the wizard shows around its own content."""
    way, step = standing.route, standing.step
    pages = [name for name in way.steps if name not in {CHECK, MORE}]
    others = [code for code in standing.languages if code != standing.place.language]
    is_first = way.before(step) is None
    return {
        "here": standing.address(step), "token": standing.token, "step": step, "has_back": not is_first,
        "is_first": is_first, "position": pages.index(step) + 1 if step in pages else None, "count": len(pages),
        "language_buttons": [named_language(code) for code in others], "wording_language": standing.language,
        "wording_direction": named_language(standing.language).direction,
        "is_draft": standing.questionnaire.is_draft,
    }  # fmt: skip
