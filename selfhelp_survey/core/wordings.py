"""A questionnaire taken apart into its structure and its texts, each under a key, and put together again.

Keys read like `pages.about-you.questions.a2_age.label`: they follow names and codes, not positions, so that a text
keeps its key when something is inserted before it.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from selfhelp_survey.core.questionnaire import (
    Category,
    GeneralisationHierarchy,
    Page,
    Passage,
    Question,
    Questionnaire,
    Row,
    Value,
)
from selfhelp_survey.core.text import Text

Wordings = dict[str, Text]
_Change = Callable[[str, Text], Text]


def wordings_of(questionnaire: Questionnaire) -> Wordings:
    """Every text under its key, in the order of the questionnaire."""
    found: Wordings = {}

    def note(key: str, text: Text) -> Text:
        found[key] = text
        return text

    with_texts(questionnaire, note)
    return found


def with_texts(
    questionnaire: Questionnaire, change: _Change, *, languages: Iterable[str] | None = None
) -> Questionnaire:
    """The same questionnaire, each text replaced by what `change` makes of its key and itself.

    `languages` replaces the languages too. Raises QuestionnaireError where a text then lacks one of them.
    """
    return replace(
        questionnaire, title=change("title", questionnaire.title),
        languages=questionnaire.languages if languages is None else tuple(languages),
        pages=tuple(_page(page, f"pages.{page.name}", change) for page in questionnaire.pages),
        hierarchies=tuple(_hierarchy(each, f"hierarchies.{each.name}", change) for each in questionnaire.hierarchies),
    )  # fmt: skip


def complete_languages(texts: Iterable[Text], *, preferred: Iterable[str] = ()) -> tuple[str, ...]:
    """The languages in which every text is written, the preferred ones first and in their order."""
    listed = [text.languages for text in texts]
    complete = frozenset.intersection(*listed) if listed else frozenset()
    first = [language for language in preferred if language in complete]
    return (*first, *sorted(complete - set(first)))


def wording_hash(questionnaire: Questionnaire, language: str) -> str:
    """The SHA-256 of every wording in one language with its key: what a person who signs a language has read."""
    wordings = {key: dict(text.translations).get(language, "") for key, text in wordings_of(questionnaire).items()}
    return hashlib.sha256(json.dumps(wordings, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def filled_in(questionnaire: Questionnaire, facts: Mapping[str, Mapping[str, str]]) -> Questionnaire:
    """The questionnaire with each placeholder replaced by that fact in the same language."""
    return with_texts(questionnaire, lambda _key, text: text.filled_in(facts))


def _page(page: Page, key: str, change: _Change) -> Page:
    return replace(
        page, title=change(f"{key}.title", page.title), intro=_optional(f"{key}.intro", page.intro, change),
        facts=_passages(page.facts, f"{key}.facts", change), details=_passages(page.details, f"{key}.details", change),
        questions=tuple(_question(question, f"{key}.questions.{question.name}", change)
                        for question in page.questions),
    )  # fmt: skip


def _passages(passages: tuple[Passage, ...], key: str, change: _Change) -> tuple[Passage, ...]:
    return tuple(
        Passage(heading=change(f"{key}.{number}.heading", each.heading), body=change(f"{key}.{number}.text", each.body))
        for number, each in enumerate(passages, start=1)
    )


def _question(question: Question, key: str, change: _Change) -> Question:
    return replace(
        question, label=change(f"{key}.label", question.label), hint=_optional(f"{key}.hint", question.hint, change),
        rows=tuple(Row(name=row.name, label=change(f"{key}.rows.{row.name}", row.label)) for row in question.rows),
        values=tuple(Value(code=value.code, label=change(f"{key}.values.{value.code}", value.label),
                           exclusive=value.exclusive) for value in question.values),
    )  # fmt: skip


def _hierarchy(hierarchy: GeneralisationHierarchy, key: str, change: _Change) -> GeneralisationHierarchy:
    levels = tuple(tuple(_category(category, f"{key}.{number}.{category.code}", change) for category in level)
                   for number, level in enumerate(hierarchy.levels, start=1))  # fmt: skip
    return replace(hierarchy, levels=levels)


def _category(category: Category, key: str, change: _Change) -> Category:
    return replace(category, label=change(key, category.label))


def _optional(key: str, text: Text | None, change: _Change) -> Text | None:
    return change(key, text) if text else None
