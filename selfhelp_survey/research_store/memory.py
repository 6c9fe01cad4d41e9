"""A research store in memory, for tests and for looking at a release without keeping it."""

from collections.abc import Iterator

from selfhelp_survey.errors import StoreError
from selfhelp_survey.research_store.acceptance import check_digests, check_release, is_already_there
from selfhelp_survey.research_store.interface import (
    HeldRelease,
    JsonObject,
    KnownRelease,
    PushResult,
    Record,
    ReleasePackage,
    SeriesRegistration,
    StoreLayout,
    TotalRow,
    UnknownSeries,
    record_json,
)


class MemoryStore:
    """Forgets everything with the process."""

    def __init__(self) -> None:
        self._series: dict[str, SeriesRegistration] = {}
        self._releases: dict[tuple[str, int], tuple[ReleasePackage, tuple[Record, ...]]] = {}
        self._digests: set[bytes] = set()

    def init(self, catalogue: JsonObject | None = None) -> StoreLayout:
        return StoreLayout(version_before=1, version_after=1)

    def register_series(self, series: SeriesRegistration, codebook: JsonObject | None = None) -> bool:
        known = self._series.setdefault(series.series, series)
        if known != series:
            raise StoreError(f"The series {series.series} is registered otherwise; start a new series.")
        return known is series

    def find_series(self, series: str) -> SeriesRegistration:
        if series not in self._series:
            raise UnknownSeries(f"The store knows no series {series}; its owner registers it first.")
        return self._series[series]

    def series_names(self) -> tuple[str, ...]:
        return tuple(sorted(self._series))

    def known_releases(self, series: str) -> tuple[KnownRelease, ...]:
        return tuple(
            KnownRelease(number=number, manifest_digest=package.manifest_digest)
            for (name, number), (package, _) in sorted(self._releases.items(), key=lambda entry: entry[0])
            if name == series
        )

    def held_releases(self, series: str) -> tuple[HeldRelease, ...]:
        packages = (self._releases[series, known.number][0] for known in self.known_releases(series))
        return tuple(
            HeldRelease(number=held.number, manifest=held.manifest, codebook=held.codebook) for held in packages
        )

    def push(self, package: ReleasePackage) -> PushResult:
        series = self.find_series(package.series)
        known = self._releases.get((package.series, package.number))
        if is_already_there(package, known and known[0].manifest_digest):
            return PushResult(pushed=False, rows=package.rows)
        records = tuple(dict(record) for record in package.records if record_json(record))
        check_release(series, package, records)
        check_digests(package, self._digests)
        self._releases[package.series, package.number] = (package, records)
        self._digests.update(package.digests)
        return PushResult(pushed=True, rows=package.rows)

    def read_records(self, series: str, release: int | None = None) -> Iterator[Record]:
        for number in self._numbers(series, release):
            yield from self._releases[series, number][1]

    def read_totals(self, series: str, release: int | None = None) -> Iterator[TotalRow]:
        for number in self._numbers(series, release):
            yield from self._releases[series, number][0].totals

    def _numbers(self, series: str, release: int | None) -> list[int]:
        return [known.number for known in self.known_releases(series) if release in (None, known.number)]
