"""Packed bytes inside other bytes: found by how they begin, unpacked piece by piece, within limits."""

import base64
import binascii
import bz2
import lzma
import re
import struct
import zlib
from collections.abc import Callable, Iterator
from operator import itemgetter
from typing import Protocol

from selfhelp_survey.leaks.finder import beginnings_of

PIECE = 1 << 20
"""Bytes that come out of a packing at a time, about."""
DEEPEST = 3
"""Packings inside packings that are opened."""
MOST_AT_ONCE = 64
"""Packings that are open at the same time; more begin together only in bytes made to tire a reader."""
LEAST_BUDGET = 64 << 20
LARGEST_RATIO = 100
"""Bytes that are unpacked in all: so many times those that were read, and never fewer than the least. Logs shrink to
a tenth or a twentieth, bombs to a thousandth."""


class TooMuch(ValueError):  # noqa: N818 - says what is wrong
    """More came out of a packing than is looked at."""


class Budget:
    """How much may still be unpacked of one source; `is_short` once something had to be left out."""

    def __init__(self) -> None:
        self._unpacked = self._read = self._open = 0
        self.is_short = False

    def read(self, size: int) -> None:
        """Note that so many bytes came in from outside."""
        self._read += size

    def unpacked(self, size: int) -> None:
        """Note that so many bytes came out. Raises TooMuch beyond the limits."""
        self._unpacked += size
        if self._unpacked > max(LEAST_BUDGET, LARGEST_RATIO * self._read):
            self.is_short = True
            raise TooMuch("more than is unpacked here")

    def opens(self) -> bool:
        """True where one packing more may be open; it counts until it is closed."""
        if self._open == MOST_AT_ONCE:
            self.is_short = True
            return False
        self._open += 1
        return True

    def closed(self) -> None:
        """Note that a packing is over."""
        self._open -= 1


class Unpacker(Protocol):
    """Takes packed bytes, gives unpacked ones. Raises one of BROKEN where the bytes are something else after all."""

    def unpack(self, packed: bytes) -> Iterator[bytes]: ...

    @property
    def is_over(self) -> bool: ...


BROKEN = (zlib.error, lzma.LZMAError, OSError, EOFError, binascii.Error, ValueError)


class _Stream:
    """gzip, zlib, deflate, xz and bzip2: a decompressor of the standard library, asked for a piece at a time."""

    def __init__(self, decompressor: "zlib._Decompress | lzma.LZMADecompressor | bz2.BZ2Decompressor") -> None:
        self._decompressor = decompressor

    def unpack(self, packed: bytes) -> Iterator[bytes]:
        piece = b""
        while not self.is_over and (packed or len(piece) == PIECE):
            piece = self._decompressor.decompress(packed, PIECE)
            packed = getattr(self._decompressor, "unconsumed_tail", b"")
            yield piece

    @property
    def is_over(self) -> bool:
        return self._decompressor.eof


class _ZipMember:
    """One file of a zip archive: its local header, then the file as it is or deflated.

    Source: APPNOTE 4.3.7. The size is often given only behind the file; a stored one of unknown size is read as the
    rest of the archive, where its bytes are found as they are in any case.
    """

    _HEADER = struct.Struct("<4s5H3I2H")
    _DEFLATED = 8

    def __init__(self) -> None:
        self._waiting = b""
        self._stream: _Stream | None = None
        self.is_over = False

    def unpack(self, packed: bytes) -> Iterator[bytes]:
        if self._stream is None:
            self._waiting += packed
            packed = self._after_header()
        if self._stream is not None:
            yield from self._stream.unpack(packed)
            self.is_over = self._stream.is_over

    def _after_header(self) -> bytes:
        if len(self._waiting) < self._HEADER.size:
            return b""
        fields = self._HEADER.unpack_from(self._waiting)
        start = self._HEADER.size + fields[-2] + fields[-1]
        if fields[3] != self._DEFLATED:  # as it is: the search around this one sees it
            self.is_over = True
            return b""
        if len(self._waiting) < start:
            return b""
        self._stream = _Stream(zlib.decompressobj(-zlib.MAX_WBITS))
        return self._waiting[start:]


class _InBase64:
    """A packing inside base64 or its URL-safe cousin, in lines or not: what sessions and signed values look like."""

    _GROUP = 4
    _BREAKS = re.compile(rb"[\r\n]+")
    _END = re.compile(rb"[^A-Za-z0-9+/]")

    def __init__(self, inner: _Stream) -> None:
        self._inner = inner
        self._waiting = b""
        self._has_ended = False

    def unpack(self, packed: bytes) -> Iterator[bytes]:
        text = self._BREAKS.sub(b"", packed).translate(bytes.maketrans(b"-_", b"+/"))
        if end := self._END.search(text):
            text, self._has_ended = text[: end.start()], True
        text = self._waiting + text
        whole = len(text) - len(text) % self._GROUP
        self._waiting = text[whole:]
        yield from self._inner.unpack(base64.b64decode(text[:whole] + self._rest()))

    def _rest(self) -> bytes:
        """The last, incomplete group, filled up; nothing while more may come."""
        if not self._has_ended or len(self._waiting) < 2:
            return b""
        return self._waiting.ljust(self._GROUP, b"=")

    @property
    def is_over(self) -> bool:
        return self._has_ended or self._inner.is_over


_GZIP, _ANY = 16 + zlib.MAX_WBITS, 32 + zlib.MAX_WBITS
_KINDS: tuple[tuple[str, Callable[[], Unpacker], tuple[bytes, ...]], ...] = (
    ("gzip", lambda: _Stream(zlib.decompressobj(_GZIP)), (b"\x1f\x8b\x08",)),
    ("zlib", lambda: _Stream(zlib.decompressobj()), (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")),
    ("xz", lambda: _Stream(lzma.LZMADecompressor(lzma.FORMAT_XZ)), (b"\xfd7zXZ\x00",)),
    ("bzip2", lambda: _Stream(bz2.BZ2Decompressor()), tuple(b"BZh%d1AY&SY" % level for level in range(1, 10))),
    ("zip", _ZipMember, (b"PK\x03\x04",)),
    ("zlib in base64", lambda: _InBase64(_Stream(zlib.decompressobj(_ANY))),
     (b"eAE", b"eF4", b"eJw", b"eJx", b"eJy", b"eJz", b"eNo", b"eNp", b"eNq", b"eNr", b"H4sI")),
)  # fmt: skip
LONGEST_BEGINNING = max(len(beginning) for _, _, beginnings in _KINDS for beginning in beginnings)
_CLOSED = {b"\x28\xb5\x2f\xfd": "zstd", b"\x04\x22\x4d\x18": "lz4", b"7z\xbc\xaf": "7z", b"Rar!": "rar"}


def packings(window: bytes, limit: int) -> Iterator[tuple[int, str, Unpacker]]:
    """Where something packed may begin before `limit`, what it may be, and a fresh unpacker for it."""
    found = (
        (place, name, make)
        for name, make, beginnings in _KINDS
        for beginning in beginnings
        for place in beginnings_of(beginning, window, limit)
    )
    for place, name, make in sorted(found, key=itemgetter(0)):
        yield place, name, make()


def closed_kind(beginning: bytes) -> str:
    """The name of a packing that cannot be opened here, by a file's first bytes; "" for anything else."""
    return _CLOSED.get(beginning[:4], "")
