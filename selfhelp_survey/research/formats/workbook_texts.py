"""The sheets of a workbook beside its table: what the columns, the codes and the release are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from selfhelp_survey.core.record import RecordValue
from selfhelp_survey.research.formats.labels import in_language, one_line
from selfhelp_survey.research.formats.source import FormatSource

Json = dict[str, Any]
Row = tuple[RecordValue, ...]
_KINDS = {
    "real": "answers of real people",
    "rehearsal": "a rehearsal, answered by staff: it says nothing about anybody",
    "synthetic": "made up by a program: it says nothing about anybody",
}


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One sheet: its name, its first row, the rows below, and how wide its columns are, in characters."""

    name: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    widths: tuple[int, ...]


def explanations(source: FormatSource) -> tuple[Sheet, ...]:
    """The sheets `variables`, `values`, `missing codes` and `about`, with labels in every language."""
    return _variables(source), _values(source), _missing(source), _about(source)


def _variables(source: FormatSource) -> Sheet:
    languages = source.languages
    rows = tuple(
        (each["name"], *_in_every(each["label"], languages), each["type"], each["role"],
         "" if each["level"] is None else each["level"], each["harmonised"] or "", each["universe"])
        for each in source.codebook["variables"]
    )  # fmt: skip
    header = ("variable", *_headed("label", languages), "type", "role", "level", "harmonised", "asked if")
    return Sheet(name="variables", header=header, rows=rows, widths=(24, *[50] * len(languages), 10, 16, 6, 24, 40))


def _values(source: FormatSource) -> Sheet:
    languages = source.languages
    rows = tuple(row for variable in source.codebook["variables"] for row in _values_of(variable, languages))
    header = ("variable", "code", "missing", *_headed("label", languages))
    return Sheet(name="values", header=header, rows=rows, widths=(24, 8, 8, *[40] * len(languages)))


def _values_of(variable: Json, languages: Sequence[str]) -> Iterator[Row]:
    for is_missing, values in (("no", variable["values"]), ("yes", variable["missing"])):
        for value in values:
            yield variable["name"], value["code"], is_missing, *_in_every(value["label"], languages)


def _missing(source: FormatSource) -> Sheet:
    rows = tuple((each["code"], *_in_every(each["label"], source.languages)) for each in source.codebook["missing"])
    header = ("code", *_headed("label", source.languages))
    return Sheet(name="missing codes", header=header, rows=rows, widths=(8, *[50] * len(source.languages)))


def _about(source: FormatSource) -> Sheet:
    told = source.description
    rows: tuple[Row, ...] = (
        ("title", source.title),
        ("series", told["series"]),
        ("kind", _KINDS[told["kind"]]),
        ("output", told["output"]),
        ("rows", told["rows"]),
        ("k", told["k"]),
        ("l", told["l"]),
        ("questionnaire", source.codebook["questionnaire"]),
        *(("version", version) for version in source.codebook["versions"]),
        *((f"level of {name}", level) for name, level in told["levels"].items()),
        ("the whole codebook", "codebook.json"),
    )
    return Sheet(name="about", header=("what", "is"), rows=rows, widths=(30, 70))


def _in_every(wordings: dict[str, str] | None, languages: Sequence[str]) -> Row:
    return tuple(one_line(in_language(wordings, language)) for language in languages)


def _headed(word: str, languages: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"{word} {language}" for language in languages)
