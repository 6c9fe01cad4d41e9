"""How many pages people meet: the shortest and the longest of all routes, without walking each of them.

Pages are taken in order. All ways of answering that lead to the same answers, as far as a later condition looks at
them, are one way from there on; for each, the fewest and the most pages so far are kept.
"""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from selfhelp_survey.core.answers import Answers, AnswerValue
from selfhelp_survey.core.expression import Expression
from selfhelp_survey.core.flow import is_relevant, relevant_questions
from selfhelp_survey.core.questionnaire import Page, Question, QuestionType
from selfhelp_survey.core.validity import is_valid_answer

MOST_TRIES = 10_000
"""Ways of answering a page that are looked at, over all pages. A questionnaire with more is counted from its conditions
alone: an outer bound. The exit survey takes some hundreds."""
MOST_SETS = 6
"""Values of a multiple question of which every set is tried; of more, each alone and all together."""
_NUMBER = re.compile(r"[0-9]{1,9}")


class Span(NamedTuple):
    """The fewest and the most pages of any route."""

    fewest: int
    most: int


Known = frozenset[tuple[str, AnswerValue]]
Ways = dict[Known, Span]


class _TooMany(Exception):  # noqa: N818 - no error: counted in another way
    """More ways of answering than are tried."""


def route_lengths(pages: Sequence[Page]) -> Span:
    """The pages of the shortest and of the longest route through these, for people who are admitted.

    A page of a block counts for the shortest only where it begins the block: the others can be skipped.
    """
    ways: Ways = {frozenset(): Span(0, 0)}
    tries = itertools.count(1)
    numbers = _numbers_in(pages)
    try:
        for place, (page, needed) in enumerate(zip(pages, _needed_behind(pages), strict=True)):
            counted = Span(0 if _can_be_skipped(pages, place) else 1, 1)
            page_ways = _PageWays(page, needed=needed, numbers=numbers, tries=tries)
            ways = _merged(way for known, span in ways.items() for way in page_ways.after(dict(known), span, counted))
    except _TooMany:
        return _outer_bound(pages)
    spans = tuple(ways.values()) or (Span(0, 0),)
    return Span(min(span.fewest for span in spans), max(span.most for span in spans))


def _can_be_skipped(pages: Sequence[Page], place: int) -> bool:
    block = pages[place].block
    return block is not None and place > 0 and pages[place - 1].block == block


def _outer_bound(pages: Sequence[Page]) -> Span:
    """Every page for the longest; for the shortest, the pages that no condition takes away."""
    always = (page for place, page in enumerate(pages) if page.relevance is None and not _can_be_skipped(pages, place)
              and (not page.questions or any(question.relevance is None for question in page.questions)))  # fmt: skip
    return Span(sum(1 for _ in always), len(pages))


def _merged(found: Iterable[tuple[Known, Span]]) -> Ways:
    ways: Ways = {}
    for known, span in found:
        old = ways.get(known, span)
        ways[known] = Span(min(old.fewest, span.fewest), max(old.most, span.most))
    return ways


class _PageWays:
    """The ways of answering one page, as far as the pages behind it look at what was answered."""

    def __init__(self, page: Page, *, needed: frozenset[str], numbers: frozenset[int], tries: Iterator[int]) -> None:
        self._page = page
        self._needed = needed
        self._numbers = numbers
        self._tries = tries

    def after(self, answers: Answers, span: Span, counted: Span) -> Iterator[tuple[Known, Span]]:
        """Every way behind this page, for somebody who comes to it with these answers."""
        if not is_relevant(self._page, answers):
            yield self._kept(answers), span
            return
        longer = Span(span.fewest + counted.fewest, span.most + counted.most)
        for given in self._ways(answers):
            yield self._kept({**answers, **given}), longer

    def _kept(self, answers: Answers) -> Known:
        return frozenset((name, answer) for name, answer in answers.items() if name in self._needed)

    def _ways(self, earlier: Answers) -> Iterator[dict[str, AnswerValue]]:
        """Every way of answering that differs for what comes later, for those whom the page lets go on."""
        admits = self._page.admits
        wanted = self._needed | (admits.names if admits else frozenset())
        asked = {name: question for question in relevant_questions(self._page, earlier)
                 for name in question.answer_names if name in wanted}  # fmt: skip
        for chosen in itertools.product(*(self._answers_to(question) for question in asked.values())):
            if next(self._tries) > MOST_TRIES:
                raise _TooMany
            given = {name: answer for name, answer in zip(asked, chosen, strict=True) if answer is not None}
            if admits is None or admits.is_true({**earlier, **given}):
                yield given

    def _answers_to(self, question: Question) -> tuple[AnswerValue | None, ...]:
        """The answers that conditions could tell apart; None where it is left blank."""
        match question.type:
            case QuestionType.MULTIPLE:
                found: Iterable[AnswerValue] = _sets_of(question)
            case QuestionType.NUMBER:
                found = [number for number in (*sorted(self._numbers), question.minimum, question.maximum, -2)
                         if number is not None and is_valid_answer(question, number)]  # fmt: skip
            case QuestionType.TEXT:
                found = ["x"]
            case _:
                found = sorted(question.codes)
        return (*found,) if question.required else (None, *found)


def _sets_of(question: Question) -> Iterator[AnswerValue]:
    codes = sorted(question.codes)
    sizes = range(1, len(codes) + 1) if len(codes) <= MOST_SETS else (1,)
    sets = [chosen for size in sizes for chosen in itertools.combinations(codes, size)]
    together = tuple(code for code in codes if code not in question.exclusive_codes)
    return (chosen for chosen in dict.fromkeys((*sets, together)) if is_valid_answer(question, chosen))


def _conditions(page: Page) -> Iterator[Expression]:
    """What decides whether the page is met, and who goes on from it.

    The conditions of its questions decide where each has one, because a page with nothing to ask is not shown.
    """
    of_questions = [question.relevance for question in page.questions]
    found = (page.relevance, page.admits, *(of_questions if all(of_questions) else ()))
    return (condition for condition in found if condition)


def _needed_behind(pages: Sequence[Page]) -> list[frozenset[str]]:
    """For each page, the answers that the pages behind it look at, and those that decide about these answers."""
    needed, found = frozenset[str](), []
    for page in reversed(pages):
        found.append(needed)
        needed |= {name for condition in _conditions(page) for name in condition.names}
        needed |= {name for question in page.questions if question.relevance
                   and not needed.isdisjoint(question.answer_names) for name in question.relevance.names}  # fmt: skip
    return found[::-1]


def _numbers_in(pages: Iterable[Page]) -> frozenset[int]:
    """The numbers that conditions name, with those beside them."""
    sources = {condition.source for page in pages for condition in _conditions(page)}
    found = {int(number) for source in sources for number in _NUMBER.findall(source)}
    return frozenset(number + step for number in found for step in (-1, 0, 1))
