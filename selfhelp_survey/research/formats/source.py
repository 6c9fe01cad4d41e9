"""What every format of a release is written from: the rows, the codebook that explains them, what the release is."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import polars as pl

from selfhelp_survey.core.record import RecordValue
from selfhelp_survey.privacy.tables import TotalCell
from selfhelp_survey.research.formats.codebook_json import CorrectedLabels, write_codebook
from selfhelp_survey.research.formats.manifest import title_of
from selfhelp_survey.research.records import Row
from selfhelp_survey.research.series import Series
from selfhelp_survey.research.totals import count_cells
from selfhelp_survey.research.versions import Instrument

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class FormatSource:
    """One table and all that is known of it.

    `rows` come in the order in which they are written; a cell is a whole number or a text without spaces, never empty.
    `description` is the manifest before its files are known. `series` has the levels at which the rows are written.
    `counted` are the cells of a totals edition, which has no rows; `labels` are those that an erratum corrects.
    """

    series: Series
    instrument: Instrument
    description: Json
    rows: Sequence[Row]
    counted: tuple[TotalCell, ...] = ()
    labels: CorrectedLabels = field(default_factory=dict)

    @cached_property
    def cells(self) -> tuple[TotalCell, ...]:
        """Every cell of every table of a series of totals."""
        return self.counted or count_cells(self.rows, self.series, self.instrument)

    @property
    def title(self) -> str:
        """What this is, in one line: a release of a series, or an edition of some."""
        return title_of(self.description)

    @property
    def columns(self) -> tuple[str, ...]:
        """The variables in the order of the file."""
        return self.series.columns

    @cached_property
    def codebook_text(self) -> str:
        """`codebook.json` as it is written."""
        return write_codebook(self.series, self.instrument, labels=self.labels)

    @cached_property
    def codebook(self) -> Json:
        """The codebook: `languages`, `missing`, and `variables` in the order of the columns."""
        codebook: Json = json.loads(self.codebook_text)
        return codebook

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages in which the codebook has labels, the questionnaire's first one first."""
        return tuple(self.codebook["languages"])

    @cached_property
    def numeric(self) -> frozenset[str]:
        """The columns that hold whole numbers only; in the others every cell is a text, missing codes too."""
        return frozenset(
            name for place, name in enumerate(self.columns) if all(isinstance(row[place], int) for row in self.rows)
            and not _has_text_codes(self.codebook["variables"][place])
        )  # fmt: skip

    @cached_property
    def frame(self) -> pl.DataFrame:
        """The rows as columns: `Int64` for numeric columns, `String` for the others. No cell is null."""
        types = {name: pl.Int64 if name in self.numeric else pl.String for name in self.columns}
        columns = zip(self.columns, zip(*self.rows, strict=True), strict=True) if self.rows else ()
        return pl.DataFrame({name: _cells(cells, name in self.numeric) for name, cells in columns}, schema=types)


def _has_text_codes(variable: Json) -> bool:
    """True where the codebook lists a code that is no number, so that another release may hold it."""
    return any(isinstance(value["code"], str) for value in variable["values"]) or variable["name"] == "quarter"


def _cells(cells: Sequence[RecordValue], is_numeric: bool) -> Sequence[RecordValue]:
    return cells if is_numeric else [str(cell) for cell in cells]
