"""The shortest and the longest route, against walking every route there is."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selfhelp_survey.core import route_lengths as subject
from selfhelp_survey.core.answers import Answers, AnswerValue
from selfhelp_survey.core.flow import answers_on, is_relevant
from selfhelp_survey.core.questionnaire import Page, Question, QuestionType
from selfhelp_survey.core.route_lengths import Span, route_lengths
from tests.unit.core.small import multiple, note, number, page, single, words


def every_answer(question: Question) -> list[AnswerValue | None]:
    if question.type is QuestionType.MULTIPLE:
        sets = (itertools.combinations(sorted(question.codes), size) for size in range(1, len(question.codes) + 1))
        return [None, *itertools.chain.from_iterable(sets)]
    return [None, *range(5)] if question.type is QuestionType.NUMBER else [None, *question.codes]


def walked(pages: Sequence[Page], answers: Answers, length: int = 0) -> Iterator[int]:
    """The length of every route from here on, one by one."""
    if not pages:
        yield length
        return
    first, *others = pages
    if not is_relevant(first, answers):
        yield from walked(others, answers, length)
        return
    for chosen in itertools.product(*(every_answer(question) for question in first.questions)):
        given = {question.name: answer for question, answer in zip(first.questions, chosen, strict=True)
                 if answer is not None}  # fmt: skip
        now = {**answers, **answers_on(first, given, answers)}
        if first.admits is None or first.admits.is_true(now):
            yield from walked(others, now, length + 1)


def slowly(pages: Sequence[Page]) -> Span:
    lengths = list(walked(pages, {}))
    return Span(min(lengths), max(lengths))


@st.composite
def some_pages(draw: st.DrawFn) -> list[Page]:
    pages: list[Page] = []
    names: list[str] = []
    for nth in range(draw(st.integers(1, 5))):
        shapes = ["${%s} = 1", "${%s} != 2", "${%s} > 2", "selected(${%s}, '2')", "${%s} = ''"]
        conditions = [shape % name for shape in shapes for name in names]
        relevant = draw(st.none() | st.sampled_from(conditions)) if conditions else None
        own = draw(st.none() | st.sampled_from(conditions)) if conditions else None
        made = {"single": single(f"q{nth}", own, codes=(1, 2)), "multiple": multiple(f"q{nth}", 1, 2),
                "number": number(f"q{nth}", minimum=0, maximum=4)}  # fmt: skip
        questions = draw(st.sampled_from([[], *([each] for each in made.values())]))
        pages.append(page(f"p{nth}", *questions, relevant=relevant))
        names += [question.name for question in questions]
    return pages


@settings(max_examples=40, deadline=None)
@given(some_pages())
def test_lengths__any_pages__are_those_of_walking_every_route(pages: list[Page]) -> None:
    assert route_lengths(pages) == slowly(pages)


GATE = page("gate", single("q", codes=(1, 2)))


@pytest.mark.parametrize(("pages", "expected"), [
    ([], Span(0, 0)),
    ([GATE, page("a", relevant="${q} = 1"), page("b", relevant="${q} = 2")], Span(1, 2)),
    ([GATE, page("a", relevant="${q} = 1"), page("b", relevant="${q} != 1")], Span(2, 2)),
    ([GATE, page("a", single("r", "${q} = 1"), single("s", "${q} = 2"))], Span(1, 2)),
    ([GATE, page("a", single("r", "${q} = 1"), note("n"))], Span(2, 2)),
    ([GATE, page("a", single("r"), relevant="${q} = 1"), page("b", relevant="${r} = 1")], Span(1, 3)),
    ([page("gate", single("q", required=True), admits="${q} = 1"), page("a", relevant="${q} = 2")], Span(1, 1)),
    ([GATE, page("a", single("r", "${q} = 1"), note("n")), page("b", relevant="${r} = 1")], Span(2, 3)),
    ([page("a", words("w")), page("b", relevant="${w} = ''")], Span(1, 2)),
    ([page("a", block="x"), page("b", block="x"), page("c", block="y"), page("d")], Span(3, 4)),
])  # fmt: skip
def test_lengths__conditions__are_counted_as_people_meet_them(pages: list[Page], expected: Span) -> None:
    assert route_lengths(pages) == expected


def test_lengths__nobody_is_admitted__are_none() -> None:
    assert route_lengths([page("gate", single("q"), admits="${q} = 99")]) == Span(0, 0)


@pytest.mark.parametrize(("tries", "expected"), [(6, Span(2, 3)), (5, Span(2, 4))])
def test_lengths__more_ways_than_are_tried__are_bounded_from_outside(
    tries: int, expected: Span, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = [GATE, page("a", relevant="${q} = 1"), page("b", relevant="${q} = 2"), page("c")]  # 3 + 1 + 1 + 1
    monkeypatch.setattr(subject, "MOST_TRIES", tries)
    assert route_lengths(pages) == expected


def test_lengths__hostile_page__is_counted_in_little_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subject, "MOST_TRIES", 100)
    asked = [single(f"q{nth}", codes=tuple(range(10))) for nth in range(30)]
    admits = " and ".join(f"${{q{nth}}} = 99" for nth in range(30))
    assert route_lengths([page("gate", *asked, admits=admits), page("a")]) == Span(2, 2)
