"""A year of a series against a twin that keeps people in lists and counts them one by one."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selfhelp_survey.privacy.rule import SensitiveItem, SeriesRule
from selfhelp_survey.privacy.table import Table
from selfhelp_survey.research.planning.years import Calendar, years

pytestmark = pytest.mark.once

ITEM = SensitiveItem(name="help", variables=("help",), values=3)
Person = tuple[int, int]


def slow_year(people: list[Person], calendar: Calendar, *, minimum: int) -> list[int]:
    """For each person the release that took them, -1 for none."""
    taken = [-1] * len(people)
    left_last_time = 0
    for number in range(calendar.releases):
        here = [place for place in range(len(people)) if place * calendar.releases // len(people) <= number]
        pending = [place for place in here if taken[place] == -1]
        if len(pending) - left_last_time < calendar.minimum_new:
            continue
        goes = [place for place in pending if may_go([people[other] for other in pending], people[place][0])]
        if len(goes) >= minimum:
            for place in goes:
                taken[place] = number
            left_last_time = len(pending) - len(goes)
    return taken


def may_go(pending: list[Person], age: int) -> bool:
    """At least three of this age, and two answers among them unless nobody answered."""
    answers = [answer for other, answer in pending if other == age]
    given_answers = {answer for answer in answers if answer > 0}
    return len(answers) >= 3 and (len(given_answers) >= 2 or not given_answers)


People = st.lists(st.tuples(st.integers(1, 3), st.sampled_from([-4, -1, 1, 2, 3])), min_size=40, max_size=40)


@settings(max_examples=40, deadline=None)
@given(st.lists(People, min_size=1, max_size=3), st.integers(1, 40), st.integers(1, 5), st.integers(1, 12))
def test_years__any_people_and_calendar__go_as_the_slow_ones(
    lives: list[list[Person]], size: int, releases: int, minimum: int
) -> None:
    calendar = Calendar(releases=releases, minimum_new=1 + size % 12)
    rule = SeriesRule(quasi_identifiers=("age",), items=(ITEM,), k=3, l=2, minimum=minimum)
    people = [one[:size] for one in lives]
    went = years(
        Table.from_rows(("age", "help"), [person for one in people for person in one]), len(people), rule, calendar
    )
    slow = [slow_year(one, calendar, minimum=minimum) for one in people]
    assert went.taken.tolist() == slow
    assert went.sizes.tolist() == [[one.count(number) for number in range(releases)] for one in slow]
    assert np.allclose(went.released + went.held + went.waiting, 1)


def test_slow_twin__some_years__make_no_release_and_some_several() -> None:
    """The comparison would prove nothing if every year went alike."""
    random = np.random.default_rng(4)
    seen = set()
    for _, minimum in product(range(30), (1, 9, 25)):
        people = list(zip(random.integers(1, 4, 24).tolist(), random.integers(1, 4, 24).tolist(), strict=True))
        seen.add(len(set(slow_year(people, Calendar(releases=4, minimum_new=5), minimum=minimum)) - {-1}))
    assert {0, 1, 3} <= seen
