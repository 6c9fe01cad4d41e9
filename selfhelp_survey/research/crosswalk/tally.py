"""What a crosswalk counts of a file while it reads it, within bounds whatever the file holds."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from selfhelp_survey.research.crosswalk.errors import CrosswalkRefused
from selfhelp_survey.research.crosswalk.mapping import Conflict
from selfhelp_survey.research.crosswalk.variable_reader import LONGEST_VALUE
from selfhelp_survey.research.crosswalk.wording import free_text
from selfhelp_survey.research.plan import DEFAULT_THRESHOLD

SHOWN_FROM = DEFAULT_THRESHOLD
"""A source value is shown only where at least so many rows hold it: a rarer one may be somebody's own words.
Source: the smallest count that a table shows, ONS Longitudinal Study and UK LLC."""
MOST_DIFFERENT = 300
"""Different unmapped values of a column, beyond which it is taken for one of free text, and bounds what is held.
A choice, not a norm: closed lists have dozens of values, and those of them that are mapped do not count."""


class Unmapped(NamedTuple):
    """A source value that the plan does not name, its column, and how many usable rows hold it."""

    column: str
    value: str
    rows: int


@dataclass(kw_only=True)
class Tally:
    """What was counted. `usable` and `not_usable` are rows; `unplaced` are rows whose language or quarter is not known.

    For each column `unplaced` holds how many rows, and the number of the first.
    """

    usable: int = 0
    not_usable: int = 0
    conflicts: Counter[tuple[str, Conflict]] = field(default_factory=Counter)
    unplaced: dict[str, tuple[int, int]] = field(default_factory=dict)
    _unmapped: dict[str, Counter[str]] = field(default_factory=dict)

    def note_unmapped(self, values: Iterable[tuple[str, str]], row: int) -> None:
        """Count the unmapped values of a row, columns with texts, each once however often the row holds it.

        Raises CrosswalkRefused where a column looks like one of free text: it is never mapped.
        """
        for column, text in dict.fromkeys(values):
            counts = self._unmapped.setdefault(column, Counter())
            counts[text] += 1
            if len(text) > LONGEST_VALUE or len(counts) > MOST_DIFFERENT:
                raise CrosswalkRefused(free_text(column, row))

    def note_unplaced(self, column: str, row: int) -> None:
        """Count a row without a language or quarter."""
        count, first = self.unplaced.get(column, (0, row))
        self.unplaced[column] = count + 1, first

    @property
    def is_unusable(self) -> bool:
        """True where a row has no language or quarter: nothing can stand in for it."""
        return bool(self.unplaced)

    @property
    def has_unmapped(self) -> bool:
        """True where a value is unmapped, or values contradict the plan."""
        return bool(self._unmapped or self.conflicts)

    def unmapped(self) -> Iterator[Unmapped]:
        """Every unmapped value, the commonest of each column first."""
        for column, counts in self._unmapped.items():
            yield from (Unmapped(column, text, rows) for text, rows in counts.most_common())

    def shown(self) -> Iterator[Unmapped]:
        """Those that enough rows hold to be shown."""
        return (each for each in self.unmapped() if each.rows >= SHOWN_FROM)

    def rare(self) -> tuple[Unmapped, ...]:
        """The others: they may be somebody's own words."""
        return tuple(each for each in self.unmapped() if each.rows < SHOWN_FROM)
