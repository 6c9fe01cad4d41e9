"""The search itself, over bytes that come block by block and are never held whole."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from selfhelp_survey.leaks.finder import Finder
from selfhelp_survey.leaks.forms import Form, forms_of
from selfhelp_survey.leaks.packed import BROKEN, DEEPEST, LONGEST_BEGINNING, PIECE, Budget, Unpacker, packings

STEP = 1 << 9
"""Bytes that are unpacked at a time: so many before a damaged place are lost."""


@dataclass(frozen=True, kw_only=True, order=True)
class Hit:
    """A marker was found: at this byte, whose (from 0), and how it was written. What is packed counts where it begins.

    `encoding` reads "base64", or "base64 inside gzip".
    """

    offset: int
    marker: int
    encoding: str


def hits_in(data: bytes, *markers: str) -> tuple[Hit, ...]:
    """Every hit of these markers in the data, in order. Raises UsageError for a marker that cannot be looked for."""
    search = MarkerSearch(Finder(forms_of(*markers)))
    return tuple(sorted({*search.feed(data), *search.finish()}))


class MarkerSearch:
    """Looks for forms in blocks of bytes; where one block ends and the next begins makes no difference.

    Each byte is a possible beginning exactly once: as soon as everything is there that a hit from it could span.
    """

    def __init__(self, finder: Finder, *, depth: int = DEEPEST, budget: Budget | None = None) -> None:
        self._finder, self._depth = finder, depth
        self._window, self._start = b"", 0
        self._inside: list[_Packing] = []
        self._budget = budget or Budget()
        self._is_outermost = budget is None

    @property
    def is_short(self) -> bool:
        """True where something packed was too large, or too much at once, to be unpacked wholly."""
        return self._budget.is_short

    @property
    def budget(self) -> Budget:
        """What may still be unpacked."""
        return self._budget

    def feed(self, block: bytes) -> list[Hit]:
        """The hits that are certain now that this block came."""
        if self._is_outermost:
            self._budget.read(len(block))
        found = [hit for packing in self._inside for hit in packing.feed(memoryview(block))]
        self._tidy()
        self._window += block
        return found + self._look(len(self._window) - max(self._finder.ahead, LONGEST_BEGINNING))

    def finish(self) -> list[Hit]:
        """The last hits: nothing more comes."""
        found = self._look(len(self._window))
        found += [hit for packing in self._inside for hit in packing.finish()]
        self._tidy()
        return found

    def _look(self, limit: int) -> list[Hit]:
        """The hits that begin before `limit` in the window, which moves on to there."""
        if limit <= 0:
            return []
        found = [_hit(form, self._start + place) for place, form in self._finder.places(self._window, limit)]
        found += self._open(limit)
        self._window, self._start = self._window[limit:], self._start + limit
        return found

    def _open(self, limit: int) -> list[Hit]:
        """Begin with everything packed that begins before `limit`. Returns the hits inside what is here already."""
        found: list[Hit] = []
        if not self._depth:
            return found
        window = memoryview(self._window)
        for place, name, unpacker in packings(self._window, limit):
            if not self._budget.opens():
                break
            inner = MarkerSearch(self._finder, depth=self._depth - 1, budget=self._budget)
            packing = _Packing(self._start + place, name, unpacker, inner)
            found += packing.feed(window[place:])
            self._inside.append(packing)
            self._tidy()
        return found

    def _tidy(self) -> None:
        """Let go of every packing that is over."""
        for _ in range(sum(packing.is_over for packing in self._inside)):
            self._budget.closed()
        self._inside = [packing for packing in self._inside if not packing.is_over]


class _Packing:
    """Something packed that began at a byte of the outer stream, and the search in what comes out of it."""

    def __init__(self, start: int, name: str, unpacker: Unpacker, search: MarkerSearch) -> None:
        self._start, self._name, self._unpacker, self._search = start, name, unpacker, search
        self.is_over = False

    def feed(self, packed: memoryview) -> list[Hit]:
        """The hits that are certain now that these packed bytes came."""
        found = [hit for piece in self._unpacked(packed) for hit in self._search.feed(piece)]
        return self._outside(found) + (self.finish() if self.is_over else [])

    def _unpacked(self, packed: memoryview) -> Iterator[bytes]:
        """What comes out, in pieces; of something damaged or huge, what comes out before."""
        held = bytearray()
        try:
            for start in range(0, len(packed), STEP):
                for piece in () if self.is_over else self._unpacker.unpack(bytes(packed[start : start + STEP])):
                    self._search.budget.unpacked(len(piece))
                    held += piece
                    if len(held) >= PIECE:
                        yield bytes(held)
                        held.clear()
                self.is_over = self._unpacker.is_over
        except BROKEN:  # damaged, too much, or no such packing after all
            self.is_over = True
        yield bytes(held)

    def finish(self) -> list[Hit]:
        """The last hits: nothing more comes."""
        self.is_over = True
        return self._outside(self._search.finish())

    def _outside(self, hits: Iterable[Hit]) -> list[Hit]:
        return [replace(hit, offset=self._start, encoding=f"{hit.encoding} inside {self._name}") for hit in hits]


def _hit(form: Form, offset: int) -> Hit:
    return Hit(offset=offset, marker=form.marker, encoding=form.encoding)
