"""A release plan: what fixes a series of releases before its data are seen."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from selfhelp_survey.core.response import Mark
from selfhelp_survey.privacy.margins import are_without_ring
from selfhelp_survey.research.quarters import MOST_QUARTERS, QUARTER, WITHHELD_LEVEL, quarters_between

SMALLEST_K = 3
"""Source: OECD glossary of statistical terms, "threshold rule": agencies use 3 or 5."""
DEFAULT_K = 5
LARGEST_K = 1000
SMALLEST_SIZE = 10
"""Fewest rows, and fewest new responses, of a release unless the plan asks for more: one person more or less must not
be what makes a release. Source: ONS Longitudinal Study, a count of 10 as one part of its output checks."""
LARGEST_TABLE = 3
DEFAULT_THRESHOLD = 10
"""Smallest count that a suppressed table shows. Source: ONS Longitudinal Study and UK LLC, 10 for published tables."""
SAMPLE = "sample"
COUNTS = ((SAMPLE,), (SAMPLE, "language"), (SAMPLE, "quarter"), (SAMPLE, "language", "quarter"))
"""What `counts` stands for in a plan: how many responses, by sample, language and quarter."""
SERIES_NAME = re.compile(r"[a-z][a-z0-9_-]{0,62}", re.ASCII)


class Output(StrEnum):
    """What a series gives out: records or totals, never both, so that neither can be subtracted from the other."""

    RECORDS = "records"
    TOTALS = "totals"


class Protection(StrEnum):
    """How small counts are protected: each rounded to 5 on its own, or withheld together with what gives them away."""

    ROUNDING = "rounding"
    SUPPRESSION = "suppression"


class Finding(NamedTuple):
    """Something to correct in a plan: `where` is a key of the plan, or key.entry."""

    where: str
    message: str


@dataclass(frozen=True, kw_only=True)
class ReleasePlan:
    """What the researchers decide for one series.

    `variables` is None for "every sensitive and insensitive variable of the questionnaire". `quasi_identifiers` pairs
    each with the level it is released at, in order of name: the order in the file decides nothing. `diversity` names
    questions, or rows of a matrix: a class needs `l` different values of each (both, for one that has only two).
    `minimum_size` counts rows, `minimum_new` counts the responses that came in since the last release. `tables` are for
    totals only: the variables each table crosses, `sample` among them; `quarters` are the first and the last quarter
    that they tell apart, and `threshold` is the smallest count that is shown where small ones are withheld.
    """

    series: str
    questionnaire: str
    kind: Mark
    output: Output = Output.RECORDS
    variables: tuple[str, ...] | None = None
    quasi_identifiers: tuple[tuple[str, int], ...] = ()
    k: int = DEFAULT_K
    l: int = 1  # noqa: E741 - the literature's name
    diversity: tuple[str, ...] = ()
    minimum_size: int = SMALLEST_SIZE
    minimum_new: int = SMALLEST_SIZE
    tables: tuple[tuple[str, ...], ...] = ()
    quarters: tuple[str, ...] = ()
    protection: Protection = Protection.ROUNDING
    threshold: int = DEFAULT_THRESHOLD

    @property
    def levels(self) -> dict[str, int]:
        """The level of each quasi-identifier."""
        return dict(self.quasi_identifiers)

    def to_json(self) -> dict[str, Any]:
        """The plan as plain values, the form in which it is frozen."""
        return {
            "series": self.series, "questionnaire": self.questionnaire, "kind": self.kind.value,
            "output": self.output.value, "variables": None if self.variables is None else list(self.variables),
            "quasi_identifiers": dict(self.quasi_identifiers), "k": self.k, "l": self.l,
            "diversity": list(self.diversity), "minimum_size": self.minimum_size, "minimum_new": self.minimum_new,
            "tables": [list(table) for table in self.tables], **self._of_tables(),
        }  # fmt: skip

    def _of_tables(self) -> dict[str, Any]:
        """What tables alone need, where it says anything: older series keep the form that their digest was made of."""
        told: dict[str, Any] = {"quarters": list(self.quarters)} if self.quarters else {}
        if self.protection is Protection.SUPPRESSION:
            told |= {"protection": self.protection.value, "threshold": self.threshold}
        return told


def findings(plan: ReleasePlan) -> Iterator[Finding]:
    """What is wrong with a plan by itself, whatever the questionnaire."""
    if not SERIES_NAME.fullmatch(plan.series):
        yield Finding("series", "a series is named with a-z, 0-9, - and _, beginning with a letter, 63 at most")
    if not SMALLEST_K <= plan.k <= LARGEST_K:
        yield Finding("k", f"k is {SMALLEST_K} to {LARGEST_K}: fewer rows to a class protect nobody")
    if plan.minimum_size < max(plan.k, SMALLEST_SIZE):
        yield Finding("minimum_size", f"a release has at least {max(plan.k, SMALLEST_SIZE)} rows: raise it")
    if plan.minimum_new < SMALLEST_SIZE:
        yield Finding("minimum_new", f"a release waits for at least {SMALLEST_SIZE} new responses: raise it")
    for name, level in plan.quasi_identifiers:
        if level < 0:
            yield Finding(f"quasi_identifiers.{name}", f"the level of {name} is 0 (as asked) or more")
    yield from _diversity_findings(plan)
    yield from _output_findings(plan)


def _diversity_findings(plan: ReleasePlan) -> Iterator[Finding]:
    if plan.l < 1:
        yield Finding("l", "l is 1 or more")
    if plan.l > 1 and not plan.diversity:
        yield Finding("diversity", "l above 1 needs the sensitive questions it is for: name them under diversity")
    if plan.diversity and plan.l < 2:
        yield Finding("l", "diversity needs l of at least 2")
    if plan.l > plan.k:
        yield Finding("l", "l cannot be above k: a class of k rows has at most k different values")
    if len(set(plan.diversity)) < len(plan.diversity):
        yield Finding("diversity", "a question stands twice under diversity")


def _output_findings(plan: ReleasePlan) -> Iterator[Finding]:
    if plan.output is Output.RECORDS:
        yield from _only_for_totals(plan)
        return
    if plan.variables is not None:
        yield Finding("variables", "a series of totals names its variables under tables: leave variables out")
    if plan.diversity:
        yield Finding("diversity", "diversity is for records: leave it out of a series of totals")
    for number, table in enumerate(plan.tables):
        if not 1 <= len(table) <= LARGEST_TABLE or len(set(table)) < len(table):
            yield Finding(f"tables.{number}", f"a table crosses 1 to {LARGEST_TABLE} different variables")
    if len({frozenset(table) for table in plan.tables}) < len(plan.tables):
        yield Finding("tables", "a table stands twice: leave one of them out")
    yield from _span_findings(plan)
    yield from _suppression_findings(plan)


def _only_for_totals(plan: ReleasePlan) -> Iterator[Finding]:
    if plan.tables:
        yield Finding("tables", "tables are for totals: leave them out of a series of records")
    if plan.quarters:
        yield Finding("quarters", "quarters are for totals: leave them out of a series of records")
    if plan.protection is not Protection.ROUNDING or plan.threshold != DEFAULT_THRESHOLD:
        yield Finding("protection", "protection and threshold are for totals: leave them out of a series of records")


def _span_findings(plan: ReleasePlan) -> Iterator[Finding]:
    has_quarters = any("quarter" in table for table in plan.tables)
    is_told = plan.levels.get("quarter", 0) < WITHHELD_LEVEL
    if has_quarters and is_told and not plan.quarters:
        yield Finding("quarters", "tables by quarter need the first and last one they tell apart: [2026Q4, 2028Q4]")
    if not plan.quarters:
        return
    if len(plan.quarters) != 2 or not all(map(QUARTER.fullmatch, plan.quarters)):
        yield Finding("quarters", "quarters takes the first and the last one, like [2026Q4, 2028Q4]")
    elif not 1 <= len(quarters_between(*plan.quarters)) <= MOST_QUARTERS:
        yield Finding(
            "quarters", f"the last quarter is not before the first, and at most {MOST_QUARTERS} are told apart"
        )


def _suppression_findings(plan: ReleasePlan) -> Iterator[Finding]:
    if plan.protection is Protection.ROUNDING:
        if plan.threshold != DEFAULT_THRESHOLD:
            yield Finding("threshold", "a threshold needs `protection: suppression`: rounding has none")
        return
    if not SMALLEST_K <= plan.threshold <= plan.minimum_size:
        yield Finding("threshold", f"the threshold is {SMALLEST_K} to minimum_size ({plan.minimum_size})")
    if not are_without_ring([[name for name in table if name != SAMPLE] for table in plan.tables]):
        yield Finding("tables", "some tables form a ring, like a x b, b x c and c x a, of which nobody can tell what "
                      "they give away together: leave one out, or add the table that crosses them all")  # fmt: skip
