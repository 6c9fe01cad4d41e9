"""The next release of a series: gather what is pending, hold back who would stand out, write, then take note.

A release is written whole under a temporary name, then noted in the ledger as prepared (from here on its responses
belong to it), then named, then noted as done. Killed at any moment, either nothing has happened or the next call ends
what was begun, with the same bytes.
"""

import hmac
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from selfhelp_survey.core.response import Response
from selfhelp_survey.errors import ReleaseRefused
from selfhelp_survey.privacy.tables import round_to_base
from selfhelp_survey.research import totals
from selfhelp_survey.research.audit import kept_rows
from selfhelp_survey.research.held_response import response_in
from selfhelp_survey.research.ledger import Ledger, ReleaseEntry, ReleaseState, SealedRow
from selfhelp_survey.research.plan import Output, ReleasePlan
from selfhelp_survey.research.plan_reader import PlanFile
from selfhelp_survey.research.records import Row, RowMaker
from selfhelp_survey.research.release_files import (
    ReleaseContent,
    has_manifest,
    partial_of,
    put_in_place,
    refuse_existing,
    write_partial,
)
from selfhelp_survey.research.representation import representation, too_few
from selfhelp_survey.research.risk_report import counted_classes
from selfhelp_survey.research.series import Series, series_findings, series_in, series_of
from selfhelp_survey.research.versions import Instrument, incomparable, versions_in
from selfhelp_survey.sealing.keys import PrivateKey

Checkpoint = Callable[[str], object]
Progress = Callable[[int], object]


def _pass(_stage: object) -> None:
    """Nothing watches."""


@dataclass(frozen=True, kw_only=True)
class Workstation:
    """The open ledger and its key. `checkpoint` hears every stage that a release has reached, `progress` every row."""

    ledger: Ledger
    private: PrivateKey
    checkpoint: Checkpoint = _pass
    progress: Progress = _pass


@dataclass(kw_only=True)
class Pending:
    """What waits for a series: digests, rows and the ways in which they were asked, all in the same order.

    `unusable` holds the digests of those that may not be used.
    """

    ids: list[bytes] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    ways: list[int] = field(default_factory=list)
    unusable: list[bytes] = field(default_factory=list)


def make_release(file: PlanFile, out: Path, workstation: Workstation) -> ReleaseEntry:
    """The next release of the plan's series, in a new directory. Raises ReleaseRefused with the reason.

    If an earlier call for this directory was interrupted, that release is completed instead.
    """
    out = out.absolute()
    for entry in list(complete_interrupted(workstation)):
        if entry.series == file.plan.series and entry.directory == str(out):
            return entry
    refuse_existing(out)
    instrument = instrument_of(file.plan.questionnaire, workstation.ledger)
    series = _series(file, instrument, workstation.ledger)
    pending = gather(RowMaker(series=series, instrument=instrument), workstation)
    _refuse_few_new(series, pending, workstation.ledger)
    chosen = _chosen(series, pending)
    draft = Draft(series=series, instrument=instrument, pending=pending, chosen=tuple(chosen))
    return write_release(draft, out, workstation)


def instrument_of(code: str, ledger: Ledger, *, hashes: Iterable[str] | None = None) -> Instrument:
    """The versions of a questionnaire that the ledger knows, or those of these hashes. Raises ReleaseRefused."""
    wanted = None if hashes is None else set(hashes)
    versions = tuple(
        version
        for version in versions_in(ledger.questionnaires())
        if version.questionnaire.code == code and (wanted is None or version.hash in wanted)
    )
    if not versions:
        raise ReleaseRefused(f"Nothing of the questionnaire {code} has been received yet: receive a bundle first.")
    return Instrument(versions=versions)


def _series(file: PlanFile, instrument: Instrument, ledger: Ledger) -> Series:
    """The series as it was frozen, or as its first release will freeze it."""
    series = frozen_series(file.plan, ledger)
    if series is None:
        if found := [*series_findings(file.plan, instrument), *totals.open_ended(file.plan, instrument)]:
            raise file.error(found)
        return series_of(file.plan, instrument)
    if changed := list(incomparable(instrument, series.columns)):
        raise ReleaseRefused(
            f"A version that came in since asks {', '.join(changed)} in another way, which the columns of "
            f"{file.plan.series} cannot hold: begin a new series that leaves it out."
        )
    return series


def frozen_series(plan: ReleasePlan, ledger: Ledger) -> Series | None:
    """The series as its first release froze it, None before. Raises ReleaseRefused for another plan, or once closed."""
    frozen = ledger.plan(plan.series)
    if frozen is None:
        return None
    if plan.series in ledger.closed_series:
        raise ReleaseRefused(f"The series {plan.series} was closed, and that is for good: begin a new series.")
    series = series_in(frozen)
    if series.plan != plan:
        raise ReleaseRefused(
            f"The series {plan.series} was begun with another plan, and a plan never changes: "
            f"go back to it, or give this one a new series name. They differ in {_differences(series.plan, plan)}."
        )
    return series


