"""The parts of a Stata file of format 118, and how a dictionary and cells are put together into one.

Source of every tag, place and size: Stata help `dta`, "Description of .dta file format", sections 5.1 to 5.12.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from selfhelp_survey.research.formats.statistical_labels import MONTHS

_NAME_BYTES = 129
_MAP = struct.Struct("<14Q")
_VARIABLES, _SETS, _CELLS, _STRINGS, _VALUES = 3, 6, 9, 10, 11
"""Where the map notes variable names, value-label names, data, long strings and value labels."""
_OPEN, _CLOSE = b"<data>", b"</data>"


@dataclass(frozen=True, kw_only=True)
class Layout:
    """The bytes of a file and its map: where each of its fourteen parts begins."""

    data: bytes
    places: tuple[int, ...]

    @classmethod
    def of(cls, data: bytes) -> Self:
        """The layout of a file that was read."""
        return cls(data=data, places=_MAP.unpack_from(data, _map_start(data)))

    @property
    def cells(self) -> memoryview:
        """The rows, one after the other."""
        return memoryview(self.data)[self.places[_CELLS] + len(_OPEN) : self.places[_STRINGS] - len(_CLOSE)]

    @property
    def rows(self) -> int:
        """How many rows the file says it has."""
        return int(struct.unpack_from("<Q", self.data, _after(b"<N>", self.data))[0])


def _map_start(data: bytes) -> int:
    return _after(b"<map>", data)


def _after(tag: bytes, data: bytes) -> int:
    return data.index(tag) + len(tag)


def with_cells(dictionary: bytes, cells: bytes, *, rows: int) -> list[bytes]:
    """The file of this dictionary with these cells instead of its own, in parts to be written one after the other."""
    layout = Layout.of(dictionary)
    start, end = layout.places[_CELLS], layout.places[_STRINGS]
    more = len(_OPEN) + len(cells) + len(_CLOSE) - (end - start)
    moved = (place + more if number >= _STRINGS else place for number, place in enumerate(layout.places))
    head = bytearray(dictionary[:start])
    _MAP.pack_into(head, _map_start(dictionary), *moved)
    struct.pack_into("<Q", head, _after(b"<N>", dictionary), rows)
    return [bytes(head), _OPEN, cells, _CLOSE, dictionary[end:]]


def dated(data: bytes, moment: datetime) -> bytes:
    """The file with another moment of writing, in the 17 characters that it has for that."""
    start = _after(b"<timestamp>", data)
    made = f"{moment:%d} {MONTHS[moment.month - 1]} {moment:%Y %H:%M}".encode()
    return data[:start] + bytes([len(made)]) + made + data[start + 1 + data[start] :]


def with_names(data: bytes, names: Sequence[str], labelled: Sequence[bool]) -> bytes:
    """The file with these names for its variables, and for the sets of value labels of those that are labelled.

    The library names a set by its variable and a number, which can be longer than the 32 characters of a name: so it
    is given short names, and these are put in their place.
    """
    layout, renamed = Layout.of(data), bytearray(data)
    sets = [name if is_labelled else "" for name, is_labelled in zip(names, labelled, strict=True)]
    for part, opening, held in ((_VARIABLES, b"<varnames>", names), (_SETS, b"<value_label_names>", sets)):
        for place, name in enumerate(held):
            _put(renamed, layout.places[part] + len(opening) + place * _NAME_BYTES, name)
    start = layout.places[_VALUES] + len(b"<value_labels>")
    for name in filter(None, sets):
        size = struct.unpack_from("<i", data, start + len(b"<lbl>"))[0]
        _put(renamed, start + len(b"<lbl>") + 4, name)
        start += len(b"<lbl>") + 4 + _NAME_BYTES + 3 + size + len(b"</lbl>")
    return bytes(renamed)


def _put(data: bytearray, start: int, name: str) -> None:
    data[start : start + _NAME_BYTES] = name.encode().ljust(_NAME_BYTES, b"\0")
