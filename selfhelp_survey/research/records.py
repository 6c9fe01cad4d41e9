"""From opened responses to the rows of a series: one code a column, quasi-identifiers at their level."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from selfhelp_survey.core.answers import MissingCode
from selfhelp_survey.core.comparison import deciding
from selfhelp_survey.core.questionnaire import Role
from selfhelp_survey.core.record import RecordValue, is_usable, record
from selfhelp_survey.core.response import Response
from selfhelp_survey.research.generalisation import generaliser
from selfhelp_survey.research.series import Series
from selfhelp_survey.research.versions import Instrument, Version

Row = tuple[RecordValue, ...]
_NOT_IN_VERSION = int(MissingCode.NOT_IN_VERSION)
_NOT_ASKED, _NOT_REACHED = int(MissingCode.NOT_ASKED), int(MissingCode.NOT_REACHED)


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

    def way(self, response: Response, row: Row) -> int:
        """The number of the way in which the columns were asked in a response, of which this is the row.

        That is how its version asks them, see `Instrument.ways`, and its route, see `telling_columns`.
        """
        number, base = self._ways[response.version_hash], len(self.instrument.versions)
        for places in self._telling[response.version_hash]:
            number, base = number + base * _seen_of_route([row[place] for place in places]), base * 4
        return number

    @cached_property
    def _ways(self) -> dict[str, int]:
        return self.instrument.ways(self.series.columns)

    @cached_property
    def _telling(self) -> dict[str, list[list[int]]]:
        place = self.series.columns.index
        return {
            version.hash: [list(map(place, names)) for names in telling_columns(self.series, version)]
            for version in self.instrument.versions
        }

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


def telling_columns(series: Series, version: Version) -> tuple[tuple[str, ...], ...]:
    """The columns that are asked or not by what a quasi-identifier hides at its level, those of one condition together.

    Asked only at 70 or older, a question would tell who is 70 where the level only says 50 or older. A quasi-identifier
    that the plan leaves out hides everything. At level 0 nothing is hidden.
    """
    hidden = frozenset(_hidden(series, version))
    found: dict[str, list[str]] = {}
    for name in series.columns:
        variable = version.variables.get(name)
        question = variable.question_name if variable and name not in series.plan.levels else None
        if variable and question and hidden & deciding(version.questionnaire, question):
            found.setdefault(variable.universe, []).append(name)
    return tuple(map(tuple, found.values()))


def _seen_of_route(values: Sequence[RecordValue]) -> int:
    """What the cells of one condition show of it, from 0 to 3: whether one was not asked, and whether one was."""
    is_passed_by = _NOT_ASKED in values
    is_asked = any(value not in (_NOT_ASKED, _NOT_REACHED) for value in values)
    return is_passed_by + 2 * is_asked


def _hidden(series: Series, version: Version) -> Iterator[str]:
    """The questions whose answers are quasi-identifiers and not told as they were given."""
    for name, variable in version.variables.items():
        is_hidden = series.plan.levels.get(name, variable.role is Role.QUASI_IDENTIFIER)
        if variable.question_name and is_hidden:
            yield variable.question_name
