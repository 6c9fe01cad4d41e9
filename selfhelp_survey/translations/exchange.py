"""What goes out to a translator and comes back, whatever the kind of file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from selfhelp_survey.errors import SurveyError, UsageError
from selfhelp_survey.translations import po_files, xlsx_files
from selfhelp_survey.translations.rows import ExchangeFile
from selfhelp_survey.translations.units import TranslationUnit

MOST_BYTES = 5_000_000
"""Of a file that is read: twenty times what the exit survey takes."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of file: its writer makes the bytes of a language's texts, its reader takes them apart."""

    write: Callable[[tuple[TranslationUnit, ...], str], bytes]
    read: Callable[[bytes], ExchangeFile]


KINDS: Mapping[str, Kind] = {
    ".po": Kind(write=po_files.written, read=po_files.read),
    ".xlsx": Kind(write=xlsx_files.written, read=xlsx_files.read),
}


def kind_of(path: Path) -> Kind:
    """The kind by the ending of the name. Raises UsageError for an unknown one."""
    kind = KINDS.get(path.suffix.lower())
    if kind is None:
        raise UsageError(f"{path.name}: translations go out and come back as {' or '.join(KINDS)}")
    return kind


def read_file(path: Path) -> ExchangeFile:
    """What stands in a file that came back. Raises SurveyError for one that is too large or broken."""
    kind = kind_of(path)
    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise SurveyError(f"{path.name}: larger than {MOST_BYTES:,} bytes; this is no file that was exported here")
    return kind.read(content)
