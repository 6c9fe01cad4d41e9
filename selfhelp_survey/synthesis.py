"""Made-up responses, to try the whole line with: answered page by page, sent and sealed as real ones, marked inside."""

import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db import transaction
from django.utils.datastructures import MultiValueDict

from selfhelp_survey.core.flow import CHECK, MORE, Route, relevant_questions, route
from selfhelp_survey.core.questionnaire import Page, Question, QuestionType
from selfhelp_survey.core.record import is_usable
from selfhelp_survey.core.response import Channel, Mark
from selfhelp_survey.draft_state import DraftState
from selfhelp_survey.entries import OpenEntry
from selfhelp_survey.errors import SubmissionError
from selfhelp_survey.forms import PageForm
from selfhelp_survey.submission import Circumstances, response_of, take

BLANK_SHARE = 0.05
FINISH_SHARE = 0.01
UNUSABLE_SHARE = 0.1
"""How seldom a made-up respondent who would not let the answers be used is kept."""
GOES_ON_SHARE = 0.7
ANONYMOUS_SHARE = 0.4
Chosen = TypeVar("Chosen", int, str)
_WORDS = "This text was made up by a machine."


@dataclass(frozen=True)
class Synthesiser:
    """Makes up respondents for one entry, with this source of chance."""

    entry: OpenEntry
    chance: random.Random

    def answer_one(self) -> None:
        """Answer one survey and send it. Raises SubmissionError where the entry takes nothing."""
        if not self.entry.is_open:
            raise SubmissionError("the entry is not open: `manage.py survey_status` or `check --deploy` tells why")
        language = self._weighted(list(self.entry.languages))
        channel = Channel.ANONYMOUS if self.chance.random() < ANONYMOUS_SHARE else Channel.CLEAR
        circumstances = Circumstances(language=language, entry=self.entry.code, channel=channel, mark=Mark.SYNTHETIC)
        response = response_of(self.entry.questionnaire, self._answered(language), circumstances)
        while not is_usable(self.entry.questionnaire, response) and self.chance.random() >= UNUSABLE_SHARE:
            response = response_of(self.entry.questionnaire, self._answered(language), circumstances)
        with transaction.atomic():
            take(response, self.entry.recipients)

    def _answered(self, language: str) -> DraftState:
        state = DraftState(version_hash=self.entry.version_hash)
        while not state.finishes:
            way = route(self.entry.questionnaire, state.progress)
            if way.frontier == CHECK:
                break
            state = self._step(state, way, language)
        return state

    def _step(self, state: DraftState, way: Route, language: str) -> DraftState:
        if way.frontier == MORE:
            return state.choosing(goes_on=self.chance.random() < GOES_ON_SHARE)
        page = self.entry.questionnaire.page(way.frontier)
        form = PageForm(data=self._typed(page, way), questions=relevant_questions(page, way.answers), language=language)
        if not form.is_valid():
            raise SubmissionError(f"the made-up answers to page '{page.name}' were not valid")
        finishes = page.admits is None and self.chance.random() < FINISH_SHARE
        return state.with_page(page.name, answers=form.answers, typed=None, is_sent=True).choosing(finishes=finishes)

    def _typed(self, page: Page, way: Route) -> MultiValueDict[str, str]:
        if page.admits is not None:
            return MultiValueDict({name: [str(code)] for name, code in admitted_answers(page).items()})
        typed = {}
        for question in relevant_questions(page, way.answers):
            for name in question.answer_names:
                if self.chance.random() >= BLANK_SHARE:
                    typed[name] = self._given(question)
        return MultiValueDict(typed)

    def _given(self, question: Question) -> list[str]:
        if question.type is QuestionType.TEXT:
            return [_WORDS]
        if question.type is QuestionType.NUMBER:
            return [str(self.chance.randint(question.minimum or 0, question.maximum or (question.minimum or 0) + 9))]
        codes = [value.code for value in question.values]
        first = self._weighted(codes)
        if question.type is not QuestionType.MULTIPLE or first in question.exclusive_codes:
            return [str(first)]
        others = [code for code in codes if code not in question.exclusive_codes and self.chance.random() < 0.25]
        return [str(code) for code in sorted({first, *others})]

    def _weighted(self, among: Sequence[Chosen]) -> Chosen:
        weights = [1 / (position + 1) for position in range(len(among))]
        return self.chance.choices(among, weights)[0]


def admitted_answers(page: Page) -> dict[str, int]:
    """The first combination of answers with which the page lets a respondent go on."""
    names = [question.name for question in page.questions]
    for codes in itertools.product(*(sorted(question.codes, reverse=True) for question in page.questions)):
        answers = dict(zip(names, codes, strict=True))
        if page.admits is None or page.admits.is_true(answers):
            return answers
    raise SubmissionError(f"page '{page.name}' admits nobody")


def synthesiser(entry: OpenEntry, chance: random.Random | None = None) -> Synthesiser:
    """A synthesiser for this entry, with the system's randomness unless another is given."""
    return Synthesiser(entry, chance or random.SystemRandom())
