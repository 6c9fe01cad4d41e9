"""The attacker of the releases' tests, and the ways of releasing that he is let loose on.

One code attacks them all, so that it shows both: that the product's way withstands it, and that it breaks the others.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations, pairwise
from math import prod

from selfhelp_survey.privacy.criteria import KAnonymity
from selfhelp_survey.privacy.hierarchy import Hierarchy
from selfhelp_survey.privacy.holdback import hold_back
from selfhelp_survey.privacy.measures import Loss
from selfhelp_survey.privacy.problem import Problem, Solution
from selfhelp_survey.privacy.rule import Label, SeriesRule, is_missing
from selfhelp_survey.privacy.search import find_generalisation
from selfhelp_survey.privacy.table import Table, contingency

Cell = tuple[Label, ...]
Person = tuple[Cell, Label]  # quasi-identifiers as asked, and the value of the sensitive item
Batches = Sequence[Sequence[Person]]
Levels = tuple[int, ...]
Hierarchies = tuple[Hierarchy, ...]
SENSITIVE = "sensitive"
SUPPRESSED = 0.05  # the part that a one-off anonymisation may leave out


# --- the attacker ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class State:
    """What a recipient holds at one moment: the level of each column, and how many rows have each class and value."""

    levels: Levels
    rows: Counter[Person]


@cache
def _step(hierarchy: Hierarchy, low: int, high: int) -> Mapping[Label, Label]:
    return dict(zip(hierarchy.levels[low], hierarchy.levels[high], strict=True))


def lifted(state: State, levels: Levels, hierarchies: Hierarchies) -> Counter[Person]:
    """The rows of a state at higher levels: whoever knows the hierarchies can do that."""
    steps = [_step(*each) for each in zip(hierarchies, state.levels, levels, strict=True)]
    lifted_rows: Counter[Person] = Counter()
    for (cell, value), count in state.rows.items():
        lifted_rows[tuple(step[label] for step, label in zip(steps, cell, strict=True)), value] += count
    return lifted_rows


def difference(before: State, after: State, hierarchies: Hierarchies) -> dict[Cell, Counter[Label]]:
    """What one state has more (or less) than another of each value in each class, at levels both can be lifted to."""
    join = tuple(map(max, before.levels, after.levels))
    more = lifted(after, join, hierarchies)
    more.subtract(lifted(before, join, hierarchies))
    classes: dict[Cell, Counter[Label]] = defaultdict(Counter)
    for (cell, value), count in more.items():
        if count:
            classes[cell][value] += count
    return classes


Pairs = Iterable[tuple[State, State]]


def singled_out(pairs: Pairs, hierarchies: Hierarchies, k: int) -> int:
    """How many rows stand in a class of fewer than k when the states of a pair are subtracted from each other."""
    sizes = (found.total() for pair in pairs for found in difference(*pair, hierarchies).values())
    return sum(abs(size) for size in sizes if 0 < abs(size) < k)


def given_away(pairs: Pairs, hierarchies: Hierarchies) -> int:
    """How many new rows have a class all of whose new rows gave one and the same answer: who looks so, answered so."""
    found = [held for pair in pairs for held in difference(*pair, hierarchies).values()]
    return sum(held.total() for held in found if len(held) == 1 and min(held.values()) > 0 and not is_missing(*held))


def candidates(states: Sequence[State], cell: Cell, window: int, hierarchies: Hierarchies) -> Counter[Label]:
    """For somebody who looks like this and answered in this window: the answers of those who may be her.

    They are the rows that her class gained when it first grew after she answered.
    """
    for after in states[window + 1 :]:
        levels = after.levels
        mine = tuple(_step(hierarchy, 0, level)[label] for hierarchy, level, label in
                     zip(hierarchies, levels, cell, strict=True))  # fmt: skip
        if found := difference(states[window], after, hierarchies).get(mine):
            return found
    return Counter()


def every_pair(states: Sequence[State]) -> Iterator[tuple[State, State]]:
    """Every two states, the earlier one first."""
    return combinations(states, 2)


def one_after_the_other(states: Sequence[State]) -> Iterator[tuple[State, State]]:
    """Every state with the next."""
    return pairwise(states)


# --- ways of releasing -----------------------------------------------------------------------------------------------


def at(people: Iterable[Person], levels: Levels, hierarchies: Hierarchies) -> list[Person]:
    """The people with their quasi-identifiers at these levels."""
    steps = [_step(hierarchy, 0, level) for hierarchy, level in zip(hierarchies, levels, strict=True)]
    return [(tuple(step[label] for step, label in zip(steps, cell, strict=True)), value) for cell, value in people]


def optimum(people: Sequence[Person], hierarchies: Hierarchies, k: int) -> Solution:
    """The least generalisation of a table by itself, with the product's own search."""
    names = [hierarchy.name for hierarchy in hierarchies]
    table = contingency(Table.from_rows(names, [cell for cell, _value in people]), names)
    problem = Problem(
        table=table, hierarchies=hierarchies, criteria=(KAnonymity(k=k),), suppression_limit=SUPPRESSED, measure=Loss()
    )
    found = find_generalisation(problem)
    if found is None:
        raise ValueError("the top levels always do")
    return found


