"""What a check says: its stable id, a hint, and where the documentation that was installed with it says more."""

from pathlib import Path

from django.core.checks import CheckMessage, Error, Warning  # noqa: A004 - Django's name

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "checks.md"
"""The page that has a section for each id. It lies in the package, so that the link works without a network."""


def error(number: str, said: str, hint: str) -> CheckMessage:
    """An error: a promise of the survey is broken. `said` and `hint` must hold nothing secret."""
    return Error(said, hint=with_section(number, hint), id=f"selfhelp_survey.{number}")


def warning(number: str, said: str, hint: str) -> CheckMessage:
    """A warning: something worth a look, in the survey or around it. `said` and `hint` must hold nothing secret."""
    return Warning(said, hint=with_section(number, hint), id=f"selfhelp_survey.{number}")


def with_section(number: str, hint: str) -> str:
    """The hint, with a link to the section of the page that explains this id."""
    return f"{hint} {PAGE.as_uri()}#{number.lower()}"
