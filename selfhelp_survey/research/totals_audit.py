"""The check of finished tables, from the counts that were written and the plan alone: what an attacker has too."""

from collections.abc import Iterator, Sequence

import numpy as np
from tqdm import tqdm

from selfhelp_survey.errors import UsageError
from selfhelp_survey.privacy.intervals import View, view_of, weak_places
from selfhelp_survey.privacy.margins import margins_of
from selfhelp_survey.privacy.tables import EVERYBODY, ROUNDING_BASE, WITHHELD, Cell, TableSpec, TotalCell
from selfhelp_survey.research.errors import VerificationError
from selfhelp_survey.research.interval_bounds import solve
from selfhelp_survey.research.plan import SAMPLE, Protection, ReleasePlan


def check_cells(cells: Sequence[TotalCell], plan: ReleasePlan) -> None:
    """Raises VerificationError where the tables are not protected as their plan promises. No message has a count."""
    if plan.protection is Protection.ROUNDING:
        if any(held.count < 0 or held.count % ROUNDING_BASE for held in cells):
            raise VerificationError("A count in totals.csv is not rounded to 5.")
        return
    if any(held.count != WITHHELD and not _may_be_shown(held.count, plan.threshold) for held in cells):
        raise VerificationError(f"A count in totals.csv is under {plan.threshold} and not withheld.")
    try:
        view = attackers_view(cells, plan)
        with tqdm(desc="auditing tables", total=int(view.withheld.sum()), unit=" counts", delay=2, disable=None) as bar:
            weak = sum(1 for _place in weak_places(view, plan.threshold, solve, progress=bar.update))
    except UsageError:
        raise VerificationError("The counts in totals.csv contradict each other: fetch the original.") from None
    if weak:
        raise VerificationError(f"Withheld counts that totals.csv gives away to within {plan.threshold}: {weak}.")


def _may_be_shown(count: int, threshold: int) -> bool:
    return count == 0 or count >= threshold


def attackers_view(cells: Sequence[TotalCell], plan: ReleasePlan) -> View:
    """What the tables tell of each withheld count. Raises VerificationError where a cell is missing or contradicted."""
    margins = margins_of(specs_in(cells))
    size = len(margins.keys)
    counts, least = np.full(size, WITHHELD - 1, dtype=np.int64), np.zeros(size, dtype=np.int64)
    for held in cells:
        place = margins.place(held.cell)
        if counts[place] not in (WITHHELD - 1, held.count):
            raise VerificationError("Two tables in totals.csv disagree about the same people: fetch the original.")
        counts[place], least[place] = held.count, int(is_open(held.cell, plan))
    return view_of(margins, counts, withheld=counts == WITHHELD, least=least)


def is_open(cell: Cell, plan: ReleasePlan) -> bool:
    """True where it is no secret that a cell is empty: it tells of nobody what they answered.

    Such a cell crosses only what others may know anyhow: the sample, and variables with a level. If it is empty it is
    shown, so a withheld one has at least one response.
    """
    return all(name == SAMPLE or name in plan.levels for name, value in cell if value != EVERYBODY)


def specs_in(cells: Sequence[TotalCell]) -> tuple[TableSpec, ...]:
    """The tables that stand in a file. Raises VerificationError where one lacks a cell or has one twice."""
    tables: dict[str, list[Cell]] = {}
    for held in cells:
        tables.setdefault(held.table, []).append(held.cell)
    return tuple(_spec(name, found) for name, found in tables.items())


def _spec(name: str, cells: Sequence[Cell]) -> TableSpec:
    spec = TableSpec(name=name, categories=tuple(_categories(cells)))
    if list(spec.cells()) != list(cells) or not all(labels for _, labels in spec.categories):
        raise VerificationError("A table in totals.csv lacks a cell: fetch the original directory again.")
    return spec


def _categories(cells: Sequence[Cell]) -> Iterator[tuple[str, tuple[int | str, ...]]]:
    for place, (name, _value) in enumerate(cells[0]):
        labels = dict.fromkeys(cell[place][1] for cell in cells if place < len(cell))
        yield name, tuple(label for label in labels if label != EVERYBODY)
