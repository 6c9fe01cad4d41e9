"""The exit survey: who is asked what, how long it takes, and that nobody skips consent."""

import pytest

from selfhelp_survey.core.answers import AnswerValue
from selfhelp_survey.core.flow import CHECK, Progress, may_send
from selfhelp_survey.core.questionnaire import Role
from tests.unit.questionnaires.exit_survey import IDS, asked, every_route, ids, pages_on, short, survey, way_of

pytestmark = pytest.mark.once

SELF_ONLY = ids("a2 a3 a4 k1 k2 k3 f1 f2 h1 h2 h3 b1 b2 e1 e2 e3 w1 l1 l2 l3")


# --- Consent


@pytest.mark.parametrize("name", ["c1_adult", "c2_consent"])
def test_consent__its_questions__are_required_and_first(name: str) -> None:
    page, question = survey().home_of(name)
    assert question.required
    assert page == survey().pages[0]


def test_consent__everything_else__may_be_left_blank() -> None:
    required = {question.name for question in survey().questions() if question.required}
    assert required == {"c1_adult", "c2_consent"}


@pytest.mark.parametrize(("adult", "consent"), [(2, 1), (3, 1), (1, 2), (2, 2), (3, 2)])
def test_consent__not_adult_or_not_willing__ends_the_route(adult: int, consent: int) -> None:
    way = way_of({"c1_adult": adult, "c2_consent": consent})
    assert not way.admitted
    assert way.steps == ("consent",)


@pytest.mark.parametrize("given", [{}, {"c1_adult": 1}, {"c2_consent": 1}])
def test_consent__left_blank__nothing_can_be_sent(given: dict[str, AnswerValue]) -> None:
    sent = frozenset(page.name for page in survey().pages)
    progress = Progress(answers={"consent": given}, sent=sent, goes_on=False, finishes=True)
    assert not may_send(survey(), progress)


def test_consent__given__everything_else_blank_can_be_sent() -> None:
    sent = frozenset(page.name for page in survey().pages)
    progress = Progress(answers={"consent": {"c1_adult": 1, "c2_consent": 1}}, sent=sent, goes_on=False)
    assert may_send(survey(), progress)


@pytest.mark.parametrize(("answer", "is_kept"), [(1, True), (2, False), (-2, True), (None, True)])
def test_usable__may_we_use_your_answers__only_a_no_keeps_them_out(answer: int | None, *, is_kept: bool) -> None:
    usable = survey().usable
    assert usable is not None
    assert usable.is_true({} if answer is None else {"q1_use": answer}) == is_kept


# --- Routing


OPENED = {"h4", "h5", "w6", "w7", "t2", "t3"}


def test_route__everything_blank__is_treated_as_self() -> None:
    assert asked() == IDS - OPENED


@pytest.mark.parametrize("reason", [1, -2])
def test_route__for_myself_or_refused__is_treated_as_self(reason: int) -> None:
    assert asked(a1_reason=reason) == IDS - OPENED


@pytest.mark.parametrize("reason", [2, 3, 4])
def test_route__not_for_myself__asks_programme_services_and_last_words_only(reason: int) -> None:
    expected = ids("c1 c2 a1 p1 p2 p3 p4 p5 p6 p7 p8 t1 t4 o1 q1")
    assert asked(a1_reason=reason) == expected


def test_route__looked_only__leaves_out_parts_experience_helpfulness_and_effects() -> None:
    assert asked(p1_progress=2) - asked(p1_progress=1) == {"p5", "p6", "p7", "p8"}


@pytest.mark.parametrize("progress", [2, 3, 4, 5, -2])
def test_route__more_than_looked__asks_about_the_experience(progress: int) -> None:
    assert asked(p1_progress=progress) >= {"p5", "p6", "p7", "p8"}


@pytest.mark.parametrize(("sought", "expected"), [(1, {"h4", "h5"}), (2, set()), (3, set()), (-2, set())])
def test_route__looked_for_help__only_a_yes_asks_what_came_of_it(sought: int, expected: set[str]) -> None:
    assert asked(h3_sought=sought) & {"h4", "h5"} == expected


def test_route__never_saw_it__leaves_out_the_whole_path() -> None:
    assert not asked(w1_first_age=5, w5_moved=1) & {"w2", "w3", "w4", "w5", "w6", "w7"}


@pytest.mark.parametrize("age", [1, 2, 3, 4, -2])
def test_route__any_first_age__asks_about_the_path(age: int) -> None:
    assert asked(w1_first_age=age) >= {"w2", "w3", "w4", "w5"}


@pytest.mark.parametrize(
    ("moved", "expected"), [(1, {"w6", "w7"}), (2, set()), (3, set()), (-3, set()), (-2, set())]
)  # fmt: skip
def test_route__moved__only_a_yes_asks_why_and_how(moved: int, expected: set[str]) -> None:
    assert asked(w5_moved=moved) & {"w6", "w7"} == expected


@pytest.mark.parametrize(("seen", "expected"), [(1, {"t2", "t3"}), (2, set()), (-3, set()), (-2, set())])
def test_route__saw_a_message__only_a_yes_asks_where_and_what_then(seen: int, expected: set[str]) -> None:
    assert asked(t1_seen=seen) & {"t2", "t3"} == expected


def test_route__not_for_myself__hidden_answers_open_nothing() -> None:
    hidden = asked(a1_reason=2, h3_sought=1, w1_first_age=1, w5_moved=1)
    assert not hidden & (SELF_ONLY | {"h4", "h5", "w2", "w6"})


def test_route__every_question__is_asked_of_somebody() -> None:
    assert asked(a1_reason=1, p1_progress=5, h3_sought=1, w1_first_age=1, w5_moved=1, t1_seen=1) == IDS


def test_openers__stand_on_an_earlier_page_than_what_they_open() -> None:
    position = {page.name: number for number, page in enumerate(survey().pages)}
    for page in survey().pages:
        for condition in [page.relevance, *(question.relevance for question in page.questions)]:
            for name in condition.names if condition else ():
                assert position[survey().home_of(name)[0].name] < position[page.name]


# --- Length and order


def test_length__longest_route__has_at_most_16_pages() -> None:
    assert max(len(pages_on(way)) for way in every_route()) <= 16


def test_length__shortest_route__has_at_most_8_pages() -> None:
    assert min(len(pages_on(way)) for way in every_route()) <= 8


def test_length__shortest_route_through_both_parts__has_at_most_8_pages() -> None:
    through = [pages_on(way) for way in every_route() if pages_on(way)[-1].part == 2]
    assert min(map(len, through)) <= 8


def test_length__not_for_myself_and_looked_only__has_6_pages() -> None:
    way = way_of({"a1_reason": 4, "p1_progress": 1})
    assert [page.name for page in pages_on(way)] == ["consent", "start", "using", "words", "ways", "ideas"]


def test_length__part_one__has_at_most_6_pages() -> None:
    assert sum(page.part == 1 for page in survey().pages) <= 6


def test_length__pages__have_at_most_5_questions() -> None:
    assert all(1 <= len(page.questions) <= 5 for page in survey().pages)


def test_order__every_route__ends_in_the_check_and_not_on_a_sensitive_page() -> None:
    for way in every_route():
        assert way.steps[-1] == CHECK
        assert all(question.role is not Role.SENSITIVE for question in pages_on(way)[-1].questions)


def test_order__part_one__holds_the_items_of_the_old_feedback_form() -> None:
    part_one = {short(question) for page in survey().pages if page.part == 1 for question in page.questions}
    assert part_one >= {"k1", "p5", "o1", "f1", "q1"}
