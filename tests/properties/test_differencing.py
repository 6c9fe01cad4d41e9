"""Thirty releases, and an attacker who subtracts any two: our way withstands him, and each tempting way does not.

The people are made up; what could be known of them is what the exit survey asks, at its own hierarchies.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from selfhelp_survey.authoring.yaml_reader import read_questionnaire
from selfhelp_survey.core.record import RecordValue
from selfhelp_survey.errors import ReleaseRefused
from selfhelp_survey.privacy.hierarchy import Hierarchy
from selfhelp_survey.privacy.rule import Label, SensitiveItem, SeriesRule, is_missing
from selfhelp_survey.privacy.table import Table
from selfhelp_survey.privacy.tables import EVERYBODY, ROUNDING_BASE, TableSpec, totals
from selfhelp_survey.research.generalisation import generaliser
from selfhelp_survey.research.versions import Version
from tests.properties.differencing import (
    SENSITIVE,
    Levels,
    Person,
    State,
    appended_by_class,
    at,
    batch_by_batch,
    candidates,
    every_pair,
    given_away,
    lifted,
    loss,
    one_after_the_other,
    optimum,
    ours,
    republished,
    singled_out,
)

pytestmark = pytest.mark.once

SURVEY = Path(__file__).parents[2] / "selfhelp_survey" / "questionnaires" / "exit_survey.yaml"
PAGE = SURVEY.parents[2] / "docs" / "explanation" / "releases-over-time.md"
BATCHES, SIZE, K, L = 30, 80, 5, 2
PILOT = 3  # batches from which the recoding is chosen once for all
SHARES: dict[str, dict[Label, float]] = {  # what the tests make people up from; no finding of any study
    "a2_age": {1: 18, 2: 24, 3: 26, 4: 16, 5: 8, 6: 3, -2: 3, -1: 2},
    "a3_gender": {1: 86, 2: 7, 3: 4, -2: 3},
    "a4_region": {1: 46, 2: 22, 3: 18, 4: 7, 5: 4, 6: 1, -1: 2},
    "language": {"en": 55, "es": 25, "fi": 14, "sv": 6},
    "channel": {"clear": 70, "anonymous": 30},
}
ANSWERS: dict[Label, float] = {1: 60, 2: 18, 3: 9, 4: 3, -1: 10}
NAMES = tuple(SHARES)


@cache
def hierarchies() -> tuple[Hierarchy, ...]:
    """Those of the exit survey, as the product generalises."""
    version = Version(hash="0" * 64, questionnaire=read_questionnaire(SURVEY.read_text("utf-8"), source=SURVEY.name))
    return tuple(_hierarchy(version, name) for name in NAMES)


def _hierarchy(version: Version, name: str) -> Hierarchy:
    held = version.hierarchy(name)
    assert held is not None
    leaves: tuple[RecordValue, ...] = tuple(SHARES[name])
    steps = [generaliser(version, name, level) for level in range(held.top + 1)]
    return Hierarchy(name=name, levels=tuple(tuple(map(step, leaves)) for step in steps))


def people(seed: int, count: int) -> list[Person]:
    """So many people in the order in which they answer."""
    random = Random(seed)  # noqa: S311 - nothing secret: the same people every time
    columns = [random.choices(list(shares), list(shares.values()), k=count) for shares in SHARES.values()]
    return list(zip(zip(*columns, strict=True), random.choices(list(ANSWERS), list(ANSWERS.values()), k=count),
                    strict=True))  # fmt: skip


def batches_of(seed: int) -> list[list[Person]]:
    everybody = people(seed, BATCHES * SIZE)
    return [everybody[start : start + SIZE] for start in range(0, len(everybody), SIZE)]


def rule(l: int = L) -> SeriesRule:  # noqa: E741
    item = SensitiveItem(name="answer", variables=(SENSITIVE,), values=4)
    return SeriesRule(quasi_identifiers=NAMES, items=(item,), k=K, l=l)


@cache
def levels_of_the_series() -> Levels:
    """The recoding of the series: the optimum of its first batches, never changed afterwards."""
    return optimum([person for batch in batches_of(1)[:PILOT] for person in batch], hierarchies(), K).levels


@cache
def our_states() -> list[State]:
    return ours(batches_of(1), levels_of_the_series(), hierarchies(), rule())


@cache
def appended_states() -> list[State]:
    return appended_by_class(batches_of(1), levels_of_the_series(), hierarchies(), K)


@cache
def republished_states() -> list[State]:
    return republished(batches_of(1), hierarchies(), K)


# --- records against records -----------------------------------------------------------------------------------------


def test_our_releases__any_two_of_31_states_subtracted__single_nobody_out() -> None:
    assert len(list(every_pair(our_states()))) == 465
    assert singled_out(every_pair(our_states()), hierarchies(), K) == 0
    assert our_states()[-1].rows.total() > BATCHES * SIZE / 2


def test_our_releases__every_state_subtracted_from_every_later__gives_no_answer_away() -> None:
    assert given_away(every_pair(our_states()), hierarchies()) == 0


def test_releases__k_without_diversity__give_answers_away() -> None:
    states = ours(batches_of(1), levels_of_the_series(), hierarchies(), rule(l=1))
    assert singled_out(every_pair(states), hierarchies(), K) == 0
    assert given_away(every_pair(states), hierarchies()) > 0


def test_a_everything_republished_afresh__subtracted__singles_people_out() -> None:
    states = republished_states()
    assert len({state.levels for state in states[1:]}) > 1
    assert singled_out(one_after_the_other(states), hierarchies(), K) > 100
    assert given_away(one_after_the_other(states), hierarchies()) > 0


def test_b_appended_as_soon_as_the_class_has_k__subtracted__singles_people_out() -> None:
    assert singled_out(one_after_the_other(appended_states()), hierarchies(), K) > 100
    assert given_away(one_after_the_other(appended_states()), hierarchies()) > 0


def test_d_every_batch_by_itself__withstands_but_loses_more_and_does_not_add_up() -> None:
    tables = batch_by_batch(batches_of(1), hierarchies(), K)
    sizes = Counter((place, cell) for place, table in enumerate(tables) for cell, _ in table.rows.elements())
    assert min(sizes.values()) >= K
    assert len({table.levels for table in tables}) > 3
    everybody = BATCHES * SIZE
    assert loss(tables, everybody, hierarchies()) > loss([our_states()[-1]], everybody, hierarchies())


def test_docs__comparison__has_the_figures_of_this_attack() -> None:
    tables, page = batch_by_batch(batches_of(1), hierarchies(), K), PAGE.read_text(encoding="utf-8")
    for states in (appended_states(), our_states()):
        assert _line(_attacked(states), recodings=1, published=states[-1:]) in page
    assert _line((0, 0), recodings=len({table.levels for table in tables}), published=tables) in page
    recodings = len({state.levels for state in republished_states()[1:]})
    afresh = loss(republished_states()[-1:], BATCHES * SIZE, hierarchies())
    singled, told = _attacked(republished_states())
    assert f"| {singled} | {told} | {recodings} | | {afresh:.2f} |" in page


def _line(attacked: tuple[int, int], *, recodings: int, published: Sequence[State]) -> str:
    released, lost = sum(state.rows.total() for state in published), loss(published, BATCHES * SIZE, hierarchies())
    share = f"{100 * released / (BATCHES * SIZE):.1f} %"
    return f"| {attacked[0]} | {attacked[1]} | {recodings} | {share} | {lost:.2f} |"


def _attacked(states: Sequence[State]) -> tuple[int, int]:
    pairs = list(one_after_the_other(states))
    return singled_out(pairs, hierarchies(), K), given_away(pairs, hierarchies())


# --- an attacker who knows one person --------------------------------------------------------------------------------


def seen_by_window(states: Sequence[State]) -> list[Counter[Label]]:
    """For every person what is left for an attacker who knows how she looks and in which window she answered."""
    batches = batches_of(1)
    return [candidates(states, cell, window, hierarchies())
            for window, batch in enumerate(batches) for cell, _answer in dict.fromkeys(batch)]  # fmt: skip


def is_told(found: Counter[Label]) -> bool:
    """True where all who may be her gave one and the same answer."""
    return len(found) == 1 and not is_missing(*found)


def test_our_releases__looks_and_window_of_everybody_known__k_remain_and_no_answer_is_told() -> None:
    seen = [found for found in seen_by_window(our_states()) if found]
    assert seen
    assert all(found.total() >= K and not is_told(found) for found in seen)


def test_b__looks_and_window_of_everybody_known__many_are_told() -> None:
    seen = seen_by_window(appended_states())
    assert sum(is_told(found) for found in seen) > 50


# --- editions against releases ---------------------------------------------------------------------------------------


def coarser(raised: int) -> Levels:
    """The levels of the series with one of them raised."""
    pairs = zip(levels_of_the_series(), hierarchies(), strict=True)
    return tuple(min(held.top, level + (place == raised)) for place, (level, held) in enumerate(pairs))


@pytest.mark.parametrize("raised", range(len(NAMES)))
def test_coarser_edition__against_every_state_of_the_series__singles_nobody_out(raised: int) -> None:
    levels = coarser(raised)
    edition = State(levels=levels, rows=lifted(our_states()[-1], levels, hierarchies()))
    assert singled_out([(state, edition) for state in our_states()], hierarchies(), K) == 0


def test_coarser_edition__made_from_responses__singles_out_who_was_held_back() -> None:
    everybody = [person for batch in batches_of(1) for person in batch]
    naive = State(levels=coarser(0), rows=Counter(at(everybody, coarser(0), hierarchies())))
    assert singled_out([(our_states()[-1], naive)], hierarchies(), K) > 0


# --- totals ----------------------------------------------------------------------------------------------------------

TABLE = TableSpec(name="by", categories=((SENSITIVE, tuple(ANSWERS)), ("language", ("en", "es", "fi", "sv"))))
LANGUAGE = NAMES.index("language")


def counted(batch: Sequence[Person], *, minimum: int = 10) -> dict[tuple[Label, ...], int]:
    """The product's totals of a batch: every count rounded by itself."""
    table = Table.from_rows([SENSITIVE, "language"], [(answer, cell[LANGUAGE]) for cell, answer in batch])
    return {tuple(label for _name, label in held.cell): held.count for held in totals(table, [TABLE], minimum=minimum)}


