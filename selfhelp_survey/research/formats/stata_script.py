"""`read.LANGUAGE.do`: reads `responses.csv` into Stata 14 and later, with labels in one language.

Stata looks into every text for macros (a backtick or a dollar sign) and comments before it does anything else, and
shows what stands in braces as markup that can hold commands. Those marks are replaced by ones that look alike; the
codebooks hold the exact wordings.
Source: Stata User's Guide, [U] 18.3 Macros, [U] 16.1.2 Comments, [U] 12.2.1 Missing values; [D] label; [D] notes; [P]
smcl.
"""

from collections.abc import Iterator

from selfhelp_survey.core.record import RecordValue
from selfhelp_survey.research.formats import responses_csv
from selfhelp_survey.research.formats.dta import LABEL_CHARACTERS, LETTERS
from selfhelp_survey.research.formats.labels import cut_to_characters
from selfhelp_survey.research.formats.source import FormatSource
from selfhelp_survey.research.formats.statistical_labels import ColumnLabels, column_labels

NAME = "read.LANGUAGE.do"
LONGEST_NOTE = 8000  # characters; far below Stata's own 67,784 bytes
_LOOK_ALIKES = str.maketrans(
    {"`": "\N{LEFT SINGLE QUOTATION MARK}", "$": "\N{FULLWIDTH DOLLAR SIGN}", '"': "\N{RIGHT DOUBLE QUOTATION MARK}",
     "{": "\N{FULLWIDTH LEFT CURLY BRACKET}", "}": "\N{FULLWIDTH RIGHT CURLY BRACKET}"}
)  # fmt: skip
_COMMENTS = {"//": "/ /", "/*": "/ *", "*/": "* /"}
_OPENING = """\
* Reads {file}. {title}. Labels: {language}.
* First go to the directory of this script: cd "C:/path/of/the/release"
version 14
clear
import delimited using "{file}", delimiters(",") varnames(1) case(preserve) encoding("UTF-8") \
bindquote(strict){numbers}{texts}
assert _N == {rows}
"""


def documents(source: FormatSource) -> Iterator[tuple[str, str]]:
    """Name and text of the script of each language."""
    for language in source.languages:
        opening = _OPENING.format(
            file=responses_csv.NAME, title=source.title, language=language, rows=len(source.rows),
            numbers=_columns("numericcols", source, are_numeric=True),
            texts=_columns("stringcols", source, are_numeric=False),
        )  # fmt: skip
        lines = (line for column in column_labels(source, language) for line in _lines(column))
        yield NAME.replace("LANGUAGE", language), opening + "\n".join(lines) + "\n"


def _columns(option: str, source: FormatSource, *, are_numeric: bool) -> str:
    """The option that says how these columns are read, by their numbers from 1."""
    numbers = [
        str(number) for number, name in enumerate(source.columns, start=1) if (name in source.numeric) is are_numeric
    ]
    return f" {option}({' '.join(numbers)})" if numbers else ""


def _lines(column: ColumnLabels) -> Iterator[str]:
    yield f"label variable {column.name} {quoted(cut_to_characters(column.label, LABEL_CHARACTERS))}"
    if len(column.label) > LABEL_CHARACTERS:
        yield f"notes {column.name}: {safe(cut_to_characters(column.label, LONGEST_NOTE))}"
    if column.is_numeric:
        yield from _numeric(column)
    else:
        yield from _textual(column)


def _numeric(column: ColumnLabels) -> Iterator[str]:
    moves = " \\ ".join(f"{code}=.{letter}" for code, letter in LETTERS.items())
    yield f"mvdecode {column.name}, mv({moves})"
    labelled = (f"{_stored(code)} {quoted(label)}" for code, label in column.values.items())
    yield " ///\n ".join([f"label define {column.name}", *labelled])
    yield f"label values {column.name} {column.name}"


def _stored(code: RecordValue) -> str:
    return f".{LETTERS[code]}" if code in LETTERS else str(code)


def _textual(column: ColumnLabels) -> Iterator[str]:
    """Stata labels no texts: what the codes mean becomes a note."""
    for code, label in column.values.items():
        yield f"notes {column.name}: {code} = {safe(label)}"


def quoted(text: str) -> str:
    """The text as a string of Stata."""
    return f'"{safe(text)}"'


def safe(text: str) -> str:
    """The text without anything that Stata would read as a macro, a comment or the end of a string."""
    made = text.translate(_LOOK_ALIKES)
    while any(mark in made for mark in _COMMENTS):
        for mark, apart in _COMMENTS.items():
            made = made.replace(mark, apart)
    return made
