"""Writes a questionnaire as an XLSForm workbook that reads back as the same questionnaire."""

import re
from collections.abc import Iterable, Iterator

from selfhelp_survey.authoring.xlsform.columns import OURS, header_of, named
from selfhelp_survey.authoring.xlsform.other_sheets import HIERARCHIES
from selfhelp_survey.authoring.xlsform.types import GROUP_BEGIN, GROUP_END, constraint_for
from selfhelp_survey.authoring.xlsform.workbook import Table, workbook_of
from selfhelp_survey.core.expression import Expression
from selfhelp_survey.core.questionnaire import (
    Category,
    Page,
    Passage,
    Question,
    Questionnaire,
    QuestionType,
    Row,
    Value,
)
from selfhelp_survey.core.text import Text

Content = str | int | None
Record = dict[str, Content]
"""What stands in a row, by the header of its column."""
SELECT_ONE = "select_one"
_TYPES = {QuestionType.SINGLE: SELECT_ONE, QuestionType.SCALE: SELECT_ONE, QuestionType.MULTIPLE: "select_multiple",
          QuestionType.NUMBER: "integer", QuestionType.TEXT: "text", QuestionType.NOTE: "note"}  # fmt: skip
_APPEARANCES = {QuestionType.SCALE: "likert", QuestionType.TEXT: "multiline", QuestionType.MATRIX: "table-list"}
_WORD = re.compile(r"[a-z][a-z0-9_-]*", re.ASCII)


def write_workbook(questionnaire: Questionnaire) -> bytes:
    """The questionnaire as an .xlsx file; the same questionnaire always gives the same bytes.

    Raises QuestionnaireError where a text fits in no cell.
    """
    writer = _Writer(questionnaire)
    tables = {"survey": writer.survey(), "choices": writer.choices(), "settings": writer.settings()}
    if questionnaire.hierarchies:
        tables[HIERARCHIES] = writer.hierarchies()
    return workbook_of(tables)


