"""What can no longer be compared with an earlier version, or with a sister survey, and what differs."""

from __future__ import annotations

import dataclasses

import pytest

from selfhelp_survey.core.linter_comparability import MOST_LISTED, broken_since, unlike
from selfhelp_survey.core.linter_words import times_in
from selfhelp_survey.core.questionnaire import Question, Questionnaire, QuestionType
from selfhelp_survey.core.text import Text
from tests.unit.core.small import matrix, multiple, number, of_pages, page, single, text


def told(before: Questionnaire, after: Questionnaire) -> list[tuple[str, str, str]]:
    return [(each.code, each.where, each.message) for each in broken_since(before, after, version=3)]


def asking(*questions: Question, relevant: str | None = None) -> Questionnaire:
    return of_pages(page("gate", single("g")), page("a", *questions, relevant=relevant))


def test_version__the_same_or_reworded__nothing_is_said() -> None:
    reworded = dataclasses.replace(single("q"), label=text("y"))
    assert told(asking(single("q")), asking(single("q"))) == []
    assert told(asking(single("q")), asking(reworded)) == []


@pytest.mark.parametrize(("after", "why"), [
    (asking(single("q", codes=(1, 2, 3, -2))), "values"),
    (asking(dataclasses.replace(single("q"), type=QuestionType.SCALE)), "type"),
    (asking(single("q"), relevant="${g} = 1"), "who is asked"),
    (asking(single("q", codes=(1, 3, -2)), relevant="${g} = 1"), "values, who is asked"),
])  # fmt: skip
def test_version__another_meaning__names_question_version_and_what_differs(after: Questionnaire, why: str) -> None:
    message = f"cannot be compared with version 3: other {why}"
    assert told(asking(single("q")), after) == [("L301", "pages.a.questions.q", message)]


@pytest.mark.parametrize(("before", "after"), [
    (multiple("q", 1, 2), multiple("q", 1, 2, exclusive=(2,))),
    (matrix("q", "q_one", "q_two"), dataclasses.replace(matrix("q", "q_one", "q_two"), type=QuestionType.MATRIX,
                                                        values=single("x", codes=(1, 2, 3)).values)),
    (number("q", maximum=9), number("q", maximum=8)),
])  # fmt: skip
def test_version__several_variables_of_one_question__are_one_finding(before: Question, after: Question) -> None:
    assert [code for code, _, _ in told(asking(before), asking(after))] == ["L301"]


def test_version__asked_no_more__names_the_variables_but_not_all_of_many() -> None:
    gone = [single(f"q{nth}") for nth in range(MOST_LISTED + 2)]
    (finding,) = told(asking(*gone), asking())
    assert finding == ("L302", "pages", "version 3 also asked q0, q1, q2, q3, q4 and 2 more")


def test_version__a_new_question__nothing_is_said() -> None:
    assert told(asking(), asking(single("q"))) == []


def differing(ours: Question, theirs: Question) -> list[str]:
    sister = dataclasses.replace(of_pages(page("b", theirs)), code="sister")
    return [each.message for each in unlike(of_pages(page("a", ours)), sister)]


def harmonised(question: Question, **more: object) -> Question:
    return dataclasses.replace(question, harmonised="h", **more)  # type: ignore[arg-type]


OURS = harmonised(single("q"))


def test_sister__same_meaning_under_another_name__nothing_is_said() -> None:
    assert differing(OURS, harmonised(single("r"))) == []
    assert differing(OURS, harmonised(single("r", codes=(1, 2)))) == []
    assert differing(OURS, dataclasses.replace(single("r", codes=(7,)), harmonised="other")) == []


RELABELLED = harmonised(single("r"), values=(dataclasses.replace(OURS.values[0], label=text("No")), *OURS.values[1:]))


@pytest.mark.parametrize(("ours", "theirs", "what"), [
    (OURS, harmonised(single("r", codes=(1, 3, 4))), "values 2 only here; values 3, 4 only there"),
    (OURS, harmonised(single("r"), type=QuestionType.SCALE), "type single here, scale there"),
    (OURS, RELABELLED, "values 1 are labelled otherwise in en"),
    (harmonised(number("q", minimum=0)), harmonised(number("r", minimum=0, maximum=9)),
     "bounds 0 to any here, 0 to 9 there"),
    (harmonised(matrix("q", "q_one")), harmonised(matrix("r", "r_two")), "rows one here, two there"),
    (harmonised(OURS, label=text("Did you rest in the last month?")),
     harmonised(OURS, label=text("Did you rest in the last year?")),
     "time reference last month here, last year there"),
    (harmonised(OURS, hint=text("Now.")), OURS, "time reference now here, none there"),
])  # fmt: skip
def test_sister__another_meaning__says_what_differs(ours: Question, theirs: Question, what: str) -> None:
    assert differing(ours, theirs) == [f"'h' of 'sister' is another: {what}"]


def test_sister__no_language_in_common__codes_are_compared_and_words_are_not() -> None:
    label = Text.of({"fi": "nyt"})
    values = tuple(dataclasses.replace(value, label=label) for value in OURS.values)
    theirs = dataclasses.replace(OURS, label=label, values=values)
    sister = Questionnaire(code="sister", title=label, languages=("fi",), pages=(dataclasses.replace(
        page("b", theirs), title=label),))  # fmt: skip
    assert list(unlike(of_pages(page("a", OURS)), sister)) == []


@pytest.mark.parametrize(("language", "wording", "times"), [
    ("en", "In the past two weeks, or ever?", {"past two weeks", "ever"}), ("en", "However it was", set[str]()),
    ("es", "¿En los últimos 12 meses?", {"últimos 12 meses"}), ("fi", "Viime kuussa? Viimeisen vuoden aikana?",
                                                                 {"viimeisen vuoden"}),
    ("sv", "De senaste två veckorna", {"senaste två veckorna"}), ("de", "jetzt", set[str]()),
])  # fmt: skip
def test_times__wording__the_words_that_say_over_which_time(language: str, wording: str, times: set[str]) -> None:
    assert times_in(wording, language) == times
