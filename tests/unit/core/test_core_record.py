"""From answers to a record: every variable has a value or one kind of missing value."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfhelp_survey.core.answers import is_missing
from selfhelp_survey.core.codebook import codebook
from selfhelp_survey.core.document import content_hash, document_of, questionnaire_in
from selfhelp_survey.core.expression import Expression
from selfhelp_survey.core.questionnaire import (
    Category,
    GeneralisationHierarchy,
    Page,
    Question,
    Questionnaire,
    QuestionType,
    Role,
)
from selfhelp_survey.core.record import is_usable, record
from selfhelp_survey.core.response import Response, quarter_of
from selfhelp_survey.core.validity import is_valid_answer
from selfhelp_survey.errors import QuestionnaireError, SubmissionError
from tests.unit.core.small import matrix, multiple, note, number, of_pages, page, response, single, text, words

GATED = of_pages(
    page("gate", single("q1")),
    page("detail", single("q2"), multiple("m", 1, 2, -2, exclusive=(-2,)), relevant="${q1} = 1"),
    page("later", single("q3", "${q2} = 1")),
    page("last", matrix("g", "g_a", "g_b"), words("w"), number("n", maximum=9)),
    usable=Expression("${n} != 0"),
)

# -- records ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "answers", "expected"),
    [
        # everything on the gate page sent blank: the detail page is not relevant, and that is settled
        (("gate",), {}, {"q1": -1, "q2": -4, "m_01": -4, "q3": -4, "g_a": -5, "n": -5}),
        # nothing sent: nothing is settled, so nothing can be called "not asked"
        ((), {}, {"q1": -5, "q2": -5, "m_01": -5, "q3": -5, "w": -5}),
        # asked and not reached
        (("gate",), {"q1": 1}, {"q1": 1, "q2": -5, "m_02": -5, "q3": -5}),
        # left blank on a sent page
        (("gate", "detail"), {"q1": 1}, {"q2": -1, "m_01": -1, "m_02": -1, "q3": -4}),
        # refused and not sure keep their codes; a multiple question spreads its refusal over its variables
        (("gate", "detail"), {"q1": -2}, {"q1": -2, "q2": -4, "q3": -4}),
        (("gate", "detail"), {"q1": 1, "m": (-2,)}, {"m_01": -2, "m_02": -2}),
        (("gate", "detail"), {"q1": 1, "m": (2,)}, {"m_01": 0, "m_02": 1}),
        # an answer to a page that was never sent, or is off the route, does not count
        (("gate",), {"q1": 1, "q2": 1}, {"q2": -5, "q3": -5}),
        (("gate", "detail"), {"q1": 2, "q2": 1}, {"q2": -4, "q3": -4}),
        (("gate", "detail", "later", "last"), {"q1": 1, "q2": 1, "q3": 2, "g_a": 1, "w": "abc", "n": 7},
         {"q3": 2, "g_a": 1, "g_b": -1, "w": "abc", "n": 7}),
    ],
)  # fmt: skip
def test_record__response__each_variable_has_its_value_or_kind_of_missing(
    sent: tuple[str, ...], answers: dict[str, Any], expected: dict[str, Any]
) -> None:
    found = record(GATED, response(*sent, **answers))
    assert {name: found[name] for name in expected} == expected


def test_record__any_response__begins_with_what_the_software_notes() -> None:
    assert dict(list(record(GATED, response()).items())[:5]) == {
        "language": "en", "channel": "clear", "quarter": "2026Q4", "entry": "end", "questionnaire_version": "f" * 64,
    }  # fmt: skip


def test_record__answer_to_something_not_asked__refused_without_quoting_it() -> None:
    with pytest.raises(SubmissionError) as refused:
        record(GATED, response("gate", secret=1))
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(("answers", "usable"), [({"n": 0}, False), ({"n": 1}, True), ({}, True)])
def test_is_usable__both_answers_and_blank__follows_the_condition(answers: dict[str, Any], usable: bool) -> None:
    assert is_usable(GATED, response("last", **answers)) is usable


@pytest.mark.parametrize(("code", "missing"), [(-9, False), (-8, True), (-1, True), (0, False), ("-1", False)])
def test_is_missing__both_sides_of_the_codes(code: Any, missing: bool) -> None:
    assert is_missing(code) is missing


# -- properties over any questionnaire --------------------------------------------------------------------------------

KINDS = st.sampled_from(["single", "multiple", "matrix", "number", "words", "note"])


@st.composite
def questionnaires(draw: st.DrawFn) -> Questionnaire:
    """One to four pages of zero to three questions, with conditions on earlier single questions."""
    pages: list[Page] = []
    earlier: list[str] = []
    part = 1
    for place in range(draw(st.integers(1, 4))):
        part = max(part, draw(st.sampled_from([1, 2])))
        made = [_question(draw, f"q{place}_{nth}", earlier) for nth in range(draw(st.integers(0, 3)))]
        condition = draw(st.sampled_from([None, *(f"${{{name}}} = 1" for name in earlier)]))
        pages.append(page(f"p{place}", *made, part=part, relevant=condition))
        earlier += [question.name for question in made if question.type is QuestionType.SINGLE]
    return of_pages(*pages)


def _question(draw: st.DrawFn, name: str, earlier: list[str]) -> Question:
    condition = draw(st.sampled_from([None, *(f"${{{other}}} != 2" for other in earlier)]))
    match draw(KINDS):
        case "single":
            return single(name, condition)
        case "multiple":
            return multiple(name, 1, 2, 9, -2, exclusive=(9, -2))
        case "matrix":
            return matrix(name, f"{name}_a", f"{name}_b")
        case "number":
            return number(name, minimum=0, maximum=3)
        case "words":
            return words(name)
    return note(name)


ANSWER = st.one_of(st.integers(-3, 9), st.lists(st.integers(-2, 9), max_size=3).map(tuple), st.text(max_size=6))


@st.composite
def answered(draw: st.DrawFn) -> tuple[Questionnaire, Response]:
    """A questionnaire and a response to it, sensible or not."""
    questionnaire = draw(questionnaires())
    names = [name for question in questionnaire.questions() for name in question.answer_names]
    answers = {name: draw(ANSWER) for name in names if draw(st.booleans())}
    sent = [each.name for each in questionnaire.pages if draw(st.booleans())]
    return questionnaire, response(*sent, **answers)


@given(given_=answered())
def test_record__any_response__has_the_variables_of_the_codebook(given_: tuple[Questionnaire, Response]) -> None:
    questionnaire, sent = given_
    assert list(record(questionnaire, sent)) == [variable.name for variable in codebook(questionnaire)]


@given(given_=answered())
def test_record__any_response__values_are_those_of_the_codebook_or_missing(
    given_: tuple[Questionnaire, Response],
) -> None:
    questionnaire, sent = given_
    found = record(questionnaire, sent)
    for variable in codebook(questionnaire):
        value = found[variable.name]
        if variable.type in (QuestionType.SINGLE, QuestionType.MATRIX) and not is_missing(value):
            assert value in {known.code for known in variable.values}
        if variable.type is QuestionType.MULTIPLE:
            assert value in (0, 1) or is_missing(value)


@given(given_=answered())
def test_response__any__comes_back_from_its_json(given_: tuple[Questionnaire, Response]) -> None:
    sent = given_[1]
    assert Response.from_json(sent.to_json()) == sent
    assert Response.from_json(sent.to_json()).to_json() == sent.to_json()


@given(questionnaire=questionnaires())
def test_document__any_questionnaire__comes_back_with_the_same_hash(questionnaire: Questionnaire) -> None:
    document = document_of(questionnaire)
    again = questionnaire_in(document)
    assert again == questionnaire
    assert content_hash(document_of(again)) == content_hash(document)


# -- documents, responses, validity ------------------------------------------------------------------------------------


def test_document__hierarchies_in_any_order__come_back_in_that_order() -> None:
    levels = ((Category(code=1, label=text(), members=(1, 2)), Category(code="x", label=text(), rest=True)),)
    given_ = of_pages(
        page("a", single("q", role=Role.QUASI_IDENTIFIER, hierarchy="z")),
        hierarchies=tuple(GeneralisationHierarchy(name=name, levels=levels) for name in ("z", "a")),
    )
    assert questionnaire_in(document_of(given_)) == given_


@pytest.mark.parametrize("document", ["", "{}", "[]", '{"format":1}', '{"format":"1"}', "null", '{"format":1,"a":3}'])
def test_document__not_a_questionnaire__refused(document: str) -> None:
    with pytest.raises(QuestionnaireError, match="document"):
        questionnaire_in(document)


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b'{"format":2}', b"\xff", b'{"format":1,"id":"secret"}'])
def test_response__bytes_that_are_none__refused_without_quoting_them(data: bytes) -> None:
    with pytest.raises(SubmissionError) as refused:
        Response.from_json(data)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("month", "quarter"), [(1, "2026Q1"), (3, "2026Q1"), (4, "2026Q2"), (9, "2026Q3"), (10, "2026Q4"), (12, "2026Q4")]
)
def test_quarter_of__first_and_last_months__names_the_quarter(month: int, quarter: str) -> None:
    assert quarter_of(2026, month) == quarter


CHOICE = multiple("m", 1, 2, 9, -2, exclusive=(9, -2))


@pytest.mark.parametrize(
    ("question", "answer", "is_valid"),
    [
        (single("q"), 1, True), (single("q"), 3, False), (single("q"), -2, True), (single("q"), -1, False),
        (single("q"), "1", False), (single("q"), (1,), False), (matrix("g", "g_a"), 2, True),
        (CHOICE, (1,), True), (CHOICE, (1, 2), True), (CHOICE, (), False), (CHOICE, (1, 1), False),
        (CHOICE, (1, 9), False), (CHOICE, (9,), True), (CHOICE, (-2,), True), (CHOICE, (-2, 1), False),
        (CHOICE, (3,), False), (CHOICE, 1, False),
        (number("n", minimum=2, maximum=4), 1, False), (number("n", minimum=2, maximum=4), 2, True),
        (number("n", minimum=2, maximum=4), 4, True), (number("n", minimum=2, maximum=4), 5, False),
        (number("n", minimum=0), -2, True), (number("n", minimum=0, refusable=False), -2, False),
        (number("n", minimum=0), -1, False), (number("n"), -3, False), (number("n"), True, False),
        (words("w", 3), "", False), (words("w", 3), "abc", True), (words("w", 3), "abcd", False),
        (words("w", 3), -2, True), (words("w", 3), 1, False), (note("t"), 1, False),
    ],
)  # fmt: skip
def test_is_valid_answer__both_sides_of_each_bound(question: Question, answer: Any, is_valid: bool) -> None:
    assert is_valid_answer(question, answer) is is_valid


# -- what cannot be ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: single("Q"), "variable name"),
        (lambda: single("q" * 33), "variable name"),
        (lambda: single("language"), "taken by the software"),
        (lambda: single("q", codes=(1, 1)), "stands twice"),
        (lambda: single("q", codes=(-4,)), "reserved"),
        (lambda: single("q", codes=()), "values go with"),
        (lambda: words("w", None), "maximum length"),  # type: ignore[arg-type]
        (lambda: page("check"), "page name"),
        (lambda: page("a", part=3), "part 1 or 2"),
        (lambda: of_pages(page("a"), page("a")), "stands twice"),
        (lambda: of_pages(page("a", single("q")), page("b", single("q"))), "stands twice"),
        (lambda: of_pages(page("a", multiple("m", 1), single("m_01"))), "stands twice"),
        (lambda: of_pages(page("a", part=2), page("b")), "part 2 come after"),
        (lambda: of_pages(page("a", single("q"), single("r", "${q} = 1"))), "not asked on an earlier page"),
        (lambda: of_pages(page("a", single("q", role=Role.QUASI_IDENTIFIER))), "needs a hierarchy"),
        (lambda: of_pages(page("a", single("q", hierarchy="x"))), "no hierarchy 'x'"),
        (of_pages, "needs a page"),
    ],
)
def test_questionnaire__makes_no_sense__refuses_to_exist(make: Any, reason: str) -> None:
    with pytest.raises(QuestionnaireError, match=reason):
        make()
