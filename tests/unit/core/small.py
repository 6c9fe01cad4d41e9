"""Short ways to write questions and pages in the tests of the core."""

from __future__ import annotations

from typing import Any

from selfhelp_survey.core.expression import Expression
from selfhelp_survey.core.flow import Progress
from selfhelp_survey.core.questionnaire import Page, Question, Questionnaire, QuestionType, Role, Row, Value
from selfhelp_survey.core.response import Channel, Mark, Response
from selfhelp_survey.core.text import Text


def text(wording: str = "x") -> Text:
    return Text.of({"en": wording})


def when(source: str | None) -> Expression | None:
    return Expression(source) if source else None


def values(*codes: int, exclusive: tuple[int, ...] = ()) -> tuple[Value, ...]:
    return tuple(Value(code=code, label=text(f"v{code}"), exclusive=code in exclusive) for code in codes)


def single(name: str, relevant: str | None = None, *, codes: tuple[int, ...] = (1, 2, -2), **more: Any) -> Question:
    more.setdefault("role", Role.INSENSITIVE)
    return Question(name=name, type=QuestionType.SINGLE, label=text(), values=values(*codes), relevance=when(relevant),
                    **more)  # fmt: skip


def multiple(name: str, *codes: int, exclusive: tuple[int, ...] = ()) -> Question:
    return Question(name=name, type=QuestionType.MULTIPLE, label=text(), values=values(*codes, exclusive=exclusive))


def matrix(name: str, *rows: str) -> Question:
    return Question(name=name, type=QuestionType.MATRIX, label=text(), values=values(1, 2),
                    rows=tuple(Row(name=row, label=text(row)) for row in rows))  # fmt: skip


def number(name: str, **more: Any) -> Question:
    return Question(name=name, type=QuestionType.NUMBER, label=text(), **more)


def words(name: str, maximum_length: int = 5, **more: Any) -> Question:
    return Question(name=name, type=QuestionType.TEXT, role=Role.FREE_TEXT, label=text(),
                    maximum_length=maximum_length, **more)  # fmt: skip


def note(name: str) -> Question:
    return Question(name=name, type=QuestionType.NOTE, label=text())


def page(name: str, *questions: Question, relevant: str | None = None, **more: Any) -> Page:
    more["admits"] = when(more.get("admits"))
    return Page(name=name, title=text(), questions=questions, relevance=when(relevant), **more)


def of_pages(*pages: Page, **more: Any) -> Questionnaire:
    return Questionnaire(code="small", title=text(), languages=("en",), pages=pages, **more)


def progress(*sent: str, goes_on: bool | None = None, finishes: bool = False, **answers: dict[str, Any]) -> Progress:
    """Answers by page; `_` in a page's name stands for `-`."""
    given = {name.replace("_", "-"): answer for name, answer in answers.items()}
    return Progress(answers=given, sent=frozenset(sent), goes_on=goes_on, finishes=finishes)


def response(*sent: str, **answers: Any) -> Response:
    return Response(id="0" * 32, mark=Mark.SYNTHETIC, questionnaire="small", version_hash="f" * 64, language="en",
                    entry="end", channel=Channel.CLEAR, quarter="2026Q4", answers=answers, sent=sent)  # fmt: skip