def exact(batch: Sequence[Person]) -> dict[tuple[Label, ...], int]:
    """What nobody may publish: the same cells, not rounded."""
    found: Counter[tuple[Label, ...]] = Counter()
    for cell, answer in batch:
        found.update([(a, b) for a in (answer, EVERYBODY) for b in (cell[LANGUAGE], EVERYBODY)])
    return {key: found[key] for key in counted(batch, minimum=1)}


def pinned(intervals: Iterable[tuple[int, int]]) -> int:
    """In how many cells an attacker knows that there is somebody, and fewer than k."""
    return sum(least > 0 and most < K for least, most in intervals)


def test_totals__each_of_its_own_batch_and_rounded__pin_nobody_down() -> None:
    cells = [count for batch in batches_of(1) for count in counted(batch).values()]
    assert pinned((max(0, count - ROUNDING_BASE // 2), count + ROUNDING_BASE // 2) for count in cells) == 0


def test_totals__cumulative_ones_subtracted_old_from_new__pin_people_down() -> None:
    batches = batches_of(1)
    so_far = [exact([person for batch in batches[:upto] for person in batch]) for upto in range(1, BATCHES)]
    new = [after[cell] - before[cell] for before, after in pairwise(so_far) for cell in after]
    assert pinned(zip(new, new, strict=True)) > 100


def test_totals__cumulative_rounded_ones_after_each_response__tell_the_answer_of_whoever_tips_a_count() -> None:
    everybody = people(2, 120)
    tables = [counted(everybody[:upto], minimum=1) for upto in range(20, 121)]
    tipped = [[cell for cell in after if after[cell] != before[cell] and EVERYBODY not in cell]
              for before, after in pairwise(tables)]  # fmt: skip
    for found, (cell, answer) in zip(tipped, everybody[20:], strict=True):
        assert found in ([], [(answer, cell[LANGUAGE])])
    assert sum(map(len, tipped)) > 10


@pytest.mark.parametrize(("new", "is_released"), [(9, False), (10, True), (11, True)])
def test_totals__new_responses_around_the_minimum__refused_below_it(new: int, *, is_released: bool) -> None:
    batch = people(3, new)
    if is_released:
        assert counted(batch)[EVERYBODY, EVERYBODY] == 10
    else:
        with pytest.raises(ReleaseRefused):
            counted(batch)


def test_totals__minus_records_of_the_same_people__single_out_who_was_held_back() -> None:
    """What `one person, one output` refuses: see the release command's own tests for the refusal."""
    levels, records = levels_of_the_series(), our_states()[-1]
    everybody = [person for batch in batches_of(1) for person in batch]
    in_totals = State(levels=levels, rows=Counter(at(everybody, levels, hierarchies())))
    assert singled_out([(records, in_totals)], hierarchies(), K) > 0
