"""A shipped draft is told by its own words, under any code; a questionnaire of other words is not taken for one."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib.resources import files

import pytest

from selfhelp_survey.authoring.shipped_drafts import DRAFTS, FEWEST_SHARED, MOST, shipped_draft_like
from selfhelp_survey.authoring.yaml_reader import read_questionnaire
from selfhelp_survey.core.questionnaire import Questionnaire
from selfhelp_survey.core.text import Text
from selfhelp_survey.core.wordings import with_texts, wordings_of

FOLDER = files("selfhelp_survey") / "questionnaires"
each_draft = pytest.mark.parametrize("code", DRAFTS)


@cache
def shipped(code: str) -> Questionnaire:
    return read_questionnaire((FOLDER / f"{code}.yaml").read_text("utf-8"), source=code)


def own_keys(code: str) -> list[str]:
    """The keys of the texts that the draft alone has, outside its questions."""
    shared = {text.in_language("en") for text in wordings_of(shipped("exit_survey")).values()}
    own = [key for key, text in wordings_of(shipped(code)).items() if text.in_language("en") not in shared]
    return [key for key in own if ".questions." not in key and not key.startswith("hierarchies.")]


def reworded(code: str, keys: set[str]) -> Questionnaire:
    """The draft under another code, without its mark, these texts in other words."""

    def changed(key: str, text: Text) -> Text:
        return Text.of(dict.fromkeys(text.languages, f"Ours: {key}")) if key in keys else text

    return with_texts(replace(shipped(code), code="ours", is_draft=False), changed)


def test_drafts__listed__are_those_that_the_package_marks() -> None:
    marked = {file.name.removesuffix(".yaml") for file in FOLDER.iterdir()
              if file.name.endswith(".yaml") and "\ndraft: true\n" in file.read_text("utf-8")}  # fmt: skip
    assert marked == set(DRAFTS)


@each_draft
def test_copy__under_another_code__is_told(code: str) -> None:
    assert shipped_draft_like(reworded(code, set())) == code


@each_draft
def test_copy__in_one_language_in_capitals_and_with_other_points__is_told(code: str) -> None:
    def changed(_key: str, text: Text) -> Text:
        return Text.of({"es": text.in_language("es").upper().replace(".", " !")})

    assert shipped_draft_like(with_texts(shipped(code), changed, languages=("es",))) == code


@each_draft
def test_copy__its_consent_with_one_page__is_told(code: str) -> None:
    draft = shipped(code)
    pages = (draft.pages[0], draft.page("wish"))
    assert shipped_draft_like(replace(draft, code="ours", pages=pages, usable=None)) == code


@each_draft
def test_copy__half_and_less_than_half_in_its_own_words__is_told_on_one_side_only(code: str) -> None:
    keys = own_keys(code)
    most = int(len(keys) * (1 - MOST))
    assert shipped_draft_like(reworded(code, set(keys[:most]))) == code
    assert shipped_draft_like(reworded(code, set(keys[: most + 1]))) != code


@pytest.mark.parametrize(("kept", "is_told"), [(FEWEST_SHARED - 1, False), (FEWEST_SHARED, True)])
def test_copy__few_texts_in_common__may_be_chance(*, kept: int, is_told: bool) -> None:
    draft, own = shipped(DRAFTS[0]), own_keys(DRAFTS[0])[:kept]
    exit_texts = wordings_of(shipped("exit_survey"))["title"]

    def changed(key: str, text: Text) -> Text:
        return text if ".questions." in key or key in own else exit_texts

    copy = with_texts(replace(draft, code="ours"), changed)
    assert bool(shipped_draft_like(copy)) is is_told


@each_draft
def test_own_questionnaire__with_the_same_modules__is_not_taken_for_a_draft(code: str) -> None:
    assert shipped_draft_like(reworded(code, set(own_keys(code)))) == ""


def test_exit_survey__under_any_code__is_not_taken_for_a_draft() -> None:
    assert shipped_draft_like(replace(shipped("exit_survey"), code="ours")) == ""
