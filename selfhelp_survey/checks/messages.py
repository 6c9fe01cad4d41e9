"""What a check says: its stable id, and where the documentation explains it."""

from django.core.checks import CheckMessage, Error, Warning  # noqa: A004 - Django's name

PAGE = "docs/reference/checks.md"
"""The page that has a section for each id."""


def error(number: str, said: str, hint: str) -> CheckMessage:
    """An error: a promise of the survey is broken. `said` and `hint` must hold nothing secret."""
    return Error(said, hint=with_section(number, hint), id=f"selfhelp_survey.{number}")


def warning(number: str, said: str, hint: str) -> CheckMessage:
    """A warning: something worth a look, in the survey or around it. `said` and `hint` must hold nothing secret."""
    return Warning(said, hint=with_section(number, hint), id=f"selfhelp_survey.{number}")


def with_section(number: str, hint: str) -> str:
    """The hint, with the section of the page that explains this id."""
    return f"{hint} {PAGE}#{number.lower()}"
