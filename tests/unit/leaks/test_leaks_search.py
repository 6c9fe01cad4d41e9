"""A marker is found in whatever shape it was written, wherever blocks meet, however it was packed; nothing else is."""

from __future__ import annotations

import base64
import bz2
import gzip
import html
import io
import json
import lzma
import quopri
import random
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from email.message import EmailMessage
from urllib.parse import quote, quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfhelp_survey.errors import UsageError
from selfhelp_survey.leaks import packed
from selfhelp_survey.leaks.finder import Finder, largest_span
from selfhelp_survey.leaks.forms import SHORTEST_MARKER, Form, forms_of
from selfhelp_survey.leaks.packed import Budget, closed_kind
from selfhelp_survey.leaks.search import Hit, MarkerSearch, hits_in
from tests.unit.leaks.slow_search import slow_places

pytestmark = pytest.mark.once


def _marker() -> str:
    return "-".join(["ZQX", "MARKER", str(7700 + 31), 'żół"ć & <b>', "🜁"])


WRITTEN: dict[str, Callable[[str], bytes]] = {
    "UTF-8": str.encode,
    "small letters": lambda text: text.lower().encode(),
    "UTF-16 LE": lambda text: text.encode("utf-16-le"),
    "UTF-16 BE": lambda text: text.encode("utf-16-be"),
    "hex": lambda text: text.encode().hex().encode(),
    "HEX": lambda text: text.encode().hex().upper().encode(),
    "bytea": lambda text: rb"\x" + text.encode().hex().encode(),
    "base64": lambda text: base64.b64encode(text.encode()),
    "base64, second": lambda text: base64.b64encode(b"a" + text.encode() + b"z"),
    "base64, third": lambda text: base64.b64encode(b"aa" + text.encode() + b"zz"),
    "base64, for addresses": lambda text: base64.urlsafe_b64encode(text.encode()),
    "base64 of UTF-16": lambda text: base64.b64encode(text.encode("utf-16-le")),
    "base64 of JSON": lambda text: base64.b64encode(json.dumps({"a": text}).encode()),
    "base64 in lines": lambda text: base64.encodebytes(b"=" * 70 + text.encode() * 2),
    "percent": lambda text: quote(text, safe="").encode(),
    "percent, paths": lambda text: quote(text).encode(),
    "percent, forms": lambda text: urlencode({"a": text}).encode(),
    "percent, small": lambda text: quote_plus(text).lower().encode(),
    "JSON": lambda text: json.dumps([text]).encode(),
    "JSON, as it is": lambda text: json.dumps([text], ensure_ascii=False).encode(),
    "JSON in JSON": lambda text: json.dumps(json.dumps([text])).encode(),
    "repr": lambda text: repr([text]).encode(),
    "repr of bytes": lambda text: repr([text.encode()]).encode(),
    "unicode_escape": lambda text: text.encode("unicode_escape"),
    "octal": lambda text: "".join(chr(one) if one < 128 else f"\\{one:o}" for one in text.encode()).encode(),
    "HTML": lambda text: html.escape(text).encode(),
    "HTML twice": lambda text: html.escape(html.escape(text)).encode(),
    "HTML, decimal": lambda text: "".join(f"&#{ord(one)};" for one in text).encode(),
    "HTML, ASCII": lambda text: html.escape(text).encode("ascii", "xmlcharrefreplace"),
    "quoted-printable": lambda text: quopri.encodestring(b"before " * 10 + text.encode()),
    "UTF-8 taken for Latin-1": lambda text: text.encode().decode("latin-1").encode(),
    "JSON of UTF-8 taken for Latin-1": lambda text: json.dumps(text.encode().decode("latin-1")).encode(),
    "decomposed": lambda text: text.encode().replace("ó".encode(), "o\u0301".encode()).replace(
        "ż".encode(), "z\u0307".encode()).replace("ć".encode(), "c\u0301".encode()),
}  # fmt: skip


@pytest.mark.parametrize("shape", WRITTEN)
def test_hits__marker_written_in_a_shape__is_found(shape: str) -> None:
    assert hits_in(b"before " + WRITTEN[shape](_marker()) + b" after", _marker())


