"""A page of a draft as a respondent would see it: marked, in a frame that can send nothing, and kept nowhere."""

from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from selfhelp_survey import repository
from selfhelp_survey.border import Place
from selfhelp_survey.core.flow import CHECK, Route
from selfhelp_survey.core.questionnaire import Questionnaire
from selfhelp_survey.draft_state import DraftState
from selfhelp_survey.headers import FIXED_HEADERS, harden
from selfhelp_survey.languages import RIGHT_TO_LEFT, named_language
from selfhelp_survey.screens import Standing, draw_page
from selfhelp_survey.translations.drafts import draft_in, with_every_question
from selfhelp_survey.translations.preview import marked

RIGHT_TO_LEFT_TRIAL = "ar"
"""Offered where no language of the host runs from right to left: how the page looks mirrored."""
HEADERS = {
    "Content-Security-Policy": FIXED_HEADERS["Content-Security-Policy"]
    .replace("form-action 'self'", "form-action 'none'")
    .replace("frame-ancestors 'none'", "frame-ancestors 'self'")
    .replace("sandbox allow-forms", "sandbox"),
    "X-Frame-Options": "SAMEORIGIN",
}
"""Where a preview differs from the survey's pages: the admin may frame it, and no form can be sent from it."""


@dataclass(frozen=True, kw_only=True)
class NoPlace(Place):
    """A place whose pages lead nowhere: the preview has no address to send to."""

    def address(self, name: str, **more: str) -> str:
        return "#"


def preview_languages() -> tuple[str, ...]:
    """The languages a page can be looked at in, whether its texts are written or not."""
    languages = repository.host_languages()
    is_mirrored = any(named_language(code).direction == RIGHT_TO_LEFT for code in languages)
    return languages if is_mirrored else (*languages, RIGHT_TO_LEFT_TRIAL)


def shown_draft(code: str, language: str) -> Questionnaire:
    """The draft in one language.

    A text that is not written in this language reads as in the first one it is written in; its key in brackets where
    there is none. Raises QuestionnaireError where there is no such draft.
    """
    return draft_in(code, language, lambda key, _language, words: words or f"[{key}]")


def drawn(questionnaire: Questionnaire, name: str, language: str) -> HttpResponse:
    """The page of this name with every question on it, as a screen of the survey in this language."""
    whole = with_every_question(questionnaire)
    steps = (*(page.name for page in whole.pages), CHECK)
    standing = Standing(
        place=NoPlace(language=language, entry="preview"), step=name, questionnaire=whole,
        state=DraftState(version_hash=""), route=Route(steps=steps, answers={}, frontier=name), language=language,
        languages=questionnaire.languages, token="",
    )  # fmt: skip
    with translation.override(language):
        return draw_page(standing, {})


def preview(request: HttpRequest, code: str, name: str, language: str) -> HttpResponse:
    """The marked page, with the headers of the survey's pages but for those that would keep it out of the frame."""
    shown = replace(shown_draft(code, language), is_draft=repository.is_unsigned(code))
    response = drawn(shown, name, language)
    response.content = marked(response.content.decode(), language).encode()
    response.headers["Content-Language"] = language
    harden(request, response)
    for header, value in HEADERS.items():
        response.headers[header] = value
    return response
