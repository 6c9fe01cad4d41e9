"""Which plan is proposed, why, and that its file can be released with as it is."""

from dataclasses import replace

import pytest

from selfhelp_survey.core.response import Mark
from selfhelp_survey.errors import UsageError
from selfhelp_survey.research import totals
from selfhelp_survey.research.errors import PlanError
from selfhelp_survey.research.plan import Output
from selfhelp_survey.research.plan_reader import read_plan
from selfhelp_survey.research.planning.candidates import quasi_identifiers, usual_priorities
from selfhelp_survey.research.planning.marginals import Marginals
from selfhelp_survey.research.planning.plan_text import plan_text
from selfhelp_survey.research.planning.planning import Effort, Planning
from selfhelp_survey.research.planning.planning_json import planning_json
from selfhelp_survey.research.planning.wishes import Wishes
from selfhelp_survey.research.planning.wording import reason, text_of
from selfhelp_survey.research.series import series_findings
from tests.unit.research.planned import AT_60, EVEN, LITTLE, exit_marginals, exit_survey, plan_little, wishes

pytestmark = pytest.mark.once

RARE = Marginals(source="m", shares={"age": {1: 0.94, 2: 0.03, 3: 0.03, -1: 0.0}, "language": {"en": 1.0}})


@pytest.mark.parametrize(("a_year", "output"), [(19, "totals"), (20, "records"), (21, "records")])
def test_proposal__responses_around_the_minimum__totals_below_it_with_the_reason(a_year: int, output: str) -> None:
    found = plan_little(wishes(a_year=a_year))
    assert found.proposal.plan.output == output
    told = f"at least 20 rows and waits for 20 new responses, which {a_year} responses a year do not reach"
    assert (told in reason(found)) == (output == "totals")
    assert found.proposal.is_records == (found.at_a_year.releases.median >= 1)


def test_proposal__diversity_that_nobody_meets__is_totals_with_another_reason() -> None:
    same = Marginals(source="m", shares={"mood": {1: 1.0, -1: 0.0}})
    found = plan_little(wishes(a_year=60, diversity=("mood",)), same)
    assert found.proposal.plan.output is Output.TOTALS
    assert "even with every quasi-identifier withheld 100 % of 60 responses a year are held back" in reason(found)


@pytest.mark.parametrize("a_year", [40, 120])
def test_proposal__records__hold_back_no_more_than_is_allowed(a_year: int) -> None:
    for most_held in (0.05, 0.3):
        found = plan_little(wishes(a_year=a_year, most_held=most_held), RARE)
        assert found.at_a_year.held.median <= most_held
        assert found.at_a_year.releases.median >= 1


def price(found: Planning) -> float:
    """What the proposal loses of the priorities, each by its weight."""
    return sum(weight * found.at_a_year.spans[name] for name, weight in found.wishes.weights.items())


def test_proposal__more_may_be_held_back__keeps_more() -> None:
    strict, lenient = (plan_little(wishes(a_year=60, most_held=most), RARE) for most in (0.0, 0.4))
    assert strict.at_a_year.held.median == 0
    assert price(lenient) < price(strict)


def test_proposal__more_responses__keeps_more() -> None:
    few, many = (plan_little(wishes(a_year=size)).at_a_year for size in (24, 2000))
    assert sum(many.spans.values()) < sum(few.spans.values())


def test_proposal__priority__is_kept_finer_than_without() -> None:
    first = plan_little(wishes(a_year=60, priorities=("age", "language", "channel")))
    last = plan_little(wishes(a_year=60, priorities=("channel", "language", "age")))
    assert first.at_a_year.spans["age"] < last.at_a_year.spans["age"]
    assert last.at_a_year.spans["channel"] < first.at_a_year.spans["channel"]


def test_proposal__what_is_no_priority__costs_the_priorities_nothing() -> None:
    effort = Effort(sizes=(), respondents=1000, draws=20)
    wanted = Wishes(version=exit_survey(), series="t", priorities=("a2_age", "language"))
    found = plan_little(wanted, exit_marginals(), effort)
    assert found.proposal.levels["a2_age"] < 3  # a coarser age would make room for the channel


def test_proposal__sensitive_variable_as_a_priority__is_withheld_rather_than_left_out() -> None:
    found = plan_little(wishes(a_year=20, priorities=("age", "language", "channel", "mood")))
    levels = found.proposal.plan.levels
    assert levels.get("mood") == found.proposal.levels["mood"]


def test_plans__of_records_and_totals__read_back_without_findings() -> None:
    for a_year, diversity in ((15, ("mood",)), (90, ("mood", "needs")), (90, ())):
        found = plan_little(wishes(a_year=a_year, diversity=diversity, kind=Mark.REHEARSAL))
        written = read_plan(plan_text(found), source="plan.yaml").plan
        instrument = found.wishes.instrument
        assert written == found.proposal.plan
        assert [*series_findings(written, instrument), *totals.open_ended(written, instrument)] == []


