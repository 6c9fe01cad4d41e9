"""A draft to look at in one language, whether its texts are written in it or not."""

from collections.abc import Callable
from dataclasses import replace

from selfhelp_survey import repository
from selfhelp_survey.core.questionnaire import Page, Questionnaire
from selfhelp_survey.core.text import Text
from selfhelp_survey.core.wordings import with_texts
from selfhelp_survey.publication import as_respondents_read

StandIn = Callable[[str, str, str], str]
"""From the key of a text, the first language it is written in and its words there ("" where there is none): what is
shown for it."""


def draft_in(code: str, language: str, stand_in: StandIn) -> Questionnaire:
    """The draft in one language, with the organisation's facts in it; `stand_in` shows what is not written in it.

    Raises QuestionnaireError where there is no such draft.
    """
    texts = repository.draft_texts(code)

    def written(key: str, _skeleton: Text) -> Text:
        words = dict(texts.get(key, Text.of({})).translations)
        first = next(iter(words.items()), ("", ""))
        return Text.of({language: words.get(language) or stand_in(key, *first)})

    return as_respondents_read(with_texts(repository.draft_structure(code), written, languages=(language,)))


def with_every_question(questionnaire: Questionnaire) -> Questionnaire:
    """The same with every question on its page, whatever was answered before."""
    return replace(questionnaire, pages=tuple(_with_all(page) for page in questionnaire.pages))


def _with_all(page: Page) -> Page:
    return replace(page, questions=tuple(replace(question, relevance=None) for question in page.questions))
