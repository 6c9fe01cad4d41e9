"""Model respondents: people made up from marginals, led through the real questionnaire.

Answers are drawn independently of each other; the route, the point where somebody finishes, and every missing code are
the product's own (`core.flow`, `core.record`). **Limit**: real answers hang together (age with region, wish with
attempts), so real classes are somewhat fewer and larger, or smaller, than modelled ones.
"""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from selfhelp_survey.core.answers import Answers, AnswerValue
from selfhelp_survey.core.expression import Expression
from selfhelp_survey.core.flow import Progress, Route, route
from selfhelp_survey.core.questionnaire import Page, Question, Questionnaire, QuestionType
from selfhelp_survey.core.record import RecordValue, is_usable, record
from selfhelp_survey.core.response import Channel, Mark, Response
from selfhelp_survey.errors import UsageError
from selfhelp_survey.privacy.table import Table
from selfhelp_survey.research.planning.marginals import (
    SEVERAL,
    Choice,
    Fractions,
    Marginals,
    channels,
    choice,
    languages,
    ticks,
)
from selfhelp_survey.research.versions import Version

MOST_ROUNDS = 20  # of drawing as many people again as are wanted, before it is said that hardly anybody may be used
_NO_QUARTER = "0001Q1"  # the model knows no calendar: `projection` says in which quarter somebody answers
_BLANKS: tuple[AnswerValue, ...] = (-1, (-1,))
Tell = Callable[[int], object]


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """As many people as were asked for: their answers to everything, relevant or not, and where they would stop.

    `goes_on` and `stops` are numbers from 0 to 1 to hold against the shares of the marginals, the second one a page.
    """

    answers: Mapping[str, Sequence[AnswerValue]]
    language: Sequence[RecordValue]
    channel: Sequence[RecordValue]
    goes_on: Fractions
    stops: Fractions


@dataclass(frozen=True, kw_only=True)
class Model:
    """A questionnaire, and what is expected of those who answer it."""

    version: Version
    marginals: Marginals

    def respondents(self, names: Sequence[str], size: int, *, random: np.random.Generator, tell: Tell) -> Table:
        """So many model respondents whose answers may be used, with these variables as they would be recorded.

        The same generator state gives the same table. Raises UsageError where hardly anybody could be used.
        """
        rows: list[tuple[RecordValue, ...]] = []
        for _ in range(MOST_ROUNDS):
            for response in self.responses(size, random):
                values = record(self.version.questionnaire, response)
                rows.append(tuple(values[name] for name in names))
                tell(1)
                if len(rows) == size:
                    return Table.from_rows(names, rows)
        raise UsageError("With these shares hardly any response could be used: correct the marginals.")

    def _draw(self, size: int, random: np.random.Generator) -> Drawn:
        """Only `random.random` is asked: its stream stays the same from one version of numpy to the next."""
        pages = self.version.questionnaire.pages
        answers: dict[str, Sequence[AnswerValue]] = {}
        for page in pages:
            for question in page.questions:
                for name in question.answer_names:
                    answers[name] = self._answers(name, question, random=random, size=size)
        return Drawn(
            answers=answers, language=languages(self.version, self.marginals).pick(random.random(size)),
            channel=channels(self.marginals).pick(random.random(size)), goes_on=random.random(size),
            stops=random.random((size, len(pages))),
        )  # fmt: skip

    def _answers(
        self, name: str, question: Question, *, random: np.random.Generator, size: int
    ) -> Sequence[AnswerValue]:
        if question.type is not QuestionType.MULTIPLE:
            return choice(name, question, self.marginals).pick(random.random(size))
        held = ticks(question, self.marginals)
        alone = Choice.of(held.alone).pick(random.random(size))
        codes = [int(code) for code in held.shares]
        edges = np.array(list(held.shares.values()), dtype=np.float64)
        ticked = random.random((size, len(codes))) < edges
        instead = Choice.of(held.shares).pick(random.random(size)) if codes else [-1] * size
        return [
            tuple(code for code, is_on in zip(codes, on, strict=True) if is_on) or (int(other),)
            if one == SEVERAL
            else (int(one),)
            for one, on, other in zip(alone, ticked.tolist(), instead, strict=True)
        ]

    def responses(self, size: int, random: np.random.Generator) -> Iterator[Response]:
        """What so many people would send, without those who may not take part or whose answers may not be used."""
        questionnaire, drawn = self.version.questionnaire, self._draw(size, random)
        admitted = _admitted(questionnaire)
        for place in range(size):
            answers = {name: held[place] for name, held in drawn.answers.items() if held[place] not in _BLANKS}
            way = self._route({**answers, **admitted}, goes_on=bool(drawn.goes_on[place] < self.marginals.goes_on))
            response = self._response(way, drawn, place)
            if way.admitted and is_usable(questionnaire, response):
                yield response

    def _route(self, answers: Answers, *, goes_on: bool) -> Route:
        """The way of somebody who would answer every page so; what is not asked of them drops out."""
        by_page = {
            page: {name: answers[name] for name in names if name in answers} for page, names in self._pages.items()
        }
        return route(self.version.questionnaire, Progress(answers=by_page, sent=frozenset(by_page), goes_on=goes_on))

    def _response(self, way: Route, drawn: Drawn, place: int) -> Response:
        sent = self._sent(way, drawn.stops[place].tolist())
        kept = {name for page in sent for name in self._pages[page]}
        return Response(
            id="0" * 32, mark=Mark.SYNTHETIC, questionnaire=self.version.questionnaire.code,
            version_hash=self.version.hash, language=str(drawn.language[place]), entry="model",
            channel=Channel(str(drawn.channel[place])), quarter=_NO_QUARTER,
            answers={name: answer for name, answer in way.answers.items() if name in kept}, sent=sent,
        )  # fmt: skip

    @cached_property
    def _pages(self) -> dict[str, tuple[str, ...]]:
        """The answers that each page takes."""
        return {
            page.name: tuple(name for question in page.questions for name in question.answer_names)
            for page in self.version.questionnaire.pages
        }

    def _sent(self, way: Route, chances: Sequence[float]) -> tuple[str, ...]:
        """The pages that are sent: all of the route, or those up to where somebody finishes."""
        pages = [page for page in self.version.questionnaire.pages if page.name in way.steps]
        demanded = [number for number, page in enumerate(pages) if _is_demanded(page)]
        first = demanded[-1] if demanded else 0
        ends = (
            number for number, page in enumerate(pages)
            if number >= first and page.admits is None and chances[number] < self.marginals.stops
        )  # fmt: skip
        return tuple(page.name for page in pages[: next(ends, len(pages)) + 1])


def _is_demanded(page: Page) -> bool:
    """True for a page that nobody can leave out and still send."""
    return page.admits is not None or any(question.required for question in page.questions)


def _admitted(questionnaire: Questionnaire) -> dict[str, AnswerValue]:
    """Answers with which every page lets people pass; the others send nothing, so they are in no series."""
    found: dict[str, AnswerValue] = {}
    for page in questionnaire.pages:
        if page.admits is not None:
            found |= _passing(page, page.admits, found)
    return found


def _passing(page: Page, admits: Expression, earlier: Answers) -> dict[str, AnswerValue]:
    asked = [question for question in page.questions if question.name in admits.names]
    for codes in itertools.product(*(sorted(question.codes) for question in asked)):
        answers = {question.name: code for question, code in zip(asked, codes, strict=True)}
        if admits.is_true({**earlier, **answers}):
            return dict(answers)
    raise UsageError(f"The page {page.name} lets nobody pass: correct the questionnaire.")
