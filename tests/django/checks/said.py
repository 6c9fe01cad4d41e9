"""What checks said, as the tests compare it."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.checks import CheckMessage

from selfhelp_survey.checks.messages import PAGE


def ids(messages: Iterable[CheckMessage]) -> list[str]:
    """The ids, without the app's name; each leads to its own section of the page."""
    found = []
    for message in messages:
        number = str(message.id).removeprefix("selfhelp_survey.")
        hint, link = str(message.hint).rsplit(" ", 1)
        assert hint.endswith((".", ";"))
        assert link == f"{PAGE.as_uri()}#{number.lower()}"
        assert number.startswith("E" if message.is_serious() else "W")
        found.append(number)
    return found


def words(messages: Iterable[CheckMessage]) -> str:
    """All that a person would read."""
    return "\n".join(f"{message.msg} {message.hint}" for message in messages)
