"""A respondent's way through one survey, walked in this process: the site's addresses, the border and the real views.

Whoever walks does so inside `nothing_kept`, which takes all of it back.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.db import router, transaction
from django.http import HttpResponse
from django.test import Client

from selfhelp_survey.border import Place
from selfhelp_survey.conf import survey_settings
from selfhelp_survey.core.answers import AnswerValue
from selfhelp_survey.core.flow import CHECK, MORE, Progress, route
from selfhelp_survey.core.questionnaire import Page, Question, Questionnaire, QuestionType
from selfhelp_survey.entries import OpenEntry, forget_entries
from selfhelp_survey.errors import SurveyError
from selfhelp_survey.models import Draft
from selfhelp_survey.synthesis import admitted_answers

_TOKEN = re.compile(r'name="t" value="([0-9a-f]*)"')
_WORDS = "Nobody wrote this."
_ONE_OF_SEVERAL = frozenset({QuestionType.SINGLE, QuestionType.SCALE, QuestionType.MATRIX})

Watch = Callable[[str, HttpResponse], None]
PageAnswers = dict[str, AnswerValue]


class WalkFailed(SurveyError):  # noqa: N818 - says what happened
    """The walk through the survey could not go on."""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A page as a respondent gets it."""

    name: str
    address: str
    response: HttpResponse

    @property
    def text(self) -> str:
        """Its HTML."""
        return self.response.content.decode()


def _watch_nothing(name: str, response: HttpResponse) -> None:
    """Whatever came is fine."""


class Walker:
    """Somebody who gives an answer to every question, such that as many pages as can be are asked.

    Every response passes `watch` first, with the name of the page that it answers.
    """

    def __init__(self, entry: OpenEntry, language: str, *, watch: Watch = _watch_nothing) -> None:
        self.host = survey_settings.own_host
        self.place = Place(language=language, entry=entry.code)
        self.questionnaire = entry.questionnaire
        defaults: dict[str, Any] = {"SERVER_NAME": self.host, **survey_settings.https_marks}
        self.client = Client(raise_request_exception=False, **defaults)
        self._watch = watch
        self._answers = fullest_answers(entry.questionnaire)
        self._token = ""

    def walk(self) -> Iterator[Seen]:
        """Every page on the way, from the first one to the check; nothing is sent yet."""
        yield self.see("first page", self.place.address("start"))
        step = self.questionnaire.pages[0].name
        yield self.see(f"{step}, with errors", self._post(step, {"go": "next"}))
        step, address = self._after(step)
        while step != CHECK:
            yield self.see(step, address)
            step, address = self._after(step)
        yield self.see(step, address)

    def send(self) -> Seen:
        """Send from the check, where the walk has led; once more where the survey asks for that. Returns the thanks."""
        thanks = self.place.address("thanks")
        address = self._post(CHECK, {"go": "send"})
        if urlsplit(address).path == self.place.address("page", step=CHECK):
            self.see(CHECK, address)
            address = self._post(CHECK, {"go": "send"})
        if address != thanks:
            raise WalkFailed("the page 'check' did not send: sending leads to another page than the thanks")
        return self.see("thanks", thanks)

    def see(self, name: str, address: str) -> Seen:
        """The page at this address."""
        response: Any = self.client.get(address, secure=True)
        if response.status_code != 200:
            raise WalkFailed(f"the page '{name}' answered {response.status_code}")
        self._watch(name, response)
        seen = Seen(name=name, address=address, response=response)
        token = _TOKEN.search(seen.text)
        self._token = token[1] if token else ""
        return seen

    def _after(self, step: str) -> tuple[str, str]:
        """The step that this one leads to once it is answered, and its address."""
        address = urlsplit(self._post(step, self._data(step))).path  # without what shows that the cookie was kept
        following = address.rstrip("/").rsplit("/", 1)[-1]
        if following == step or not (following in {MORE, CHECK} or self.questionnaire.has_page(following)):
            raise WalkFailed(f"the page '{step}' leads to '{following}': the walk cannot go on")
        return following, address

    def _data(self, step: str) -> dict[str, Any]:
        return {"go": "on"} if step == MORE else {"go": "next", **self._answers[step]}

    def _post(self, step: str, data: Mapping[str, Any]) -> str:
        """Send a page with the token of the one seen last. Returns the address it leads to."""
        response: Any = self.client.post(
            self.place.address("page", step=step), urlencode({"t": self._token, **data}, doseq=True),
            content_type="application/x-www-form-urlencoded", secure=True, headers={"origin": f"https://{self.host}"},
        )  # fmt: skip
        if response.status_code != 303:
            raise WalkFailed(f"the page '{step}', sent, answered {response.status_code}")
        self._watch(step, response)
        return str(response.headers["Location"])


@contextmanager
def nothing_kept() -> Iterator[None]:
    """Everything that happens inside is rolled back, and this process forgets what it read meanwhile."""
    database = router.db_for_write(Draft)
    try:
        with transaction.atomic(using=database):
            forget_entries()
            yield
            transaction.set_rollback(True, using=database)
    finally:
        forget_entries()


def fullest_answers(questionnaire: Questionnaire) -> dict[str, PageAnswers]:
    """An answer to every question, by page, with which as many pages and questions as can be are asked.

    Each question in turn takes the value that leads to most, the first of several such: a search of every combination
    would find little more in any questionnaire that people can follow.
    """
    chosen = {page.name: _first_answers(page) for page in questionnaire.pages}
    for page in questionnaire.pages:
        for question in page.questions if page.admits is None else ():
            if question.type in _ONE_OF_SEVERAL:
                for name in question.answer_names:
                    codes = [value.code for value in question.values]
                    reached = {code: _reach(questionnaire, chosen, (page.name, name, code)) for code in codes}
                    chosen[page.name][name] = max(codes, key=reached.__getitem__)
    return chosen


def _first_answers(page: Page) -> PageAnswers:
    if page.admits is not None:
        return dict(admitted_answers(page))
    return {name: _first_answer(question) for question in page.questions for name in question.answer_names}


def _first_answer(question: Question) -> AnswerValue:
    if question.type is QuestionType.TEXT:
        return _WORDS[: question.maximum_length]
    if question.type is QuestionType.NUMBER:
        return question.minimum or 0
    code = question.values[0].code
    return (code,) if question.type is QuestionType.MULTIPLE else code


def _reach(
    questionnaire: Questionnaire, chosen: Mapping[str, PageAnswers], trial: tuple[str, str, int]
) -> tuple[int, int]:
    """How many pages are asked, and how many answers count, with this one answer in place of the chosen one."""
    page, name, code = trial
    answers = {**chosen, page: {**chosen[page], name: code}}
    way = route(questionnaire, Progress(answers=answers, sent=frozenset(answers), goes_on=True))
    return len(way.steps), len(way.answers)
