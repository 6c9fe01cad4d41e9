"""The route: computed from answers, never remembered."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfhelp_survey.core.flow import (
    CHECK,
    MORE,
    Progress,
    can_be_admitted,
    may_send,
    page_counts,
    route,
    unanswered_required,
)
from selfhelp_survey.core.questionnaire import Question
from tests.unit.core.small import matrix, multiple, note, number, of_pages, page, progress, single, words

GATED = of_pages(
    page("consent", single("adult", required=True), admits="${adult} = 1"),
    page("gate", single("q1")),
    page("detail", single("q2"), relevant="${q1} = 1"),
    page("after", single("q3", "${q2} = 1"), single("q4")),
    page("extra", single("q5"), part=2),
)
YES = {"adult": 1}


def test_route__nothing_given__waits_at_the_first_page() -> None:
    way = route(GATED, progress())
    assert way.steps == ("consent", "gate", "after", MORE, CHECK)
    assert way.frontier == "consent"


def test_route__gate_answered_no__skips_detail_page() -> None:
    assert "detail" not in route(GATED, progress("consent", "gate", consent=YES, gate={"q1": 2})).steps


def test_route__gate_answered_yes__asks_detail_page_next() -> None:
    way = route(GATED, progress("consent", "gate", consent=YES, gate={"q1": 1}))
    assert way.frontier == "detail"


def test_route__gate_changed_to_no__hidden_answer_decides_nothing_and_is_left_out() -> None:
    given_ = progress("consent", "gate", "detail", consent=YES, gate={"q1": 2}, detail={"q2": 1},
                      after={"q3": 1, "q4": 1})  # fmt: skip
    way = route(GATED, given_)
    assert way.answers == {"adult": 1, "q1": 2, "q4": 1}


def test_route__answer_that_cannot_be_one__is_left_out() -> None:
    assert route(GATED, progress("consent", consent={"adult": 7})).answers == {}


def test_route__turned_away__has_no_step_after_that_page() -> None:
    way = route(GATED, progress("consent", consent={"adult": 2}))
    assert (way.admitted, way.steps, way.frontier) == (False, ("consent",), "consent")


def test_route__admission_left_blank_and_sent__is_turned_away() -> None:
    assert not route(GATED, progress("consent")).admitted


def test_route__admission_not_sent_yet__is_not_turned_away() -> None:
    assert route(GATED, progress(consent={"adult": 2})).admitted


@pytest.mark.parametrize(
    ("goes_on", "frontier", "has_extra"), [(None, MORE, False), (False, CHECK, False), (True, "extra", True)]
)
def test_route__choice_between_the_parts__decides_part_two(
    goes_on: bool | None, frontier: str, has_extra: bool
) -> None:
    way = route(GATED, progress("consent", "gate", "after", goes_on=goes_on, consent=YES))
    assert way.frontier == frontier
    assert ("extra" in way.steps) is has_extra


def test_route__part_two_not_relevant__offers_no_choice() -> None:
    questionnaire = of_pages(page("a", single("q1")), page("b", single("q2"), part=2, relevant="${q1} = 1"))
    assert MORE not in route(questionnaire, progress("a", a={"q1": 2})).steps
    assert MORE in route(questionnaire, progress("a", a={"q1": 1})).steps


def test_route__all_questions_of_a_page_irrelevant__page_is_skipped() -> None:
    questionnaire = of_pages(page("a", single("q1")), page("b", single("q2", "${q1} = 1")), page("c", note("n1")))
    assert route(questionnaire, progress("a", a={"q1": 2})).steps == ("a", "c", CHECK)


@pytest.mark.parametrize(("step", "may"), [("consent", True), ("gate", True), ("after", False), (CHECK, False)])
def test_may_visit__both_sides_of_the_frontier(step: str, may: bool) -> None:
    way = route(GATED, progress("consent", consent=YES))
    assert way.frontier == "gate"
    assert way.may_visit(step) is may


@pytest.mark.parametrize("step", ["detail", "extra", "nowhere"])
def test_may_visit__step_not_on_the_route__never(step: str) -> None:
    assert not route(GATED, progress("consent", "gate", "after", goes_on=False, consent=YES)).may_visit(step)


def test_may_visit__finishing_early__check_opens() -> None:
    assert route(GATED, progress("consent", finishes=True, consent=YES)).may_visit(CHECK)


def test_may_visit__finishing_but_turned_away__check_stays_shut() -> None:
    assert not route(GATED, progress("consent", finishes=True, consent={"adult": 2})).may_visit(CHECK)


def test_before_and_after__steps__follow_the_route() -> None:
    way = route(GATED, progress())
    assert [way.before("consent"), way.before("after"), way.after("gate"), way.after(CHECK)] == [
        None, "gate", "after", CHECK,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("given_", "may"),
    [
        (progress(), False),
        (progress(finishes=True), False),
        (progress("consent", consent=YES), False),
        (progress("consent", finishes=True, consent=YES), True),
        (progress("consent", finishes=True), False),
        (progress("consent", finishes=True, consent={"adult": 2}), False),
        (progress("consent", "gate", "after", goes_on=False, consent=YES), True),
        (progress("consent", "gate", "after", consent=YES), False),
    ],
)
def test_may_send__progress__only_when_admitted_and_at_check(given_: Progress, may: bool) -> None:
    assert may_send(GATED, given_) is may


def test_unanswered_required__irrelevant_required_question__is_not_asked_for() -> None:
    questionnaire = of_pages(
        page("a", single("q1")), page("b", single("q2", "${q1} = 1", required=True), single("q3"), admits="true()")
    )
    sent = progress("a", "b", a={"q1": 2})
    assert unanswered_required(questionnaire.page("b"), route(questionnaire, sent).answers) == ()
    assert may_send(questionnaire, sent)


def test_page_counts__both_parts__counts_each() -> None:
    assert page_counts(GATED) == (4, 5)


@given(
    pages=st.dictionaries(
        st.sampled_from(["consent", "gate", "detail", "after", "extra"]),
        st.dictionaries(st.sampled_from(["adult", "q1", "q2", "q3", "q4", "q5", "m"]), st.integers(-3, 3)),
    ),
    sent=st.frozensets(st.sampled_from(["consent", "gate", "detail", "after", "extra"])),
    goes_on=st.sampled_from([None, True, False]),
)
def test_route__any_progress__is_stable_and_visitable_up_to_its_frontier(
    pages: dict[str, dict[str, Any]], sent: frozenset[str], goes_on: bool | None
) -> None:
    way = route(GATED, Progress(answers=pages, sent=sent, goes_on=goes_on))
    kept = {name: {key: way.answers[key] for key in given_ if key in way.answers} for name, given_ in pages.items()}
    again = route(GATED, Progress(answers=kept, sent=sent, goes_on=goes_on))
    assert (again.steps, again.answers, again.frontier) == (way.steps, way.answers, way.frontier)
    reached = way.steps.index(way.frontier)
    assert [way.may_visit(step) for step in way.steps] == [position <= reached for position in range(len(way.steps))]
    assert all(step in sent or step in (MORE, CHECK) for step in way.steps[:reached])


def test_route__multiple_answer__relevance_sees_its_codes() -> None:
    questionnaire = of_pages(page("a", multiple("m", 1, 2)), page("b", single("q"), relevant="selected(${m}, 2)"))
    assert "b" in route(questionnaire, progress("a", a={"m": (1, 2)})).steps
    assert "b" not in route(questionnaire, progress("a", a={"m": (1,)})).steps


@pytest.mark.parametrize(
    ("asked", "condition"),
    [
        (number("age"), "${age} >= 18"),
        (matrix("grid", "row_a", "row_b"), "${row_b} = 1"),
        (multiple("m", 1, 2), "selected(${m}, 1) and selected(${m}, 2)"),
        (words("w"), "string-length(${w}) > 3"),
        (single("q"), "${q} = 1"),
    ],
)
def test_can_be_admitted__nothing_given_yet__leaves_the_way_open(asked: Question, condition: str) -> None:
    assert can_be_admitted(page("gate", asked, admits=condition), {}, {})


@pytest.mark.parametrize(
    ("given_", "may"), [({"row_a": 1}, True), ({"row_b": 1}, True), ({"row_b": 2}, False), ({"row_a": 2}, True)]
)
def test_can_be_admitted__row_of_a_matrix_decides__counts_that_row(given_: dict[str, int], may: bool) -> None:
    gate = page("gate", matrix("grid", "row_a", "row_b"), admits="${row_b} = 1")
    assert can_be_admitted(gate, given_, {}) is may


@pytest.mark.parametrize(("age", "may"), [(17, False), (18, True)])
def test_can_be_admitted__number_decides__both_sides(age: int, may: bool) -> None:
    assert can_be_admitted(page("gate", number("age"), admits="${age} >= 18"), {"age": age}, {}) is may


@pytest.mark.parametrize(("earlier", "may"), [(1, True), (2, False)])
def test_can_be_admitted__deciding_question_not_asked__turns_away(earlier: int, may: bool) -> None:
    gate = page("gate", single("q2", "${q1} = 1"), single("q3"), admits="${q2} = 1")
    assert can_be_admitted(gate, {}, {"q1": earlier}) is may
