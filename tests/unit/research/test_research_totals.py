"""Tables of a series of totals: the fixed counts, the span of quarters, withheld counts, and attacks on the files."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest

from selfhelp_survey.core.response import Response
from selfhelp_survey.privacy.intervals import intervals
from selfhelp_survey.privacy.tables import WITHHELD, TotalCell
from selfhelp_survey.research.command_line import run
from selfhelp_survey.research.errors import PlanError, VerificationError
from selfhelp_survey.research.formats.codebook_json import write_codebook
from selfhelp_survey.research.interval_bounds import solve
from selfhelp_survey.research.plan import COUNTS, Protection, ReleasePlan
from selfhelp_survey.research.plan_reader import read_plan
from selfhelp_survey.research.quarters import periods, quarters_between
from selfhelp_survey.research.series import series_in, series_of
from selfhelp_survey.research.totals import count_cells, count_of_cells
from selfhelp_survey.research.totals_audit import attackers_view, check_cells
from selfhelp_survey.research.versions import Instrument
from selfhelp_survey.research_store.directory import DirectoryStore
from tests.unit.research.conftest import Station
from tests.unit.research.survey import PLAN, TOTALS, question, response, tiny
from tests.unit.research.test_research_plan import instrument, problems

pytestmark = pytest.mark.once

LEVELS = "quasi_identifiers: {age: 1, language: 0, quarter: 0}\n"
SPAN = "quarters: [2026Q4, 2027Q2]\n"
COUNTED = TOTALS + LEVELS + SPAN
WITHHELD_PLAN = COUNTED + "tables: [counts, [mood, language]]\nprotection: suppression\n"


def plan_of(text: str) -> ReleasePlan:
    return read_plan(text, source="plan.yaml").plan


def people(count: int, start: int, language: str, quarter: str = "2026Q4", **answers: object) -> list[Response]:
    """So many responses of this language and quarter."""
    made = [response(number, language=language, **answers) for number in range(start, start + count)]  # type: ignore[arg-type]
    return [replace(one, quarter=quarter) for one in made]


def cells_in(path: Path) -> dict[tuple[str, str], int]:
    with (path / "totals.csv").open(newline="") as file:
        return {(row["table"], row["cell"]): int(row["count"]) for row in csv.DictReader(file)}


@pytest.mark.parametrize("tables", ["", "tables: counts\n", "tables: [counts]\n"])
def test_read_plan__totals_without_tables_or_with_counts__count_by_sample_language_and_quarter(tables: str) -> None:
    assert plan_of(COUNTED + tables).tables == COUNTS


def test_read_plan__counts_among_other_tables__stand_where_they_were_named() -> None:
    assert plan_of(COUNTED + "tables: [[mood], counts, [mood, age]]\n").tables == (("mood",), *COUNTS, ("mood", "age"))


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (TOTALS + LEVELS, 0, "first and last one"),
        (TOTALS + LEVELS + "quarters: [2026Q4]\n", 6, "first and the last one"),
        (TOTALS + LEVELS + "quarters: [2026Q4, 2027Q5]\n", 6, "first and the last one"),
        (TOTALS + LEVELS + "quarters: [2027Q1, 2026Q4]\n", 6, "not before the first"),
        (TOTALS + LEVELS + "quarters: [2026Q1, 2046Q1]\n", 6, "at most 80"),
        (COUNTED + "tables: []\n", 7, "takes `counts`"),
        (COUNTED + "tables: [[mood, age], [age, mood]]\n", 7, "stands twice"),
        (COUNTED + "threshold: 5\n", 7, "needs `protection: suppression`"),
        (COUNTED + "protection: suppression\nthreshold: 2\n", 8, "threshold is 3 to minimum_size"),
        (COUNTED + "protection: suppression\nthreshold: 11\n", 8, "threshold is 3 to minimum_size"),
        (COUNTED + "protection: noise\n", 7, "one of rounding, suppression"),
        (COUNTED + "tables: [[mood, age], [age, language], [mood, language]]\nprotection: suppression\n", 7, "ring"),
        (PLAN + SPAN, 10, "quarters are for totals"),
        (PLAN + "protection: suppression\n", 10, "are for totals"),
    ],
)
def test_read_plan__tables_that_cannot_be_kept__are_refused(text: str, line: int, message: str) -> None:
    ((found, told),) = problems(text)
    assert (found, message in told) == (line, True)


@pytest.mark.parametrize(
    "more", ["quarters: [2026Q4, 2026Q4]\n", "quarters: [2026Q1, 2045Q4]\n",
             SPAN + "protection: suppression\nthreshold: 3\n", SPAN + "protection: suppression\nthreshold: 10\n",
             SPAN + "tables: [[mood, age], [age, language], [mood, language]]\n"],
)  # fmt: skip
def test_read_plan__tables_just_within_bounds__are_taken(more: str) -> None:
    assert plan_of(TOTALS + LEVELS + more).tables


def test_series_findings__question_called_sample__is_refused_in_tables() -> None:
    from selfhelp_survey.core.questionnaire import Role
    from selfhelp_survey.research.series import series_findings

    found = series_findings(plan_of(COUNTED), instrument(tiny(question("sample", Role.SENSITIVE))))
    assert {told.where for told in found} == {f"tables.{number}.sample" for number in range(4)}


def test_series_in__frozen_tables__come_back_and_older_plans_keep_their_digest() -> None:
    for text in (WITHHELD_PLAN, COUNTED, TOTALS + "tables: [[mood]]\n"):
        series = series_of(plan_of(text), instrument())
        assert series_in(series.to_bytes()) == series
    plain = plan_of(TOTALS + "tables: [[mood]]\n").to_json()
    assert not plain.keys() & {"quarters", "protection", "threshold"}


def test_quarters_between__over_two_new_years__lists_each_once() -> None:
    assert quarters_between("2026Q4", "2028Q1") == ("2026Q4", "2027Q1", "2027Q2", "2027Q3", "2027Q4", "2028Q1")


@pytest.mark.parametrize(
    ("level", "expected"),
    [(0, ("2026Q4", "2027Q1", "2027Q2", "outside")), (1, ("2026H2", "2027H1", "outside")),
     (2, ("2026", "2027", "outside")), (3, (-7, "outside"))],
)  # fmt: skip
def test_periods__level__groups_the_span(level: int, expected: tuple[object, ...]) -> None:
    assert periods(("2026Q4", "2027Q2"), level) == expected


def rows_for(held: Instrument, made: list[Response], text: str) -> list[TotalCell]:
    """The cells that these responses give."""
    from selfhelp_survey.research.records import RowMaker

    series = series_of(plan_of(text), held)
    maker = RowMaker(series=series, instrument=held)
    return list(count_cells([maker.row(one) for one in made], series, held))


@pytest.mark.parametrize(
    ("quarter", "where"), [("2026Q3", "outside"), ("2026Q4", "2026Q4"), ("2027Q2", "2027Q2"), ("2027Q3", "outside")]
)
def test_count_cells__quarter_around_the_span__is_counted_in_it_or_outside(quarter: str, where: str) -> None:
    cells = rows_for(instrument(), people(10, 0, "en", quarter), COUNTED)
    counts = {held.cell: held.count for held in cells if held.table == "sample x quarter"}
    assert counts[("sample", "exit"), ("quarter", where)] == 10


def test_write_codebook__tables_by_quarter__list_what_they_tell_apart() -> None:
    held = instrument()
    for text, listed in (
        (COUNTED, ["2026Q4", "2027Q1", "2027Q2", "outside"]),
        (PLAN.replace("age: 1", "quarter: 0"), []),
    ):
        document = json.loads(write_codebook(series_of(plan_of(text), held), held))
        (quarter,) = (one for one in document["variables"] if one["name"] == "quarter")
        assert [value["code"] for value in quarter["values"]] == listed


def test_count_cells__whoever_answers__the_cells_are_the_same() -> None:
    held = instrument()
    shapes = [
        [(cell.table, cell.cell) for cell in rows_for(held, made, WITHHELD_PLAN)]
        for made in (people(30, 0, "en"), people(10, 0, "fi", "2027Q1") + people(11, 50, "es", "2030Q1"))
    ]
    assert shapes[0] == shapes[1]
    assert len(shapes[0]) == count_of_cells(series_of(plan_of(WITHHELD_PLAN), held), held)


def test_count_cells__rows_in_another_order__withhold_the_same() -> None:
    made = people(30, 0, "en") + people(4, 50, "es") + people(13, 70, "fi", "2027Q1")
    assert rows_for(instrument(), made, WITHHELD_PLAN) == rows_for(instrument(), made[::-1], WITHHELD_PLAN)


def test_release__small_counts_withheld__is_verified_and_taken_by_the_store(station: Station) -> None:
    station.receive(people(40, 0, "en") + people(4, 50, "es") + people(13, 70, "fi", "2027Q1"))
    assert station.release("out", WITHHELD_PLAN) == 0
    cells = cells_in(station.root / "out")
    assert cells["sample", '{"sample":"exit"}'] == 57
    assert cells["sample x language", '{"sample":"exit","language":"es"}'] == WITHHELD
    assert cells["sample x quarter", '{"sample":"exit","quarter":"2027Q2"}'] == 0
    assert not {count for count in cells.values() if 0 < count < 10}
    assert station.verify("out") == 0
    store = DirectoryStore(station.root / "store")
    store.init()
    assert station.push("out", station.root / "store") == 0
    held = store.read_totals("t")
    assert sum(row.count == WITHHELD for row in held) == sum(count == WITHHELD for count in cells.values())


def test_release__second_one_with_withheld_counts__counts_its_own_people_alone(station: Station) -> None:
    plan = COUNTED + "protection: suppression\n"
    station.receive(people(40, 0, "en") + people(14, 50, "es"))
    assert station.release("old", plan) == 0
    station.receive(people(40, 100, "en") + people(15, 150, "es") + people(3, 180, "fi"))
    assert station.release("new", plan) == 0
    cell = "sample x language", '{"sample":"exit","language":"es"}'
    assert [cells_in(station.root / name)[cell] for name in ("old", "new")] == [14, WITHHELD]  # never 14 and 29
    assert run(station.with_key("edition", "--series", "t", "--out", station.root / "both")) == 0
    assert cells_in(station.root / "both")[cell] == WITHHELD
    assert station.verify("both") == 0


def test_check_cells__sub_totals_against_cells__finds_what_only_small_cells_withheld_give_away() -> None:
    cells = rows_for(instrument(), people(40, 0, "en") + people(4, 50, "es") + people(13, 70, "fi"), COUNTED)
    true = {("en",): 40, ("es",): 4, ("fi",): 13, ("all",): 57}
    naive = [
        replace(held, count=WITHHELD if 0 < count < 10 else count)
        for held in cells if held.table == "sample x language"
        for count in [true[(str(dict(held.cell)["language"]),)]]
    ]  # fmt: skip
    plan = plan_of(COUNTED + "protection: suppression\n")
    assert [(low, high) for _, low, high in intervals(attackers_view(naive, plan), solve)] == [(4, 4)]
    with pytest.raises(VerificationError, match="gives away to within 10: 1"):
        check_cells(naive, plan)


@pytest.mark.parametrize(
    ("count", "is_refused"), [(9, True), (10, False), (11, False), (0, False), (WITHHELD, True), (-1, True)]
)
def test_check_cells__count_around_the_threshold__is_refused_below(count: int, is_refused: bool) -> None:
    plan = plan_of(TOTALS + "tables: [[mood]]\nprotection: suppression\n")
    cells = [TotalCell(table="mood", cell=(("mood", code),), count=20) for code in (1, 2, 3)]
    cells = [
        replace(cells[0], count=count),
        *cells[1:],
        TotalCell(table="mood", cell=(("mood", "all"),), count=40 + max(count, 0)),
    ]
    if not is_refused:
        check_cells(cells, plan)
        return
    with pytest.raises(VerificationError):
        check_cells(cells, plan)


def test_check_cells__tables_that_contradict_each_other_or_lack_a_cell__are_refused() -> None:
    plan = plan_of(WITHHELD_PLAN)
    cells = rows_for(instrument(), people(40, 0, "en") + people(4, 50, "es") + people(13, 70, "fi"), WITHHELD_PLAN)
    check_cells(cells, plan)
    shown = next(place for place, held in enumerate(cells) if held.count == 57)
    for broken in (cells[1:], [*cells[:shown], replace(cells[shown], count=58), *cells[shown + 1 :]]):
        with pytest.raises(VerificationError):
            check_cells(broken, plan)


def test_release__verified_after_a_withheld_count_was_filled_in__is_refused(station: Station) -> None:
    station.receive(people(40, 0, "en") + people(4, 50, "es") + people(13, 70, "fi"))
    assert station.release("out", WITHHELD_PLAN) == 0
    path = station.root / "out" / "totals.csv"
    path.write_text(path.read_text().replace(",-7\n", ",12\n", 1))
    assert station.verify("out") == 1


def test_plan__default__is_rounding_as_before() -> None:
    assert plan_of(COUNTED).protection is Protection.ROUNDING
    cells = rows_for(instrument(), people(40, 0, "en") + people(4, 50, "es"), COUNTED)
    assert {held.count % 5 for held in cells} == {0}
    assert json.dumps([held.count for held in cells if held.table == "sample"]) == "[45, 45]"
    with pytest.raises(PlanError):
        plan_of(COUNTED + "protection: none\n")
