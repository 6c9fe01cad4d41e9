"""The numbers of a release's report on risk and utility, from the rows as they are written and nothing else."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np

from selfhelp_survey.core.answers import MissingCode
from selfhelp_survey.core.questionnaire import Role
from selfhelp_survey.core.record import RecordValue
from selfhelp_survey.privacy.attribute_disclosure import AttributeDisclosure, attribute_disclosure
from selfhelp_survey.privacy.classes import Classes, equivalence_classes
from selfhelp_survey.privacy.risk import class_sizes, journalist_risk, prosecutor_risk
from selfhelp_survey.privacy.table import Codes, Table
from selfhelp_survey.research.formats.codebook_json import codes_of
from selfhelp_survey.research.records import Row
from selfhelp_survey.research.series import Series
from selfhelp_survey.research.versions import Instrument

ClassCounts = list[list[Any]]
"""Each class of a series as a list of its codes, then how many records the series has released in it."""
Json = dict[str, Any]
DIGITS = 6
MISSING = frozenset(int(code) for code in MissingCode)


def counted_classes(series: Series, rows: Iterable[Row], *, before: ClassCounts | None = None) -> ClassCounts:
    """How many records the series has released in each class: these rows and those counted before."""
    places = [series.columns.index(name) for name in series.quasi_identifiers]
    counts: Counter[tuple[RecordValue, ...]] = Counter(tuple(row[place] for place in places) for row in rows)
    for *codes, count in before or ():
        counts[tuple(codes)] += count
    return sorted(([*codes, count] for codes, count in counts.items()), key=repr)


@dataclass(frozen=True, kw_only=True)
class ReleasedRows:
    """The rows of a release of records, and how many records its series has by now in each class."""

    series: Series
    instrument: Instrument
    rows: Sequence[Row]
    classes: ClassCounts

    def risk(self) -> Json:
        """Class sizes and the risks of three attackers, each a probability from 0 to 1."""
        classes = self._equivalence_classes
        prosecutor, journalist = prosecutor_risk(classes), journalist_risk(classes, self._frame)
        return {
            "class_sizes": asdict(class_sizes(classes)), "prosecutor": _rounded(asdict(prosecutor)),
            "journalist": _rounded(asdict(journalist)), "marketer": {"average": round(prosecutor.average, DIGITS)},
        }  # fmt: skip

    def disclosure(self) -> list[Json]:
        """What the classes tell of each diversity item, and of each other sensitive variable."""
        return [
            {"name": name, "is_protected": is_protected, **_rounded(asdict(self._disclosure(variables)))}
            for name, variables, is_protected in self._sensitive()
        ]

    def utility(self, *, held_back: int) -> list[Json]:
        """For each variable what is left of it: its level, its categories, its loss, and the records with a value.

        `loss` is from 0 (as asked) to 1 (nothing told): the mean over all usable responses of the batch, of which the
        held back count as 1. None where the values as asked have no fixed list. `held_back` comes rounded to 5.
        Source: Iyengar 2002, Transforming data to satisfy privacy constraints, section 4.
        """
        return [self._utility(name, held_back=held_back) for name in self.series.columns]

    @cached_property
    def _table(self) -> Table:
        names = {*self.series.quasi_identifiers, *(part for _, parts, _ in self._sensitive() for part in parts)}
        places = [place for place, name in enumerate(self.series.columns) if name in names]
        rows = ([row[place] for place in places] for row in self.rows)
        return Table.from_rows([self.series.columns[place] for place in places], rows)

    @cached_property
    def _equivalence_classes(self) -> Classes:
        return equivalence_classes(self._table, self.series.quasi_identifiers)

    @property
    def _frame(self) -> Codes:
        """For each class of this release how many records the whole series has in it."""
        released = {tuple(codes): count for *codes, count in self.classes}
        places = [self.series.columns.index(name) for name in self.series.quasi_identifiers]
        _, first = np.unique(self._equivalence_classes.index, return_index=True)
        firsts = (tuple(self.rows[row][place] for place in places) for row in first.tolist())
        return np.array([released[codes] for codes in firsts], dtype=np.int64)

    def _sensitive(self) -> Iterator[tuple[str, tuple[str, ...], bool]]:
        """Name, columns, and whether the plan protects it. Of a protected multiple question also each answer alone.

        Its pattern is what is protected: where the patterns of a class differ, all may still have chosen one answer.
        """
        protected = {name for item in self.series.diversity for name in item.variables}
        for item in self.series.diversity:
            yield item.name, item.variables, True
            if len(item.variables) > 1:
                yield from ((name, (name,), False) for name in item.variables)
        for name in self.series.columns:
            role = self.instrument.variables[name].role
            if role is Role.SENSITIVE and name not in {*protected, *self.series.quasi_identifiers}:
                yield name, (name,), False

    def _disclosure(self, variables: Sequence[str]) -> AttributeDisclosure:
        return attribute_disclosure(self._equivalence_classes, [self._table.column(name) for name in variables])

    def _utility(self, name: str, *, held_back: int) -> Json:
        place = self.series.columns.index(name)
        counts = Counter(row[place] for row in self.rows)
        level = self.series.plan.levels.get(name)
        lost = category_losses(name, level or 0, self.instrument)
        total = len(self.rows) + held_back
        gone = None if lost is None else held_back + sum(lost.get(code, 0.0) * n for code, n in counts.items())
        return {
            "name": name, "level": level, "categories_as_asked": len(codes_of(name, 0, self.instrument)),
            "categories": len(codes_of(name, level or 0, self.instrument)),
            "valid": sum(count for code, count in counts.items() if code not in MISSING),
            "loss": None if gone is None else round(gone / total if total else 0.0, 2),
        }  # fmt: skip


def category_losses(name: str, level: int, instrument: Instrument) -> Mapping[RecordValue, float] | None:
    """For each code of a level the share of the values as asked that it cannot be told from; codes not named lose none.

    The share counts the other values: 0 for a value as asked, 1 for "withheld". Missing values lose nothing below
    the top, and everything there. None where the values as asked have no fixed list, as a quarter.
    """
    as_asked = codes_of(name, 0, instrument)
    if level == 0:
        return {}
    if level >= instrument.levels_of(name):
        return {int(MissingCode.WITHHELD): 1.0}
    hierarchy = instrument.homes(name)[-1].hierarchy(name)
    if hierarchy is None or len(as_asked) < 2:
        return None
    named = {member for category in hierarchy.levels[level - 1] for member in category.members}
    rest = sum(code not in named for code in as_asked)
    sizes = {held.code: rest if held.rest else len(held.members) for held in hierarchy.levels[level - 1]}
    return {code: max(size - 1, 0) / (len(as_asked) - 1) for code, size in sizes.items()}


def _rounded(numbers: Mapping[str, float]) -> Json:
    return {name: round(value, DIGITS) for name, value in numbers.items()}