@pytest.mark.parametrize("shape", WRITTEN)
def test_hits__another_marker_written_so__is_not_found(shape: str) -> None:
    assert not hits_in(b"before " + WRITTEN[shape](_marker().replace("7731", "7732")) + b" after", _marker())


@pytest.mark.parametrize("encoding", ["quoted-printable", "base64", "8bit"])
@pytest.mark.parametrize("before", range(0, 90, 7))
def test_hits__in_a_mail__are_found_wherever_its_lines_break(encoding: str, before: int) -> None:
    mail = EmailMessage()
    mail.set_content("x" * before + " " + _marker(), cte=encoding)
    assert hits_in(bytes(mail), _marker())


def _zipped(plain: bytes, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", method) as archive:
        archive.writestr("other.txt", "nothing" * 50)
        archive.writestr("a file.txt", plain)
    return held.getvalue()


PACKED: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "zlib": zlib.compress,
    "zlib, fast": lambda plain: zlib.compress(plain, 1),
    "xz": lzma.compress,
    "bzip2": bz2.compress,
    "zip": _zipped,
    "zip, stored": lambda plain: _zipped(plain, zipfile.ZIP_STORED),
    "zlib in base64": lambda plain: b"." + base64.urlsafe_b64encode(zlib.compress(plain)).rstrip(b"=") + b":sig",
    "gzip in base64 lines": lambda plain: base64.encodebytes(gzip.compress(plain)),
    "gzip in gzip in zip": lambda plain: _zipped(gzip.compress(gzip.compress(plain))),
}
FILLING = random.Random(7731).randbytes(25_000).hex().encode()  # noqa: S311 - text that shrinks, but not to nothing


@pytest.mark.parametrize("packing", PACKED)
@pytest.mark.parametrize("block", [1 << 20, 1000, 7])
def test_hits__marker_packed_in_the_middle_of_something__is_found(packing: str, block: int) -> None:
    filling = FILLING[: 300 * block]
    data = b"before" + PACKED[packing](filling + _marker().encode() + b"after" * 20) + b" and more"
    found = _in_blocks(data, block)
    assert found
    assert {hit.marker for hit in found} == {0}


def test_hits__members_of_gzip_one_after_another__are_found_each_where_it_begins() -> None:
    first, second = (gzip.compress(filling * 9 + _marker().encode(), mtime=0) for filling in (b"a", b"b"))
    assert [hit.offset for hit in hits_in(first + second, _marker())] == [0, len(first)]


