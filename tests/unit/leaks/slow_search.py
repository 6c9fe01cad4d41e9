"""The slow, obvious twin of the search: every form tried at every place of the whole data, line breaks stepped over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from selfhelp_survey.leaks.finder import largest_span
from selfhelp_survey.leaks.forms import Form


def slow_places(data: bytes, forms: Sequence[Form]) -> set[tuple[int, Form]]:
    """Every place where a form begins, in the data as it is or with its lines joined."""
    every = [(place, place) for place in range(len(data))]
    return set(_places(data, forms, [place for place, _ in every])) | set(_places(data, forms, _without_breaks(data)))


def _without_breaks(data: bytes) -> list[int]:
    kept, place = [], 0
    while place < len(data):
        ends = [end for end in (b"=\r\n", b"\r\n", b"=\n", b"\n") if data.startswith(end, place)]
        if ends:
            place += len(ends[0])
        else:
            kept.append(place)
            place += 1
    return kept


def _places(data: bytes, forms: Sequence[Form], kept: Sequence[int]) -> Iterator[tuple[int, Form]]:
    for form in forms:
        size = len(form.pattern)
        for first in range(len(kept) - size + 1):
            places = kept[first : first + size]
            text = bytes(data[place] for place in places)
            if (text.lower() if form.any_case else text) == form.pattern and places[-1] - places[0] < largest_span(
                forms
            ):
                yield places[0], form
