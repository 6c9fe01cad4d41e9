"""The checks a store without triggers makes before it takes a release: the rules of schema.sql, in plain Python."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from selfhelp_survey.errors import StoreError
from selfhelp_survey.research_store.interface import (
    MINIMUM_K,
    MISSING_CODES,
    ROUNDING_BASE,
    WITHHELD,
    DiversityItem,
    Record,
    ReleasePackage,
    SeriesRegistration,
    TotalRow,
)

CLOSED = "Release {number} of series {series} is in the store with other content; a release never changes."


def is_already_there(package: ReleasePackage, known_digest: str | None) -> bool:
    """Whether this very release was loaded before. Raises: StoreError if another one has its number."""
    if known_digest is not None and known_digest != package.manifest_digest:
        raise StoreError(CLOSED.format(number=package.number, series=package.series))
    return known_digest is not None


def check_release(series: SeriesRegistration, package: ReleasePackage, records: Sequence[Record]) -> None:
    """Nothing, if the release keeps what its series promised. Raises: StoreError naming the rule."""
    if package.kind != series.kind:
        raise StoreError("Real, rehearsal and synthetic responses never mix: the release is of another kind.")
    if len(set(package.digests)) != len(package.digests):
        raise StoreError("A response is in this release twice. Check the ledger.")
    _check_names(package)
    if series.form == "records":
        _check_records(series, package, records)
    else:
        _check_totals(series, package, records)


def check_digests(package: ReleasePackage, known: Mapping[bytes, str] | set[bytes]) -> None:
    """Nothing, if no response of the release is in the store already. Raises: StoreError."""
    if any(digest in known for digest in package.digests):
        raise StoreError("A response of this release is already in the store. Check the ledger; nothing was loaded.")


def _check_names(package: ReleasePackage) -> None:
    listed = package.codebook.get("variables")
    described = [entry for entry in listed if isinstance(entry, Mapping)] if isinstance(listed, list) else []
    names = [str(entry["harmonised"]) for entry in described if entry.get("harmonised") is not None]
    if len(set(names)) < len(names):
        raise StoreError(
            "Two variables of the release share a harmonised name: give one of them another in the questionnaire."
        )


def _check_records(series: SeriesRegistration, package: ReleasePackage, records: Sequence[Record]) -> None:
    if package.totals:
        raise StoreError("A series of records takes no totals.")
    if not len(records) == len(package.digests) == package.rows or package.rows < series.minimum:
        raise StoreError("The number of rows, of digests and the smallest size of a release do not agree.")
    if any(record.keys() != set(series.variables) for record in records):
        raise StoreError("A row lacks a variable of the series, or has one too many.")
    if _has_weak_class(series, records):
        raise StoreError("A class has fewer rows than k, or too few distinct values. Make the release anew.")


def _check_totals(series: SeriesRegistration, package: ReleasePackage, records: Sequence[Record]) -> None:
    if records:
        raise StoreError("A series of totals takes no records.")
    if not len(package.totals) == package.rows > 0 or len(package.digests) < series.minimum:
        raise StoreError("The number of rows, of digests and the smallest size of a release do not agree.")
    threshold = threshold_of(series)
    if threshold is None and any(not _is_rounded(row) for row in package.totals):
        raise StoreError("A total is not rounded to 5.")
    if threshold is not None and any(not _is_shown_or_withheld(row, threshold) for row in package.totals):
        raise StoreError("A total is under the threshold of its series and not withheld.")


def threshold_of(series: SeriesRegistration) -> int | None:
    """The smallest count that a series shows, where its plan withholds small ones; None where it rounds."""
    plan = series.plan.get("plan")
    if not isinstance(plan, Mapping) or plan.get("protection") != "suppression":
        return None
    threshold = plan.get("threshold")
    if not isinstance(threshold, int) or threshold < MINIMUM_K:
        raise StoreError(f"The series {series.series} withholds small totals, but under no threshold.")
    return threshold


def _is_shown_or_withheld(row: TotalRow, threshold: int) -> bool:
    return row.count in (WITHHELD, 0) or row.count >= threshold


def _is_rounded(row: TotalRow) -> bool:
    return row.count >= 0 and row.count % ROUNDING_BASE == 0


def _has_weak_class(series: SeriesRegistration, records: Iterable[Record]) -> bool:
    classes: dict[tuple[object, ...], list[Record]] = {}
    for record in records:
        key = tuple((type(record[name]).__name__, record[name]) for name in series.quasi_identifiers)
        classes.setdefault(key, []).append(record)
    return any(
        len(rows) < series.k or not all(_is_diverse(rows, item) for item in series.diversity)
        for rows in classes.values()
    )


def _is_diverse(rows: Iterable[Record], item: DiversityItem) -> bool:
    """Enough distinct values among the rows that have one, or no row with any part of a value."""
    values: Counter[tuple[str, ...]] = Counter(tuple(str(row[name]) for name in item.variables) for row in rows)
    complete = [pattern for pattern in values if not MISSING_CODES.intersection(pattern)]
    return len(complete) >= item.needed or all(MISSING_CODES.issuperset(pattern) for pattern in values)
