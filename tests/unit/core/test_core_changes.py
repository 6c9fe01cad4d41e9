"""What changed between two versions, and texts under their keys."""

from __future__ import annotations

import dataclasses

from selfhelp_survey.core.comparison import ChangeKind, comparable_variables, differences
from selfhelp_survey.core.questionnaire import Question, Questionnaire
from selfhelp_survey.core.text import Text
from selfhelp_survey.core.wordings import complete_languages, filled_in, with_texts, wording_hash, wordings_of
from tests.unit.core.small import multiple, of_pages, page, single, text

# -- what changed ------------------------------------------------------------------------------------------------------

BEFORE = of_pages(page("a", single("q1"), multiple("m", 1, 2)), page("b", single("q2", "${q1} = 1")))


def after(*questions: Question, relevant: str = "${q1} = 1") -> Questionnaire:
    return of_pages(page("a", *questions), page("b", single("q2", relevant)))


def test_differences__the_same__none() -> None:
    assert differences(BEFORE, BEFORE) == ()
    assert all(comparable_variables(BEFORE, BEFORE).values())


def test_differences__reworded__stays_comparable() -> None:
    now = after(dataclasses.replace(single("q1"), label=text("y")), multiple("m", 1, 2))
    (change,) = differences(BEFORE, now)
    assert (change.kind, change.where) == (ChangeKind.REWORDED, "pages.a.questions.q1.label")
    assert all(comparable_variables(BEFORE, now).values())


def test_differences__another_value__is_not_comparable() -> None:
    now = after(single("q1", codes=(1, 2, 3, -2)), multiple("m", 1, 2))
    assert [(change.kind, change.is_comparable) for change in differences(BEFORE, now)] == [(ChangeKind.CHANGED, False)]
    assert [name for name, same in comparable_variables(BEFORE, now).items() if not same] == ["q1"]


def test_differences__others_are_asked__is_not_comparable() -> None:
    now = after(single("q1"), multiple("m", 1, 2), relevant="${q1} = 2")
    assert not comparable_variables(BEFORE, now)["q2"]


def test_differences__added_and_removed__both_told() -> None:
    now = after(single("q1"), single("q9"))
    assert [(change.kind, change.where) for change in differences(BEFORE, now)] == [
        (ChangeKind.ADDED, "q9"), (ChangeKind.REMOVED, "m"),
    ]  # fmt: skip


def test_differences__new_language__stays_comparable() -> None:
    more = {"fi": "z"}
    now = with_texts(BEFORE, lambda _key, old: Text.of(dict(old.translations) | more), languages=("en", "fi"))
    assert [(change.kind, change.where, change.message) for change in differences(BEFORE, now)] == [
        (ChangeKind.ADDED, "languages", "fi")
    ]
    assert all(comparable_variables(BEFORE, now).values())


# -- texts under their keys --------------------------------------------------------------------------------------------


def test_wordings_of__questionnaire__has_every_text_once() -> None:
    assert list(wordings_of(BEFORE).values()) == list(BEFORE.texts())
    assert "pages.b.questions.q2.values.-2" in wordings_of(BEFORE)


def test_filled_in__placeholder__reads_in_its_language() -> None:
    asked = of_pages(page("a", dataclasses.replace(single("q1"), label=text("{contact}, {other}"))))
    filled = filled_in(asked, {"contact": {"en": "Us"}})
    assert filled.pages[0].questions[0].label.in_language("en") == "Us, {other}"


def test_complete_languages__preferred_first__others_by_name() -> None:
    texts = [Text.of({"en": "a", "fi": "b", "ar": "c"}), Text.of({"en": "a", "fi": "b", "ar": "c", "sv": "d"})]
    assert complete_languages(texts, preferred=("fi", "sv")) == ("fi", "ar", "en")


def test_wording_hash__other_language_changed__stays() -> None:
    both = with_texts(BEFORE, lambda _key, _text: Text.of({"en": "a", "fi": "b"}), languages=("en", "fi"))
    changed = with_texts(both, lambda _key, _text: Text.of({"en": "a", "fi": "c"}))
    assert wording_hash(both, "en") == wording_hash(changed, "en")
    assert wording_hash(both, "fi") != wording_hash(changed, "fi")
