"""Who is missing from a release: how those who wait differ from those who go, told so that nobody who waits is shown.

Those who are held back are in no file. What is said of them here is therefore coarse: only where about ten or more
wait, a distance rounded to a twentieth, and of categories only which ones about ten or more of them have. "About" is a
count rounded to 5, which is published anyway.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from selfhelp_survey.core.record import RecordValue
from selfhelp_survey.privacy.attribute_disclosure import total_variation
from selfhelp_survey.privacy.tables import round_to_base
from selfhelp_survey.research.records import Row
from selfhelp_survey.research.series import Series

FEWEST_TOLD = 10
"""Fewest people, rounded to 5, of whom anything is said. Source: ONS Longitudinal Study, 10 for published tables."""
STEP = 20  # distances are rounded to a twentieth
Json = dict[str, Any]


def representation(series: Series, *, released: Sequence[Row], held: Sequence[Row]) -> list[Json] | None:
    """For each quasi-identifier and each diversity item of one variable how the release differs from all who answered.

    `distance`: share of the released records, 0 to 1 in twentieths, that would have to change category for the release
    to look like all usable responses of this batch. `waiting`: the codes that about ten or more of the held back have.
    None where fewer are held back: then nothing is said. Missing codes are categories.
    """
    if round_to_base(len(held)) < FEWEST_TOLD:
        return None
    return [_of_variable(name, series, released=released, held=held) for name in _named(series)]


def _named(series: Series) -> Iterator[str]:
    yield from series.quasi_identifiers
    for item in series.diversity:
        if len(item.variables) == 1:
            yield from item.variables


def _of_variable(name: str, series: Series, *, released: Sequence[Row], held: Sequence[Row]) -> Json:
    place = series.columns.index(name)
    going, waiting = Counter(row[place] for row in released), Counter(row[place] for row in held)
    codes = sorted(going | waiting, key=_in_order)
    gone = np.array([going[code] for code in codes], dtype=np.int64)
    everybody = gone + np.array([waiting[code] for code in codes], dtype=np.int64)
    return {
        "name": name, "distance": round(total_variation(gone, everybody) * STEP) / STEP,
        "waiting": [code for code in codes if round_to_base(waiting[code]) >= FEWEST_TOLD],
    }  # fmt: skip


def _in_order(code: RecordValue) -> tuple[bool, RecordValue]:
    """Numbers in their order, then texts in theirs."""
    return isinstance(code, str), code
