"""The shipped exit survey as its tests see it, and the routes of those who answer it."""

import itertools
from functools import cache
from importlib.resources import files

from selfhelp_survey.authoring.yaml_reader import read_questionnaire
from selfhelp_survey.core.answers import AnswerValue
from selfhelp_survey.core.flow import Progress, Route, relevant_questions, route
from selfhelp_survey.core.questionnaire import Page, Question, Questionnaire

LANGUAGES = ("en", "es", "fi", "sv")


def ids(words: str) -> frozenset[str]:
    """Several ids of the outline, written in one line."""
    return frozenset(words.split())


IDS = ids(
    "c1 c2 a1 a2 a3 a4 p1 p2 p3 p4 p5 p6 p7 p8 k1 k2 k3 f1 f2 h1 h2 h3 h4 h5 b1 b2 e1 e2 e3 "
    "w1 w2 w3 w4 w5 w6 w7 l1 l2 l3 t1 t2 t3 t4 o1 q1"
)
OPENERS: dict[str, tuple[int | None, ...]] = {
    "a1_reason": (1, 2, 3, 4, -2, None),
    "p1_progress": (1, 2, 5, -2, None),
    "h3_sought": (1, 2, 3, -2, None),
    "w1_first_age": (1, 4, 5, -2, None),
    "w5_moved": (1, 2, 3, -2, -3, None),
    "t1_seen": (1, 2, -2, -3, None),
}
"""Every question that opens others, with the answers that could matter; None stands for left blank."""


def source() -> str:
    """The file as it is shipped."""
    return (files("selfhelp_survey") / "questionnaires" / "exit_survey.yaml").read_text(encoding="utf-8")


@cache
def survey() -> Questionnaire:
    """The questionnaire in it."""
    return read_questionnaire(source(), source="exit_survey.yaml")


def short(question: Question) -> str:
    """The id of a question in the outline, such as `a2` for `a2_age`."""
    return question.name.partition("_")[0]


def substantive(question: Question) -> list[int]:
    """Its codes, the missing ones left out."""
    return [value.code for value in question.values if value.code >= 0]


def way_of(answers: dict[str, AnswerValue], *, goes_on: bool = True) -> Route:
    """The route of someone who sent every page, with these answers; adult and willing unless they say otherwise."""
    pages: dict[str, dict[str, AnswerValue]] = {}
    for name, answer in ({"c1_adult": 1, "c2_consent": 1} | answers).items():
        pages.setdefault(survey().home_of(name)[0].name, {})[name] = answer
    sent = frozenset(page.name for page in survey().pages)
    return route(survey(), Progress(answers=pages, sent=sent, goes_on=goes_on))


def pages_on(way: Route) -> list[Page]:
    """The pages of a route; the part choice and the check are no pages."""
    return [survey().page(step) for step in way.steps if survey().has_page(step)]


def asked(**answers: AnswerValue) -> set[str]:
    """The short ids of everything asked of someone who goes on to part two."""
    way = way_of(answers)
    return {short(question) for page in pages_on(way) for question in relevant_questions(page, way.answers)}


@cache
def every_route() -> tuple[Route, ...]:
    """Every route there is, by brute force over all opening answers and both choices between the parts."""
    return tuple(
        way_of({name: code for name, code in zip(OPENERS, codes, strict=True) if code is not None}, goes_on=goes_on)
        for codes in itertools.product(*OPENERS.values())
        for goes_on in (True, False)
    )
