"""Cells that no spreadsheet takes for anything but what they are.

A spreadsheet runs a cell that begins like a formula, and opens a file of commas with semicolons or tabs where its
country is used to those. Releases hold codes; what does not look like one is not written at all.
Source: OWASP, "CSV Injection"; RFC 4180, section 2.
"""

import re
from collections.abc import Iterable

from selfhelp_survey.core.record import RecordValue
from selfhelp_survey.errors import ReleaseRefused

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*", re.ASCII)


def is_code(cell: RecordValue) -> bool:
    """True for a whole number, and for a text of letters, digits, `_`, `.` and `-` after a letter or a digit."""
    return isinstance(cell, int) or _CODE.fullmatch(cell) is not None


def refuse_all_but_codes(cells: Iterable[RecordValue]) -> None:
    """Raises ReleaseRefused for a cell that is no code. It is not quoted: it could be anything."""
    if not all(map(is_code, cells)):
        raise ReleaseRefused(
            "A cell is no plain code and could run in a spreadsheet: report this, nothing was released."
        )
