"""The independent re-check of a record file, on exactly what was written. Slow and obvious on purpose: the standard
library's csv reader, one dictionary, and no code shared with the release it checks.

A class shares the quasi-identifiers, and the columns that read -6: those tell the version, and so roughly the time.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass

from selfhelp_survey.privacy.rule import SensitiveItem, SeriesRule

NOT_IN_VERSION = "-6"
MISSING = ("-1", "-2", "-3", "-4", "-5", "-6", "-7", "-8")


@dataclass(frozen=True, kw_only=True)
class Violation:
    """One broken rule: its code, a sentence without any value, and in how many rows or classes."""

    code: str
    message: str
    count: int


Pattern = tuple[str, ...]


@dataclass(kw_only=True)
class _Class:
    rows: int
    patterns: list[set[Pattern]]


def audit(lines: Iterable[str], rule: SeriesRule) -> tuple[Violation, ...]:
    """What a CSV file (header first) breaks of its series' rule; nothing if it may go. Read once, row by row.

    Missing values: codes -1 to -8, as in `is_distinct_diverse`. An empty file has no class and breaks only the minimum.
    """
    reader = csv.reader(lines, strict=True)
    header = next(reader, [])
    named = [*rule.quasi_identifiers, *(name for item in rule.items for name in item.variables)]
    if len(set(header)) != len(header) or not set(named) <= set(header):
        message = "The header lacks a variable of the series, or names one twice."
        return (Violation(code="header", message=message, count=1),)
    classes, rows, ragged = _read(reader, header, rule)
    too_few = int(rows < rule.minimum)
    found = [
        Violation(code="ragged", message="Rows with more or fewer cells than the header.", count=ragged),
        Violation(code="minimum", message="The release has fewer rows than its minimum.", count=too_few),
        Violation(code="k", message=f"Classes with fewer than {rule.k} rows.", count=_small(classes, rule.k)),
        *(_not_diverse(classes, rule, place) for place in range(len(rule.items))),
    ]
    return tuple(violation for violation in found if violation.count)


def _read(rows: Iterable[list[str]], header: list[str], rule: SeriesRule) -> tuple[list[_Class], int, int]:
    classes: dict[Pattern, _Class] = {}
    total = ragged = 0
    for cells in rows:
        total += 1
        if len(cells) != len(header):
            ragged += 1
            continue
        row = dict(zip(header, cells, strict=True))
        absent = tuple(name for name in header if row[name] == NOT_IN_VERSION) if NOT_IN_VERSION in cells else ()
        key = (*(row[name] for name in rule.quasi_identifiers), *absent)
        found = classes.setdefault(key, _Class(rows=0, patterns=[set() for _ in rule.items]))
        found.rows += 1
        for item, patterns in zip(rule.items, found.patterns, strict=True):
            patterns.add(tuple(row[name] for name in item.variables))
    return list(classes.values()), total, ragged


def _small(classes: list[_Class], k: int) -> int:
    return sum(1 for found in classes if found.rows < k)


def _not_diverse(classes: list[_Class], rule: SeriesRule, place: int) -> Violation:
    item = rule.items[place]
    count = sum(1 for found in classes if not _is_diverse(found.patterns[place], item, rule.l))
    return Violation(code="l", message=f"Classes with too few distinct values of {item.name}.", count=count)


def _is_diverse(patterns: set[Pattern], item: SensitiveItem, l: int) -> bool:  # noqa: E741
    complete = [pattern for pattern in patterns if all(part not in MISSING for part in pattern)]
    nothing_said = all(part in MISSING for pattern in patterns for part in pattern)
    return nothing_said or len(complete) >= min(l, item.values)
