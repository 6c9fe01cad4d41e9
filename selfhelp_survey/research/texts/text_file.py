"""The directory of a text release: `texts.csv`, one line for each text, and a signed manifest.

It carries no series, number, quarter, language or date, so that nothing in it points to a release of records.
"""

import csv
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from selfhelp_survey.errors import ReleaseRefused, SealingError, UsageError
from selfhelp_survey.research.errors import VerificationError
from selfhelp_survey.research.formats.files import new_binary, new_text, sync_directory
from selfhelp_survey.research.formats.manifest import LARGEST_MANIFEST, file_digest
from selfhelp_survey.research.formats.manifest import NAME as MANIFEST
from selfhelp_survey.research.release_files import partial_of
from selfhelp_survey.research.texts.legible import legible
from selfhelp_survey.sealing.keys import PrivateKey, PublicKey
from selfhelp_survey.sealing.signing import canonical_bytes, read_json_object, sign_document, verify_document

NAME = "texts.csv"
FORMAT = "shs-texts/1"
COLUMNS = ("text", "questionnaire", "question", "redacted")
LINE_BREAK = " \N{PILCROW SIGN} "
_RUNS = frozenset(
    "=+-@|%\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH HYPHEN-MINUS}"
    "\N{FULLWIDTH COMMERCIAL AT}\N{MINUS SIGN}"
)
_BEFORE = (
    ' "\N{NO-BREAK SPACE}\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}\N{LEFT-TO-RIGHT MARK}'
    "\N{RIGHT-TO-LEFT MARK}\N{ARABIC LETTER MARK}"
)


class TextRow(NamedTuple):
    """One line of the file, as its cells are written."""

    text: str
    questionnaire: str
    question: str
    redacted: str


def cell_of(words: str) -> str:
    """The words as a cell that no spreadsheet runs: on one line, with `'` before what begins like a formula.

    Source: OWASP, "CSV Injection". The `'` is written; whoever analyses the texts sees it and may drop it.
    """
    line = LINE_BREAK.join(part.strip() for part in legible(words).split("\n") if part.strip())
    return f"'{line}" if line.lstrip(_BEFORE)[:1] in _RUNS and line else line


def write_partial_texts(rows: Sequence[TextRow], description: dict[str, Any], *, out: Path, private: PrivateKey) -> str:
    """The SHA-256 of the manifest, once both files stand on the disk under the temporary name, read back and whole."""
    _discard_partial(out)
    directory = partial_of(out)
    directory.mkdir(mode=0o700)
    _write_rows(directory / NAME, rows)
    if list(read_texts(directory / NAME)) != list(rows):
        raise ReleaseRefused("The texts do not read back as they were written: report this, nothing was released.")
    files = [{"path": NAME, "sha256": file_digest(directory / NAME)}]
    document = {**description, "format": FORMAT, "rows": len(rows), "columns": list(COLUMNS), "files": files}
    with new_binary(directory / MANIFEST) as file:
        file.write(canonical_bytes(sign_document(document, private)))
    sync_directory(directory)
    return file_digest(directory / MANIFEST)


def _discard_partial(out: Path) -> None:
    """Remove what an interrupted text release left. Raises UsageError for anything else under the temporary name."""
    partial = partial_of(out)
    if not os.path.lexists(partial):
        return
    if partial.is_symlink() or not partial.is_dir() or {path.name for path in partial.iterdir()} - {NAME, MANIFEST}:
        raise UsageError(f"{partial} is in the way and not an unfinished text release: move it away.")
    shutil.rmtree(partial)


def _write_rows(path: Path, rows: Iterable[TextRow]) -> None:
    """The text comes first and every cell is quoted, so that semicolons and tabs in it split nothing anywhere."""
    with new_text(path) as file:
        writer = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL)
        writer.writerow(COLUMNS)
        writer.writerows(rows)


def read_texts(path: Path) -> Iterator[TextRow]:
    """The lines of a text file. Raises VerificationError where it is not one."""
    with path.open(encoding="utf-8", newline="") as file:
        try:
            reader = csv.reader(file, strict=True)
            if tuple(next(reader, ())) != COLUMNS:
                raise VerificationError(f"{path.name} does not have the columns of a text file: fetch the original.")
            for cells in reader:
                yield TextRow(*cells)
        except (UnicodeDecodeError, csv.Error, TypeError):
            raise VerificationError(f"{path.name} is not the file that was written: fetch the original.") from None


@dataclass(frozen=True, kw_only=True)
class VerifiedTexts:
    """A text release whose signature, digest and shape are as its manifest says."""

    kind: str
    rows: int


def is_text_release(directory: Path) -> bool:
    """True where the directory holds texts instead of records or totals."""
    return (directory / NAME).is_file()


def verify_texts(directory: Path, trusted: Sequence[PublicKey]) -> VerifiedTexts:
    """The text release in a directory. Raises VerificationError at the first thing that is not as its manifest says."""
    document = _manifest(directory, trusted)
    if {path.name for path in directory.iterdir()} != {NAME, MANIFEST}:
        raise VerificationError("There is more in the directory than the release: take it out.")
    if document.get("files") != [{"path": NAME, "sha256": file_digest(directory / NAME)}]:
        raise VerificationError(f"{NAME} was changed after the release: fetch the original directory again.")
    rows = list(read_texts(directory / NAME))
    if len(rows) != document.get("rows") or any(cell_of(row.text) != row.text for row in rows):
        raise VerificationError(f"{NAME} does not hold what the manifest promises: do not use it.")
    return VerifiedTexts(kind=str(document.get("kind")), rows=len(rows))


def _manifest(directory: Path, trusted: Sequence[PublicKey]) -> dict[str, Any]:
    path = directory / MANIFEST
    if not path.is_file():
        raise VerificationError(f"There is no {MANIFEST} in {directory.name}: this is not a release.")
    with path.open("rb") as file:
        document = read_json_object(file.read(LARGEST_MANIFEST))
    if document is None or document.get("format") != FORMAT:
        raise VerificationError("The manifest is not that of a text release: fetch the original directory again.")
    try:
        verify_document(document, trusted)
    except SealingError as error:
        raise VerificationError(f"The manifest cannot be trusted. {error}") from error
    return document
