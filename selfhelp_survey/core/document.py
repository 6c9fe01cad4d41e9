"""A questionnaire as a JSON document and back: the form in which a version is frozen, hashed and carried."""

import hashlib
import json

from selfhelp_survey.core.expression import Expression
from selfhelp_survey.core.plain import (
    Plain,
    flag,
    mapping,
    sequence,
    string,
    string_or_none,
    strings,
    whole_number,
    whole_number_or_none,
)
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
Json = dict[str, object]


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
        plain = mapping(json.loads(document))
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
        **({"draft": True} if questionnaire.is_draft else {}),
    }  # fmt: skip


def _plain_page(page: Page) -> Json:
    return {
        "name": page.name, "part": page.part, "block": page.block, "title": _plain_text(page.title),
        "intro": _plain_text(page.intro),
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


def _questionnaire(plain: Plain) -> Questionnaire:
    hierarchies = [mapping(each) for each in sequence(plain["hierarchies"])]
    return Questionnaire(
        code=string(plain["code"]), sample=string(plain["sample"]), title=_text(plain["title"]),
        languages=strings(plain["languages"]), usable=_expression(plain["usable"]),
        pages=tuple(_page(mapping(page)) for page in sequence(plain["pages"])),
        hierarchies=tuple(GeneralisationHierarchy(name=string(each["name"]), levels=_levels(each["levels"]))
                          for each in hierarchies),
        is_draft=flag(plain.get("draft", False)),
    )  # fmt: skip


def _levels(plain: object) -> tuple[tuple[Category, ...], ...]:
    levels = [sequence(level) for level in sequence(plain)]
    return tuple(tuple(_category(mapping(category)) for category in level) for level in levels)


def _page(plain: Plain) -> Page:
    return Page(
        name=string(plain["name"]), part=whole_number(plain["part"]), title=_text(plain["title"]),
        block=string_or_none(plain["block"]),
        intro=_optional(plain["intro"]), facts=_passages(plain["facts"]), details=_passages(plain["details"]),
        relevance=_expression(plain["relevance"]), admits=_expression(plain["admits"]),
        questions=tuple(_question(mapping(question)) for question in sequence(plain["questions"])),
    )  # fmt: skip


def _question(plain: Plain) -> Question:
    return Question(
        name=string(plain["name"]), type=QuestionType(string(plain["type"])), role=Role(string(plain["role"])),
        label=_text(plain["label"]), hint=_optional(plain["hint"]), relevance=_expression(plain["relevance"]),
        values=tuple(_value(mapping(value)) for value in sequence(plain["values"])),
        rows=tuple(_row(mapping(row)) for row in sequence(plain["rows"])), required=flag(plain["required"]),
        refusable=flag(plain["refusable"]), hierarchy=string_or_none(plain["hierarchy"]),
        harmonised=string_or_none(plain["harmonised"]), minimum=whole_number_or_none(plain["minimum"]),
        maximum=whole_number_or_none(plain["maximum"]), maximum_length=whole_number_or_none(plain["maximum_length"]),
    )  # fmt: skip


def _value(plain: Plain) -> Value:
    return Value(code=whole_number(plain["code"]), label=_text(plain["label"]), exclusive=flag(plain["exclusive"]))


def _row(plain: Plain) -> Row:
    return Row(name=string(plain["name"]), label=_text(plain["label"]))


def _category(plain: Plain) -> Category:
    members = tuple(_code(member) for member in sequence(plain["members"]))
    return Category(code=_code(plain["code"]), label=_text(plain["label"]), members=members, rest=flag(plain["rest"]))


def _code(plain: object) -> int | str:
    return plain if isinstance(plain, str) else whole_number(plain)


def _passages(plain: object) -> tuple[Passage, ...]:
    passages = [mapping(passage) for passage in sequence(plain)]
    return tuple(Passage(heading=_text(passage["heading"]), body=_text(passage["body"])) for passage in passages)


def _text(plain: object) -> Text:
    return Text.of({language: string(wording) for language, wording in mapping(plain).items()})


def _optional(plain: object) -> Text | None:
    return _text(plain) if plain else None


def _expression(plain: object) -> Expression | None:
    return Expression(string(plain)) if plain else None
