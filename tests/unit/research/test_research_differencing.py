"""Thirty real releases of sealed responses through the command, and the attacker of tests/properties on their files."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from selfhelp_survey.core.response import Response
from selfhelp_survey.privacy.hierarchy import Hierarchy
from selfhelp_survey.privacy.rule import is_missing
from selfhelp_survey.research.command_line import run
from selfhelp_survey.research.formats import every
from selfhelp_survey.research.formats.totals_csv import read_cells
from selfhelp_survey.research.ledger import open_ledger
from tests.properties.differencing import (
    Person,
    State,
    appended_by_class,
    difference,
    every_pair,
    given_away,
    one_after_the_other,
    singled_out,
)
from tests.unit.research.conftest import TABLES, Station
from tests.unit.research.survey import PLAN, TOTALS, new_workstation, response

pytestmark = pytest.mark.once

RELEASES, NEW = 30, 25
K, L = 3, 2
SERIES = PLAN + "l: 2\ndiversity: [mood]\n"
COUNTS = TOTALS + "tables: [[mood]]\n"
HIERARCHIES = (
    Hierarchy(name="age", levels=(("1", "2", "-1"), ("-7", "-7", "-7"))),
    Hierarchy(name="language", levels=(("en", "other"), ("-7", "-7"))),
)  # of what is released: level 0 here is the level of the series


@dataclass(frozen=True, kw_only=True)
class Made:
    """A workstation after thirty releases `release-1` to `release-30`, and the batches that had come in."""

    station: Station
    batches: list[list[Response]]

    def people(self, name: str) -> list[Person]:
        return [((row["age"], row["language"]), row["mood"]) for row in self.station.rows(name)]

    def states(self) -> list[State]:
        states = [State(levels=(0, 0), rows=Counter())]
        for number in range(1, RELEASES + 1):
            states.append(State(levels=(0, 0), rows=states[-1].rows + Counter(self.people(f"release-{number}"))))
        return states


def batches() -> list[list[Response]]:
    """Most are young and write English; old people and other languages are few, and a few leave things out."""
    random = Random(7)  # noqa: S311 - nothing secret: the same people every time
    numbers = iter(range(RELEASES * NEW))
    return [[_person(next(numbers), random) for _ in range(NEW)] for _ in range(RELEASES)]


def _person(number: int, random: Random) -> Response:
    age, language = (
        random.choices([1, 2, 3, None], [75, 13, 8, 4])[0],
        random.choices(["en", "es", "fi"], [80, 13, 7])[0],
    )
    return response(number, age=age, language=language, mood=random.choices([1, 2, 3, None], [55, 25, 12, 8])[0])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterable[Made]:
    """Thirty times: receive a bundle, make a release; the tables alone, the other formats say nothing else."""
    root: Path = tmp_path_factory.mktemp("thirty")
    key, private = new_workstation(root)
    station, held = Station(root=root, key=key, private=private), batches()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(every, "FORMATS", tuple(each for each in every.FORMATS if TABLES.issuperset(each.names)))
        for number, batch in enumerate(held, start=1):
            assert station.receive(batch) == 0
            assert station.release(f"release-{number}", SERIES) == 0
        yield Made(station=station, batches=held)


def edition(made: Made, name: str, upto: int, *more: str) -> State:
    """A real edition of the first releases. One with more words has both columns at their top."""
    sources = [word for number in range(1, upto + 1) for word in ("--from", made.station.root / f"release-{number}")]
    out = made.station.root / name
    assert run(made.station.with_key("edition", *sources, "--out", out, *more)) == 0
    return State(levels=(1, 1) if more else (0, 0), rows=Counter(made.people(name)))


def test_thirty_releases__any_two_states_subtracted__single_nobody_out_and_give_no_answer_away(made: Made) -> None:
    states = made.states()
    assert len(list(every_pair(states))) == 465
    assert singled_out(every_pair(states), HIERARCHIES, K) == 0
    assert given_away(every_pair(states), HIERARCHIES) == 0


def test_thirty_releases__every_class_of_every_difference__has_l_answers_or_none(made: Made) -> None:
    classes = [found for pair in every_pair(made.states()) for found in difference(*pair, HIERARCHIES).values()]
    answers = [{value for value in found if not is_missing(value)} for found in classes]
    assert all(len(held) >= L for held in answers if held)
    assert len(classes) > 465


def test_same_responses__appended_as_soon_as_their_class_has_k__are_singled_out_and_told(
    made: Made,
) -> None:
    states = appended_by_class([[_as_released(one) for one in batch] for batch in made.batches], (0, 0), HIERARCHIES, K)
    assert singled_out(one_after_the_other(states), HIERARCHIES, K) > 20
    assert given_away(one_after_the_other(states), HIERARCHIES) > 0


def _as_released(held: Response) -> Person:
    age = {1: "1", 2: "2", 3: "2"}.get(int(str(held.answers.get("age", -1))), "-1")
    return (age, "en" if held.language == "en" else "other"), str(held.answers.get("mood", -1))


def test_cumulative_editions__old_against_new_and_against_every_state__single_nobody_out(made: Made) -> None:
    editions = [edition(made, f"cumulative-{upto}", upto) for upto in (4, 29, 30)]
    states = made.states()
    assert [held.rows for held in editions] == [states[4].rows, states[29].rows, states[30].rows]
    assert singled_out(every_pair([*states[:5], *editions]), HIERARCHIES, K) == 0


def test_coarser_edition__against_every_state_and_the_cumulative_one__singles_nobody_out(made: Made) -> None:
    coarse = edition(made, "coarser", RELEASES, "--level", "age=2", "--level", "language=2")
    assert {cell for cell, _answer in coarse.rows} == {("-7", "-7")}
    assert singled_out([(state, coarse) for state in made.states()], HIERARCHIES, K) == 0


def test_totals_after_records__of_the_same_ledger__count_only_whom_no_record_holds(made: Made) -> None:
    station, waiting = made.station, RELEASES * NEW - made.states()[-1].rows.total()
    new = [response(number, age=3, language="fi") for number in range(5000, 5012)]
    assert station.receive(new) == 0
    assert station.release("totals-1", COUNTS) == 0
    counted = {held.cell: held.count for held in read_cells(station.root / "totals-1" / "totals.csv")}
    assert abs(counted[(("mood", "all"),)] - (waiting + len(new))) <= 2
    assert station.receive([response(number, age=3, language="fi") for number in range(6000, 6010)]) == 0
    assert station.release("totals-2", COUNTS) == 0
    newer = {held.cell: held.count for held in read_cells(station.root / "totals-2" / "totals.csv")}
    assert newer[(("mood", "all"),)] == 10  # new ones alone: old is in no way a part of new
    assert station.release("release-31", SERIES) == 1
    with open_ledger(station.ledger, station.private) as ledger:
        digests = [digest for entry in ledger.releases() for digest in ledger.store_digests(entry)]
    assert len(digests) == len(set(digests)) == RELEASES * NEW + len(new) + 10
