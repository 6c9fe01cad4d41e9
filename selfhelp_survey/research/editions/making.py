"""Makes an edition: a signed directory like a release's, derived from releases and from nothing else.

Nothing is noted in the ledger, for an edition takes nobody: made again from the same releases it has the same bytes,
and killed on the way it leaves its temporary name, which the next call clears away.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from selfhelp_survey.core.record import RecordValue
from selfhelp_survey.errors import ReleaseRefused, UsageError
from selfhelp_survey.privacy.hierarchy import WITHHELD
from selfhelp_survey.research.audit import kept_rows
from selfhelp_survey.research.closing import raised_levels
from selfhelp_survey.research.editions.erratum import Erratum
from selfhelp_survey.research.editions.recoding import (
    Recoding,
    added_up,
    in_lot_order,
    one_after_the_other,
    raiser,
    recoded,
    recoding_of,
    withheld,
)
from selfhelp_survey.research.editions.sources import Sources, cells_of, refuse_unknown, rows_of
from selfhelp_survey.research.formats import report
from selfhelp_survey.research.formats.codebook_json import write_codebook
from selfhelp_survey.research.formats.manifest import EditionKind
from selfhelp_survey.research.generalisation import Generaliser
from selfhelp_survey.research.plan import Output
from selfhelp_survey.research.records import Row
from selfhelp_survey.research.release import Workstation, instrument_of
from selfhelp_survey.research.release_files import ReleaseContent, put_in_place, refuse_existing, write_partial
from selfhelp_survey.research.verify import VerifiedRelease
from selfhelp_survey.research.versions import Instrument

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is to be changed on the way: quasi-identifiers to raise, with their levels, and an erratum."""

    levels: Mapping[str, int] = field(default_factory=dict)
    erratum: Erratum | None = None

    @property
    def kind(self) -> EditionKind:
        """What the edition is in the first place."""
        if self.erratum:
            return EditionKind.ERRATUM
        return EditionKind.COARSER if self.levels else EditionKind.CUMULATIVE


@dataclass(frozen=True, kw_only=True)
class _Draft:
    sources: Sources
    wish: Wish
    instrument: Instrument
    levels: dict[str, int]


def make_edition(sources: Sources, wish: Wish, out: Path, *, workstation: Workstation) -> Json:
    """What the manifest says of the edition that now stands in a new directory. Raises ReleaseRefused, UsageError."""
    out = out.absolute()
    refuse_existing(out)
    refuse_unknown(sources, workstation.ledger)
    code = sources.series.plan.questionnaire
    instrument = instrument_of(code, workstation.ledger, hashes=sources.hashes)
    draft = _Draft(sources=sources, wish=wish, instrument=instrument, levels=_levels(sources, wish, instrument))
    _refuse_senseless(draft)
    if wish.erratum:
        _refuse_unknown_codes(wish.erratum, _codebook(draft, wish.erratum))
    is_records = sources.series.plan.output is Output.RECORDS
    content = _records(draft, workstation) if is_records else _totals(draft)
    write_partial(content, out, workstation.private)
    put_in_place(out)
    return content.source.description


def _levels(sources: Sources, wish: Wish, instrument: Instrument) -> dict[str, int]:
    """The level of every quasi-identifier: the highest it has in any source, or the one that is wished for.

    So the last release of a series, which is coarser, takes a cumulative file up with it: one column, one level.
    """
    levels = dict(raised_levels(sources.series, wish.levels, instrument))
    for release in sources.releases:
        levels = {name: max(level, release.manifest["levels"][name]) for name, level in levels.items()}
    return levels


def _refuse_senseless(draft: _Draft) -> None:
    sources, wish = draft.sources, draft.wish
    if wish.kind is EditionKind.CUMULATIVE and len(sources.numbers) == 1 and sources.numbers != (1,):
        raise UsageError("One release by itself adds nothing up: name all of them from the first, or say what changes.")
    if wish.levels and all(release.manifest["levels"] == draft.levels for release in sources.releases):
        raise UsageError("Nothing would be coarser: raise a level above that of the releases.")
    if sources.series.plan.output is Output.TOTALS and (wish.levels or (wish.erratum and wish.erratum.changes_values)):
        raise UsageError("In totals only labels can be corrected: their counts are rounded already.")


def _records(draft: _Draft, workstation: Workstation) -> ReleaseContent:
    recodings, rows = [], []
    for release in draft.sources.releases:
        held = tuple(rows_of(release))
        recodings.append(recoding_of(held, release.series.columns, _changes(draft, release)))
        _refuse_alike(tuple(recoded(held, release.series.columns, recodings[-1])), release)
        rows.append(held)
        workstation.progress(len(held))
    ordered = derived_rows(draft.sources, rows, recodings)
    content = _content(draft, recodings, size=len(ordered))
    return replace(content, rows=ordered, ways=(0,) * len(ordered))


def _refuse_alike(rows: Sequence[Row], release: VerifiedRelease) -> None:
    """Raises ReleaseRefused where one release, recoded, would not keep its promise by itself.

    Whoever knows roughly when somebody answered knows the release, whatever stands beside its rows in the edition.
    """
    if len(kept_rows(rows, release.series, ways=(0,) * len(rows))) < len(rows):
        raise ReleaseRefused(
            f"Recoded so, people who look alike in release {release.number} would have given too few different "
            "answers: correct it otherwise, or take the variable back with `withhold`."
        )