class _Writer:
    """Knows the languages, which make the columns, and the name of each list of choices."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self._questionnaire = questionnaire
        written = {language for text in questionnaire.texts() for language in text.languages}
        self._languages = (*questionnaire.languages, *sorted(written - set(questionnaire.languages)))
        self._lists = _list_names(questionnaire.questions())

    def survey(self) -> Table:
        records = [record for page in self._questionnaire.pages for record in self._page(page)]
        return _table(records, first=("type", "name", *self._headers("label"), *self._headers("hint"), "relevant",
                                      "required", "constraint", "appearance"))  # fmt: skip

    def choices(self) -> Table:
        records = [{"list_name": name, "name": value.code, **self._text("label", value.label),
                    f"{OURS}exclusive": _yes(value.exclusive)}
                   for values, name in self._lists.items() for value in values]  # fmt: skip
        return _table(records, first=("list_name", "name", *self._headers("label")))

    def settings(self) -> Table:
        questionnaire, default = self._questionnaire, self._questionnaire.languages[0]
        record: Record = {
            "form_title": questionnaire.title.in_language(default), "form_id": questionnaire.code,
            "default_language": named(default), f"{OURS}languages": " ".join(questionnaire.languages),
            f"{OURS}sample": questionnaire.sample, f"{OURS}usable": _source(questionnaire.usable),
            f"{OURS}draft": _yes(questionnaire.is_draft),
            **self._text(f"{OURS}title", questionnaire.title),
        }  # fmt: skip
        del record[header_of(f"{OURS}title", default)]
        return _table([record], first=("form_title", "form_id", "default_language"))

    def hierarchies(self) -> Table:
        records: list[Record] = []
        for hierarchy in self._questionnaire.hierarchies:
            if not hierarchy.levels:
                records.append({"hierarchy": hierarchy.name})
            for number, level in enumerate(hierarchy.levels, start=1):
                start: Record = {"hierarchy": hierarchy.name, "level": number}
                records += [start | self._category(category) for category in level] or [start]
        return _table(records, first=("hierarchy", "level", "code", "members", "rest", *self._headers("label")))

    def _category(self, category: Category) -> Record:
        members = " ".join(str(member) for member in category.members)
        return {"code": _code(category.code), "members": members or None, "rest": _yes(category.rest),
                **self._text("label", category.label)}  # fmt: skip

    def _page(self, page: Page) -> Iterator[Record]:
        yield {"type": GROUP_BEGIN, "name": page.name, **self._text("label", page.title),
               "relevant": _source(page.relevance), "appearance": "field-list",
               f"{OURS}part": page.part if page.part != 1 else None, f"{OURS}block": page.block,
               f"{OURS}admits": _source(page.admits)}  # fmt: skip
        if page.intro:
            yield self._note(f"{page.name}-intro", page.intro, None) | {f"{OURS}kind": "intro"}
        for kind, passages in (("fact", page.facts), ("detail", page.details)):
            yield from self._passages(f"{page.name}-{kind}", passages, kind)
        for question in page.questions:
            yield from self._question(question)
        yield {"type": GROUP_END, "name": page.name}

    def _passages(self, name: str, passages: Iterable[Passage], kind: str) -> Iterator[Record]:
        for number, passage in enumerate(passages, start=1):
            yield self._note(f"{name}-{number}", passage.heading, passage.body) | {f"{OURS}kind": kind}

    def _note(self, name: str, label: Text, hint: Text | None) -> Record:
        return {"type": "note", "name": name, **self._text("label", label), **self._text("hint", hint)}

    def _question(self, question: Question) -> Iterator[Record]:
        is_matrix, is_note = question.type is QuestionType.MATRIX, question.type is QuestionType.NOTE
        choices = self._lists.get(question.values, "")
        yield {
            "type": GROUP_BEGIN if is_matrix else f"{_TYPES[question.type]} {choices}".strip(), "name": question.name,
            **self._text("label", question.label), **self._text("hint", question.hint),
            "relevant": _source(question.relevance), "required": _yes(question.required and not is_matrix),
            "constraint": _constraint(question), "appearance": _APPEARANCES.get(question.type),
            f"{OURS}role": None if is_note else str(question.role), f"{OURS}hierarchy": question.hierarchy,
            f"{OURS}harmonised": question.harmonised,
            f"{OURS}prefer_not_to_say": None if question.refusable or is_note else "no",
        }  # fmt: skip
        if is_matrix:
            yield from (self._row(row, choices, question.required) for row in question.rows)
            yield {"type": GROUP_END, "name": question.name}

    def _row(self, row: Row, choices: str, is_required: bool) -> Record:
        return {"type": f"{SELECT_ONE} {choices}", "name": row.name, **self._text("label", row.label),
                "required": _yes(is_required)}  # fmt: skip

    def _headers(self, name: str) -> list[str]:
        return [header_of(name, language) for language in self._languages]

    def _text(self, name: str, text: Text | None) -> Record:
        return {header_of(name, language): wording for language, wording in text.translations} if text else {}


def _list_names(questions: Iterable[Question]) -> dict[tuple[Value, ...], str]:
    """Each list of values once, under the name of the first question that has it."""
    names: dict[tuple[Value, ...], str] = {}
    for question in questions:
        if question.values:
            names.setdefault(question.values, question.name)
    return names


def _table(records: list[Record], *, first: Iterable[str]) -> Table:
    """The records as rows under their header: these columns first, then each other one in which something stands."""
    more = (header for record in records for header, content in record.items() if content is not None)
    headers = list(dict.fromkeys((*first, *more)))
    return [headers, *([record.get(header) for header in headers] for record in records)]


def _constraint(question: Question) -> str | None:
    if question.maximum_length is not None:
        return f"string-length(.) <= {question.maximum_length}"
    return constraint_for(question.minimum, question.maximum) or None


def _code(code: int | str) -> int | str:
    return code if isinstance(code, int) or _WORD.fullmatch(code) else f'"{code}"'


def _source(expression: Expression | None) -> str | None:
    return expression.source if expression else None


def _yes(flag: bool) -> str | None:
    return "yes" if flag else None