def test_totals_plan__of_the_exit_survey__has_fixed_tables_and_reads_back() -> None:
    wanted = replace(
        wishes(a_year=8, diversity=("k1_use",)), version=exit_survey(), priorities=("language", "a2_age")
    )  # fmt: skip
    found = plan_little(wanted, EVEN, Effort(sizes=(), respondents=60, draws=2))
    plan = read_plan(plan_text(found), source="plan.yaml").plan
    assert ("k1_use", "language") in plan.tables
    assert ("h3_sought",) in plan.tables
    assert plan.minimum_size == plan.minimum_new == 10
    assert series_findings(plan, found.wishes.instrument) == []


def test_plan_text__every_line__fits_and_says_what_levels_mean() -> None:
    text = plan_text(plan_little(wishes(a_year=300, diversity=("mood",))))
    assert max(map(len, text.splitlines())) <= 120
    assert "young; old" in text or "as asked" in text


def test_planning__same_seed__same_json_and_another_seed_another() -> None:
    first, again, other = (
        planning_json(plan_little(wishes(a_year=60), effort=replace(LITTLE, seed=seed))) for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other


def effects(found: Planning) -> dict[tuple[str, ...], float]:
    """The share released under each set of items, at the first size."""
    return {effect.items: effect.released[0] for effect in found.effects}


def test_proposal__nothing_can_be_kept__says_that_totals_could_be_crossed() -> None:
    found = plan_little(wishes(a_year=20, most_held=0.0, priorities=("age", "language"), k=10))
    assert found.proposal.is_records
    assert found.proposal.keeps_nothing
    assert "unless every quasi-identifier is left out" in reason(found)
    assert read_plan(plan_text(found), source="p").plan == found.proposal.plan


def test_effects__none_each_alone_and_all__are_shown() -> None:
    found = plan_little(wishes(a_year=60, diversity=("mood", "needs")), effort=AT_60)
    assert list(effects(found)) == [(), ("mood",), ("needs",), ("mood", "needs")]


def test_effects__item_that_nobody_meets__releases_nothing_alone() -> None:
    same = Marginals(source="m", shares={"mood": {1: 1.0, -1: 0.0}})
    shown = effects(plan_little(wishes(a_year=60), same, AT_60))
    assert shown[()] > 0.5
    assert shown[("mood",)] == 0


def test_effects__l_above_the_values_of_an_item__takes_as_many_as_it_has() -> None:
    found = wishes(l=3, diversity=("mood",), k=3).rule()
    assert [item.needed(found.l) for item in found.items] == [3]
    assert [item.needed(2) for item in wishes(diversity=("needs_01",)).rule().items] == [2]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"priorities": ("aeg",)}, "no variable 'aeg'. Did you mean 'age'"),
        ({"priorities": ("words",)}, "words is free text: it is never released"),
        ({"priorities": ("entry",)}, "entry cannot be planned for"),
        ({"priorities": ("mood",), "diversity": ("mood",)}, "choose one"),
        ({"diversity": ("mod",)}, "did you mean mood"),
        ({"diversity": ("channel",), "priorities": ("age",)}, "channel"),
        ({"k": 2}, "k is 3 to"),
        ({"minimum_size": 9}, "a release has at least 10 rows"),
        ({"minimum_new": 9}, "waits for at least 10"),
        ({"l": 4, "diversity": ("mood",)}, "l cannot be above k"),
        ({"series": "No Name"}, "a series is named with"),
    ],
)
def test_wishes__that_no_plan_could_hold__are_refused(more: dict[str, object], said: str) -> None:
    with pytest.raises(PlanError, match=said):
        plan_little(wishes(**more))


@pytest.mark.parametrize(
    "more", [{"a_year": 0}, {"a_year": 100_001}, {"releases": 0}, {"releases": 53}, {"most_held": 1.01}]
)
def test_wishes__out_of_bounds__are_refused(more: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        wishes(**more)


def test_usual_priorities__of_the_exit_survey__begin_with_what_the_comparison_needs() -> None:
    assert usual_priorities(exit_survey()) == (
        "language", "a2_age", "a3_gender", "a4_region", "p3_browser", "channel",
    )  # fmt: skip
    assert set(usual_priorities(exit_survey())) == set(quasi_identifiers(exit_survey()))


def test_candidates__missing_codes__merge_at_level_one_as_in_a_release() -> None:
    wanted = wishes()
    found = plan_little(wanted)
    age = next(held.hierarchy for held in found.candidates if held.name == "age")
    merged = dict(zip(age.leaves, age.levels[1], strict=True))
    assert {code: merged[code] for code in (-1, -2, -5, -4, 1, 2, 3)} == {
        -1: -1,
        -2: -1,
        -5: -1,
        -4: -4,
        1: 1,
        2: 2,
        3: 2,
    }
    assert set(age.levels[age.top]) == {-7}


def test_quarter__named_as_a_priority__is_planned_for() -> None:
    found = plan_little(wishes(a_year=3000, priorities=("quarter", "age")))
    assert found.proposal.plan.levels["quarter"] < 3
    assert "quarter" in text_of(found)
    assert read_plan(plan_text(found), source="p").plan == found.proposal.plan


def test_text__of_totals__says_what_records_would_give() -> None:
    text = text_of(plan_little(wishes(a_year=15)))
    assert "a series of totals" in text
    assert "What records with everything withheld would give" in text
