"""The column `type`: the many spellings that XLSForm knows for the same thing."""

import re
from dataclasses import dataclass

from selfhelp_survey.core.questionnaire import QuestionType

GROUP_BEGIN, GROUP_END = "begin_group", "end_group"
OR_OTHER = "or_other"
QUESTION_TYPES = {
    "select_one": QuestionType.SINGLE,
    "select_multiple": QuestionType.MULTIPLE,
    "integer": QuestionType.NUMBER,
    "text": QuestionType.TEXT,
    "note": QuestionType.NOTE,
}
LISTED = frozenset({"select_one", "select_multiple"})
_SPELLINGS = {
    "select1": "select_one", "select_all_that_apply": "select_multiple", "select": "select_multiple",
    "int": "integer", "string": "text", "begin_lgroup": GROUP_BEGIN, "begin_loop": "begin_repeat",
    "end_loop": "end_repeat", "gps": "geopoint", "location": "geopoint",
    "device_id": "deviceid", "phone_number": "phonenumber", "imei": "deviceid", "start_time": "start",
    "end_time": "end", "trigger": "acknowledge", "ranking": "rank", "picture": "image", "date_time": "datetime",
    "sim_id": "simserial", "subscriber_id": "subscriberid",
}  # fmt: skip
_FRILLS = re.compile(r"(?:get_|q_|uri:)(?P<plain>.+)|add_(?P<asked>.+)_prompt(?:_using)?")
"""What the first spellings of XLSForm put around a type. Source: pyxform 4.5, `question_type_dictionary`."""
_SELECT = re.compile(r"(?P<word>select1|select[ _]one|select[ _]multiple|select[ _]all[ _]that[ _]apply|rank)"
                     r"(?P<source>_external|_from_file)?(?:\s+from)?\s+(?P<list>\S+)"
                     r"(?P<other>\s+or[ _](?:specify[ _])?other)?",
                     re.IGNORECASE)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class RowType:
    """What a row of the sheet survey is: the name of the type as XLSForm spells it first, and its list of choices."""

    name: str
    choices: str = ""


def row_type(written: str) -> RowType:
    """The type under whichever of its spellings; an unknown one under its own name, in small letters."""
    select = _SELECT.fullmatch(written.strip())
    if select is None:
        return RowType(name=_first_spelling(written))
    if select["other"]:
        return RowType(name=OR_OTHER, choices=select["list"])
    return RowType(name=_first_spelling(select["word"]) + (select["source"] or "").lower(), choices=select["list"])


def _first_spelling(written: str) -> str:
    joined = re.sub(r"\s+", "_", written.strip().lower())
    frills = _FRILLS.fullmatch(joined)
    plain = (frills["plain"] or frills["asked"]) if frills else joined
    return _SPELLINGS.get(plain, plain)


_BOUND = re.compile(r"\(?\s*\.\s*(?P<sign>>=|<=|>|<)\s*(?P<number>-?[0-9]{1,9})\s*\)?", re.ASCII)
_LENGTH = re.compile(r"string-length\(\s*\.\s*\)\s*(?P<sign><=|<)\s*(?P<number>[0-9]{1,9})", re.ASCII)


def bounds_in(constraint: str) -> tuple[int | None, int | None] | None:
    """Minimum and maximum that a constraint such as `. >= 0 and . <= 20` sets; None where it says anything else."""
    bounds: dict[str, int] = {}
    for part in re.split(r"\band\b", constraint):
        found = _BOUND.fullmatch(part.strip())
        if found is None or found["sign"][0] in bounds:
            return None
        step = {">": 1, "<": -1}.get(found["sign"], 0)
        bounds[found["sign"][0]] = int(found["number"]) + step
    return bounds.get(">"), bounds.get("<")


def length_in(constraint: str) -> int | None:
    """The most characters that a constraint such as `string-length(.) <= 500` allows; None where it says else."""
    found = _LENGTH.fullmatch(constraint.strip())
    return int(found["number"]) - (found["sign"] == "<") if found else None


def constraint_for(minimum: int | None, maximum: int | None) -> str:
    """The constraint that `bounds_in` reads, "" without bounds."""
    parts = [f". {sign} {bound}" for sign, bound in ((">=", minimum), ("<=", maximum)) if bound is not None]
    return " and ".join(parts)
