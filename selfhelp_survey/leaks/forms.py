"""The shapes in which a text may have been written down by somebody else's program."""

import base64
import html
import json
import quopri
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, quote_plus

from selfhelp_survey.errors import UsageError

SHORTEST_MARKER = 8
"""Characters a marker has at least: shorter ones stand in other people's files by accident."""
_BASE64_ALIGNMENTS = 3
"""A text begins at the first, second or third byte of a base64 group, and looks different in each."""


@dataclass(frozen=True, kw_only=True)
class Form:
    """One shape of a marker: whose (its place in the list, from 0), in what encoding, and the bytes to look for.

    Where `any_case`, the bytes are in small letters, and so must be what they are looked for in. `core` is a part of
    them that several forms share: one look for it spares many.
    """

    marker: int
    encoding: str
    pattern: bytes
    any_case: bool
    core: bytes


def forms_of(*markers: str) -> tuple[Form, ...]:
    """Every form of each marker, each pattern once. Raises UsageError for a marker that cannot be looked for."""
    found: dict[tuple[int, bytes], Form] = {}
    for place, marker in enumerate(markers):
        _refuse_unfit(marker)
        core = _core(marker)
        for encoding, pattern in _written(marker):
            any_case = not encoding.startswith("base64")
            folded = pattern.lower() if any_case else pattern
            shared = core if any_case and core in folded else b""
            form = Form(marker=place, encoding=encoding, pattern=folded, any_case=any_case, core=shared)
            found.setdefault((place, folded), form)
    return tuple(found.values())


def _core(marker: str) -> bytes:
    """The longest run of letters and digits, which most encodings leave as they are; empty where there is none."""
    return max(re.findall(rb"[a-z0-9]+", marker.encode().lower()), key=len, default=b"")


def _refuse_unfit(marker: str) -> None:
    if len(marker) < SHORTEST_MARKER:
        raise UsageError(f"a marker has at least {SHORTEST_MARKER} characters: shorter ones are found by accident")
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in marker):
        raise UsageError("a marker is one line of text, without control characters")


def _written(marker: str) -> Iterator[tuple[str, bytes]]:
    for spelling in _spellings(marker):
        plain = spelling.encode()
        yield "UTF-8", plain
        yield "UTF-16 LE", spelling.encode("utf-16-le")
        yield "UTF-16 BE", spelling.encode("utf-16-be")
        yield "hex", plain.hex().encode()
        for encoding, texts in (
            ("JSON or escaped", _escaped(spelling)),
            ("percent-encoded", _percent_encoded(spelling)),
            ("HTML-escaped", _html_escaped(spelling)),
            ("quoted-printable", _quoted_printable(plain)),
            ("base64", _base64(spelling)),
        ):
            yield from ((encoding, text.encode() if isinstance(text, str) else text) for text in texts)


def _spellings(marker: str) -> dict[str, None]:
    """The marker, its composed and its decomposed characters, and its UTF-8 taken for Latin-1, as web servers do."""
    taken_for_latin_1 = marker.encode().decode("latin-1")
    return dict.fromkeys((marker, *(unicodedata.normalize(form, marker) for form in ("NFC", "NFD")), taken_for_latin_1))


def _escaped(marker: str) -> Iterator[str]:
    """JSON with and without ASCII only, JSON inside JSON, Python's notations, octal and hexadecimal bytes."""
    in_json = json.dumps(marker)[1:-1]
    yield in_json
    yield json.dumps(marker, ensure_ascii=False)[1:-1]
    yield json.dumps(in_json)[1:-1]
    yield marker.encode("unicode_escape").decode()
    yield repr(marker)[1:-1]
    yield repr(marker.encode())[2:-1]
    yield "".join(chr(byte) if byte < 0x80 else f"\\{byte:03o}" for byte in marker.encode())
    yield "".join(f"\\x{byte:02x}" for byte in marker.encode())


def _percent_encoded(marker: str) -> Iterator[str]:
    """As Python, as forms and as JavaScript's `encodeURIComponent` write it, and with every byte encoded."""
    yield quote(marker)
    yield quote(marker, safe="")
    yield quote_plus(marker)
    yield quote(marker, safe="!'()*")
    yield "".join(f"%{byte:02X}" for byte in marker.encode())


def _html_escaped(marker: str) -> Iterator[str]:
    """Once and twice escaped; characters outside ASCII, or all, as decimal or hexadecimal references."""
    once = html.escape(marker)
    yield once
    yield html.escape(once)
    yield once.encode("ascii", "xmlcharrefreplace").decode()
    yield "".join(one if ord(one) < 0x80 else f"&#x{ord(one):x};" for one in once)
    yield "".join(f"&#{ord(one)};" for one in marker)
    yield "".join(f"&#x{ord(one):x};" for one in marker)


def _quoted_printable(plain: bytes) -> Iterator[bytes]:
    """As in a mail's body and in its head, without the line breaks that the search takes out anyway."""
    for in_head in (False, True):
        yield quopri.encodestring(plain, quotetabs=in_head, header=in_head).replace(b"=\n", b"")


def _base64(marker: str) -> Iterator[bytes]:
    for plain in dict.fromkeys((marker.encode(), marker.encode("utf-16-le"), json.dumps(marker)[1:-1].encode())):
        for before in range(_BASE64_ALIGNMENTS):
            sure = _sure_base64(plain, before)
            yield sure
            yield sure.translate(bytes.maketrans(b"+/", b"-_"))


def _sure_base64(plain: bytes, before: int) -> bytes:
    """The characters of its base64 that depend neither on the `before` bytes ahead of it nor on what follows."""
    encoded = base64.b64encode(b"\0" * before + plain)
    return encoded[-(-before * 8 // 6) : (before + len(plain)) * 8 // 6]
