"""The periods that tables count by: a plan fixes them before any quarter was seen."""

import re

from selfhelp_survey.core.record import RecordValue
from selfhelp_survey.research.generalisation import of_quarter

OUTSIDE = "outside"
"""The category of responses from outside the plan's span: they are counted, but not when they came."""
QUARTER = re.compile(r"20[0-9]{2}Q[1-4]", re.ASCII)
MOST_QUARTERS = 80  # twenty years
WITHHELD_LEVEL = 3


def quarters_between(first: str, last: str) -> tuple[str, ...]:
    """Every quarter from the first to the last, both included; none where the last comes before the first."""
    begin, end = (int(year) * 4 + int(number) - 1 for year, number in (first.split("Q"), last.split("Q")))
    return tuple(f"{number // 4}Q{number % 4 + 1}" for number in range(begin, end + 1))


def periods(span: tuple[str, ...], level: int) -> tuple[RecordValue, ...]:
    """The categories of `quarter` at a level: quarters, half-years or years of the span, then OUTSIDE; none without."""
    if not span:
        return ()
    return (*dict.fromkeys(map(of_quarter(level), quarters_between(*span))), OUTSIDE)
