"""Writes a questionnaire as YAML that reads back as the same questionnaire."""

import io
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from ruamel.yaml import YAML

from selfhelp_survey.authoring.page_reader import missing_value
from selfhelp_survey.core.answers import MissingCode
from selfhelp_survey.core.expression import Expression
from selfhelp_survey.core.questionnaire import (
    CODED,
    Category,
    Page,
    Passage,
    Question,
    Questionnaire,
    QuestionType,
    Value,
)
from selfhelp_survey.core.text import Text

Plain = dict[str, Any]
WIDTH = 116
_SHARED = {"prefer_not_to_say": MissingCode.PREFER_NOT_TO_SAY, "not_sure": MissingCode.NOT_SURE}


def write_questionnaire(questionnaire: Questionnaire) -> str:
    """The questionnaire as YAML 1.2 in the format that `yaml_reader` reads."""
    yaml = YAML(typ="rt", pure=True)
    yaml.default_flow_style = False
    yaml.allow_unicode = True
    yaml.width = WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    stream = io.StringIO()
    yaml.dump(_QuestionnaireWriter(questionnaire).plain(), stream)
    return stream.getvalue()


class _QuestionnaireWriter:
    """Finds what questions share, labels of missing codes and lists of values, and writes that once."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self._questionnaire = questionnaire
        self._shared = {key: _commonest_label(questionnaire, code) for key, code in _SHARED.items()}
        self._lists = _list_names(self._listed(question) for question in questionnaire.questions())

    def plain(self) -> Plain:
        questionnaire = self._questionnaire
        return _without_nothing({
            "questionnaire": questionnaire.code, "sample": questionnaire.sample,
            "draft": questionnaire.is_draft or None,
            "languages": list(questionnaire.languages), "title": _text(questionnaire.title),
            "usable": _source(questionnaire.usable), **{key: _text(label) for key, label in self._shared.items()},
            "lists": {name: [_value(value) for value in values] for values, name in self._lists.items()},
            "hierarchies": {each.name: [[_category(category) for category in level] for level in each.levels]
                            for each in questionnaire.hierarchies} or None,
            "pages": [self._page(page) for page in questionnaire.pages],
        })  # fmt: skip

    def _page(self, page: Page) -> Plain:
        return _without_nothing({
            "page": page.name, "part": page.part, "block": page.block, "title": _text(page.title),
            "intro": _text(page.intro),
            "facts": _passages(page.facts), "details": _passages(page.details), "relevant": _source(page.relevance),
            "admits": _source(page.admits), "questions": [self._question(question) for question in page.questions],
        })  # fmt: skip

    def _question(self, question: Question) -> Plain:
        is_note = question.type is QuestionType.NOTE
        return _without_nothing({
            "name": question.name, "type": str(question.type), "role": None if is_note else str(question.role),
            "label": _text(question.label), "hint": _text(question.hint), "relevant": _source(question.relevance),
            "required": question.required or None, "values": self._values(question),
            "rows": [{"name": row.name, "label": _text(row.label)} for row in question.rows],
            **self._missing_codes(question), "hierarchy": question.hierarchy, "harmonised": question.harmonised,
            "minimum": question.minimum, "maximum": question.maximum, "max_length": question.maximum_length,
        })  # fmt: skip

    def _values(self, question: Question) -> str | list[Plain] | None:
        if question.type not in CODED:
            return None
        listed = self._listed(question)
        return self._lists.get(listed) or [_value(value) for value in listed]

    def _missing_codes(self, question: Question) -> Plain:
        """`false` takes the reader's own value away, `true` asks for it; what is listed needs no word."""
        if question.type is QuestionType.NOTE:
            return {}
        if question.type not in CODED:
            return {} if question.refusable else {"prefer_not_to_say": False}
        keys = self._added(question)
        return {"not_sure": True if "not_sure" in keys else None,
                "prefer_not_to_say": None if question.refusable else False}  # fmt: skip

    def _added(self, question: Question) -> tuple[str, ...]:
        """The missing codes at the end of the values that the reader would add by itself, in its order."""
        keys: list[str] = []
        rest = list(question.values)
        for key, code in _SHARED.items():
            is_wanted = key == "not_sure" or question.refusable
            label = self._shared[key]
            if is_wanted and label and rest and rest[-1] == missing_value(question.type, code, label):
                rest.pop()
                keys.insert(0, key)
        return tuple(keys)

    def _listed(self, question: Question) -> tuple[Value, ...]:
        return question.values[: len(question.values) - len(self._added(question))]


def _commonest_label(questionnaire: Questionnaire, code: MissingCode) -> Text | None:
    labels = Counter(value.label for question in questionnaire.questions() for value in question.values
                     if value.code == code)  # fmt: skip
    return labels.most_common(1)[0][0] if labels else None


def _list_names(listed: Iterable[tuple[Value, ...]]) -> dict[tuple[Value, ...], str]:
    """A name for each list of values that several questions share."""
    times = Counter(values for values in listed if values)
    shared = (values for values, count in times.items() if count > 1)
    return {values: f"list_{number}" for number, values in enumerate(shared, start=1)}


def _text(text: Text | None) -> dict[str, str] | None:
    return dict(text.translations) if text else None


def _source(expression: Expression | None) -> str | None:
    return expression.source if expression else None


def _passages(passages: tuple[Passage, ...]) -> list[Plain]:
    return [{"heading": _text(passage.heading), "text": _text(passage.body)} for passage in passages]


def _value(value: Value) -> Plain:
    return _without_nothing({"code": value.code, "exclusive": value.exclusive or None, "label": _text(value.label)})


def _category(category: Category) -> Plain:
    return _without_nothing({"code": category.code, "members": list(category.members), "rest": category.rest or None,
                             "label": _text(category.label)})  # fmt: skip


def _without_nothing(plain: Plain) -> Plain:
    return dict(_told(plain))


def _told(plain: Plain) -> Iterator[tuple[str, Any]]:
    """What says something; an empty list is the same as no key, except where a hierarchy has no levels."""
    return ((key, value) for key, value in plain.items() if value not in (None, [], {}))
