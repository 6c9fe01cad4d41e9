"""The end of a series: what still waits is dropped, or is released once more, coarser; then nothing ever follows.

The *residue* of a series are the pending responses that it could take. Nobody in it was ever released, so a coarser
release of them meets no finer one. What stands out there too is dropped: its body is emptied in the ledger, which
remembers only that it was received. A pending response belongs to no series yet, so dropping it takes it from every
other series of the questionnaire as well: whoever closes a series names those that are still open.

Source: the fifth rule in docs/explanation/releases-over-time.md.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from selfhelp_survey.errors import ReleaseRefused, UsageError
from selfhelp_survey.privacy.tables import round_to_base
from selfhelp_survey.research.ledger import Ledger, ReleaseEntry
from selfhelp_survey.research.plan import Output, ReleasePlan
from selfhelp_survey.research.records import RowMaker
from selfhelp_survey.research.release import (
    Draft,
    Pending,
    Workstation,
    complete_interrupted,
    frozen_series,
    gather,
    instrument_of,
    releasable,
    write_release,
)
from selfhelp_survey.research.release_files import refuse_existing
from selfhelp_survey.research.series import Series, series_in
from selfhelp_survey.research.versions import Instrument, Version, incomparable


@dataclass(frozen=True, kw_only=True)
class Ending:
    """How a series is to end. Raises UsageError for an ending that nobody can mean.

    `out` is where its last release goes, None to drop the residue. `levels` are those to be raised for it.
    `confirmed` names the series itself, and every other one that loses what still waits.
    """

    out: Path | None
    levels: Mapping[str, int]
    confirmed: frozenset[str]

    def __post_init__(self) -> None:
        if self.levels and self.out is None:
            raise UsageError("What is dropped has no levels: give --out DIR for a last release, or leave --level out.")


@dataclass(frozen=True, kw_only=True)
class Closed:
    """A series that has ended: its last release, if the residue made one, and how many were dropped, rounded to 5."""

    last: ReleaseEntry | None
    dropped: int


def close_series(plan: ReleasePlan, ending: Ending, workstation: Workstation) -> Closed:
    """End the series of this plan for good. Raises ReleaseRefused, and changes nothing, with the reason.

    If an earlier call for this directory was interrupted, that ending is completed instead.
    """
    out = ending.out.absolute() if ending.out else None
    for entry in list(complete_interrupted(workstation)):
        if out and entry.series == plan.series and entry.directory == str(out) and "residue" in entry.summary:
            return Closed(last=entry, dropped=entry.summary["residue"]["dropped"])
    series = _begun(plan, workstation.ledger)
    _refuse_unconfirmed(series, ending, workstation.ledger)
    if out is None:
        return _drop(series, workstation)
    refuse_existing(out)
    return _release_residue(series, ending, out.absolute(), workstation=workstation)


def _begun(plan: ReleasePlan, ledger: Ledger) -> Series:
    series = frozen_series(plan, ledger)
    if series is None:
        raise ReleaseRefused(f"The series {plan.series} has no release yet, so there is nothing to close.")
    return series


def _refuse_unconfirmed(series: Series, ending: Ending, ledger: Ledger) -> None:
    names = [series.plan.series, *others_open(series, ledger)]
    if ending.confirmed.issuperset(names):
        return
    others = f" They wait for {_listed(names[1:])} too, and would be lost there." if names[1:] else ""
    which = "that still stand out" if ending.out else "of this series, all of them,"
    raise ReleaseRefused(
        f"Closing {series.plan.series} is for good: it takes no further release, and the pending responses {which} "
        f"are dropped.{others} If that is meant, say `--yes {' '.join(names)}`."
    )


def others_open(series: Series, ledger: Ledger) -> tuple[str, ...]:
    """The other series that could still take what is pending for this one: same questionnaire and kind, not closed."""
    wanted, closed = (series.plan.questionnaire, series.plan.kind), ledger.closed_series
    names = dict.fromkeys(entry.series for entry in ledger.releases())
    open_plans = (series_in(ledger.plan(name) or b"").plan for name in names if name not in closed)
    return tuple(
        plan.series for plan in open_plans
        if (plan.questionnaire, plan.kind) == wanted and plan.series != series.plan.series
    )  # fmt: skip


def _listed(names: Iterable[str]) -> str:
    return " and ".join(names)


def _drop(series: Series, workstation: Workstation) -> Closed:
    instrument = _comparable(series, workstation.ledger)
    pending = gather(RowMaker(series=series, instrument=instrument), workstation)
    workstation.ledger.end_series(series.plan.series, dropped=[*pending.ids, *pending.unusable])
    return Closed(last=None, dropped=round_to_base(len(pending.ids)))


def _comparable(series: Series, ledger: Ledger) -> Instrument:
    """The versions whose responses this series can take: those it released, and later ones that compare with them.

    What answers any other version waits for another series, and is no part of this one's residue.
    """
    released = set(ledger.releases(series.plan.series)[-1].summary["hashes"])
    taken: tuple[Version, ...] = ()
    for version in instrument_of(series.plan.questionnaire, ledger).versions:
        more = Instrument(versions=(*taken, version))
        if version.hash in released or not any(incomparable(more, _known(series, more))):
            taken = more.versions
    return Instrument(versions=taken)


def _known(series: Series, instrument: Instrument) -> Iterator[str]:
    return (name for name in series.columns if name in instrument.variables)


def _release_residue(series: Series, ending: Ending, out: Path, *, workstation: Workstation) -> Closed:
    instrument = _comparable(series, workstation.ledger)
    levels = last_levels(series, ending.levels, instrument)
    coarse = series.at(levels)
    pending = gather(RowMaker(series=coarse, instrument=instrument), workstation)
    chosen = _chosen(coarse, pending)
    dropped = _left(pending, chosen)
    told = round_to_base(len(dropped))
    draft = Draft(
        series=series, instrument=instrument, pending=pending, chosen=tuple(chosen),
        notes={"levels": levels, "residue": {"dropped": told}}, dropped=(*dropped, *pending.unusable),
    )  # fmt: skip
    return Closed(last=write_release(draft, out, workstation), dropped=told)


def _left(pending: Pending, chosen: Iterable[int]) -> list[bytes]:
    taken = set(chosen)
    return [row_id for place, row_id in enumerate(pending.ids) if place not in taken]


def _chosen(coarse: Series, pending: Pending) -> list[int]:
    plan, chosen = coarse.plan, releasable(coarse, pending)
    is_totals = plan.output is Output.TOTALS
    minimum = max(plan.minimum_size, plan.minimum_new) if is_totals else plan.minimum_size
    if len(chosen) < minimum:
        raise ReleaseRefused(
            f"Too little for a last release: of about {round_to_base(len(pending.ids))} pending responses about "
            f"{round_to_base(len(chosen))} could go, and it has at least {minimum}. {plan.series} is still open: "
            f"{'wait for more' if is_totals else 'give higher levels'}, or --drop."
        )
    return chosen


def last_levels(series: Series, raised: Mapping[str, int], instrument: Instrument) -> dict[str, int]:
    """The level of every quasi-identifier in the last release of a series. Raises UsageError.

    No level is lower than the series' own; in records at least one is higher, and in totals none is.
    """
    if series.plan.output is Output.TOTALS:
        if raised:
            raise UsageError("The tables of a series of totals are fixed: leave --level out to count the rest once.")
        return series.plan.levels
    levels = raised_levels(series, raised, instrument)
    if levels == series.plan.levels:
        raise UsageError("The residue goes at a coarser level, or not at all: raise at least one with --level.")
    return levels


def raised_levels(series: Series, raised: Mapping[str, int], instrument: Instrument) -> dict[str, int]:
    """The levels of the series with these in their place. Raises UsageError for a lower one, or one there is not."""
    own = series.plan.levels
    for name, level in raised.items():
        if name not in own:
            raise UsageError(f"{name} is no quasi-identifier of {series.plan.series}: it has {', '.join(own)}.")
        if not own[name] <= level <= instrument.levels_of(name):
            raise UsageError(
                f"{name} stands at level {own[name]} in {series.plan.series} and can only be raised, up to "
                f"{instrument.levels_of(name)} (withheld)."
            )
    return {**own, **raised}
