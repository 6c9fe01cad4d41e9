"""One page as a Django form: it cleans what came in, whatever came in, into answers."""

from collections.abc import Callable, Iterator
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from selfhelp_survey.core.answers import AnswerValue, MissingCode
from selfhelp_survey.core.questionnaire import Question, QuestionType
from selfhelp_survey.core.validity import is_valid_answer

REFUSED = "__refused"
"""Ends the name of the box "prefer not to say" beside a number or a text."""
KEPT_CHARACTERS = 5_000
"""Of a text that cannot be taken, so much is kept for its writer to shorten: ten times what any question takes, and
little enough that a draft never outgrows its largest box."""
KEPT_VALUES = 100
"""Of one field's values; no question has as many."""


class PageForm(forms.Form):
    """The questions of a page that are asked of this respondent.

    Everything may stay blank but what the questionnaire requires. Fields that the page does not have are never looked
    at. After `is_valid`, `answers` holds the valid ones, also where others are not.
    """

    use_required_attribute = False
    data: MultiValueDict[str, Any]

    def __init__(self, *args: Any, questions: tuple[Question, ...], language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        self.language = language
        for question in questions:
            for name in question.answer_names:
                self.fields |= FIELDS[question.type](question, name, self._title(question, name))

    def _title(self, question: Question, name: str) -> str:
        rows = {row.name: row.label for row in question.rows}
        return rows.get(name, question.label).in_language(self.language)

    def clean(self) -> dict[str, Any]:
        for question in self.questions:
            for name in question.answer_names:
                problem = None if name in self.errors else self._contradiction(question, name)
                if problem:
                    self.add_error(name, _named(self._title(question, name), problem))
        return self.cleaned_data

    def _contradiction(self, question: Question, name: str) -> str | None:
        given = self.data.getlist(name)
        if question.type is QuestionType.MULTIPLE:
            return self._contradicting_choice(question, given)
        if question.type in {QuestionType.NUMBER, QuestionType.TEXT}:
            both = self.cleaned_data.get(name + REFUSED) and self.cleaned_data.get(name) not in (None, "")
            return _("Leave the field empty, or untick “I prefer not to say”.") if both else None
        return _("Choose only one answer.") if len(given) > 1 else None

    def _contradicting_choice(self, question: Question, given: list[str]) -> str | None:
        if len(given) != len(set(given)):
            return _("Choose each answer only once.")
        alone = [code for code in self.cleaned_data.get(question.name) or () if code in question.exclusive_codes]
        if not alone or len(given) == 1:
            return None
        label = question.label_of(alone[0]).in_language(self.language)
        return _("Choose the answers that fit, or choose only “%(answer)s”.") % {"answer": label}

    @property
    def answers(self) -> dict[str, AnswerValue]:
        """The valid answers, in question order; blank ones have no entry."""
        return dict(self._answers())

    def _answers(self) -> Iterator[tuple[str, AnswerValue]]:
        for question in self.questions:
            for name in question.answer_names:
                answer = self._answer(name)
                if answer is not None and is_valid_answer(question, answer):
                    yield name, answer

    def _answer(self, name: str) -> AnswerValue | None:
        value = self.cleaned_data.get(name)
        if self.cleaned_data.get(name + REFUSED):
            return int(MissingCode.PREFER_NOT_TO_SAY)
        return tuple(value) if isinstance(value, list) else value if value != "" else None

    @property
    def typed(self) -> dict[str, list[str]]:
        """What came in for the fields of this page, as it came; nothing else of the request, and no boundless text."""
        given = {name: self.data.getlist(name) for name in self.fields if name in self.data}
        return {
            name: [_without_nul(text[:KEPT_CHARACTERS]) for text in texts[:KEPT_VALUES]]
            for name, texts in given.items()
        }


class CheckForm(forms.Form):
    """Nothing to fill in: "check your answers" is the wizard's last step, sending it sends the response."""


class MoreForm(forms.Form):
    """Nothing to fill in: the choice between the parts is made by its buttons."""


class WrittenNumber(forms.IntegerField):
    """A whole number in the digits of any script."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> int | None:
        text = str(value or "").strip()
        if not text:
            return None
        if not text.isdecimal() or len(text) > 9:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return int(text)


class WrittenText(forms.CharField):
    """A short text; line ends count as one character, as a browser counts them."""

    widget = forms.Textarea

    def __init__(self, *, longest: int, title: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.longest = longest
        self.title = title

    def clean(self, value: Any) -> str:
        text = super().clean(_without_nul(str(value or "")).replace("\r\n", "\n").replace("\r", "\n"))
        if len(text) >= KEPT_CHARACTERS:
            message = _("This text is far too long: only its beginning was kept. Shorten it to %(longest)d characters.")
            raise forms.ValidationError(_named(self.title, message % {"longest": self.longest}))
        if len(text) > self.longest:
            message = _("This text is %(over)d characters too long: shorten it to %(longest)d, or leave it empty.")
            problem = message % {"over": len(text) - self.longest, "longest": self.longest}
            raise forms.ValidationError(_named(self.title, problem))
        return str(text)


def _without_nul(text: str) -> str:
    """The text less a character that nobody can see or take out, and that databases refuse."""
    return text.replace("\0", "")


Fields = dict[str, forms.Field]


def _one(question: Question, name: str, title: str) -> Fields:
    messages = {
        "required": _("Choose an answer to “%(question)s”.") % {"question": title},
        "invalid_choice": _("Choose one of the answers shown for “%(question)s”.") % {"question": title},
    }
    choices = [(str(value.code), "") for value in question.values]
    return {name: forms.TypedChoiceField(choices=choices, coerce=int, empty_value=None, required=question.required,
                                         error_messages=messages)}  # fmt: skip


def _several(question: Question, name: str, title: str) -> Fields:
    message = _("Choose among the answers shown for “%(question)s”.") % {"question": title}
    choices = [(str(value.code), "") for value in question.values]
    return {name: forms.TypedMultipleChoiceField(choices=choices, coerce=int, empty_value=[], required=False,
                                                 error_messages={"invalid_choice": message})}  # fmt: skip


def _number(question: Question, name: str, title: str) -> Fields:
    bounds = {"least": question.minimum, "most": question.maximum}
    message = _("Write a whole number in digits, or leave it empty.")
    if None not in bounds.values():
        message = _("Write a whole number from %(least)d to %(most)d, or leave it empty.") % bounds
    message = _named(title, message)
    counted = message.replace("%", "%%")  # Django fills the bounds into these two
    messages = {"invalid": message, "min_value": counted, "max_value": counted}
    field = WrittenNumber(required=False, min_value=question.minimum, max_value=question.maximum,
                          error_messages=messages)  # fmt: skip
    return {name: field, **_refusal(question, name)}


def _text(question: Question, name: str, title: str) -> Fields:
    field = WrittenText(required=False, longest=question.maximum_length or 0, title=title)
    return {name: field, **_refusal(question, name)}


def _named(title: str, problem: str) -> str:
    """The problem with the question it is about: at the top of a page a message stands far from its question."""
    return _("“%(question)s”: %(problem)s") % {"question": title, "problem": problem}


def _refusal(question: Question, name: str) -> Fields:
    return {name + REFUSED: forms.BooleanField(required=False)} if question.refusable else {}


FIELDS: dict[QuestionType, Callable[[Question, str, str], Fields]] = {
    QuestionType.SINGLE: _one,
    QuestionType.SCALE: _one,
    QuestionType.MATRIX: _one,
    QuestionType.MULTIPLE: _several,
    QuestionType.NUMBER: _number,
    QuestionType.TEXT: _text,
}
