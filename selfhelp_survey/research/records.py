"""From opened responses to the rows of a series: one code a column, quasi-identifiers at their level."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from selfhelp_survey.core.answers import MissingCode
from selfhelp_survey.core.record import RecordValue, is_usable, record
from selfhelp_survey.core.response import Response
from selfhelp_survey.research.generalisation import generaliser
from selfhelp_survey.research.series import Series
from selfhelp_survey.research.versions import Instrument, Version

Row = tuple[RecordValue, ...]
_NOT_IN_VERSION = int(MissingCode.NOT_IN_VERSION)


@dataclass(frozen=True, kw_only=True)
class RowMaker:
    """Makes the rows of one series, whatever version of the questionnaire a response answers."""

    series: Series
    instrument: Instrument

    def is_wanted(self, response: Response) -> bool:
        """True where the response is of the series' kind and questionnaire."""
        plan = self.series.plan
        return response.mark is plan.kind and response.version_hash in self.instrument.by_hash

    def is_usable(self, response: Response) -> bool:
        """True where its sender let it be used."""
        return is_usable(self.instrument.by_hash[response.version_hash].questionnaire, response)

    def row(self, response: Response) -> Row:
        """The row of a response; -6 in the columns that its version does not have. Raises SubmissionError."""
        version = self.instrument.by_hash[response.version_hash]
        values = record(version.questionnaire, response)
        return tuple(
            change(values[name]) if name in values else _NOT_IN_VERSION for name, change in self._columns[version.hash]
        )

    def way(self, response: Response) -> int:
        """The number of the way in which the response's version asks the columns: see `Instrument.ways`."""
        return self._ways[response.version_hash]

    @cached_property
    def _ways(self) -> dict[str, int]:
        return self.instrument.ways(self.series.columns)

    @cached_property
    def _columns(self) -> dict[str, tuple[tuple[str, Callable[[RecordValue], RecordValue]], ...]]:
        return {version.hash: self._changes(version) for version in self.instrument.versions}

    def _changes(self, version: Version) -> tuple[tuple[str, Callable[[RecordValue], RecordValue]], ...]:
        levels = self.series.plan.levels
        known = version.variables
        return tuple(
            (name, generaliser(version, name, levels.get(name, 0) if name in known else 0))
            for name in self.series.columns
        )
