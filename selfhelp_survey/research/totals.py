"""A series of totals: the fixed tables of its plan, counted over one closed batch."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np
from tqdm import tqdm

from selfhelp_survey.core.answers import IMPORTED_MISSING, MissingCode
from selfhelp_survey.core.codebook import SYSTEM_VARIABLES
from selfhelp_survey.core.record import RecordValue
from selfhelp_survey.privacy.margins import Margins, margins_of
from selfhelp_survey.privacy.suppression import Counted, suppression
from selfhelp_survey.privacy.table import Table
from selfhelp_survey.privacy.tables import WITHHELD, TableSpec, TotalCell, round_to_base, true_counts
from selfhelp_survey.research.formats.codebook_json import codes_of
from selfhelp_survey.research.interval_bounds import solve
from selfhelp_survey.research.plan import SAMPLE, Finding, Protection, ReleasePlan
from selfhelp_survey.research.quarters import OUTSIDE, periods
from selfhelp_survey.research.records import Row
from selfhelp_survey.research.series import Series
from selfhelp_survey.research.totals_audit import is_open
from selfhelp_survey.research.versions import Instrument

_AS_ASKED = (
    MissingCode.LEFT_BLANK, MissingCode.PREFER_NOT_TO_SAY, MissingCode.NOT_SURE, MissingCode.NOT_ASKED,
    MissingCode.NOT_REACHED, MissingCode.NOT_IN_VERSION,
)  # fmt: skip
_COARSER = (MissingCode.LEFT_BLANK, MissingCode.NOT_ASKED, MissingCode.NOT_IN_VERSION, MissingCode.NOT_CODABLE)
_OFFERED = frozenset({MissingCode.PREFER_NOT_TO_SAY, MissingCode.NOT_SURE})


def count_cells(rows: Sequence[Row], series: Series, instrument: Instrument) -> tuple[TotalCell, ...]:
    """Every cell of every table of the plan, empty ones and sub-totals included, rounded to 5 or withheld (-7).

    Which cells there are depends on the questionnaire and the plan alone, never on the rows.
    """
    specs = specs_of(series.plan, instrument)
    counted = true_counts(_table(rows, series, instrument), specs, minimum=series.plan.minimum_new)
    if series.plan.protection is Protection.ROUNDING:
        return tuple(replace(held, count=round_to_base(held.count)) for held in counted)
    return _suppressed(counted, margins_of(specs), series.plan, instrument)


def count_of_cells(series: Series, instrument: Instrument) -> int:
    """How many lines the tables of the plan have."""
    return sum(1 for spec in specs_of(series.plan, instrument) for _cell in spec.cells())


def specs_of(plan: ReleasePlan, instrument: Instrument) -> tuple[TableSpec, ...]:
    """The tables of a plan with every category."""
    return tuple(_spec(variables, plan, instrument) for variables in plan.tables)


def open_ended(plan: ReleasePlan, instrument: Instrument) -> Iterator[Finding]:
    """The variables of tables whose categories nobody can list before the data are seen."""
    for number, table in enumerate(plan.tables):
        for name in table:
            if name in instrument.variables and not categories(name, plan, instrument):
                message = f"{name} has no fixed list of values, so a table cannot count them: leave it out"
                yield Finding(f"tables.{number}.{name}", message)
    if plan.tables and len({version.questionnaire.sample for version in instrument.versions}) > 1:
        yield Finding("tables", "the versions that were received are of different samples: release them apart")


def categories(name: str, plan: ReleasePlan, instrument: Instrument) -> tuple[RecordValue, ...]:
    """Every value that a variable can have at its level, missing codes included; none where they are open-ended.

    What the software notes itself is never missing.
    """
    level = plan.levels.get(name, 0)
    if name == SAMPLE:
        return (instrument.newest.questionnaire.sample,)
    if level and level >= instrument.levels_of(name):
        return (int(MissingCode.WITHHELD),)
    if name == "quarter":
        return periods(plan.quarters, level)
    codes = codes_of(name, level, instrument)
    missing = (*_missing_codes(name, is_coarser=bool(level)), *(() if level else _imported(name, instrument)))
    return (*codes, *missing) if codes else ()


def table_name(table: tuple[str, ...]) -> str:
    """How a table is named in the file and in the research store."""
    return " x ".join(table)


def _missing_codes(name: str, *, is_coarser: bool) -> Iterable[int]:
    if name in SYSTEM_VARIABLES:
        return (int(MissingCode.NOT_CODABLE),) if is_coarser else ()
    return map(int, _COARSER if is_coarser else _AS_ASKED)


def _imported(name: str, instrument: Instrument) -> Iterable[int]:
    """The missing codes beyond the usual ones that a variable can have as it came over from another survey."""
    offered = {value.code for home in instrument.homes(name) for value in home.variables[name].values}
    return sorted(map(int, IMPORTED_MISSING & offered))


def _spec(table: tuple[str, ...], plan: ReleasePlan, instrument: Instrument) -> TableSpec:
    return TableSpec(
        name=table_name(table), categories=tuple((name, categories(name, plan, instrument)) for name in table)
    )


def _table(rows: Sequence[Row], series: Series, instrument: Instrument) -> Table:
    """The rows with the sample beside them, and a quarter from outside the plan's span as such."""
    place = series.columns.index("quarter") if "quarter" in series.columns else None
    told = frozenset(categories("quarter", series.plan, instrument)) if place is not None else frozenset()
    sample = instrument.newest.questionnaire.sample

    def counted(row: Row) -> Row:
        if place is not None and row[place] not in told:
            row = (*row[:place], OUTSIDE, *row[place + 1 :])
        return (*row, sample)

    return Table.from_rows((*series.columns, SAMPLE), map(counted, rows))


def _suppressed(
    counted: Sequence[TotalCell], margins: Margins, plan: ReleasePlan, instrument: Instrument
) -> tuple[TotalCell, ...]:
    """The cells with -7 in the place of each count that is withheld."""
    places = [margins.place(held.cell) for held in counted]
    counts, is_open_empty = np.zeros(len(margins.keys), dtype=np.int64), np.zeros(len(margins.keys), dtype=np.bool_)
    for place, held in zip(places, counted, strict=True):
        counts[place] = held.count
        is_open_empty[place] = is_open(held.cell, plan) or _is_impossible(held, instrument)
    problem = Counted(margins=margins, counts=counts, open_empty=is_open_empty, threshold=plan.threshold)
    with tqdm(desc="withholding small counts", unit=" examples", delay=2, disable=None) as bar:
        withheld = suppression(problem, solve, progress=bar.update)
    return tuple(
        replace(held, count=WITHHELD) if withheld[place] else held for place, held in zip(places, counted, strict=True)
    )


def _is_impossible(held: TotalCell, instrument: Instrument) -> bool:
    """True where the questionnaire tells anybody that nobody can be in the cell."""
    return any(_cannot_be(name, value, instrument) for name, value in held.cell if name in instrument.variables)


def _cannot_be(name: str, value: RecordValue, instrument: Instrument) -> bool:
    homes = instrument.homes(name)
    if value in _OFFERED:
        return not any(offered.code == value for home in homes for offered in home.variables[name].values)
    return value == MissingCode.NOT_IN_VERSION and len(homes) == len(instrument.versions)
