"""What a plan gives in a year: thresholds on both sides, the loss as the engine counts it, and what diversity does."""

from dataclasses import replace

import numpy as np
import pytest

from selfhelp_survey.privacy.criteria import KAnonymity
from selfhelp_survey.privacy.hierarchy import Hierarchy
from selfhelp_survey.privacy.holdback import hold_back
from selfhelp_survey.privacy.measures import Loss
from selfhelp_survey.privacy.problem import Problem
from selfhelp_survey.privacy.rule import SensitiveItem, SeriesRule
from selfhelp_survey.privacy.search import find_generalisation
from selfhelp_survey.privacy.table import Table, contingency
from selfhelp_survey.research.planning.projection import (
    FEWEST_DRAWS,
    MOST_DRAWN,
    Pool,
    Projector,
    Spread,
    lengths,
)
from selfhelp_survey.research.planning.years import Calendar, Years, years

pytestmark = pytest.mark.once

MOOD = SensitiveItem(name="mood", variables=("mood",), values=3)
AGES = Hierarchy(name="age", levels=((1, 2, 3), (1, 2, 2), (-7, -7, -7)))
PLACES = Hierarchy(name="place", levels=((1, 2, 3, 4), (1, 1, 2, 2), (-7, -7, -7, -7)))


def people(*rows: tuple[int, int]) -> Table:
    """A table of age and mood."""
    return Table.from_rows(("age", "mood"), rows)


def one_year(responses: Table, rule: SeriesRule, calendar: Calendar) -> Years:
    """A single year."""
    return years(responses, 1, rule, calendar)


