"""Agreed words: found by whole words and stems, in the language of the source and of the translation."""

from __future__ import annotations

from pathlib import Path

import pytest

from selfhelp_survey.authoring.problems import ProblemsFound
from selfhelp_survey.errors import UsageError
from selfhelp_survey.translations.glossary import Glossary, glossary_of, read_glossary
from selfhelp_survey.translations.units import TranslationUnit

pytestmark = pytest.mark.once

TERMS = """\
terms:
  - term: the material
    why: One neutral term.
    say: {en: [the material], fi: [materiaali*], ar: ["*مادة*"]}
    avoid: {en: [porn*], fi: [aineisto]}
"""


def findings(source: str, target: str, language: str = "fi", text: str = TERMS) -> list[str]:
    unit = TranslationUnit(area="a", key="k", place="p", source_language="en", source=source, target=target)
    return list(read_glossary(text, source="g.yaml").findings(unit, language))


@pytest.mark.parametrize("target", ["Materiaalia on", "katsoit MATERIAALIN loppuun"])
def test_term__agreed_word_in_any_form_and_case__is_found(target: str) -> None:
    assert findings("You saw the material", target) == []


def test_term__not_said_in_the_translation__is_told_with_the_agreed_word() -> None:
    assert findings("You saw The Material", "Näit sisällön") == ["'the material' is not called materiaali…"]


@pytest.mark.parametrize("source", ["the materials", "other material"])
def test_term__other_word_in_the_source__asks_for_nothing(source: str) -> None:
    assert findings(source, "jotain") == []


def test_term__word_in_the_middle_of_another__does_not_count() -> None:
    assert findings("the material", "raakamateriaali") == ["'the material' is not called materiaali…"]


def test_term__star_in_front__lets_an_article_stand_before_it() -> None:
    assert findings("the material", "المادة هنا", "ar") == []
    assert findings("the material", "هنا", "ar") == ["'the material' is not called …مادة…"]


def test_term__missing_translation__is_no_finding() -> None:
    assert findings("the material", "") == []


def test_word_to_avoid__in_the_source_language_too__is_told_with_the_one_to_say() -> None:
    assert findings("x", "Pornography here", "en") == ["'Pornography' is to be avoided: say 'the material'"]
    assert findings("x", "tämä aineisto", "fi") == ["'aineisto' is to be avoided: say 'materiaali…'"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [("- a", "should be a mapping"), ("terms:\n- {why: x}", "'term' is missing"),
     ("terms:\n- {term: a, sya: {}}", "sya"),
     ("terms:\n- {term: a, say: {EN: [a]}}", "languages"), ("terms:\n- {term: a, say: {en: ['*']}}", "words")],
)  # fmt: skip
def test_glossary__badly_written__is_refused_with_the_place(text: str, problem: str) -> None:
    with pytest.raises(ProblemsFound, match=problem) as refused:
        read_glossary(text, source="g.yaml")
    assert refused.value.problems[0].line


def test_glossary__of_a_site__replaces_terms_of_the_same_name_and_adds_its_own(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text("terms:\n- {term: programme, say: {en: [course]}}\n- {term: tea, say: {en: [tea]}}\n", "utf-8")
    shipped, both = glossary_of(None), glossary_of(path)
    assert isinstance(both, Glossary)
    names = [term.name for term in both.terms]
    assert sorted(names) == sorted([*(term.name for term in shipped.terms), "tea"])
    assert next(term for term in both.terms if term.name == "programme").say["en"] == ("course",)


def test_form__with_many_stars_in_a_row__is_read_as_one_and_found_at_once() -> None:
    text = "terms: [{term: x, avoid: {en: ['****************************************z', 'a**b']}}]"
    assert findings("x", "a" * 5_000, "en", text) == []
    assert findings("x", "it is fizz", "en", text) == ["'fizz' is to be avoided"]
    assert findings("x", "a cab", "en", text) == []
    assert findings("x", "aXXb", "en", text) == ["'aXXb' is to be avoided"]


@pytest.mark.parametrize(("form", "is_taken"), [("*a*b*", True), ("*a*b*c*", False)])
def test_form__with_more_than_three_stars__is_refused(form: str, is_taken: bool) -> None:
    text = f"terms: [{{term: x, avoid: {{en: ['{form}']}}}}]"
    if is_taken:
        assert read_glossary(text, source="g.yaml").terms[0].avoid == {"en": (form,)}
        return
    with pytest.raises(ProblemsFound, match="at most 3 stars"):
        read_glossary(text, source="g.yaml")


@pytest.mark.parametrize("text", ["", " \n"])
def test_glossary__empty__is_told_in_a_sentence_of_its_own(text: str, tmp_path: Path) -> None:
    (tmp_path / "g.yaml").write_text(text, "utf-8")
    with pytest.raises(UsageError, match="the glossary is empty; begin with 'terms:'"):
        glossary_of(tmp_path / "g.yaml")
