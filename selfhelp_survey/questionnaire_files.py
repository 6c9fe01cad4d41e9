"""Questionnaire files by the ending of their name: YAML today, every other format through one table."""

from collections.abc import Callable, Mapping
from pathlib import Path

from selfhelp_survey.authoring.source_tree import MAXIMUM_BYTES
from selfhelp_survey.authoring.yaml_reader import Reading, read_with_warnings
from selfhelp_survey.errors import QuestionnaireError, UsageError


def read_questionnaire_file(path: Path) -> Reading:
    """The questionnaire in a file. Raises UsageError for a file of no known kind, ProblemsFound for what is in it."""
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise UsageError(f"{path.name}: cannot read this kind of file; give one ending in {', '.join(READERS)}")
    try:
        with path.open("rb") as file:
            content = file.read(MAXIMUM_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or 'cannot be read'}") from None
    return reader(content, path.name)


def _read_yaml(content: bytes, name: str) -> Reading:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if len(content) <= MAXIMUM_BYTES:
            line = content.count(b"\n", 0, error.start) + 1
            raise QuestionnaireError(f"{name}: line {line}: this is not UTF-8 text; save the file as UTF-8") from None
        text = content.decode("utf-8-sig", errors="replace")
    return read_with_warnings(text, source=name)


READERS: Mapping[str, Callable[[bytes, str], Reading]] = {".yaml": _read_yaml, ".yml": _read_yaml}
