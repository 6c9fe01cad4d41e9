"""What a statistical program is told of each column, in one language: labels, missing codes, level of measurement."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from selfhelp_survey.core.answers import MissingCode
from selfhelp_survey.core.questionnaire import QuestionType
from selfhelp_survey.core.record import RecordValue
from selfhelp_survey.research.formats.labels import in_language, one_line
from selfhelp_survey.research.formats.source import FormatSource

WRITTEN = datetime(1980, 1, 1)
"""The moment that every file names as its own: nobody can tell from it when a release was made.

1980 is the earliest year a ZIP file, and so an Excel workbook, can name (PKWARE, APPNOTE.TXT, section 4.4.6).
"""
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""As SPSS and Stata write them, whatever the language of the workstation."""
HIGHEST_MISSING, LOWEST_MISSING = int(MissingCode.LEFT_BLANK), int(MissingCode.NOT_CODABLE)
_MEASURES = {
    QuestionType.SINGLE: "nominal", QuestionType.MULTIPLE: "nominal", QuestionType.SCALE: "ordinal",
    QuestionType.MATRIX: "ordinal", QuestionType.NUMBER: "scale",
}  # fmt: skip
_KINDS = {"real": "", "rehearsal": " (a rehearsal)", "synthetic": " (made up by a program)"}
Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class ColumnLabels:
    """One column in one language. `values` maps every code to its label, missing codes too, and as the file holds it.

    Missing codes are whole numbers in a numeric column, texts such as "-7" in one of texts. `measure` is nominal,
    ordinal or scale.
    """

    name: str
    label: str
    values: Mapping[RecordValue, str]
    measure: str
    is_numeric: bool


def column_labels(source: FormatSource, language: str) -> tuple[ColumnLabels, ...]:
    """The labels of every column, in the order of the columns."""
    return tuple(_column(variable, source, language) for variable in source.codebook["variables"])


def _column(variable: Json, source: FormatSource, language: str) -> ColumnLabels:
    name = variable["name"]
    is_numeric = name in source.numeric
    return ColumnLabels(
        name=name, label=one_line(in_language(variable["label"], language)) or name,
        values=dict(_values(variable, language, is_numeric)), measure=_measure(variable, is_numeric),
        is_numeric=is_numeric,
    )  # fmt: skip


def _measure(variable: Json, is_numeric: bool) -> str:
    """Categories of a number keep its order; texts have none."""
    if not is_numeric:
        return "nominal"
    measure = _MEASURES.get(variable["type"], "nominal")
    return "ordinal" if measure == "scale" and variable["level"] else measure


def _values(variable: Json, language: str, is_numeric: bool) -> Iterator[tuple[RecordValue, str]]:
    """Every code with its label; a code without one, such as that of a language, is left out."""
    for value in (*variable["values"], *variable["missing"]):
        label = one_line(in_language(value["label"], language))
        if label:
            yield (value["code"] if is_numeric else str(value["code"])), label


def title(source: FormatSource) -> str:
    """What the file is, in one line; made-up and rehearsed data say so."""
    return source.title + _KINDS[source.description["kind"]]