def rule(**more: object) -> SeriesRule:
    """k 3 over age."""
    return SeriesRule(**{"quasi_identifiers": ("age",), "k": 3, "l": 2, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(("size", "gone"), [(9, 0), (10, 10), (11, 11)])
def test_year__new_responses_around_the_minimum__no_release_below_it(size: int, gone: int) -> None:
    year = one_year(people(*[(1, 1)] * size), rule(), Calendar(releases=1, minimum_new=10))
    assert year.sizes.sum() == gone
    assert year.tried.tolist() == [0 if gone else -1]


@pytest.mark.parametrize(("minimum", "sizes"), [(7, (8,)), (8, (8,)), (9, (0,))])
def test_year__rows_around_the_minimum__no_release_below_it(minimum: int, sizes: tuple[int, ...]) -> None:
    year = one_year(people(*[(1, 1)] * 8, (2, 1), (2, 1)), rule(minimum=minimum), Calendar(releases=1, minimum_new=1))
    assert year.sizes.tolist() == [list(sizes)]


@pytest.mark.parametrize(("size", "arrivals"), [(8, [0, 0, 1, 1, 2, 2, 3, 3]), (3, [0, 1, 2])])
def test_calendar__responses_of_a_year__come_in_evenly(size: int, arrivals: list[int]) -> None:
    assert Calendar(releases=4, minimum_new=1).arrivals(size).tolist() == arrivals


def test_year__held_back_rows__go_with_later_ones_and_count_as_waited() -> None:
    rows = [(1, 1)] * 3 + [(2, 1)] * 2 + [(1, 1)] * 4 + [(2, 1)]
    year = one_year(people(*rows), rule(), Calendar(releases=2, minimum_new=1))
    assert year.taken.tolist() == [[0, 0, 0, 1, 1, 1, 1, 1, 1, 1]]


def test_year__held_back_before__do_not_count_as_new() -> None:
    rows = people(*[(1, 1)] * 7, (2, 1), *[(1, 1)] * 4)
    year = one_year(rows, rule(), Calendar(releases=3, minimum_new=5))  # 4 each: none, 8 new, then 4 new and 1 held
    assert (year.sizes.tolist(), year.tried.tolist()) == ([[0, 7, 0]], [1])


def projector(
    rule: SeriesRule, rows: Table, *, releases: int = 1, hierarchies: tuple[Hierarchy, ...] = (AGES,)
) -> Projector:
    """Projects the rows themselves, in their order, as the only year."""
    draw = (np.arange(rows.rows) + 0.5) / rows.rows
    pool = Pool(respondents=rows, hierarchies=hierarchies)
    return Projector(pool=pool, calendar=Calendar(releases=releases, minimum_new=1), rule=rule, draws=[draw])


def test_projection__released_held_and_waiting__are_everybody() -> None:
    rows = people(*[(1, 1)] * 4, (2, 1), *[(1, 1)] * 5)
    wanted = Projector(
        pool=Pool(respondents=rows, hierarchies=(AGES,)), calendar=Calendar(releases=2, minimum_new=6), rule=rule(),
        draws=[(np.arange(10) + 0.5) / 10],
    )  # fmt: skip
    gives = wanted.project({"age": 0}, 10)
    assert (gives.released.median, gives.held.median, gives.waiting.median) == (0.9, 0.1, 0.0)
    late = Projector(pool=wanted.pool, calendar=Calendar(releases=3, minimum_new=6), rule=rule(), draws=wanted.draws)
    gives = late.project({"age": 0}, 10)  # after 4, 7 and 10: only at 7 have six new ones come in
    assert (gives.released.median, gives.held.median, gives.waiting.median) == (0.6, 0.1, 0.3)
    assert gives.delay.median == pytest.approx(4 / 6)
    assert (gives.releases.median, gives.smallest.median) == (1, 6)


def test_projection__one_release_of_everybody__loses_what_the_engine_counts() -> None:
    random = np.random.default_rng(5)
    ages = random.choice([1, 2, 3], 60, p=[0.8, 0.1, 0.1]).tolist()
    table = Table.from_rows(("age", "place"), zip(ages, random.integers(1, 5, 60).tolist(), strict=True))
    suppressed = []
    for limit in (0.0, 0.2, 0.6):
        problem = Problem(
            table=contingency(table, ("age", "place")), hierarchies=(AGES, PLACES), criteria=(KAnonymity(k=7),),
            suppression_limit=limit, measure=Loss(gs_factor=0.5),
        )  # fmt: skip
        found = find_generalisation(problem)
        assert found is not None
        series = SeriesRule(quasi_identifiers=(), k=7)
        levels = dict(zip(("age", "place"), found.levels, strict=True))
        gives = projector(series, table, hierarchies=(AGES, PLACES)).project(levels, 60)
        assert gives.loss.median == pytest.approx(found.loss, abs=1e-9)
        assert gives.held.median == found.suppressed / 60
        suppressed.append(found.suppressed)
    assert max(suppressed) > 0


def test_projection__level_at_the_top__is_no_quasi_identifier() -> None:
    rows = people(*[(1, 1)] * 4, (2, 1))
    assert projector(rule(), rows).project({"age": 2}, 5).released.median == 1.0
    assert projector(rule(), rows).project({"age": 1}, 5).released.median == 0.8


def test_released__alone__is_what_the_projection_says() -> None:
    wanted = projector(rule(items=(MOOD,)), people(*[(1, 1)] * 3, (2, 1), (2, 2), (2, 3)))
    assert wanted.released({"age": 0}, 6) == wanted.project({"age": 0}, 6).released.median == 0.5


def test_spread__of_values__is_made_of_them() -> None:
    assert Spread.of(np.arange(1, 11)) == Spread(median=5, low=1, high=9)
    assert Spread.of(np.array([3.0])) == Spread(median=3, low=3, high=3)


def test_diversity_item__in_one_release__takes_rows_away_and_never_adds_any() -> None:
    random = np.random.default_rng(9)
    for _ in range(40):
        size = int(random.integers(1, 60))
        rows = Table.from_rows(("age", "mood"), random.integers(1, 4, (size, 2)).tolist())
        with_item = set(hold_back(rows, rule(items=(MOOD,))).released.tolist())
        assert with_item <= set(hold_back(rows, rule()).released.tolist())


def test_diversity_item__over_a_year__can_even_release_more() -> None:
    """Whoever an item holds back finds company: three alike wait for two of another mood, who else were left alone."""
    rows = people((1, 1), (1, 1), (1, 1), (1, 2), (1, 2), (9, 1))
    calendar = Calendar(releases=2, minimum_new=1)
    assert one_year(rows, rule(), calendar).sizes.sum() == 3
    assert one_year(rows, rule(items=(MOOD,)), calendar).sizes.sum() == 5


@pytest.mark.parametrize("size", [1, 60, 1666, 1667, 5000, 20_000])
def test_lengths__of_every_draw_that_a_size_uses__are_enough(size: int) -> None:
    draws = [np.zeros(length) for length in lengths(60, 20_000)]
    wanted = replace(projector(rule(), people((1, 1))), draws=draws)
    assert {len(who) for who in wanted.people(size)} == {size}
    assert len(wanted.people(size)) == min(60, max(FEWEST_DRAWS, MOST_DRAWN // size))


def test_projection__two_years__each_loses_by_its_own_people() -> None:
    rows = people(*[(1, 1)] * 6, *[(2, 1)] * 4, *[(1, 1)] * 2)
    draws = [(np.arange(6) + 0.5) / 12, (np.arange(6) + 6.5) / 12]  # six alike; four alike and two who are held back
    gives = replace(projector(rule(k=4), rows), draws=draws).project({"age": 1}, 6)
    assert (gives.loss.low, gives.loss.high) == pytest.approx((0, 2 / 3))
    assert (gives.released.low, gives.released.high) == pytest.approx((4 / 6, 1))
