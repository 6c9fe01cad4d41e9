"""What a workbook is made of, looked at before any library opens it: a ZIP archive of XML within narrow limits.

A hostile workbook can ask for endless memory (ZIP and entity bombs), carry programs (macros), or fetch from elsewhere
(external links, connections). None of these has a place in a questionnaire, so the file is refused unopened.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from selfhelp_survey.authoring.problems import Problem, ProblemsFound, quoted
from selfhelp_survey.authoring.source_tree import Place

MAXIMUM_BYTES = 2_000_000
MAXIMUM_UNPACKED = 16_000_000
"""Bytes of all parts together. The exit survey in 24 languages would take some 1.3 million."""
MAXIMUM_PARTS = 200
MAXIMUM_TAGS = 500_000
"""Opening brackets in all parts together, so that neither width nor depth of the XML can exhaust memory. The exit
survey in 24 languages would have some 110,000."""
_WHOLE_FILE = Place(0, 0)
_BLOCK = 65_536
_WAYS_TO_PACK = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_IS_ENCRYPTED = 0x1
_OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DECLARATION = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_ENCODING = re.compile(rb"""^<\?xml[^>]{0,100}?encoding\s*=\s*["']([^"']{0,40})["']""")
_SAVE_AGAIN = "Save it as 'Excel workbook (.xlsx)' in a spreadsheet program and try again"
_FORBIDDEN = {
    "vbaproject": "macros", "macrosheets": "macros", "externallinks": "links to other files",
    "connections": "connections to data elsewhere", "querytables": "connections to data elsewhere",
    "activex": "programs", "embeddings": "embedded files", "ctrlprops": "programs",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How large a workbook of one kind can be: the file and all its parts in bytes, and the tags in them."""

    file_bytes: int
    unpacked_bytes: int
    tags: int


QUESTIONNAIRE = Limits(file_bytes=MAXIMUM_BYTES, unpacked_bytes=MAXIMUM_UNPACKED, tags=MAXIMUM_TAGS)


def check_archive(content: bytes, *, source: str, limits: Limits = QUESTIONNAIRE) -> None:
    """Nothing for a workbook that is safe to open. Raises ProblemsFound (Q106) for any other file."""
    try:
        _check(content, source, limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError) as error:
        raise refusal("the workbook is damaged, or is none", source=source) from error


def refusal(message: str, *, source: str, fix: str = _SAVE_AGAIN, place: Place = _WHOLE_FILE) -> ProblemsFound:
    """The error for a workbook that is not read any further; without a place it is about the whole file."""
    problem = Problem(code="Q106", line=place.line, column=place.column, sheet=place.sheet, message=message, fix=fix)
    return ProblemsFound([problem], source=source)


def _check(content: bytes, source: str, limits: Limits) -> None:
    if len(content) > limits.file_bytes:
        raise refusal(f"the workbook is larger than {limits.file_bytes:,} bytes", source=source,
                      fix="Take out pictures and sheets that do not belong to it")  # fmt: skip
    if content.startswith(_OLD_OR_LOCKED):
        raise refusal("the workbook is locked by a password, or of the old kind .xls", source=source)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        _check_parts(parts, source, limits)
        tags = 0
        for part in parts:
            tags += _checked_tags(archive, part, source)
            if tags > limits.tags:
                raise _too_much(source)


def _check_parts(parts: list[zipfile.ZipInfo], source: str, limits: Limits) -> None:
    if len(parts) > MAXIMUM_PARTS or sum(part.file_size for part in parts) > limits.unpacked_bytes:
        raise _too_much(source)
    if len({part.filename.casefold() for part in parts}) < len(parts):
        raise refusal("the workbook holds a part twice", source=source)
    if any(part.flag_bits & _IS_ENCRYPTED or part.compress_type not in _WAYS_TO_PACK for part in parts):
        raise refusal("the workbook is locked, or packed in an unusual way", source=source)
    for what in _forbidden(part.filename for part in parts):
        raise refusal(f"the workbook holds {what}, which nothing here needs", source=source)


def _forbidden(names: Iterable[str]) -> Iterable[str]:
    for name in names:
        for step in name.casefold().split("/"):
            if step.split(".")[0] in _FORBIDDEN:
                yield _FORBIDDEN[step.split(".")[0]]


def _too_much(source: str) -> ProblemsFound:
    return refusal("the workbook unpacks to more than anything here needs", source=source,
                   fix="Copy what you need into a new workbook")  # fmt: skip


def _checked_tags(archive: zipfile.ZipFile, part: zipfile.ZipInfo, source: str) -> int:
    """The opening brackets of a part of XML; what is no XML is never opened, and counts as none.

    What is unpacked never goes beyond the size that the archive declares: `zipfile` stops there, and compares the sum.
    """
    is_xml = part.filename.casefold().endswith((".xml", ".rels"))
    tags, before = 0, b""
    with archive.open(part) as stream:
        while block := stream.read(_BLOCK):
            if is_xml:
                _check_xml(before, block, part.filename, source)
                tags += block.count(b"<")
                before = block[-16:]
    return tags


def _check_xml(before: bytes, block: bytes, name: str, source: str) -> None:
    encoding = None if before else _ENCODING.search(block.removeprefix(b"\xef\xbb\xbf"))
    if b"\0" in block or (encoding and encoding[1].lower() not in {b"utf-8", b"us-ascii"}):
        raise refusal(f"the part {quoted(name)} is not UTF-8", source=source)
    if _DECLARATION.search(before + block):
        raise refusal(f"the part {quoted(name)} declares entities", source=source)
