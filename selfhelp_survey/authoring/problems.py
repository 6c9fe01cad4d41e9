"""Problems in a file that an author wrote: all of them at once, each with its place and the way out."""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from selfhelp_survey.errors import QuestionnaireError

MAXIMUM_SHOWN = 200
"""More problems than this help nobody; the message then says how many are left."""

CATALOGUE = {
    "Q100": "the file is too large, or is no text",
    "Q101": "the file is not YAML",
    "Q102": "a key stands twice",
    "Q103": "an anchor or alias",
    "Q104": "a tag",
    "Q105": "nested too deep, or too many entries",
    "Q106": "a workbook that cannot be opened, or holds more than a questionnaire does",
    "Q107": "a formula, date or error in a cell",
    "Q108": "a sheet or row that a spreadsheet program does not show",
    "Q110": "an unknown key",
    "Q111": "a key is missing",
    "Q112": "a value of the wrong kind",
    "Q120": "a wording is missing",
    "Q121": "a wording in a language that is not listed",
    "Q122": "markup in a text",
    "Q123": "an unknown placeholder",
    "Q124": "characters in a text that cannot be seen, and can make it read as another one",
    "Q130": "a name that cannot be one",
    "Q131": "a name stands twice",
    "Q140": "an unknown list",
    "Q141": "a code stands twice",
    "Q142": "a code that is reserved",
    "Q143": "something that does not go with the type of the question",
    "Q150": "a condition that cannot be read",
    "Q151": "a condition on a question that there is not",
    "Q152": "a condition on a question that comes later",
    "Q160": "an unknown hierarchy",
    "Q161": "a hierarchy level that leaves a code out",
    "Q162": "a hierarchy level that does not build on the one before",
    "Q163": "a code in two categories of one level",
    "Q164": "a category for a code that nobody can choose",
    "Q165": "a quasi-identifier without a hierarchy",
    "Q170": "a role is missing or does not go with the type",
    "Q180": "pages out of order",
    "Q181": "an include of what no module holds",
    "Q182": "a key that cannot stand beside an include",
    "Q190": "an XLSForm feature that is refused",
    "Q191": "an XLSForm feature that is not read yet",
    "Q192": "groups that do not fit together",
    "Q199": "the questionnaire makes no sense for another reason",
}
"""What each code stands for; tests keep it complete."""


class Severity(StrEnum):
    """An error keeps the questionnaire out; a warning asks the author to look again."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing that is wrong in a file: where (line and column from 1), what, and how to put it right.

    In a workbook the line is a row of the sheet `sheet`; elsewhere that is empty. Line 0 stands for the whole file.
    """

    code: str
    line: int
    column: int
    message: str
    fix: str
    severity: Severity = Severity.ERROR
    sheet: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.code} {self.message}. {self.fix}"

    @property
    def place(self) -> str:
        """Where it stands, in the words of the program that the author opens the file with."""
        if self.sheet:
            return f"sheet {quoted(self.sheet)[1:-1]}, row {self.line}, column {letters_of(self.column)}"
        if not self.line:
            return "the whole file"
        return f"line {self.line}, column {self.column}"


class ProblemsFound(QuestionnaireError):  # noqa: N818 - the name says what happened
    """The file has problems."""

    def __init__(self, problems: Iterable[Problem], *, source: str) -> None:
        self.problems = in_order(problems)
        self.source = source
        super().__init__(_summary(self.problems, source))


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems in the order of their file, sheet by sheet."""
    return tuple(sorted(problems, key=_by_place))


def _by_place(problem: Problem) -> tuple[str, int, int, str]:
    return problem.sheet, problem.line, problem.column, problem.code


def letters_of(column: int) -> str:
    """The letters under which a spreadsheet shows this column, counted from 1: 1 is A, 27 is AA."""
    letters = ""
    while column > 0:
        column, place = divmod(column - 1, 26)
        letters = chr(ord("A") + place) + letters
    return letters


def _summary(problems: tuple[Problem, ...], source: str) -> str:
    lines = [f"{source}: {len(problems)} problem{'' if len(problems) == 1 else 's'}"]
    lines += [f"{source}: {_mark(problem)}{problem}" for problem in problems[:MAXIMUM_SHOWN]]
    if len(problems) > MAXIMUM_SHOWN:
        lines.append(f"... and {len(problems) - MAXIMUM_SHOWN} more")
    return "\n".join(lines)


def _mark(problem: Problem) -> str:
    return "warning: " if problem.severity is Severity.WARNING else ""


def quoted(word: object) -> str:
    """The word between quotes, short and free of control characters, fit to stand in a message."""
    plain = re.sub(r"[^\x20-\x7e\u00a0-\u2027\u2030-\u205f\u2070-\ufdff]", "?", str(word))
    return f"'{plain if len(plain) <= 40 else plain[:39] + '…'}'"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A sentence that names the closest known word, or else all of them."""
    words = sorted(known)
    close = difflib.get_close_matches(word[:60], words, n=1)
    if close:
        return f"Did you mean {quoted(close[0])}?"
    return f"Known here: {', '.join(words)}" if 0 < len(words) <= 30 else "Check the spelling"
