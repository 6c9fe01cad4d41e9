"""What no text may hold: markup, what cannot be seen, placeholders that nothing fills."""

from __future__ import annotations

import pytest

from selfhelp_survey.core.plain_text import HIDDEN, faults_in, faults_to_publish, unknown_placeholders
from selfhelp_survey.core.text import Text

HIDING = (
    "\x00", "\x0b", "\x1b", "\x7f", "\x85", "\u115f", "\u180e", "\u200b", "\u200c", "\u200d", "\u2028", "\u202a",
    "\u202e", "\u2060", "\u2066", "\u2069", "\u206f", "\u3164", "\ufeff", "\ufff9", "\U000e0001", "\U000e0041",
    "\U000e007f",
)  # fmt: skip
NEEDED = (
    "one\ttwo\r\nthree", "soft\u00adhyphen", "\u0645\u06cc\u200c\u062e",
    "क्\u200dष", "👩\u200d💻", "❤\ufe0f\u200d🔥",
    "\u200f(0800) 12 34\u200e", "a\u00a0b", "e\u0301",
)  # fmt: skip


@pytest.mark.parametrize("hidden", HIDING, ids=lambda character: f"U+{ord(character):04X}")
def test_faults__character_that_cannot_be_seen__is_told(hidden: str) -> None:
    assert [fault.partition(":")[0] for fault in faults_in(f"on{hidden}e")] == [
        "it holds characters that cannot be seen"
    ]


@pytest.mark.parametrize("words", NEEDED)
def test_faults__what_a_script_or_a_picture_needs__is_none(words: str) -> None:
    assert not list(faults_in(words))


def test_unknown_placeholder__with_a_hidden_character_in_its_name__is_told_short_and_readable() -> None:
    [told] = unknown_placeholders("{\u202e" + "x" * 100 + "} {contact} {pages}")
    assert not HIDDEN.search(told)
    assert len(told) < 100


def test_faults_to_publish__languages_that_are_not_offered__are_not_looked_at() -> None:
    texts = {"a": Text.of({"en": "{contact}", "es": "nadie", "fi": "<b>"})}
    assert [each[:2] for each in faults_to_publish(texts, ("en", "es"), source="en")] == [("a", "es")]
    assert list(faults_to_publish(texts, ("en",), source="en")) == []
    assert [each[:2] for each in faults_to_publish(texts, ("fi",), source="sv")] == [("a", "fi")]
