"""Who is missing from a release: how those who wait differ from those who go, told so that nobody who waits is shown.

Those who are held back are in no file. What is said of them here is therefore coarse, and made of nothing but counts
rounded to 5 of about ten or more: whether one of fewer is there moves no number. It is said of quasi-identifiers alone,
for what people answered is told of nobody who waits. And it is said of those alone who are too few: a class of k that
waits gave too few different answers, so whoever knew which class that is would know what everybody in it answered.

Source: Wong, Fu, Wang and Pei 2007, Minimality attack in privacy preserving data publishing, VLDB, for the last.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
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
    """For each quasi-identifier how the release differs from all who answered; `held` are those who are too few.

    `distance`: share of the released records, 0 to 1 in twentieths, that would have to change category for the release
    to look as if `held` were in it. `waiting`: the codes that about ten or more of them have; the others count as none.
    None where fewer are held back: then nothing is said. Missing codes are categories.
    """
    if round_to_base(len(held)) < FEWEST_TOLD:
        return None
    return [_of_variable(name, series, released=released, held=held) for name in series.quasi_identifiers]


def too_few(held: Sequence[Row], series: Series, *, ways: Sequence[int]) -> list[Row]:
    """Those of the held back whose class has fewer than k; `ways` as for `kept_rows`. Classes wait whole."""
    places = [series.columns.index(name) for name in series.quasi_identifiers]
    classes = [(way, *(row[place] for place in places)) for row, way in zip(held, ways, strict=True)]
    sizes = Counter(classes)
    return [row for row, of in zip(held, classes, strict=True) if sizes[of] < series.plan.k]


def _of_variable(name: str, series: Series, *, released: Sequence[Row], held: Sequence[Row]) -> Json:
    place = series.columns.index(name)
    going = Counter(row[place] for row in released)
    waiting = _told(Counter(row[place] for row in held))
    codes = sorted({*going, *waiting}, key=_in_order)
    gone = np.array([going[code] for code in codes], dtype=np.int64)
    everybody = gone + np.array([waiting.get(code, 0) for code in codes], dtype=np.int64)
    return {
        "name": name, "distance": round(total_variation(gone, everybody) * STEP) / STEP,
        "waiting": [code for code in codes if code in waiting],
    }  # fmt: skip


def _told(counts: Mapping[RecordValue, int]) -> dict[RecordValue, int]:
    """The counts that something may be made of: rounded, and only those of about ten or more."""
    rounded = ((code, round_to_base(count)) for code, count in counts.items())
    return {code: count for code, count in rounded if count >= FEWEST_TOLD}


def _in_order(code: RecordValue) -> tuple[bool, RecordValue]:
    """Numbers in their order, then texts in theirs."""
    return isinstance(code, str), code
