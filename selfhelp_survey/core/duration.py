"""How long a questionnaire takes, roughly: an estimate for the invitation, never a measurement of anybody."""

from selfhelp_survey.core.questionnaire import Page, Questionnaire, QuestionType

SECONDS: dict[QuestionType, int] = {
    QuestionType.SINGLE: 10, QuestionType.SCALE: 10, QuestionType.MULTIPLE: 15, QuestionType.MATRIX: 6,
    QuestionType.NUMBER: 10, QuestionType.TEXT: 60, QuestionType.NOTE: 5,
}  # fmt: skip
"""Seconds for one question, for a matrix for one row. An ordinary question takes about ten seconds, an open one
minutes (Pew Research Center, Decoded, December 2022); the others are set in proportion."""
PAGE_SECONDS = 6
"""Two round trips of a slow connection for every page."""


def seconds_for(page: Page) -> int:
    """The seconds this page takes."""
    return PAGE_SECONDS + sum(SECONDS[question.type] * max(1, len(question.rows)) for question in page.questions)


def minutes_for(questionnaire: Questionnaire, *, part: int | None = None) -> int:
    """The minutes, at least one, that all pages take, or those of one part."""
    pages = [page for page in questionnaire.pages if part in (None, page.part)]
    return max(1, round(sum(seconds_for(page) for page in pages) / 60))
