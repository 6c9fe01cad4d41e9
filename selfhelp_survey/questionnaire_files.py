"""Questionnaire files by the ending of their name: YAML and XLSForm workbooks, read and written through one table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from selfhelp_survey.authoring.source_tree import MAXIMUM_BYTES
from selfhelp_survey.authoring.yaml_reader import Reading, read_with_warnings
from selfhelp_survey.authoring.yaml_writer import write_questionnaire
from selfhelp_survey.core.questionnaire import Questionnaire
from selfhelp_survey.errors import QuestionnaireError, UsageError

WITHOUT_OPENPYXL = 'workbooks need one more library: pip install "selfhelp-survey[xlsform]"'


@dataclass(frozen=True, kw_only=True)
class Format:
    """One kind of file: how its bytes are read, with the file's name for messages, and how they are made."""

    read: Callable[[bytes, str], Reading]
    write: Callable[[Questionnaire], bytes]


def read_questionnaire_file(path: Path) -> Reading:
    """The questionnaire in a file. Raises UsageError for a file of no known kind, ProblemsFound for what is in it."""
    kind = _format_of(path, to_do="read")
    try:
        with path.open("rb") as file:
            content = file.read(MAXIMUM_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or 'cannot be read'}") from None
    return kind.read(content, path.name)


def questionnaire_file(questionnaire: Questionnaire, path: Path) -> bytes:
    """What a file of this name should hold. Raises UsageError for a name of no known kind."""
    return _format_of(path, to_do="write").write(questionnaire)


def _format_of(path: Path, *, to_do: str) -> Format:
    known = FORMATS.get(path.suffix.lower())
    if known is None:
        raise UsageError(f"{path.name}: cannot {to_do} this kind of file; give one ending in {', '.join(FORMATS)}")
    return known


def _read_yaml(content: bytes, name: str) -> Reading:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if len(content) <= MAXIMUM_BYTES:
            line = content.count(b"\n", 0, error.start) + 1
            raise QuestionnaireError(f"{name}: line {line}: this is not UTF-8 text; save the file as UTF-8") from None
        text = content.decode("utf-8-sig", errors="replace")
    return read_with_warnings(text, source=name)


def _write_yaml(questionnaire: Questionnaire) -> bytes:
    return write_questionnaire(questionnaire).encode()


def _read_workbook(content: bytes, name: str) -> Reading:
    try:
        from selfhelp_survey.authoring.xlsform.reader import read_workbook
    except ImportError:
        raise UsageError(WITHOUT_OPENPYXL) from None
    return read_workbook(content, source=name)


def _write_workbook(questionnaire: Questionnaire) -> bytes:
    try:
        from selfhelp_survey.authoring.xlsform.writer import write_workbook
    except ImportError:
        raise UsageError(WITHOUT_OPENPYXL) from None
    return write_workbook(questionnaire)


_YAML = Format(read=_read_yaml, write=_write_yaml)
FORMATS: Mapping[str, Format] = {
    ".yaml": _YAML,
    ".yml": _YAML,
    ".xlsx": Format(read=_read_workbook, write=_write_workbook),
}
