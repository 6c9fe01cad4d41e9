"""Who was asked a question can tell more of a quasi-identifier than its level: such rows wait for company too."""

import shutil
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from selfhelp_survey.core.comparison import deciding
from selfhelp_survey.core.expression import Expression
from selfhelp_survey.core.questionnaire import Page, Questionnaire, Role
from selfhelp_survey.core.response import Response
from selfhelp_survey.research.ledger import open_ledger
from selfhelp_survey.research.plan_reader import read_plan_file
from selfhelp_survey.research.release import Workstation, make_release
from tests.unit.research.conftest import Station
from tests.unit.research.survey import PLAN, question, response, text, tiny

pytestmark = [pytest.mark.usefixtures("tables_only"), pytest.mark.once]
PAGES = ("who", "what", "later")


def asking_by_age(**more: str) -> Questionnaire:
    """Tiny on three pages: who, then `pension` only for age 3, then `mood`, asked under the condition given, if any."""
    by_name = {one.name: one for one in tiny().questions()}
    asked = {
        "who": (by_name["age"], by_name["use"]),
        "what": (question("pension", Role.INSENSITIVE, relevance=Expression("${age} = 3")),),
        "later": (by_name["needs"],
                  replace(by_name["mood"], relevance=Expression(more["mood"]) if "mood" in more else None)),
    }  # fmt: skip
    pages = tuple(Page(name=name, title=text(name), questions=held) for name, held in asked.items())
    return replace(tiny(), pages=pages)


def aged(age: int, count: int, *, of: Questionnaire, **answers: Any) -> list[Response]:
    """So many people of an age, who went all the way; `pension` is asked, and answered, at age 3 alone."""
    given = {"mood": 1, **({"pension": 1} if age == 3 else {}), **answers}
    return [replace(response(100 * age + each, of=of, age=age, **given), sent=PAGES) for each in range(count)]


def left_early(count: int, *, of: Questionnaire) -> list[Response]:
    """So many people of age 3 who sent the first page alone."""
    return [replace(response(900 + each, of=of, age=3), sent=("who",)) for each in range(count)]


def stop_once_noted(stage: str) -> None:
    if stage == "prepared":
        raise KeyboardInterrupt


def looking_like(station: Station, name: str, age: int) -> int:
    """How many released rows fit somebody of exactly this age, whom level 1 calls old: an attack on who was asked."""
    fits = (lambda cell: cell != "-4") if age == 3 else (lambda cell: not cell[0].isdigit())
    return sum(row["age"] == "2" and fits(row["pension"]) for row in station.rows(name))


@pytest.mark.parametrize(("of_age_3", "released"), [(2, 12), (3, 15)])
def test_release__question_asked_at_one_age_of_a_level__those_who_were_asked_wait_for_k(
    station: Station, of_age_3: int, released: int
) -> None:
    version = asking_by_age()
    station.receive([*aged(2, 12, of=version), *aged(3, of_age_3, of=version)], [version])
    assert station.release("out") == 0
    assert len(station.rows("out")) == released
    assert {looking_like(station, "out", 2), looking_like(station, "out", 3)} <= {0, 3, 12}


def test_release__asked_but_left_before_it__does_not_fill_the_class_of_those_who_went_on(station: Station) -> None:
    version = asking_by_age()
    station.receive([*aged(2, 12, of=version), *aged(3, 2, of=version), *left_early(1, of=version)], [version])
    assert station.release("out") == 0
    assert (len(station.rows("out")), looking_like(station, "out", 3)) == (12, 0)


@pytest.mark.parametrize(
    ("plan", "released"),
    [
        (PLAN, 12),
        (PLAN.replace("age: 1", "age: 2"), 12),
        (PLAN.replace("age: 1, ", ""), 12),
        (PLAN.replace("variables: all", "variables: [mood]"), 14),
    ],
    ids=["coarser", "withheld", "left out of the plan", "route not released"],
)
def test_release__age_hidden_in_any_way__is_not_told_by_the_route(station: Station, plan: str, released: int) -> None:
    version = asking_by_age()
    station.receive([*aged(2, 12, of=version), *aged(3, 2, of=version)], [version])
    assert station.release("out", plan) == 0
    assert len(station.rows("out")) == released


def test_release__age_told_as_asked__route_holds_nobody_back(station: Station) -> None:
    version = asking_by_age()
    station.receive([*aged(2, 12, of=version), *aged(3, 4, of=version), *left_early(2, of=version)], [version])
    assert station.release("out", PLAN.replace("age: 1", "age: 0")) == 0
    assert len(station.rows("out")) == 18


def test_release__route_through_a_question_that_age_decides__is_followed(station: Station) -> None:
    version = asking_by_age(mood="${pension} = 1")
    plan = PLAN.replace("variables: all", "variables: [mood]")
    held = [*aged(2, 12, of=version, mood=None), *aged(3, 2, of=version)]
    station.receive(held, [version])
    assert station.release("out", plan) == 0
    assert Counter(row["mood"] for row in station.rows("out")) == {"-4": 12}


def test_release__killed_after_it_was_noted__is_made_again_with_its_routes(station: Station) -> None:
    version = asking_by_age()
    station.receive([*aged(2, 12, of=version), *aged(3, 3, of=version)], [version])
    with open_ledger(station.ledger, station.private) as ledger, pytest.raises(KeyboardInterrupt):
        make_release(
            read_plan_file(station.plan()), station.root / "out",
            Workstation(ledger=ledger, private=station.private, checkpoint=stop_once_noted),
        )  # fmt: skip
    shutil.rmtree(station.root / "out.partial")
    assert station.release("out") == 0
    assert (len(station.rows("out")), station.verify("out")) == (15, 0)


@pytest.mark.parametrize(
    ("name", "names"),
    [("age", set()), ("pension", {"age"}), ("needs", set()), ("mood", {"pension", "age"})],
)
def test_deciding__question__are_all_whose_answers_decide_whether_it_is_asked(name: str, names: set[str]) -> None:
    assert deciding(asking_by_age(mood="${pension} = 1"), name) == names


def test_deciding__gate__decides_about_what_is_asked_behind_it() -> None:
    pages = asking_by_age().pages
    gated = replace(asking_by_age(), pages=(replace(pages[0], admits=Expression("${age} != 1")), *pages[1:]))
    assert deciding(gated, "needs") == {"age"}


def test_release__stopped_at_different_pages_of_one_condition__are_still_one_group(station: Station) -> None:
    version = asking_by_age(mood="${age} = 3")
    went_on, stopped = aged(3, 2, of=version), aged(3, 3, of=version)[2:]
    part_way = [replace(one, sent=PAGES[:2]) for one in stopped]
    station.receive([*aged(2, 12, of=version, mood=None), *went_on, *part_way], [version])
    assert station.release("out") == 0
    assert len(station.rows("out")) == 15
