"""Which answers a question can have."""

from selfhelp_survey.core.answers import CHOSEN_MISSING, AnswerValue, MissingCode
from selfhelp_survey.core.questionnaire import Question, QuestionType


def is_valid_answer(question: Question, answer: AnswerValue) -> bool:
    """True where the question can be answered so. Exclusive values stand alone, numbers and texts keep their bounds."""
    if isinstance(answer, bool):
        return False
    match question.type:
        case QuestionType.MULTIPLE:
            return isinstance(answer, tuple) and _is_valid_choice(question, answer)
        case QuestionType.NUMBER:
            return isinstance(answer, int) and (_is_refusal(question, answer) or _is_within(question, answer))
        case QuestionType.TEXT:
            is_text = isinstance(answer, str) and 0 < len(answer) <= (question.maximum_length or 0)
            return is_text or _is_refusal(question, answer)
        case QuestionType.NOTE:
            return False
        case _:
            return isinstance(answer, int) and answer in question.codes


def _is_valid_choice(question: Question, chosen: tuple[int, ...]) -> bool:
    known = bool(chosen) and len(set(chosen)) == len(chosen) and question.codes.issuperset(chosen)
    return known and (len(chosen) == 1 or question.exclusive_codes.isdisjoint(chosen))


def _is_refusal(question: Question, answer: AnswerValue) -> bool:
    return question.refusable and answer == MissingCode.PREFER_NOT_TO_SAY and answer in CHOSEN_MISSING


def _is_within(question: Question, answer: int) -> bool:
    above = answer >= (question.minimum or 0)  # what is below 0 stands for a missing value
    return above and (question.maximum is None or answer <= question.maximum)
