"""A questionnaire as a JSON document and back: the form in which a version is frozen, hashed and carried."""

import hashlib
import json
from typing import Any

from selfhelp_survey.core.expression import Expression
from selfhelp_survey.core.questionnaire import (
    Category,
    GeneralisationHierarchy,
    Page,
    Passage,
    Question,
    Questionnaire,
    QuestionType,
    Role,
    Row,
    Value,
)
from selfhelp_survey.core.text import Text
from selfhelp_survey.errors import QuestionnaireError

FORMAT = 1
Json = dict[str, Any]


def document_of(questionnaire: Questionnaire) -> str:
    """The questionnaire as canonical JSON: the same questionnaire always gives the same characters."""
    document = {"format": FORMAT, **_plain_questionnaire(questionnaire)}
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def content_hash(document: str) -> str:
    """The SHA-256 of a document, 64 hexadecimal digits."""
    return hashlib.sha256(document.encode()).hexdigest()


def questionnaire_in(document: str) -> Questionnaire:
    """The questionnaire in a document. Raises QuestionnaireError where it is not one of this format."""
    try:
        plain = json.loads(document)
        if plain["format"] != FORMAT:
            raise QuestionnaireError(f"the document has format {plain['format']!r}; this version reads {FORMAT}")
        return _questionnaire(plain)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise QuestionnaireError("the document does not hold a questionnaire") from None


def _plain_questionnaire(questionnaire: Questionnaire) -> Json:
    return {
        "code": questionnaire.code, "sample": questionnaire.sample, "title": _plain_text(questionnaire.title),
        "languages": list(questionnaire.languages), "usable": _source(questionnaire.usable),
        "pages": [_plain_page(page) for page in questionnaire.pages],
        "hierarchies": [{"name": hierarchy.name, "levels": [[_plain_category(category) for category in level]
                                                            for level in hierarchy.levels]}
                        for hierarchy in questionnaire.hierarchies],
    }  # fmt: skip


def _plain_page(page: Page) -> Json:
    return {
        "name": page.name, "part": page.part, "title": _plain_text(page.title), "intro": _plain_text(page.intro),
        "facts": [_plain_passage(passage) for passage in page.facts], "relevance": _source(page.relevance),
        "details": [_plain_passage(passage) for passage in page.details], "admits": _source(page.admits),
        "questions": [_plain_question(question) for question in page.questions],
    }  # fmt: skip


def _plain_question(question: Question) -> Json:
    return {
        "name": question.name, "type": question.type, "role": question.role, "label": _plain_text(question.label),
        "hint": _plain_text(question.hint), "relevance": _source(question.relevance), "required": question.required,
        "values": [{"code": value.code, "label": _plain_text(value.label), "exclusive": value.exclusive}
                   for value in question.values],
        "rows": [{"name": row.name, "label": _plain_text(row.label)} for row in question.rows],
        "refusable": question.refusable, "hierarchy": question.hierarchy, "harmonised": question.harmonised,
        "minimum": question.minimum, "maximum": question.maximum, "maximum_length": question.maximum_length,
    }  # fmt: skip


def _plain_category(category: Category) -> Json:
    return {"code": category.code, "label": _plain_text(category.label), "members": list(category.members),
            "rest": category.rest}  # fmt: skip


def _plain_passage(passage: Passage) -> Json:
    return {"heading": _plain_text(passage.heading), "body": _plain_text(passage.body)}


def _plain_text(text: Text | None) -> dict[str, str] | None:
    return dict(text.translations) if text else None


def _source(expression: Expression | None) -> str | None:
    return expression.source if expression else None


def _questionnaire(plain: Json) -> Questionnaire:
    return Questionnaire(
        code=plain["code"], sample=plain["sample"], title=_text(plain["title"]), languages=tuple(plain["languages"]),
        pages=tuple(_page(page) for page in plain["pages"]), usable=_expression(plain["usable"]),
        hierarchies=tuple(
            GeneralisationHierarchy(name=each["name"], levels=tuple(tuple(_category(category) for category in level)
                                                                    for level in each["levels"]))
            for each in plain["hierarchies"]
        ),
    )  # fmt: skip


def _page(plain: Json) -> Page:
    return Page(
        name=plain["name"], part=plain["part"], title=_text(plain["title"]), intro=_optional(plain["intro"]),
        facts=tuple(_passage(passage) for passage in plain["facts"]), relevance=_expression(plain["relevance"]),
        details=tuple(_passage(passage) for passage in plain["details"]), admits=_expression(plain["admits"]),
        questions=tuple(_question(question) for question in plain["questions"]),
    )  # fmt: skip


def _question(plain: Json) -> Question:
    return Question(
        name=plain["name"], type=QuestionType(plain["type"]), role=Role(plain["role"]), label=_text(plain["label"]),
        hint=_optional(plain["hint"]), relevance=_expression(plain["relevance"]), required=plain["required"],
        values=tuple(Value(code=value["code"], label=_text(value["label"]), exclusive=value["exclusive"])
                     for value in plain["values"]),
        rows=tuple(Row(name=row["name"], label=_text(row["label"])) for row in plain["rows"]),
        refusable=plain["refusable"], hierarchy=plain["hierarchy"], harmonised=plain["harmonised"],
        minimum=plain["minimum"], maximum=plain["maximum"], maximum_length=plain["maximum_length"],
    )  # fmt: skip


def _category(plain: Json) -> Category:
    members = tuple(plain["members"])
    return Category(code=plain["code"], label=_text(plain["label"]), members=members, rest=plain["rest"])


def _passage(plain: Json) -> Passage:
    return Passage(heading=_text(plain["heading"]), body=_text(plain["body"]))


def _text(plain: dict[str, str]) -> Text:
    return Text.of(plain)


def _optional(plain: dict[str, str] | None) -> Text | None:
    return Text.of(plain) if plain else None


def _expression(source: str | None) -> Expression | None:
    return Expression(source) if source else None