def _large_enough(rows: Sequence[Person], k: int) -> list[Person]:
    sizes = Counter(cell for cell, _value in rows)
    return [row for row in rows if sizes[row[0]] >= k]


def _cumulated(releases: Iterable[Sequence[Person]], levels: Levels) -> list[State]:
    states = [State(levels=levels, rows=Counter())]
    for release in releases:
        states.append(State(levels=levels, rows=states[-1].rows + Counter(release)))
    return states


def ours(batches: Batches, levels: Levels, hierarchies: Hierarchies, rule: SeriesRule) -> list[State]:
    """C, the product's way: fixed levels, and a class goes when its pending rows alone are enough."""
    return _cumulated(releases_of(batches, levels, hierarchies, rule), levels)


def releases_of(batches: Batches, levels: Levels, hierarchies: Hierarchies, rule: SeriesRule) -> Iterator[list[Person]]:
    """The releases of a series one by one, as the product's own `hold_back` lets them go."""
    pending: list[Person] = []
    for batch in batches:
        pending += at(batch, levels, hierarchies)
        rows = [(*cell, value) for cell, value in pending]
        found = hold_back(Table.from_rows([*rule.quasi_identifiers, SENSITIVE], rows), rule)
        yield [pending[place] for place in found.released.tolist()]
        pending = [pending[place] for place in found.held.tolist()]


def republished(batches: Batches, hierarchies: Hierarchies, k: int) -> list[State]:
    """A: everything so far is anonymised afresh for every release, as well as can be, and published in its place."""
    states, everybody = [State(levels=(0,) * len(hierarchies), rows=Counter())], list[Person]()
    for batch in batches:
        everybody += batch
        levels = optimum(everybody, hierarchies, k).levels
        states.append(State(levels=levels, rows=Counter(_large_enough(at(everybody, levels, hierarchies), k))))
    return states


def appended_by_class(batches: Batches, levels: Levels, hierarchies: Hierarchies, k: int) -> list[State]:
    """B: fixed levels, but a row goes as soon as its class has k rows, those that were released before among them."""
    everybody, states = list[Person](), [State(levels=levels, rows=Counter())]
    for batch in batches:
        everybody += at(batch, levels, hierarchies)
        states.append(State(levels=levels, rows=Counter(_large_enough(everybody, k))))
    return states


def batch_by_batch(batches: Batches, hierarchies: Hierarchies, k: int) -> list[State]:
    """D: every batch is anonymised by itself and published beside the others. A state is one such table."""
    tables = []
    for batch in batches:
        levels = optimum(batch, hierarchies, k).levels
        tables.append(State(levels=levels, rows=Counter(_large_enough(at(batch, levels, hierarchies), k))))
    return tables


def loss(tables: Iterable[State], people: int, hierarchies: Hierarchies) -> float:
    """How much the tables lose together, 0-1; whoever is in none of them is lost wholly.

    Source: Iyengar 2002, section 3, with the geometric mean over columns as ARX defines it.
    """
    held = list(tables)
    losses = [_column_loss(held, people, place, each) for place, each in enumerate(hierarchies)]
    return float(prod((each + 1) ** (1 / len(losses)) for each in losses)) - 1


def _column_loss(tables: Sequence[State], people: int, place: int, hierarchy: Hierarchy) -> float:
    shares, released = 0.0, 0
    for state in tables:
        leaves = Counter(hierarchy.levels[state.levels[place]])
        for (cell, _value), count in state.rows.items():
            shares += count * leaves[cell[place]] / len(hierarchy.leaves)
            released += count
    least = people / len(hierarchy.leaves)
    return (shares + people - released - least) / (people - least)
