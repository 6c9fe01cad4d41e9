"""`read.LANGUAGE.r`: reads `responses.csv` into R, with labels in one language.

R writes every character that is not plain ASCII as an escape here, so that the script means the same in every locale
and no mark in a label can turn a line around.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from selfhelp_survey.research.formats import responses_csv
from selfhelp_survey.research.formats.labels import in_language, one_line, told_apart
from selfhelp_survey.research.formats.source import FormatSource

NAME = "read.LANGUAGE.r"
Json = dict[str, Any]
_OPENING = """\
# Reads {file}. {title}. Labels: {language}.
# First go to the directory of this script: setwd("...") or, in RStudio, Session > Set Working Directory > To Source
# File Location. Then run all of it. It makes three tables of the same shape:
#   codes      what the file holds, missing codes too
#   responses  the same with labels; NA where there is no answer
#   missing    why there is none; NA where there is an answer
if (!file.exists("{file}")) stop("Set the working directory to the one that holds {file}.")
codes <- read.csv("{file}", check.names = FALSE, na.strings = character(0), strip.white = FALSE,
                  stringsAsFactors = FALSE, encoding = "UTF-8",
                  colClasses = c(
{classes}))
stopifnot(nrow(codes) == {rows})
responses <- codes
missing <- codes
attach_values <- function(name, label, values, labels, missing_values, missing_labels) {{
  is_missing <- codes[[name]] %in% missing_values
  if (length(values) > 0) {{
    responses[[name]] <<- factor(codes[[name]], levels = values, labels = labels)
  }} else {{
    responses[[name]][is_missing] <<- NA
  }}
  attr(responses[[name]], "label") <<- label
  missing[[name]] <<- factor(codes[[name]], levels = missing_values, labels = missing_labels)
}}
"""


def documents(source: FormatSource) -> Iterator[tuple[str, str]]:
    """Name and text of the script of each language."""
    for language in source.languages:
        yield NAME.replace("LANGUAGE", language), _script(source, language)


def _script(source: FormatSource, language: str) -> str:
    kinds = {name: "integer" if name in source.numeric else "character" for name in source.columns}
    opening = _OPENING.format(
        file=responses_csv.NAME, title=source.title, language=language, rows=len(source.rows), classes=_named(kinds),
    )  # fmt: skip
    calls = (_call(variable, variable["name"] in source.numeric, language) for variable in source.codebook["variables"])
    return opening + "".join(calls) + "rm(attach_values)\n"


def _named(kinds: dict[str, str]) -> str:
    return ",\n".join(f"    {quoted(name)} = {quoted(kind)}" for name, kind in kinds.items())


def _call(variable: Json, is_numeric: bool, language: str) -> str:
    values = told_apart(variable["values"], language)
    absent = told_apart(variable["missing"], language)
    parts = (
        quoted(variable["name"]), quoted(one_line(in_language(variable["label"], language))),
        _codes(values, is_numeric), _vector(quoted(label) for _, label in values),
        _codes(absent, is_numeric), _vector(quoted(label) for _, label in absent),
    )  # fmt: skip
    return "attach_values(" + ",\n  ".join(parts) + ")\n"


def _codes(values: Iterable[tuple[int | str, str]], is_numeric: bool) -> str:
    return _vector(f"{code}L" if is_numeric else quoted(str(code)) for code, _ in values)


def _vector(parts: Iterable[str]) -> str:
    listed = ", ".join(parts)
    return f"c({listed})" if listed else "character(0)"


def quoted(text: str) -> str:
    """The text as a string of R, in ASCII only. Source: R Language Definition, section 10.3.1, Constants."""
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(mark: str) -> str:
    if mark in '"\\':
        return "\\" + mark
    if " " <= mark <= "~":
        return mark
    return f"\\U{ord(mark):08x}"
