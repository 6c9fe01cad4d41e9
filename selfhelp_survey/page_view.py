"""What a template needs to show a page: plain values, no widget rendering."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from selfhelp_survey.core.answers import Answers, AnswerValue, MissingCode
from selfhelp_survey.core.questionnaire import Page, Question, QuestionType
from selfhelp_survey.forms import REFUSED

Typed = Mapping[str, Sequence[str]]
Errors = Mapping[str, Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One radio button or tick box. `is_apart` sets it off with an "or": it cannot stand beside the others."""

    id: str
    value: str
    label: str
    is_chosen: bool
    is_apart: bool


@dataclass(frozen=True, kw_only=True)
class Control:
    """One thing to answer: a group of choices, or a field with its box "prefer not to say".

    `can_be_cleared` is True where an answer has been saved that a browser cannot take back by itself.
    """

    name: str
    label: str
    choices: tuple[Choice, ...] = ()
    value: str = ""
    errors: tuple[str, ...] = ()
    can_be_cleared: bool = False
    refusal: Choice | None = None

    @property
    def first_id(self) -> str:
        """The id of what an error message leads to."""
        return self.choices[0].id if self.choices else f"id_{self.name}"


@dataclass(frozen=True, kw_only=True)
class Item:
    """One question as shown: `template` draws it, `controls` are its rows (one, unless it is a matrix)."""

    type: QuestionType
    name: str
    label: str
    hint: str
    controls: tuple[Control, ...]
    maximum_length: int | None = None

    @property
    def template(self) -> str:
        """The part template of this question type."""
        return f"selfhelp_survey/question/{self.type.value}.html"


class PageWording:
    """A page's own texts in one language, for the template."""

    def __init__(self, page: Page, language: str) -> None:
        self.title = page.title.in_language(language)
        self.intro = page.intro.in_language(language) if page.intro else ""
        self.facts = [(one.heading.in_language(language), one.body.in_language(language)) for one in page.facts]
        self.details = [(one.heading.in_language(language), one.body.in_language(language)) for one in page.details]


def items(questions: Sequence[Question], *, shown: Typed, errors: Errors, language: str) -> tuple[Item, ...]:
    """The questions as they are to be shown with these values in them."""
    return tuple(
        Item(
            type=question.type, name=question.name, label=question.label.in_language(language),
            hint=question.hint.in_language(language) if question.hint else "",
            controls=_controls(question, shown, errors, language), maximum_length=question.maximum_length,
        )
        for question in questions
    )  # fmt: skip


def _controls(question: Question, shown: Typed, errors: Errors, language: str) -> tuple[Control, ...]:
    rows = {row.name: row.label for row in question.rows}
    return tuple(
        Control(
            name=name, label=rows.get(name, question.label).in_language(language),
            choices=_choices(question, name, shown.get(name, ()), language),
            value=_written(shown, name),
            errors=tuple(errors.get(name, ())),
            can_be_cleared=bool(shown.get(name)) and not question.required and bool(question.values)
            and question.type is not QuestionType.MULTIPLE,
            refusal=_refusal(question, name, shown),
        )
        for name in question.answer_names
    )  # fmt: skip


def _choices(question: Question, name: str, chosen: Sequence[str], language: str) -> tuple[Choice, ...]:
    return tuple(
        Choice(
            id=f"id_{name}_{position}", value=str(value.code), label=value.label.in_language(language),
            is_chosen=str(value.code) in chosen, is_apart=value.code in question.exclusive_codes or value.code < 0,
        )
        for position, value in enumerate(question.values)
    )  # fmt: skip


def _written(shown: Typed, name: str) -> str:
    """What stands in the field: what was typed, but not the code that a tick in the box beside it is saved as."""
    written = "".join(shown.get(name, ())[-1:])
    is_code = bool(shown.get(name + REFUSED)) and written == str(int(MissingCode.PREFER_NOT_TO_SAY))
    return "" if is_code else written


def _refusal(question: Question, name: str, shown: Typed) -> Choice | None:
    if not question.refusable or question.type not in {QuestionType.NUMBER, QuestionType.TEXT}:
        return None
    chosen = bool(shown.get(name + REFUSED))
    return Choice(id=f"id_{name}{REFUSED}", value="on", label="", is_chosen=chosen, is_apart=True)


def shown_answers(answers: Answers) -> dict[str, list[str]]:
    """Saved answers in the shape in which a browser would send them."""
    shown: dict[str, list[str]] = {}
    for name, answer in answers.items():
        shown |= _as_typed(name, answer)
    return shown


def _as_typed(name: str, answer: AnswerValue) -> dict[str, list[str]]:
    if isinstance(answer, tuple):
        return {name: [str(code) for code in answer]}
    typed = {name: [str(answer)]}
    return typed | {name + REFUSED: ["on"]} if answer == MissingCode.PREFER_NOT_TO_SAY else typed


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of "check your answers": `answers` is empty where the question was not answered."""

    label: str
    answers: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Section:
    """One page of "check your answers"."""

    name: str
    title: str
    lines: tuple[Line, ...]


def section(page: Page, questions: Sequence[Question], *, answers: Answers, language: str) -> Section:
    """The page with the answers given on it, in words."""
    lines = [line for question in questions for line in _lines(question, answers, language)]
    return Section(name=page.name, title=page.title.in_language(language), lines=tuple(lines))


def _lines(question: Question, answers: Answers, language: str) -> list[Line]:
    rows = {row.name: row.label for row in question.rows}
    return [
        Line(label=rows.get(name, question.label).in_language(language),
             answers=_in_words(question, answers.get(name), language))
        for name in question.answer_names
    ]  # fmt: skip


def _in_words(question: Question, answer: AnswerValue | None, language: str) -> tuple[str, ...]:
    if answer is None:
        return ()
    if not question.values:
        return (_("I prefer not to say") if answer == MissingCode.PREFER_NOT_TO_SAY else str(answer),)
    codes = answer if isinstance(answer, tuple) else (answer,)
    return tuple(question.label_of(code).in_language(language) for code in codes if isinstance(code, int))
