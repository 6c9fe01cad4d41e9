"""The route through a questionnaire, computed afresh from the answers, never remembered.

A respondent sends pages. The route is the ordered list of steps that are relevant to them: the pages of part one, the
choice whether to go on (`more`), the pages of part two if they did, and `check`, from where the response is sent.
"""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from selfhelp_survey.core.answers import Answers, AnswerValue
from selfhelp_survey.core.questionnaire import PARTS, Page, Question, Questionnaire, QuestionType
from selfhelp_survey.core.validity import is_valid_answer

MORE = "more"
CHECK = "check"


@dataclass(frozen=True, kw_only=True)
class Progress:
    """What a respondent has given so far.

    `answers` holds the valid answers of each page, `sent` the pages that were sent (blank or not), `goes_on` the
    choice between the parts (None: not made yet), `finishes` whether they asked to finish early.
    """

    answers: Mapping[str, Answers] = field(default_factory=dict)
    sent: frozenset[str] = frozenset()
    goes_on: bool | None = None
    finishes: bool = False


@dataclass(frozen=True, kw_only=True)
class Route:
    """Where a respondent is led: `steps` in order, and the `answers` that were given on it.

    `frontier` is the first step that still waits to be sent, `check` where none does. `admitted` is False once a
    page's own condition has turned the respondent away.
    """

    steps: tuple[str, ...]
    answers: Answers
    frontier: str
    admitted: bool = True
    finishes: bool = False

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {step: position for position, step in enumerate(self.steps)}

    def may_visit(self, step: str) -> bool:
        """True for every step up to the frontier, and for `check` once the respondent asked to finish."""
        if step == CHECK and self.finishes:
            return True
        positions = self._positions
        return step in positions and positions[step] <= positions[self.frontier]

    def before(self, step: str) -> str | None:
        """The step before this one, None at the start."""
        position = self._positions.get(step, 0)
        return self.steps[position - 1] if position else None

    def after(self, step: str) -> str:
        """The step after this one; `check` follows itself."""
        return self.steps[min(self._positions[step] + 1, len(self.steps) - 1)]


def route(questionnaire: Questionnaire, progress: Progress) -> Route:
    """The route of a respondent with this progress.

    One pass in page order: a condition sees only what was answered on the route before it, so a hidden answer never
    decides anything. Whoever is turned away has no step after the page that did it.
    """
    walk = _Walk(progress)
    for page in questionnaire.pages:
        if page.part == PARTS[-1] and not walk.may_enter_last_part(page):
            break
        if not walk.visit(page):
            return walk.route(admitted=False)
    walk.step(CHECK, waits=True)
    return walk.route(admitted=True)


class _Walk:
    """One pass over the pages; holds what has been met so far."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._steps: list[str] = []
        self._answers: dict[str, AnswerValue] = {}
        self._frontier: str | None = None

    def may_enter_last_part(self, page: Page) -> bool:
        """False where somebody has not chosen to go on and this page would be the first of what follows."""
        if not is_relevant(page, self._answers):
            return True
        if MORE not in self._steps:
            self.step(MORE, waits=self._progress.goes_on is None)
        return self._progress.goes_on is True

    def visit(self, page: Page) -> bool:
        """False where the page was sent and turns the respondent away."""
        if not is_relevant(page, self._answers):
            return True
        self._answers.update(answers_on(page, self._progress.answers.get(page.name, {}), self._answers))
        is_sent = page.name in self._progress.sent
        self.step(page.name, waits=not is_sent)
        return page.admits is None or not is_sent or page.admits.is_true(self._answers)

    def step(self, name: str, *, waits: bool) -> None:
        self._steps.append(name)
        if self._frontier is None and waits:
            self._frontier = name

    def route(self, *, admitted: bool) -> Route:
        frontier = self._frontier or self._steps[-1]
        finishes = self._progress.finishes and admitted
        return Route(steps=tuple(self._steps), answers=self._answers, frontier=frontier, admitted=admitted,
                     finishes=finishes)  # fmt: skip


def is_relevant(page: Page, answers: Answers) -> bool:
    """True where the page is to be shown: its condition holds and so does that of at least one of its questions."""
    if page.relevance is not None and not page.relevance.is_true(answers):
        return False
    return not page.questions or bool(relevant_questions(page, answers))


def relevant_questions(page: Page, answers: Answers) -> tuple[Question, ...]:
    """The questions of the page that these earlier answers ask for, in order."""
    return tuple(question for question in page.questions
                 if question.relevance is None or question.relevance.is_true(answers))  # fmt: skip


def answers_on(page: Page, given: Answers, earlier: Answers) -> dict[str, AnswerValue]:
    """The valid answers among `given` to what the page asks after these earlier answers; all else is dropped."""
    return {
        name: given[name]
        for question in relevant_questions(page, earlier)
        for name in question.answer_names
        if name in given and is_valid_answer(question, given[name])
    }


def can_be_admitted(page: Page, given: Answers, earlier: Answers) -> bool:
    """True while some way of answering what is still open on the page would let the respondent go on."""
    if page.admits is None:
        return True
    known = {**earlier, **given}
    waiting = {name: question for question in relevant_questions(page, earlier) for name in question.answer_names
               if name in page.admits.names - known.keys()}  # fmt: skip
    if not all(question.type in _COUNTABLE for question in waiting.values()):
        return True  # a number, a text or several codes: too many ways to try them all
    choices = itertools.product(*(sorted(question.codes) for question in waiting.values()))
    return any(page.admits.is_true({**known, **dict(zip(waiting, codes, strict=True))}) for codes in choices)


_COUNTABLE = frozenset({QuestionType.SINGLE, QuestionType.SCALE, QuestionType.MATRIX})


def unanswered_required(page: Page, answers: Answers) -> tuple[str, ...]:
    """The names of required questions that the page asks after these answers and that have none, in order."""
    return tuple(name for question in relevant_questions(page, answers) if question.required
                 for name in question.answer_names if name not in answers)  # fmt: skip


def may_send(questionnaire: Questionnaire, progress: Progress) -> bool:
    """True where a response can be taken: admitted, at `check`, and no required question left open on a sent page.

    Judged on values alone: every answer that counts has been validated on its way into the route.
    """
    way = route(questionnaire, progress)
    if not way.admitted or not way.may_visit(CHECK):
        return False
    required = [page for page in questionnaire.pages if page.admits is not None or _has_required(page)]
    return all(page.name in progress.sent and not unanswered_required(page, way.answers)
               for page in required if page.name in way.steps)  # fmt: skip


def _has_required(page: Page) -> bool:
    return any(question.required for question in page.questions)


def page_counts(questionnaire: Questionnaire) -> tuple[int, int]:
    """The number of pages in part one, and in both parts, when every page is relevant: an upper bound for everybody."""
    part_one = sum(page.part == 1 for page in questionnaire.pages)
    return part_one, len(questionnaire.pages)
