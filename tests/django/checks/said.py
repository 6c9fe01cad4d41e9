"""What checks said, as the tests compare it."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.checks import CheckMessage


def ids(messages: Iterable[CheckMessage]) -> list[str]:
    """The ids, without the app's name; each leads to its own section of the page."""
    found = []
    for message in messages:
        number = str(message.id).removeprefix("selfhelp_survey.")
        assert str(message.hint).endswith(f" docs/reference/checks.md#{number.lower()}")
        assert number.startswith("E" if message.is_serious() else "W")
        found.append(number)
    return found


def words(messages: Iterable[CheckMessage]) -> str:
    """All that a person would read."""
    return "\n".join(f"{message.msg} {message.hint}" for message in messages)
