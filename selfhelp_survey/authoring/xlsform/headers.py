"""Which columns a sheet may have; what stands in others is refused, left out with a warning, or passed over."""

import difflib
from collections.abc import Iterable

from selfhelp_survey.authoring.problems import did_you_mean, quoted
from selfhelp_survey.authoring.section import Findings
from selfhelp_survey.authoring.source_tree import Place
from selfhelp_survey.authoring.xlsform.columns import OURS, Column, Line, columns_of, lines_of
from selfhelp_survey.authoring.xlsform.features import Feature, Standing, note_unread
from selfhelp_survey.authoring.xlsform.workbook import Sheet

MISSPELT = 0.8
"""So alike are `relevnt` and `relevant`, or more: a column that was meant is not passed over with a warning. It is the
ratio of difflib, twice the letters in common by the letters of both; 0.8 allows about one wrong letter in five."""
_COLUMN_FIX = "Write the code in brackets, like 'label::English (en)'"


def read_lines(sheet: Sheet, findings: Findings, *, known: Iterable[str], features: dict[str, Feature]) -> list[Line]:
    """The rows of a sheet with what stands in `known` columns; every other column that holds something is noted."""
    wanted = frozenset(known)
    columns = columns_of(sheet)
    _note_hidden(sheet, findings)
    _check_twice(columns, findings)
    filled = {number for row in sheet.rows[1:] for number in row}
    for column in columns:
        if column.language is None:
            findings.error("Q121", column.place, "no language code stands in this header", fix=_COLUMN_FIX)
        elif column.name not in wanted and column.place.column in filled:
            _note_other(column, findings, wanted, features)
    _note_without_header(sheet, columns, findings)
    return list(lines_of(sheet, [column for column in columns if column.name in wanted]))


def lacks_columns(sheet: Sheet, needed: Iterable[str], findings: Findings) -> bool:
    """Whether a sheet with rows lacks one of the `needed` columns; each is noted once, not again in every row."""
    places = {column.name: column.place for column in columns_of(sheet)}
    missing = [name for name in needed if name not in places] if len(sheet.rows) > 1 else []
    for name in missing:
        close = next(iter(difflib.get_close_matches(name, places, n=1)), "")
        instead = f", instead of {quoted(close)}" if close else ", over what belongs there"
        place = places.get(close, Place(1, 1, sheet.name))
        findings.error("Q111", place, f"the column '{name}' is missing", fix=f"Write it into the first row{instead}")
    return bool(missing)


def _note_hidden(sheet: Sheet, findings: Findings) -> None:
    """Note a sheet, and rows of it, that are read although whoever looks through the workbook does not see them."""
    fix = "Show what is hidden, and see whether it belongs here"
    if sheet.is_hidden:
        findings.warning("Q108", Place(1, 1, sheet.name), "this sheet is hidden, and is read all the same", fix=fix)
    lines = [next(iter(row.values())).place.line for row in sheet.rows]
    hidden = [line for line in lines if line in sheet.hidden_rows]
    if hidden:
        more = f", and {len(hidden) - 1} more below" if len(hidden) > 1 else ""
        message = f"this row is hidden{more}, and is read all the same"
        findings.warning("Q108", Place(hidden[0], 1, sheet.name), message, fix=fix)


def _note_without_header(sheet: Sheet, columns: tuple[Column, ...], findings: Findings) -> None:
    """Note each column that holds something under no header, at its first cell."""
    named = {column.place.column for column in columns}
    for row in sheet.rows[1:]:
        for number in sorted(row.keys() - named):
            named.add(number)
            findings.warning("Q110", row[number].place, "this cell stands under no header, and its column is not read",
                             fix="Write a header into the first row of the column, or empty it")  # fmt: skip


def _check_twice(columns: tuple[Column, ...], findings: Findings) -> None:
    seen: set[tuple[str, str | None]] = set()
    for column in columns:
        if (column.name, column.language) in seen:
            findings.error("Q102", column.place, f"the column {quoted(column.name)} stands twice",
                           fix="Keep one of them")  # fmt: skip
        seen.add((column.name, column.language))


def _note_other(column: Column, findings: Findings, known: frozenset[str], features: dict[str, Feature]) -> None:
    feature = features.get(column.name)
    named = f"the column {quoted(column.name)}"
    if feature is not None and feature.standing is not Standing.SUPPORTED:
        note_unread(feature, findings, column.place, called=named)
    elif column.name.startswith(OURS) or difflib.get_close_matches(column.name, known, n=1, cutoff=MISSPELT):
        findings.error("Q110", column.place, f"{named} is not known here", fix=did_you_mean(column.name, known))
    else:
        findings.warning("Q110", column.place, f"{named} is not read", fix=did_you_mean(column.name, known))


def flag_of(line: Line, name: str, findings: Findings) -> bool | None:
    """The yes or no in a column; None where nothing stands there."""
    word = line.word(name).lower()
    if word in _FLAGS:
        return _FLAGS[word]
    if word:
        findings.error("Q112", line.place_of(name), f"{quoted(name)} should be yes or no", fix="Write yes or no")
    return None


_FLAGS = {"yes": True, "true": True, "true()": True, "1": True, "no": False, "false": False, "false()": False,
          "0": False}  # fmt: skip