def _differences(frozen: ReleasePlan, given: ReleasePlan) -> str:
    old, new = frozen.to_json(), given.to_json()
    return ", ".join(name for name in old if old[name] != new[name])


def gather(maker: RowMaker, workstation: Workstation) -> Pending:
    """Everything that no release has taken and that this series could use."""
    pending = Pending()
    for sealed in workstation.ledger.pending():
        response = opened(sealed, workstation)
        if maker.is_wanted(response):
            _add(pending, sealed.id, response=response, maker=maker)
        workstation.progress(1)
    return pending


def opened(sealed: SealedRow, workstation: Workstation) -> Response:
    """The response inside, in memory only."""
    return response_in(sealed.envelope, workstation.private)


def _add(pending: Pending, row_id: bytes, *, response: Response, maker: RowMaker) -> None:
    if maker.is_usable(response):
        row, way = _row_and_way(response, maker)
        pending.ids.append(row_id)
        pending.rows.append(_interned(row))
        pending.ways.append(way)
    else:
        pending.unusable.append(row_id)


def _row_and_way(response: Response, maker: RowMaker) -> tuple[Row, int]:
    row = maker.row(response)
    return row, maker.way(response, row)


def _interned(row: Row) -> Row:
    """The row with each text kept once, however many rows hold it."""
    return tuple(sys.intern(value) if isinstance(value, str) else value for value in row)


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What a release is made from: of the pending rows it takes those at the positions `chosen`.

    `notes` are further parts of its summary. The last release of a series has `levels` there, its rows are written at
    these, and it names in `dropped` the responses that are given up with it; None for any other release.
    """

    series: Series
    instrument: Instrument
    pending: Pending
    chosen: tuple[int, ...]
    notes: Mapping[str, Any] = field(default_factory=dict)
    dropped: tuple[bytes, ...] | None = None


def write_release(draft: Draft, out: Path, workstation: Workstation) -> ReleaseEntry:
    """The release, written, noted as prepared, named, and noted as done, in this order."""
    series, pending = draft.series, draft.pending
    _refuse_shared_names(draft)
    log = workstation.ledger.releases(series.plan.series)
    number = len(log) + 1
    members = (pending.ids[index] for index in draft.chosen)
    order = shuffled(members, seed=workstation.ledger.seed, name=f"{series.plan.series}/{number}")
    places = dict(zip(pending.ids, range(len(pending.ids)), strict=True))
    content = ReleaseContent(
        series=series, instrument=draft.instrument, number=number,
        rows=tuple(pending.rows[places[row_id]] for row_id in order),
        ways=tuple(pending.ways[places[row_id]] for row_id in order),
        summary={**_summary(draft), **_about_people(draft, log)},
    )  # fmt: skip
    digest = write_partial(content, out, workstation.private)
    workstation.checkpoint("written")
    entry = ReleaseEntry(
        series=series.plan.series, number=number, directory=str(out), manifest_digest=digest, summary=content.summary,
        pending_after=0 if draft.dropped is not None else len(pending.ids) - len(order),
    )  # fmt: skip
    _prepare(entry, draft, members=order, ledger=workstation.ledger)
    workstation.checkpoint("prepared")
    put_in_place(out)
    workstation.checkpoint("named")
    return workstation.ledger.finish(entry)


def _refuse_shared_names(draft: Draft) -> None:
    """Raises ReleaseRefused where two columns are one harmonised variable: no store takes such a release (RS011)."""
    first: dict[str, str] = {}
    for column in draft.series.columns:
        harmonised = draft.instrument.variables[column].harmonised
        if harmonised is not None and (other := first.setdefault(harmonised, column)) != column:
            raise ReleaseRefused(
                f"{other} and {column} are both the harmonised variable {harmonised}, and no research store takes a "
                "release with both. Begin a new series with only one of them under `variables` or "
                "`quasi_identifiers`: it takes everybody, and whoever has the other one only reads -6 for good. To "
                "lose neither, take the crosswalk into the ledger of another key, and release each by itself."
            )


def _prepare(entry: ReleaseEntry, draft: Draft, *, members: Iterable[bytes], ledger: Ledger) -> None:
    plan = draft.series.to_bytes()
    if draft.dropped is None:
        ledger.prepare(entry, plan=plan, members=members)
    else:
        ledger.prepare_last(entry, plan=plan, members=members, dropped=draft.dropped)


def _refuse_few_new(series: Series, pending: Pending, ledger: Ledger) -> None:
    log = ledger.releases(series.plan.series)
    before = log[-1].pending_after if log else 0
    new, minimum = len(pending.ids) - before, series.plan.minimum_new
    if new < minimum:
        raise ReleaseRefused(
            f"Too few new responses: about {round_to_base(max(0, new))} of kind {series.plan.kind} have come in since "
            f"the last release, and the series {series.plan.series} waits for {minimum}. Receive another bundle first; "
            "nothing is lost meanwhile."
        )


def releasable(series: Series, pending: Pending) -> list[int]:
    """The positions of the rows that do not stand out; of all rows, where they are only counted."""
    if series.plan.output is Output.TOTALS:
        return list(range(len(pending.rows)))
    return kept_rows(pending.rows, series, ways=pending.ways)


def _chosen(series: Series, pending: Pending) -> list[int]:
    """The positions of the rows to release. Raises ReleaseRefused where they are too few."""
    plan, rows, chosen = series.plan, pending.rows, releasable(series, pending)
    if len(chosen) < plan.minimum_size:
        raise ReleaseRefused(
            f"Too little to release: of about {round_to_base(len(rows))} pending responses about "
            f"{round_to_base(len(rows) - len(chosen))} are held back, because too few others look like them, and a "
            f"release of {plan.series} has at least {plan.minimum_size} rows. Receive more responses, or begin a new "
            "series with higher levels or fewer quasi-identifiers."
        )
    return chosen


def _summary(draft: Draft) -> dict[str, Any]:
    series, rows = draft.series, [draft.pending.rows[index] for index in draft.chosen]
    is_records = series.plan.output is Output.RECORDS
    size = len(rows) if is_records else totals.count_of_cells(series, draft.instrument)
    left = len(draft.pending.ids) - len(rows) if draft.dropped is None else 0
    return {
        "rows": size, "held_back": round_to_base(left), "not_usable": round_to_base(len(draft.pending.unusable)),
        "columns": list(series.columns), "hashes": [version.hash for version in draft.instrument.versions],
        **draft.notes,
    }  # fmt: skip


def _about_people(draft: Draft, log: tuple[ReleaseEntry, ...]) -> dict[str, Any]:
    """What the report needs to know beside the rows: the classes of the series so far, and who is held back."""
    if draft.series.plan.output is not Output.RECORDS:
        return {}
    pending, chosen = draft.pending, frozenset(draft.chosen)
    released = [pending.rows[index] for index in draft.chosen]
    held = [index for index in range(len(pending.rows)) if index not in chosen]
    few = too_few([pending.rows[index] for index in held], draft.series, ways=[pending.ways[index] for index in held])
    is_alike = bool(log) and "levels" not in draft.notes  # the last release of a series may have coarser classes
    return {
        "classes": counted_classes(draft.series, released, before=log[-1].summary["classes"] if is_alike else None),
        "representation": representation(draft.series, released=released, held=few),
    }


def shuffled(ids: Iterable[bytes], *, seed: bytes, name: str) -> list[bytes]:
    """The ids in an order that only the seed knows, the same for the same seed and release.

    Sorting by a keyed pseudorandom function is a random order for everybody without the key.
    """
    key = hmac.digest(seed, name.encode(), "sha256")
    return sorted(ids, key=lambda row_id: hmac.digest(key, row_id, "sha256"))


def complete_interrupted(workstation: Workstation) -> Iterator[ReleaseEntry]:
    """Every release that was prepared and not done, after it has been completed with the same bytes."""
    for entry in workstation.ledger.releases():
        if entry.state is ReleaseState.PREPARED:
            yield _complete(entry, workstation)


def _complete(entry: ReleaseEntry, workstation: Workstation) -> ReleaseEntry:
    out = Path(entry.directory)
    if not has_manifest(out, entry.manifest_digest):
        _make_again(entry, out, workstation)
        put_in_place(out)
    return workstation.ledger.finish(entry)


def _make_again(entry: ReleaseEntry, out: Path, workstation: Workstation) -> None:
    """The release under its temporary name, from the ledger alone: what is on the disk may be half there."""
    refuse_existing(out)
    if has_manifest(partial_of(out), entry.manifest_digest):
        return  # its manifest was written last, after everything it names was on the disk
    series = series_in(workstation.ledger.plan(entry.series) or b"")
    instrument = instrument_of(series.plan.questionnaire, workstation.ledger, hashes=entry.summary["hashes"])
    maker = RowMaker(series=series.at(entry.summary.get("levels", series.plan.levels)), instrument=instrument)
    members = ((sealed.id, opened(sealed, workstation)) for sealed in workstation.ledger.members(entry))
    rows = {row_id: _row_and_way(response, maker) for row_id, response in members}
    order = shuffled(rows, seed=workstation.ledger.seed, name=entry.name)
    content = ReleaseContent(
        series=series, instrument=instrument, number=entry.number, rows=tuple(rows[row_id][0] for row_id in order),
        ways=tuple(rows[row_id][1] for row_id in order), summary=entry.summary,
    )  # fmt: skip
    if write_partial(content, out, workstation.private) != entry.manifest_digest:
        raise ReleaseRefused(
            f"Release {entry.number} of {entry.series} was interrupted, and this version of the software would write "
            "it differently: install the version that began it, and call release again."
        )
