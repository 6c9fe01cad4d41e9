"""From a released value to the value in an edition: always a function of the released value, of nothing else.

So an edition tells nothing that the releases do not tell. Raising a level takes whole classes together: what was
k-anonymous and diverse stays so. An erratum can merge sensitive values; so what is written is checked again.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from selfhelp_survey.core.answers import MissingCode
from selfhelp_survey.core.questionnaire import SYSTEM_VARIABLES, Category
from selfhelp_survey.core.record import RecordValue
from selfhelp_survey.privacy.hierarchy import WITHHELD
from selfhelp_survey.privacy.rule import MISSING_CODES, Label
from selfhelp_survey.privacy.tables import EVERYBODY, Cell, TableSpec, TotalCell
from selfhelp_survey.research.formats.codebook_json import codes_of
from selfhelp_survey.research.formats.responses_csv import as_written
from selfhelp_survey.research.generalisation import Generaliser, generaliser
from selfhelp_survey.research.records import Row
from selfhelp_survey.research.versions import Instrument

Recoding = Mapping[str, Mapping[RecordValue, RecordValue]]
"""For each variable that changes: every released value, and what it becomes."""
_NOT_CODABLE = int(MissingCode.NOT_CODABLE)


class AllWithheld(dict[RecordValue, RecordValue]):
    """What becomes of a variable that is withheld altogether, whatever values the releases have."""

    def __missing__(self, value: RecordValue) -> RecordValue:
        """Withheld, for any value."""
        return WITHHELD


def value_in(name: str, cell: str) -> RecordValue:
    """The value that was written into a cell: what the software itself notes stays text, "2026" too."""
    return cell if name in SYSTEM_VARIABLES and cell not in MISSING_CODES else as_written(cell)


def raiser(instrument: Instrument, name: str, *, released: int, wanted: int) -> Generaliser:
    """The function that takes a quasi-identifier from its released level to an equal or higher one.

    Missing values: at the top everything reads -7; else they are what `generaliser` left of them at the released level,
    or does with them from level 0 on. A category whose answers nobody can list becomes what the rest is above, or -8.
    """
    home = instrument.homes(name)[-1]
    if wanted == released:
        return lambda value: value
    if released == 0 or wanted >= instrument.levels_of(name):
        return generaliser(home, name, wanted)
    if name == "quarter":
        return lambda value: str(value).split("H")[0]
    hierarchy = home.hierarchy(name)
    categories = hierarchy.levels[released - 1] if hierarchy else ()  # without one only the top stands above level 0
    return _by_member(categories, generaliser(home, name, wanted), codes_of(name, 0, instrument))


def _by_member(categories: Sequence[Category], above: Generaliser, asked: Iterable[RecordValue]) -> Generaliser:
    """Categories nest, so that any answer of one tells what all of it becomes."""
    named = {member for category in categories for member in category.members}
    unnamed = next((code for code in asked if code not in named), None)
    known = {category.code: _of_one(category, above, unnamed) for category in categories}

    def generalise(value: RecordValue) -> RecordValue:
        if isinstance(value, int) and value < 0:
            return value
        return known.get(value, _NOT_CODABLE)

    return generalise


def _of_one(category: Category, above: Generaliser, unnamed: RecordValue | None) -> RecordValue:
    member = category.members[0] if category.members else unnamed
    return _NOT_CODABLE if member is None else above(member)


def recoding_of(rows: Sequence[Row], columns: Sequence[str], changes: Mapping[str, Generaliser]) -> Recoding:
    """What the changes make of every value that the rows hold, for the variables in which they change any."""
    found: dict[str, dict[RecordValue, RecordValue]] = {}
    for name, change in changes.items():
        place = columns.index(name)
        table = {value: change(value) for value in sorted({row[place] for row in rows}, key=_sorted_as)}
        if any(value != changed for value, changed in table.items()):
            found[name] = table
    return found


def _sorted_as(value: RecordValue) -> tuple[bool, RecordValue]:
    return isinstance(value, str), value


def recoded(rows: Iterable[Row], columns: Sequence[str], recoding: Recoding) -> Iterator[Row]:
    """The rows with every recoded variable changed. Raises KeyError for a value that the recoding does not know."""
    tables = [recoding.get(name) for name in columns]
    for row in rows:
        yield tuple(value if table is None else table[value] for value, table in zip(row, tables, strict=True))


def withheld(_value: RecordValue) -> RecordValue:
    """What every value of a variable becomes that an erratum takes back."""
    return WITHHELD


def one_after_the_other(first: Generaliser, second: Generaliser) -> Generaliser:
    """Both changes, in this order."""
    return lambda value: second(first(value))


def in_lot_order(rows: Iterable[Row], lot: bytes) -> tuple[Row, ...]:
    """The rows in an order drawn from the lot and what each row says, so that it can tell nothing more than they do.

    Whoever has the sources gets the same order again: nothing secret goes into it, nor which source a row came from.
    """
    keyed = ((hashlib.sha256(lot + json.dumps(row).encode()).digest(), row) for row in rows)
    return tuple(row for _key, row in sorted(keyed, key=lambda pair: pair[0]))


def lot_of(manifests: Iterable[str]) -> bytes:
    """The lot that a set of releases draws: from the digests of their manifests, in order."""
    return hashlib.sha256("\n".join(manifests).encode()).digest()


def added_up(sources: Iterable[Iterable[TotalCell]]) -> tuple[TotalCell, ...]:
    """For every cell of any source the sum of its released counts, in the order of a release.

    Missing values: withheld in one source (-7) is withheld in the sum; a cell that a source does not have adds nothing.
    """
    sums: dict[tuple[str, Cell], int] = {}
    for cells in sources:
        for held in cells:
            before = sums.get((held.table, held.cell), 0)
            sums[held.table, held.cell] = WITHHELD if WITHHELD in {before, held.count} else before + held.count
    return tuple(
        TotalCell(table=spec.name, cell=cell, count=sums.get((spec.name, cell), 0))
        for spec in _specs(sums) for cell in spec.cells()
    )  # fmt: skip


def _specs(cells: Iterable[tuple[str, Cell]]) -> Iterator[TableSpec]:
    """The tables with every category that any source has: a later version may have brought some."""
    axes: dict[str, dict[str, dict[Label, None]]] = {}
    for table, cell in cells:
        axis = axes.setdefault(table, {})
        for name, label in cell:
            axis.setdefault(name, {}).update({} if label == EVERYBODY else {label: None})
    for table, axis in axes.items():
        yield TableSpec(name=table, categories=tuple((name, tuple(labels)) for name, labels in axis.items()))
