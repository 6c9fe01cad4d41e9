"""`read.LANGUAGE.sps`: reads `responses.csv` into SPSS (or PSPP), with labels in one language.

Source of every limit: IBM SPSS Statistics Command Syntax Reference, "Universals" and VARIABLE LABELS, VALUE LABELS,
MISSING VALUES.
"""

from collections.abc import Iterator

from selfhelp_survey.core.record import RecordValue
from selfhelp_survey.research.formats import responses_csv
from selfhelp_survey.research.formats.labels import cut_to_bytes
from selfhelp_survey.research.formats.sav import LABEL_BYTES, VALUE_BYTES, missing_texts
from selfhelp_survey.research.formats.source import FormatSource
from selfhelp_survey.research.formats.statistical_labels import (
    HIGHEST_MISSING,
    LOWEST_MISSING,
    ColumnLabels,
    column_labels,
)

NAME = "read.LANGUAGE.sps"
LONGEST_LITERAL = 60
"""Characters of a text on one line: at most 240 bytes of UTF-8, for SPSS reads no further than 256."""
LONGEST_LABEL = LABEL_BYTES - 1
"""PSPP keeps one byte less of a variable label than SPSS."""
WHOLE_NUMBER = "F8.0"
_OPENING = """\
* Encoding: UTF-8.
* Reads {file}. {title}. Labels: {language}.
* First go to the directory of this script: CD "C:/path/of/the/release" with a full stop after it.
GET DATA /TYPE=TXT /FILE="{file}" /ENCODING="UTF8" /ARRANGEMENT=DELIMITED /DELCASE=LINE
 /FIRSTCASE=2 /DELIMITERS="," /QUALIFIER='"'
 /VARIABLES=
{formats}.
"""


def documents(source: FormatSource) -> Iterator[tuple[str, str]]:
    """Name and text of the script of each language."""
    formats = "\n".join(f"  {name} {_format(name, source)}" for name in source.columns)
    for language in source.languages:
        opening = _OPENING.format(file=responses_csv.NAME, title=source.title, language=language, formats=formats)
        lines = (line for column in column_labels(source, language) for line in _lines(column, source))
        yield NAME.replace("LANGUAGE", language), "\n".join([opening + next(lines), *lines, "EXECUTE."]) + "\n"


def _format(name: str, source: FormatSource) -> str:
    """How a column is read: whole numbers, or texts as wide as the longest of them."""
    if name in source.numeric:
        return WHOLE_NUMBER
    return f"A{max(map(len, source.frame[name].unique().to_list()), default=1)}"


def _lines(column: ColumnLabels, source: FormatSource) -> Iterator[str]:
    yield f"VARIABLE LABELS {column.name}\n {literal(cut_to_bytes(column.label, LONGEST_LABEL))}."
    labelled = (_value(code, label) for code, label in column.values.items())
    yield f"VALUE LABELS {column.name}" + "".join(labelled) + "."
    yield f"MISSING VALUES {column.name} ({_missing(column, source)})."
    yield f"VARIABLE LEVEL {column.name} ({column.measure.upper()})."


def _value(code: RecordValue, label: str) -> str:
    written = code if isinstance(code, int) else literal(code)
    return f"\n {written} {literal(cut_to_bytes(label, VALUE_BYTES))}"


def _missing(column: ColumnLabels, source: FormatSource) -> str:
    """All eight codes as a range; of a column of texts the three that SPSS takes, those it holds first."""
    if column.is_numeric:
        return f"{LOWEST_MISSING} THRU {HIGHEST_MISSING}"
    return ", ".join(map(literal, missing_texts(source.frame[column.name])))


def literal(text: str) -> str:
    """A text of one line as a string of SPSS, in pieces that are joined where it is long."""
    pieces = [text[start : start + LONGEST_LITERAL] for start in range(0, len(text), LONGEST_LITERAL)] or [""]
    return " +\n  ".join('"' + piece.replace('"', '""') + '"' for piece in pieces)
