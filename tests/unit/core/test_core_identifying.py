"""A text that seems to point at a person."""

from __future__ import annotations

import pytest

from selfhelp_survey.core.identifying import FEWEST_PHONE_DIGITS, Trace, traces_in


@pytest.mark.parametrize(
    ("text", "trace"),
    [
        ("write to somebody@example.org please", Trace.MAIL),
        ("call 040 123 4567", Trace.PHONE),
        ("+358 (40) 123-4567", Trace.PHONE),
        ("٠٤٠١٢٣٤٥٦٧", Trace.PHONE),
        ("see https://example.org/page", Trace.ADDRESS),
        ("it was on example.com", Trace.ADDRESS),
        ("abcdefgh.onion", Trace.ADDRESS),
        ("I am @somebody there", Trace.HANDLE),
        ("My name is Somebody", Trace.NAME),
        ("Me llamo Alguien", Trace.NAME),
        ("Nimeni on Joku", Trace.NAME),
        ("jag heter Någon", Trace.NAME),
    ],
)
def test_traces_in__something_that_points_at_a_person__is_spotted(text: str, trace: Trace) -> None:
    assert trace in traces_in(text)


@pytest.mark.parametrize(
    "text",
    ["", "The exercises helped me a lot.", "I was 17 in 2009, now 33.", "10/10, 5-6 times", "e.g. more help at night",
     "Less text.More pictures.", "1 2 3 4 5 6"],
)  # fmt: skip
def test_traces_in__ordinary_words_and_small_numbers__are_not(text: str) -> None:
    assert traces_in(text) == frozenset()


@pytest.mark.parametrize(("digits", "is_spotted"), [(FEWEST_PHONE_DIGITS - 1, False), (FEWEST_PHONE_DIGITS, True)])
def test_traces_in__around_the_fewest_digits__spots_a_phone_number(*, digits: int, is_spotted: bool) -> None:
    assert (Trace.PHONE in traces_in("7" * digits)) is is_spotted


def test_traces_in__very_long_text__is_quick() -> None:
    assert traces_in("1 " * 3 + "a@" * 50_000 + "(" * 50_000) == frozenset()
