"""Loading a finished release into the research store, and asking the store what the ledger may have forgotten."""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Literal

from selfhelp_survey.errors import ReleaseRefused, StoreError
from selfhelp_survey.research.formats import codebook_json, responses_csv, totals_csv
from selfhelp_survey.research.ledger import Ledger, ReleaseEntry, ReleaseState
from selfhelp_survey.research.series import Series
from selfhelp_survey.research.verify import VerifiedRelease
from selfhelp_survey.research_store.interface import (
    DiversityItem,
    JsonObject,
    NotPermitted,
    PushResult,
    Record,
    ReleasePackage,
    ResearchStore,
    SeriesRegistration,
    TotalRow,
    UnknownSeries,
)

Progress = Callable[[int], object]


def push_release(release: VerifiedRelease, store: ResearchStore, ledger: Ledger, *, progress: Progress) -> PushResult:
    """What the store did with a verified release: loaded it whole, or knew it already. Raises StoreError.

    Only the owner of the store may register a series. A login that may does so here; for one that may not, the owner
    does so beforehand with `register`.
    """
    if release.is_edition:
        raise ReleaseRefused(
            f"{release.name} goes into no store: everybody in it is in the releases that it was made of. Push those; "
            "the store adds them up."
        )
    entry = _entry(release, ledger)
    try:
        register(release.series, store, codebook_of(release))
    except NotPermitted:
        raise StoreError(
            f"The store does not know the series {entry.series} yet, and this login may not register it: let its owner "
            "call `selfhelp-research init-store DSN --series DIR` with this release once, then push again."
        ) from None
    return store.push(_package(release, tuple(ledger.store_digests(entry)), progress=progress))


def refuse_forgotten(store: ResearchStore, ledger: Ledger, names: Iterable[str]) -> None:
    """Raises ReleaseRefused where the store holds a release that this ledger does not know: then the ledger is old."""
    for name in names:
        known = {(entry.number, entry.manifest_digest) for entry in ledger.releases(name)}
        for release in store.known_releases(name):
            if (release.number, release.manifest_digest) not in known:
                raise ReleaseRefused(
                    f"The research store holds release {release.number} of {name}, which this ledger does not know, so "
                    "people could be released twice: put the newest backup of the ledger in place."
                )


def _entry(release: VerifiedRelease, ledger: Ledger) -> ReleaseEntry:
    for entry in ledger.releases(release.manifest["series"]):
        if entry.manifest_digest == release.digest and entry.state is ReleaseState.DONE:
            return entry
    raise StoreError(f"This ledger did not make {release.name}: push it with the key and ledger that made it.")


def register(series: Series, store: ResearchStore, codebook: JsonObject | None = None) -> bool:
    """True if the store learns of the series now, false if it knew it. Raises StoreError where it knows another."""
    wanted = registration_of(series)
    try:
        known = store.find_series(series.plan.series)
    except UnknownSeries:
        return store.register_series(wanted, codebook)
    if known != wanted:
        raise StoreError(f"The store knows the series {series.plan.series} with another plan: nothing was loaded.")
    return False


def registration_of(series: Series) -> SeriesRegistration:
    """What the store keeps of a series, and checks every release against."""
    plan = series.plan
    items = (DiversityItem(name=item.name, variables=item.variables, needed=item.needed) for item in series.diversity)
    return SeriesRegistration(
        series=plan.series, kind=plan.kind.value, form=plan.output.value, k=plan.k, l=plan.l,
        quasi_identifiers=series.quasi_identifiers, variables=series.columns, diversity=tuple(items),
        minimum=plan.minimum_size, plan_hash=series.hash, plan=series.to_json(),
    )  # fmt: skip


def codebook_of(release: VerifiedRelease) -> JsonObject:
    """The codebook of a release, as its file holds it."""
    codebook: JsonObject = json.loads((release.directory / codebook_json.NAME).read_text(encoding="utf-8"))
    return codebook


def _package(release: VerifiedRelease, digests: tuple[bytes, ...], *, progress: Progress) -> ReleasePackage:
    manifest = release.manifest
    kind: Literal["real", "rehearsal", "synthetic"] = manifest["kind"]
    return ReleasePackage(
        series=manifest["series"], number=manifest["release"], kind=kind, manifest=manifest,
        codebook=codebook_of(release), digests=digests,
        rows=manifest["rows"], records=_records(release, progress) if release.is_records else (),
        totals=() if release.is_records else _totals(release),
    )  # fmt: skip


def _records(release: VerifiedRelease, progress: Progress) -> Iterator[Record]:
    path = release.directory / responses_csv.NAME
    columns = responses_csv.read_header(path)
    for row in responses_csv.read_rows(path):
        yield dict(zip(columns, map(responses_csv.as_written, row), strict=True))
        progress(1)


def _totals(release: VerifiedRelease) -> tuple[TotalRow, ...]:
    cells = totals_csv.read_cells(release.directory / totals_csv.NAME)
    return tuple(TotalRow(table=held.table, cell=dict(held.cell), count=held.count) for held in cells)
