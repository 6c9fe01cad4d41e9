"""Where forms begin in one stretch of bytes, also where a line break stands inside them."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate

from selfhelp_survey.leaks.forms import Form

BREAK = re.compile(rb"=?\r?\n")
"""How mails and base64 texts are broken into lines: the end of a line, with the mark of quoted-printable."""
_IN_BREAKS = b"=\r\n"
ROOM_FOR_BREAKS = 64

Place = tuple[int, Form]


def largest_span(forms: Sequence[Form]) -> int:
    """The bytes that one find takes up at most, line breaks inside it counted."""
    return 2 * max((len(form.pattern) for form in forms), default=0) + ROOM_FOR_BREAKS


class Finder:
    """These forms, put in order for looking many times."""

    def __init__(self, forms: Sequence[Form]) -> None:
        self._span = largest_span(forms)
        self._all = _by_core(forms)
        self._unclear = _by_core([form for form in forms if any(byte in _IN_BREAKS for byte in form.pattern)])

    @property
    def ahead(self) -> int:
        """How many bytes have to be known from a place on, to say for certain what begins there."""
        return self._span + len(b"=\r")  # half a line break may stand at the very end

    def places(self, window: bytes, limit: int) -> set[Place]:
        """Every beginning before `limit` of every form, overlapping ones too, at most the largest span long.

        Lines are joined first. What could itself be taken for a line break is looked for in the lines as well.
        """
        if b"\n" not in window:
            return set(_places(self._all, window, limit))
        joined = BREAK.sub(b"", window)
        found = tuple(_places(self._all, joined, len(joined)))
        inside = self._as_before(found, window, limit) if found else ()
        return {*inside, *_places(self._unclear, window, limit)}

    def _as_before(self, found: Sequence[Place], window: bytes, limit: int) -> Iterator[Place]:
        before = _before_joining(window)
        for place, form in found:
            start, last = before(place), before(place + len(form.pattern) - 1)
            if start < limit and last - start < self._span:
                yield start, form


Groups = tuple[tuple[bytes, bool, tuple[Form, ...]], ...]


def _by_core(forms: Sequence[Form]) -> Groups:
    """The forms that share their core, in groups: where it is not, none of them is."""
    keys = dict.fromkeys((form.core, form.any_case) for form in forms)
    return tuple(
        (core, any_case, tuple(form for form in forms if (form.core, form.any_case) == (core, any_case)))
        for core, any_case in keys
    )


def _places(groups: Groups, window: bytes, limit: int) -> Iterator[Place]:
    folded = window.lower()
    for core, any_case, forms in groups:
        text = folded if any_case else window
        if core in text:
            for form in forms:
                yield from ((place, form) for place in beginnings_of(form.pattern, text, limit))


def beginnings_of(pattern: bytes, text: bytes, limit: int) -> Iterator[int]:
    """Every place before `limit` where the pattern begins, overlapping ones too."""
    place = text.find(pattern)
    while 0 <= place < limit:
        yield place
        place = text.find(pattern, place + 1)


def _before_joining(window: bytes) -> Callable[[int], int]:
    """A function from a place in the joined lines to the place of the same byte in the window."""
    breaks = [match.span() for match in BREAK.finditer(window)]
    removed = list(accumulate((end - start for start, end in breaks), initial=0))
    places = [start - gone for (start, _), gone in zip(breaks, removed, strict=False)]
    return lambda place: place + removed[bisect_right(places, place)]
