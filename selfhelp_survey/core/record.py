"""From a response to a record: one coded value, or one kind of missing value, for every variable."""

from collections.abc import Mapping

from selfhelp_survey.core.answers import AnswerValue, MissingCode
from selfhelp_survey.core.flow import Progress, Route, relevant_questions, route
from selfhelp_survey.core.questionnaire import Page, Question, Questionnaire, QuestionType, multiple_names
from selfhelp_survey.core.response import Response
from selfhelp_survey.errors import SubmissionError

__all__ = ["Record", "RecordValue", "is_usable", "multiple_names", "record"]

RecordValue = int | str
Record = Mapping[str, RecordValue]


def record(questionnaire: Questionnaire, response: Response) -> dict[str, RecordValue]:
    """The value of every variable of the questionnaire for this response, in codebook order.

    A multiple question becomes one 0/1 variable a value; free texts and control questions are in it too, for the
    release plan to leave out. Nothing is ever absent: a missing value is one of the eight codes.
    Raises SubmissionError where the response answers something else than this questionnaire.
    """
    way = _route_of(questionnaire, response)
    sent = frozenset(response.sent)
    values: dict[str, RecordValue] = {
        "language": response.language, "channel": response.channel.value, "quarter": response.quarter,
        "entry": response.entry, "questionnaire_version": response.version_hash,
    }  # fmt: skip
    walked = _Walked(questionnaire, way, sent)
    for page in questionnaire.pages:
        values |= walked.page_values(page)
    return values


def is_usable(questionnaire: Questionnaire, response: Response) -> bool:
    """True where the respondent let the answers be used."""
    return questionnaire.usable is None or questionnaire.usable.is_true(response.answers)


def _route_of(questionnaire: Questionnaire, response: Response) -> Route:
    pages: dict[str, dict[str, AnswerValue]] = {}
    for name, answer in response.answers.items():
        if not questionnaire.asks(name):
            raise SubmissionError("a sealed response answers something its questionnaire does not ask")
        page, _ = questionnaire.home_of(name)
        pages.setdefault(page.name, {})[name] = answer
    return route(questionnaire, Progress(answers=pages, sent=frozenset(response.sent), goes_on=True))


class _Walked:
    """One response on its route: what was sent, what was asked, and what was still open when it ended."""

    def __init__(self, questionnaire: Questionnaire, way: Route, sent: frozenset[str]) -> None:
        self._questionnaire = questionnaire
        self._answers = way.answers
        self._sent = sent
        pages = [page for page in questionnaire.pages if page.name in way.steps]
        self._asked = {question.name for page in pages for question in relevant_questions(page, way.answers)}

    def page_values(self, page: Page) -> dict[str, RecordValue]:
        values: dict[str, RecordValue] = {}
        given = self._answers if page.name in self._sent else {}
        for question in page.questions:
            values |= _question_values(question, given, self._absent(page, question))
        return values

    def _absent(self, page: Page, question: Question) -> MissingCode:
        if question.name in self._asked:
            return MissingCode.LEFT_BLANK if page.name in self._sent else MissingCode.NOT_REACHED
        return MissingCode.NOT_ASKED if self._is_settled(page, question) else MissingCode.NOT_REACHED

    def _is_settled(self, page: Page, question: Question) -> bool:
        """True where nothing that decides whether the question is asked was still to come.

        What decides had been sent, or was itself not asked, and that for good.
        """
        deciding = {name for condition in (page.relevance, question.relevance) if condition for name in condition.names}
        homes = (self._questionnaire.home_of(name) for name in deciding)
        return all(home.name in self._sent or (each.name not in self._asked and self._is_settled(home, each))
                   for home, each in homes)  # fmt: skip


def _question_values(
    question: Question, given: Mapping[str, AnswerValue], absent: MissingCode
) -> dict[str, RecordValue]:
    if question.type is QuestionType.MULTIPLE:
        return _multiple_values(question, given.get(question.name, ()), absent)
    values: dict[str, RecordValue] = {}
    for name in question.answer_names:
        answer = given.get(name, int(absent))
        values[name] = answer if isinstance(answer, int | str) else int(absent)
    return values


def _multiple_values(question: Question, chosen: AnswerValue, absent: MissingCode) -> dict[str, RecordValue]:
    codes = chosen if isinstance(chosen, tuple) else ()
    missing = next((code for code in codes if code < 0), None if codes else int(absent))
    return {name: int(code in codes) if missing is None else missing
            for code, name in multiple_names(question).items()}  # fmt: skip
