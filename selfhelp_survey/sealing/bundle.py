"""The bundle file: sealed responses and the questionnaires they answer, on their way from web host to workstation.

One JSON object a line: a header; one line for each sealed response, in order of row id (which is random, so the order
says nothing); an end line with the count and the SHA-256 of every byte before it. Both ways it is read and written line
by line, so memory does not grow with the number of responses.
Source: docs/reference/envelope.md.
"""

import base64
import binascii
import hashlib
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from selfhelp_survey.errors import SealingError
from selfhelp_survey.sealing.errors import Damaged
from selfhelp_survey.sealing.files import existing_file, new_file
from selfhelp_survey.sealing.keys import read_fingerprint
from selfhelp_survey.sealing.signing import canonical_bytes, read_json_object

FORMAT = "shs-bundle/1"
LONGEST_HEADER = 1 << 26  # bytes: every published version in every language, many times over
LONGEST_LINE = 1 << 17  # bytes: the largest envelope in base64 takes about 90,000
_BEGINNING = b'{"format":"shs-bundle/'
_END = b'{"end":'
_HEADER_NAMES = {"format", "site", "questionnaires", "recipients"}
_ID, _SEALED = slice(8, 40), slice(52, -3)  # where they stand in {"row":"...","sealed":"..."} and a line feed


@dataclass(frozen=True)
class QuestionnaireDocument:
    """A published questionnaire as its JSON text, byte for byte as the host froze it."""

    text: str

    @property
    def sha256(self) -> str:
        """SHA-256 of the text in UTF-8, in hex."""
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class BundleHeader:
    """What a bundle says about itself: site code, questionnaires, fingerprints of the keys the site seals to."""

    site: str
    questionnaires: tuple[QuestionnaireDocument, ...]
    recipients: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.site:
            raise SealingError("A bundle names its site: give the site code.")
        object.__setattr__(self, "recipients", tuple(map(read_fingerprint, self.recipients)))


class BundleRow(NamedTuple):
    """One sealed response: the id of the row it stands in on the web host, and the envelope."""

    row: uuid.UUID
    sealed: bytes


@dataclass(frozen=True, kw_only=True)
class BundleSummary:
    """A bundle that was checked wholly: its header and the number of its rows."""

    header: BundleHeader
    count: int


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """A bundle file with its header read and its rows still on the disk."""

    path: Path
    header: BundleHeader

    def rows(self) -> Iterator[BundleRow]:
        """The rows, one after the other; may be called again.

        Raises Damaged, at the latest after the last row: keep nothing of it before this ends well.
        """
        with existing_file(self.path) as file:
            yield from _read_rows(file, self.path)


def write_bundle(path: Path, header: BundleHeader, rows: Iterable[tuple[uuid.UUID, bytes | memoryview]]) -> int:
    """The number of rows written. The file is there whole or not at all, and nothing is overwritten.

    `rows` come in ascending order of their id, none twice. Raises SealingError.
    """
    with new_file(path) as file:
        return _write(file, header, rows)


def _write(file: BinaryIO, header: BundleHeader, rows: Iterable[tuple[uuid.UUID, bytes | memoryview]]) -> int:
    first = _header_line(header)
    if len(first) > LONGEST_HEADER:
        raise SealingError("The questionnaires are too large for one bundle: leave out versions nobody answered.")
    digest, count, last = hashlib.sha256(first), 0, b""
    file.write(first)
    for row, sealed in rows:
        if row.bytes <= last:
            raise SealingError("The rows of a bundle must come in ascending order of their id: sort them by id.")
        line = _row_line(row, sealed)
        digest.update(line)
        file.write(line)
        count, last = count + 1, row.bytes
    file.write(_end_line(count, digest.hexdigest()))
    return count


def read_bundle(path: Path) -> Bundle:
    """The bundle in a file, its header read. Raises SealingError if it is no bundle or its header is damaged."""
    with existing_file(path) as file:
        return Bundle(path=path, header=_read_header(_read_first_line(file, path), path))