def test_hits__damaged_packing__is_searched_up_to_the_damage() -> None:
    whole = zlib.compress(_marker().encode() + FILLING)
    assert [hit.encoding for hit in hits_in(whole[: len(whole) // 2] + b"\xff" * 90, _marker())] == [
        "UTF-8 inside zlib"
    ]


def test_hits__bomb__is_left_alone_in_time_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "LEAST_BUDGET", 1 << 22)
    bomb = gzip.compress(bytes(60 << 20) + _marker().encode())
    search = MarkerSearch(Finder(forms_of(_marker())))
    tracemalloc.start()
    try:
        assert search.feed(bomb) + search.finish() == []
        assert tracemalloc.get_traced_memory()[1] < 24 << 20
    finally:
        tracemalloc.stop()
    assert search.is_short


def test_hits__far_into_a_well_packed_log__are_found() -> None:
    log = gzip.compress(b"".join(b"2026-01-01 %d opened\n" % line for line in range(500_000)) + _marker().encode())
    search = MarkerSearch(Finder(forms_of(_marker())))
    assert len(search.feed(log) + search.finish()) == 1
    assert not search.is_short


def test_hits__thousands_of_packings_begun_at_once__end_and_say_so() -> None:
    search = MarkerSearch(Finder(forms_of(_marker())))
    stored = zlib.compress(FILLING[:30_000], 0)
    search.feed(b"".join(stored[:7] for _ in range(5_000)))
    search.finish()
    assert search.is_short


def _in_blocks(data: bytes, size: int) -> list[Hit]:
    search = MarkerSearch(Finder(forms_of(_marker())))
    found = [hit for start in range(0, len(data), size) for hit in search.feed(data[start : start + size])]
    return sorted({*found, *search.finish()})


@pytest.mark.parametrize("block", range(1, 40))
def test_hits__blocks_of_any_size__are_those_of_the_whole(block: int) -> None:
    plain = _marker().encode()
    data = b"ab\r\n" + plain[:9] + b"=\r\n" + plain[9:] + zlib.compress(plain) + b"\n" + plain.hex().encode()
    assert _in_blocks(data, block) == list(hits_in(data, _marker()))
    assert len({hit.offset for hit in _in_blocks(data, block)}) == 3


# -- against the slow twin ----------------------------------------------------------------------------------------

PATTERNS = (b"ab=", b"b\r", b"aab", b"\na", b"ba")
FORMS = tuple(
    Form(marker=0, encoding=str(number), pattern=pattern, any_case=number % 2 == 0, core=pattern[1:2])
    for number, pattern in enumerate(PATTERNS)
)
PIECES = st.lists(
    st.sampled_from([b"a", b"b", b"A", b"=", b"\r", b"\n", b"=\r\n", b"aab", b"\n" * 40, b"x" * 30]), max_size=40
)


@given(PIECES, st.lists(st.integers(1, 60), max_size=12))
def test_search__any_data_in_any_blocks__finds_what_the_slow_twin_finds(pieces: list[bytes], sizes: list[int]) -> None:
    data = b"".join(pieces)
    search = MarkerSearch(Finder(FORMS), depth=0)
    found, start = [], 0
    for size in [*sizes, len(data)]:
        found += search.feed(data[start : start + size])
        start += size
    found += search.finish()
    assert len(found) == len(set(found))
    expected = {(place, form.encoding) for place, form in slow_places(data, FORMS)}
    assert {(hit.offset, hit.encoding) for hit in found} == expected


@pytest.mark.parametrize(("breaks", "expected"), [(-1, True), (0, False)])
def test_search__so_many_line_breaks_inside__is_found_up_to_the_span(breaks: int, expected: bool) -> None:
    forms = tuple(form for form in forms_of("abcdefgh") if form.encoding == "UTF-8")
    room = largest_span(forms) - len("abcdefgh")
    data = b"abcd" + b"\n" * (room + 1 + breaks) + b"efgh"
    assert bool(Finder(forms).places(data, len(data))) is expected
    assert bool(slow_places(data, forms)) is expected


# -- what is no marker --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "fits"), [(SHORTEST_MARKER - 1, False), (SHORTEST_MARKER, True)])
def test_marker__around_the_shortest__is_refused_or_taken(size: int, fits: bool) -> None:
    if fits:
        assert forms_of("ż" * size)
    else:
        with pytest.raises(UsageError, match="at least 8"):
            forms_of("ż" * size)


@pytest.mark.parametrize("control", ["\n", "\t", "\0", "\x7f", "\ud800"])
def test_marker__with_a_control_character__is_refused_without_being_told(control: str) -> None:
    with pytest.raises(UsageError) as refusal:
        forms_of(f"marker{control}marker")
    assert "marker" not in str(refusal.value).replace("a marker is", "")


@given(st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=SHORTEST_MARKER, max_size=20))
def test_forms__any_marker__have_no_short_or_double_pattern(marker: str) -> None:
    patterns = [form.pattern for form in forms_of(marker)]
    assert min(map(len, patterns)) >= SHORTEST_MARKER
    assert len(patterns) == len(set(patterns))


def test_forms__several_markers__are_told_apart() -> None:
    assert [hit.marker for hit in hits_in(b"the second marker, the first one", "the first", "the second")] == [1, 0]


def test_budget__noted_bytes__allow_a_hundred_times_as_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "LEAST_BUDGET", 10)
    budget = Budget()
    budget.read(1)
    budget.unpacked(100)
    with pytest.raises(ValueError, match="more than"):
        budget.unpacked(1)
    assert budget.is_short


def test_closed_kinds__what_cannot_be_opened_here__has_a_name() -> None:
    assert [closed_kind(beginning) for beginning in (b"\x28\xb5\x2f\xfd..", b"\x04\x22\x4d\x18", b"text", b"")] == [
        "zstd", "lz4", "", ""
    ]  # fmt: skip
