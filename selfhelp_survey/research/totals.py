"""A series of totals: the fixed tables of its plan, counted over one closed batch."""

from collections.abc import Iterator, Sequence

from selfhelp_survey.core.answers import MissingCode
from selfhelp_survey.core.record import RecordValue
from selfhelp_survey.privacy.table import Table
from selfhelp_survey.privacy.tables import TableSpec, TotalCell, totals
from selfhelp_survey.research.formats.codebook_json import codes_of
from selfhelp_survey.research.plan import Finding, ReleasePlan
from selfhelp_survey.research.records import Row
from selfhelp_survey.research.series import Series
from selfhelp_survey.research.versions import Instrument

_AS_ASKED = (
    MissingCode.LEFT_BLANK, MissingCode.PREFER_NOT_TO_SAY, MissingCode.NOT_SURE, MissingCode.NOT_ASKED,
    MissingCode.NOT_REACHED, MissingCode.NOT_IN_VERSION,
)  # fmt: skip
_COARSER = (MissingCode.LEFT_BLANK, MissingCode.NOT_ASKED, MissingCode.NOT_IN_VERSION, MissingCode.NOT_CODABLE)


def count_cells(rows: Sequence[Row], series: Series, instrument: Instrument) -> tuple[TotalCell, ...]:
    """Every cell of every table of the plan, empty ones and sub-totals included, each rounded to 5 on its own.

    Which cells there are depends on the questionnaire and the plan alone, never on the rows.
    """
    table = Table.from_rows(series.columns, rows)
    specs = [_spec(variables, series.plan, instrument) for variables in series.plan.tables]
    return totals(table, specs, minimum=series.plan.minimum_new)


def open_ended(plan: ReleasePlan, instrument: Instrument) -> Iterator[Finding]:
    """The variables of tables whose categories nobody can list before the data are seen."""
    for number, table in enumerate(plan.tables):
        for name in table:
            if name in instrument.variables and not categories(name, plan, instrument):
                message = f"{name} has no fixed list of values, so a table cannot count them: leave it out"
                yield Finding(f"tables.{number}.{name}", message)


def categories(name: str, plan: ReleasePlan, instrument: Instrument) -> tuple[RecordValue, ...]:
    """Every value that a variable can have at its level, missing codes included; none where they are open-ended."""
    level = plan.levels.get(name, 0)
    if level and level >= instrument.levels_of(name):
        return (int(MissingCode.WITHHELD),)
    codes = codes_of(name, level, instrument)
    return (*codes, *map(int, _COARSER if level else _AS_ASKED)) if codes else ()


def table_name(table: tuple[str, ...]) -> str:
    """How a table is named in the file and in the research store."""
    return " x ".join(table)


def _spec(table: tuple[str, ...], plan: ReleasePlan, instrument: Instrument) -> TableSpec:
    return TableSpec(
        name=table_name(table), categories=tuple((name, categories(name, plan, instrument)) for name in table)
    )
