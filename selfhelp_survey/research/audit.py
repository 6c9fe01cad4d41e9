"""Where releases meet disclosure control: who is held back, and whether a written file keeps its series' promise."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from selfhelp_survey.errors import ReleaseRefused
from selfhelp_survey.privacy.audit import audit
from selfhelp_survey.privacy.holdback import hold_back
from selfhelp_survey.privacy.rule import NOT_IN_VERSION, SensitiveItem, SeriesRule
from selfhelp_survey.privacy.table import Table
from selfhelp_survey.research.errors import VerificationError
from selfhelp_survey.research.records import Row
from selfhelp_survey.research.series import DiversityItem, Series

_VERSION = "(columns not in the version)"  # no variable can have this name


def rule_of_series(series: Series, *, minimum: int) -> SeriesRule:
    """What a series promises of its classes."""
    return SeriesRule(
        quasi_identifiers=series.quasi_identifiers, items=tuple(map(_sensitive, series.diversity)), k=series.plan.k,
        l=series.plan.l, minimum=minimum,
    )  # fmt: skip


def _sensitive(item: DiversityItem) -> SensitiveItem:
    """`needed` already is l, or the number of values that the item can take where that is fewer."""
    return SensitiveItem(name=item.name, variables=item.variables, values=item.needed)


def kept_rows(rows: Sequence[Row], series: Series) -> list[int]:
    """The positions of the rows whose class is large and diverse enough, in order. The others are held back.

    Only the rows given count towards a class: rows that were released before help nobody.
    """
    rule = rule_of_series(series, minimum=1)
    needed = [*rule.quasi_identifiers, *(name for item in rule.items for name in item.variables)]
    places = [series.columns.index(name) for name in needed]
    table = Table.from_rows([*needed, _VERSION], ([*(row[place] for place in places), _version(row)] for row in rows))
    strict = replace(rule, quasi_identifiers=(*rule.quasi_identifiers, _VERSION))
    return [int(position) for position in hold_back(table, strict).released]


def _version(row: Row) -> str:
    """Which columns the row's version does not have: all that a record shows of its version."""
    if NOT_IN_VERSION not in row:
        return ""
    return ",".join(str(place) for place, value in enumerate(row) if value == NOT_IN_VERSION)


def check_rows(path: Path, series: Series) -> None:
    """Raises ReleaseRefused where the file that was written does not keep what its series promises."""
    try:
        check_criteria(path, rule_of_series(series, minimum=series.plan.minimum_size))
    except VerificationError as error:
        raise ReleaseRefused(f"The written file failed its own check, so it is not released. {error}") from error


def check_criteria(path: Path, rule: SeriesRule) -> None:
    """Raises VerificationError where a file of records breaks a rule; the message names the rule and no row."""
    with path.open(encoding="utf-8", newline="") as file:
        violations = audit(_lines(file, path), rule)
    if violations:
        sentences = " ".join(f"{violation.message[:-1]}: {violation.count}." for violation in violations)
        raise VerificationError(f"{path.name} breaks its series' promise. {sentences}")


def _lines(file: Iterator[str], path: Path) -> Iterator[str]:
    try:
        yield from file
    except UnicodeDecodeError:
        raise VerificationError(f"{path.name} is not written in UTF-8: fetch the original.") from None
