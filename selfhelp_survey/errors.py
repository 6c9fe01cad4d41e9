"""Every error this package raises on purpose. No message ever contains an answer, a key or a respondent's words."""


class SurveyError(Exception):
    """Something in the survey software could not be done."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (self.__doc__ or "").split("\n", 1)[0])


class UsageError(SurveyError):
    """The command was called in a way it does not understand."""


class QuestionnaireError(SurveyError):
    """The questionnaire is not valid."""


class ExpressionError(QuestionnaireError):
    """A relevance expression cannot be read."""


class SubmissionError(SurveyError):
    """The response could not be taken."""


class SealingError(SurveyError):
    """A sealed value could not be opened or made."""


class ReleaseRefused(SurveyError):  # noqa: N818 - the name says what happened, as the design does
    """The release would not protect the respondents, so it was not made."""


class StoreError(SurveyError):
    """The research store refused or could not be reached."""
