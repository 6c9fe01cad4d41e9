"""Where releases meet disclosure control: who is held back, and whether a written file keeps its series' promise."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, zip_longest
from pathlib import Path

from selfhelp_survey.errors import ReleaseRefused
from selfhelp_survey.privacy.audit import audit
from selfhelp_survey.privacy.holdback import hold_back
from selfhelp_survey.privacy.rule import SensitiveItem, SeriesRule
from selfhelp_survey.privacy.table import Table
from selfhelp_survey.research.errors import VerificationError
from selfhelp_survey.research.records import Row
from selfhelp_survey.research.series import DiversityItem, Series

_WAY = "(way of asking)"  # no variable can have this name


def rule_of_series(series: Series, *, minimum: int) -> SeriesRule:
    """What a series promises of its classes."""
    return SeriesRule(
        quasi_identifiers=series.quasi_identifiers, items=tuple(map(_sensitive, series.diversity)), k=series.plan.k,
        l=series.plan.l, minimum=minimum,
    )  # fmt: skip


def _sensitive(item: DiversityItem) -> SensitiveItem:
    """`needed` already is l, or the number of values that the item can take where that is fewer."""
    return SensitiveItem(name=item.name, variables=item.variables, values=item.needed)


def kept_rows(rows: Sequence[Row], series: Series, *, ways: Sequence[int]) -> list[int]:
    """The positions of the rows whose class is large and diverse enough, in order. The others are held back.

    `ways` numbers for each row how the columns were asked: rows of two ways share no class. A value, a bound or a route
    that only one version has would tell the version, and so roughly when somebody answered; who was asked what can tell
    a quasi-identifier more finely than its level. Only the rows given count towards a class: rows that were released
    before help nobody.
    """
    rule = rule_of_series(series, minimum=1)
    needed = [*rule.quasi_identifiers, *(name for item in rule.items for name in item.variables)]
    places = [series.columns.index(name) for name in needed]
    pairs = zip(rows, ways, strict=True)
    table = Table.from_rows([*needed, _WAY], ([*(row[place] for place in places), way] for row, way in pairs))
    return [int(position) for position in hold_back(table, _within_ways(rule)).released]


def _within_ways(rule: SeriesRule) -> SeriesRule:
    """The same promise, kept among the rows of each way of asking alone."""
    return replace(rule, quasi_identifiers=(*rule.quasi_identifiers, _WAY))


def check_rows(path: Path, series: Series, *, ways: Sequence[int]) -> None:
    """Raises ReleaseRefused where the file that was written does not keep what its series promises.

    `ways` stands beside the rows in the order of the file, which does not hold it.
    """
    try:
        check_criteria(path, rule_of_series(series, minimum=series.plan.minimum_size), ways=ways)
    except VerificationError as error:
        raise ReleaseRefused(f"The written file failed its own check, so it is not released. {error}") from error


def check_criteria(path: Path, rule: SeriesRule, *, ways: Sequence[int] | None = None) -> None:
    """Raises VerificationError where a file of records breaks a rule; the message names the rule and no row.

    Where `ways` is known, the rule must hold among the rows of each way alone. A file by itself does not tell it.
    """
    with path.open(encoding="utf-8", newline="") as file:
        lines = _lines(file, path)
        violations = audit(lines, rule) if ways is None else audit(_beside(lines, ways), _within_ways(rule))
    if violations:
        sentences = " ".join(f"{violation.message[:-1]}: {violation.count}." for violation in violations)
        raise VerificationError(f"{path.name} breaks its series' promise. {sentences}")


def _beside(lines: Iterable[str], ways: Sequence[int]) -> Iterator[str]:
    """The lines of a file with one more column: the header's name, then the way of each row."""
    for line, cell in zip_longest(lines, chain([_WAY], map(str, ways))):
        if line is None or cell is None:
            raise VerificationError("It has more or fewer lines than rows were to be written: report this.")
        yield f"{line.rstrip()},{cell}\n"


def _lines(file: Iterator[str], path: Path) -> Iterator[str]:
    try:
        yield from file
    except UnicodeDecodeError:
        raise VerificationError(f"{path.name} is not written in UTF-8: fetch the original.") from None