def derived_rows(sources: Sources, rows: Sequence[Iterable[Row]], recodings: Sequence[Recoding]) -> tuple[Row, ...]:
    """All rows of an edition in its order. `rows` and `recodings` go with the sources."""
    columns = sources.series.columns
    each = (recoded(held, columns, recoding) for held, recoding in zip(rows, recodings, strict=True))
    return in_lot_order(chain.from_iterable(each), sources.lot)


def _totals(draft: _Draft) -> ReleaseContent:
    cells = added_up(map(cells_of, draft.sources.releases))
    content = _content(draft, [{} for _ in draft.sources.releases], size=len(cells))
    return replace(content, counted=cells)


def _changes(draft: _Draft, release: VerifiedRelease) -> dict[str, Generaliser]:
    """For each variable that may change in this release, how."""
    changes: dict[str, Generaliser] = {}
    for name, level in draft.levels.items():
        changes[name] = raiser(draft.instrument, name, released=release.manifest["levels"][name], wanted=level)
    if erratum := draft.wish.erratum:
        for name in erratum.values:
            corrected = partial(erratum.change, name)
            changes[name] = one_after_the_other(changes[name], corrected) if name in changes else corrected
        changes |= dict.fromkeys(_withheld_names(draft, erratum), withheld)
    return changes


def _withheld_names(draft: _Draft, erratum: Erratum) -> Iterable[str]:
    """The columns that an erratum takes back: all parts of a multiple question, where it names that."""
    variables, columns = draft.instrument.variables, draft.sources.series.columns
    for name in erratum.withhold:
        if name in draft.levels:
            raise UsageError(f"{name} is a quasi-identifier: raise it to its top with --level instead.")
        parts = [column for column in columns if name in {column, variables[column].question_name}]
        if not parts:
            raise ReleaseRefused(f"{name} is no variable of these releases: look it up in the codebook.")
        yield from parts


def _content(draft: _Draft, recodings: Sequence[Recoding], *, size: int) -> ReleaseContent:
    sources, erratum = draft.sources, draft.wish.erratum
    told = json.loads((sources.last.directory / report.JSON_NAME).read_text(encoding="utf-8"))
    summary = {
        "rows": size, "held_back": sources.last.manifest["held_back"], "not_usable": told["not_usable"],
        "columns": list(sources.series.columns), "hashes": [version.hash for version in draft.instrument.versions],
        "levels": draft.levels, "edition": _description(draft, recodings),
    }  # fmt: skip
    return ReleaseContent(
        series=sources.series, instrument=draft.instrument, number=sources.last.number, rows=(), ways=(),
        summary=summary, labels=erratum.labels if erratum else {},
    )  # fmt: skip


def _description(draft: _Draft, recodings: Sequence[Recoding]) -> Json:
    """What the manifest says of the edition: enough to make its table again from the releases alone."""
    erratum = draft.wish.erratum
    pairs = zip(draft.sources.releases, recodings, strict=True)
    return {
        "kind": draft.wish.kind.value, "reason": erratum.reason if erratum else "",
        "labels": sorted(erratum.labels) if erratum else [],
        "sources": [{"release": release.number, "manifest": release.digest, "recoded": _plain(recoding)}
                    for release, recoding in pairs],
    }  # fmt: skip


def _plain(recoding: Recoding) -> Json:
    return {name: _pairs(table) for name, table in recoding.items()}


def _pairs(table: Mapping[RecordValue, RecordValue]) -> list[list[RecordValue | None]]:
    """The pairs of a released and a new value; None for any value where all are withheld: their list tells of them."""
    if set(table.values()) == {WITHHELD}:
        return [[None, WITHHELD]]
    return [[value, changed] for value, changed in table.items()]


def _codebook(draft: _Draft, erratum: Erratum) -> Json:
    series = draft.sources.series.at(draft.levels)
    codebook: Json = json.loads(write_codebook(series, draft.instrument, labels=erratum.labels))
    return codebook


def _refuse_unknown_codes(erratum: Erratum, codebook: Json) -> None:
    """Raises ReleaseRefused where an erratum names what the codebook does not have; new codes need a label."""
    variables = {variable["name"]: variable for variable in codebook["variables"]}
    if unknown := sorted({*erratum.values, *erratum.labels} - variables.keys()):
        raise ReleaseRefused(f"{', '.join(unknown)} is no variable of these releases: look it up in the codebook.")
    for name, table in erratum.values.items():
        listed = variables[name]["values"]
        known = {value["code"] for value in (*listed, *variables[name]["missing"])}
        if listed and not known.issuperset({*table.values()}):
            raise ReleaseRefused(f"{name} has no such code in the codebook: give a new code its label under labels.")
    spoken = {language for held in erratum.labels.values() for texts in held.values() for language in texts}
    if unknown := sorted(spoken - set(codebook["languages"])):
        raise ReleaseRefused(f"The codebook has no language {', '.join(unknown)}: take those labels out.")
