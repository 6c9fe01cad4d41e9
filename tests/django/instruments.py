"""Small questionnaires for the tests, in core values: one for each feature, in English and Spanish."""

from __future__ import annotations

from selfhelp_survey.core.expression import Expression
from selfhelp_survey.core.questionnaire import (
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

YES, NO = 1, 2


def text(wording: str) -> Text:
    """The wording in English, and marked as Spanish."""
    return Text.of({"en": wording, "es": f"{wording} (es)"})


def value(code: int, *, exclusive: bool = False) -> Value:
    """A value whose label tells its code."""
    return Value(code=code, label=text(f"Value {code}"), exclusive=exclusive or code < 0)


def single(
    name: str, *, relevant: str = "", required: bool = False, codes: tuple[int, ...] = (1, 2, 3, -2)
) -> Question:
    """A question with one answer."""
    return Question(
        name=name, type=QuestionType.SINGLE, label=text(f"Question {name}"), values=tuple(map(value, codes)),
        relevance=Expression(relevant) if relevant else None, required=required, refusable=not required,
    )  # fmt: skip


def multiple(name: str) -> Question:
    """A question with several answers, the last of which (9) stands alone."""
    values = (value(1), value(2), value(3), value(9, exclusive=True), value(-2))
    return Question(name=name, type=QuestionType.MULTIPLE, label=text(f"Question {name}"), values=values)


def written(name: str, *, longest: int = 500) -> Question:
    """A short text."""
    return Question(name=name, type=QuestionType.TEXT, label=text(f"Question {name}"), role=Role.FREE_TEXT,
                    maximum_length=longest, hint=text("No names, please"))  # fmt: skip


def number(name: str) -> Question:
    """A whole number from 0 to 10."""
    return Question(name=name, type=QuestionType.NUMBER, label=text(f"Question {name}"), minimum=0, maximum=10)


def matrix(name: str, *rows: str) -> Question:
    """Statements on one scale."""
    return Question(name=name, type=QuestionType.MATRIX, label=text(f"Question {name}"),
                    values=(value(1), value(2), value(-2)),
                    rows=tuple(Row(name=row, label=text(f"Row {row}")) for row in rows))  # fmt: skip


def page(name: str, *questions: Question, part: int = 1, relevant: str = "") -> Page:
    """A page of these questions."""
    relevance = Expression(relevant) if relevant else None
    return Page(name=name, title=text(f"Page {name}"), questions=questions, part=part, relevance=relevance)


def consent() -> Page:
    """The page that lets only adults who agree go on."""
    questions = (single("adult", required=True, codes=(1, 2, 3)), single("consent", required=True, codes=(1, 2)))
    return Page(name="consent", title=text("Taking part"), questions=questions,
                facts=(Passage(heading=text("Why"), body=text("To learn what helps.")),),
                admits=Expression("${adult} = 1 and ${consent} = 1"))  # fmt: skip


def questionnaire(*pages: Page, code: str = "small", languages: tuple[str, ...] = ("en", "es")) -> Questionnaire:
    """A questionnaire that begins with consent."""
    return Questionnaire(code=code, title=text("Feedback"), languages=languages, pages=(consent(), *pages))


def small() -> Questionnaire:
    """A gate, what it opens, every kind of question, and a second part."""
    return questionnaire(
        page("first", single("gate"), multiple("several")),
        page("opened", single("detail"), written("words"), relevant="${gate} = 1"),
        page("third", matrix("grid", "grid_a", "grid_b"), number("amount")),
        page("late", single("last"), part=2),
    )