def check_bundle(path: Path) -> BundleSummary:
    """Header and number of rows of a bundle that is whole to its last byte. Raises SealingError."""
    bundle = read_bundle(path)
    return BundleSummary(header=bundle.header, count=sum(1 for _ in bundle.rows()))


def _header_line(header: BundleHeader) -> bytes:
    documents = [{"sha256": document.sha256, "text": document.text} for document in header.questionnaires]
    # `format` comes first, out of canonical order, so that the first bytes tell what the file is.
    rest = {"questionnaires": documents, "recipients": list(header.recipients), "site": header.site}
    return b'{"format":"' + FORMAT.encode() + b'",' + canonical_bytes(rest)[1:] + b"\n"


def _row_line(row: uuid.UUID, sealed: bytes | memoryview) -> bytes:
    line = b'{"row":"%s","sealed":"%s"}\n' % (row.hex.encode(), base64.b64encode(sealed))
    if len(line) > LONGEST_LINE:
        raise SealingError(f"The row {row} holds no sealed response: it is too long.")
    return line


def _end_line(count: int, digest: str) -> bytes:
    return canonical_bytes({"end": {"count": count, "sha256": digest}}) + b"\n"


def _read_first_line(file: BinaryIO, path: Path) -> bytes:
    if file.read(len(_BEGINNING)) != _BEGINNING:
        raise Damaged(f"{path.name} is not a bundle: choose the file that `survey_bundle` wrote.")
    return _BEGINNING + _read_line(file, path, longest=LONGEST_HEADER)


def _read_line(file: BinaryIO, path: Path, *, longest: int = LONGEST_LINE) -> bytes:
    line = file.readline(longest + 1)
    if len(line) > longest:
        raise Damaged(f"{path.name} has a line longer than a bundle can have: copy the bundle again.")
    if not line.endswith(b"\n"):
        raise Damaged(f"{path.name} is cut short: copy the whole bundle again.")
    return line


def _read_header(line: bytes, path: Path) -> BundleHeader:
    document = read_json_object(line)
    if document is not None and document.get("format") != FORMAT:
        raise SealingError(f"{path.name} was written by a newer version: update selfhelp_survey on this machine.")
    if document is None or document.keys() != _HEADER_NAMES:
        raise _changed(path)
    try:
        header = _parse_header(document)
        is_same = _header_line(header) == line  # also finds a questionnaire that is not the one its digest names
    except (TypeError, KeyError, AttributeError, ValueError, SealingError):
        raise _changed(path) from None
    if not is_same:
        raise _changed(path)
    return header


def _parse_header(document: dict[str, Any]) -> BundleHeader:
    site = document["site"]
    if not isinstance(site, str):
        raise TypeError
    return BundleHeader(
        site=site,
        questionnaires=tuple(QuestionnaireDocument(held["text"]) for held in document["questionnaires"]),
        recipients=tuple(document["recipients"]),
    )


def _read_rows(file: BinaryIO, path: Path) -> Iterator[BundleRow]:
    header = _read_first_line(file, path)
    digest, count, last = hashlib.sha256(header), 0, b""
    while not (line := _read_line(file, path)).startswith(_END):
        row = _read_row(line, path)
        if row.row.bytes <= last:
            raise _changed(path)
        digest.update(line)
        count, last = count + 1, row.row.bytes
        yield row
    if line != _end_line(count, digest.hexdigest()) or file.read(1):
        raise _changed(path)


def _read_row(line: bytes, path: Path) -> BundleRow:
    try:
        row = BundleRow(uuid.UUID(hex=line[_ID].decode()), binascii.a2b_base64(line[_SEALED]))
        is_same = _row_line(*row) == line  # reading is lenient, this is not: one spelling for each row
    except (ValueError, SealingError):
        raise _changed(path) from None
    if not is_same:
        raise _changed(path)
    return row


def _changed(path: Path) -> Damaged:
    return Damaged(f"{path.name} was changed after it was written: copy the bundle again.")
