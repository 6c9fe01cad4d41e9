"""Quasi-identifiers at the level their series fixes."""

from collections.abc import Callable, Mapping

from selfhelp_survey.core.answers import MissingCode
from selfhelp_survey.core.questionnaire import Category
from selfhelp_survey.core.record import RecordValue
from selfhelp_survey.privacy.hierarchy import MERGED_MISSING, NO_ANSWER, WITHHELD
from selfhelp_survey.research.versions import Version

Generaliser = Callable[[RecordValue], RecordValue]


def generaliser(version: Version, name: str, level: int) -> Generaliser:
    """The function that takes a quasi-identifier as asked to its value at this level.

    Missing values: at level 0 they stay; above it -1, -2, -3 and -5 merge to -1; at the top everything reads -7.
    A value that no category of its level names becomes -8.
    """
    if level == 0:
        return _as_asked
    if name == "quarter":
        return of_quarter(level)
    hierarchy = version.hierarchy(name)
    if hierarchy is None or level >= hierarchy.top:
        return _withheld
    return _by_category(hierarchy.levels[level - 1])


def of_quarter(level: int) -> Generaliser:
    """The function that takes a quarter to itself (level 0), its half-year, its year, or "withheld" (3)."""
    return (_as_asked, _half_year, _year, _withheld)[level]


def _by_category(categories: tuple[Category, ...]) -> Generaliser:
    known: Mapping[RecordValue, RecordValue] = {
        member: category.code for category in categories for member in category.members
    }
    rest = next((category.code for category in categories if category.rest), int(MissingCode.NOT_CODABLE))

    def generalise(value: RecordValue) -> RecordValue:
        if isinstance(value, int) and value < 0:
            return NO_ANSWER if value in MERGED_MISSING else value
        return known.get(value, rest)

    return generalise


def _as_asked(value: RecordValue) -> RecordValue:
    return value


def _withheld(_value: RecordValue) -> RecordValue:
    return WITHHELD


def _half_year(quarter: RecordValue) -> RecordValue:
    year, number = str(quarter).split("Q")
    return f"{year}H{(int(number) + 1) // 2}"


def _year(quarter: RecordValue) -> RecordValue:
    return str(quarter).split("Q")[0]
