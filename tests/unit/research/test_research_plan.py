"""Release plans: what is refused, on which line, all at once."""

import time

import pytest

from selfhelp_survey.core.document import document_of
from selfhelp_survey.core.questionnaire import Role
from selfhelp_survey.research.errors import PlanError
from selfhelp_survey.research.plan_reader import read_plan
from selfhelp_survey.research.series import series_findings, series_in, series_of
from selfhelp_survey.research.totals import open_ended
from selfhelp_survey.research.versions import Instrument, versions_in
from tests.unit.research.conftest import Station
from tests.unit.research.survey import PLAN, TOTALS, question, responses, tiny, values


def problems(text: str) -> list[tuple[int, str]]:
    """The problems of a plan by itself, with their lines."""
    with pytest.raises(PlanError) as caught:
        read_plan(text, source="plan.yaml")
    return [(problem.line, problem.message) for problem in caught.value.problems]


def instrument(*versions: object) -> Instrument:
    """The tiny survey, or these versions."""
    return Instrument(versions=versions_in(document_of(version) for version in (versions or (tiny(),))))  # type: ignore[arg-type]


def findings(text: str, *versions: object) -> list[tuple[str, str]]:
    """What is wrong with a plan for the tiny survey."""
    plan, held = read_plan(text, source="plan.yaml").plan, instrument(*versions)
    return [tuple(found) for found in (*series_findings(plan, held), *open_ended(plan, held))]  # type: ignore[misc]


def test_read_plan__in_order__gives_every_key() -> None:
    plan = read_plan(PLAN + "l: 2\ndiversity: [mood]\n", source="plan.yaml").plan
    assert (plan.series, plan.k, plan.l, plan.levels) == ("tiny", 3, 2, {"age": 1, "language": 1})
    assert plan.variables is None


def test_read_plan__several_mistakes__are_all_told_with_their_lines() -> None:
    text = "series: Bad Name\nquestionnaire: tiny\nkind: real\nk: 2\nminimum_size: 3\nl: 9\ncolour: red\n"
    found = problems(text.replace("colour: red\n", ""))
    assert [line for line, _ in found] == [0, 1, 4, 5, 6]
    ((line, message),) = problems(text)
    assert line == 7
    assert message.startswith("there is no key 'colour' in a plan; it knows diversity, k, kind, l, ")


@pytest.mark.parametrize(("k", "refused"), [(2, True), (3, False), (4, False)])
def test_read_plan__k_around_three__is_refused_below(k: int, refused: bool) -> None:
    text = PLAN.replace("k: 3", f"k: {k}")
    assert bool(refused and problems(text)) == refused
    assert refused or read_plan(text, source="p").plan.k == k


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [x]\nb: *a\n",
        "a: " + "[" * 50 + "]" * 50,
        "x" * 70_000,
        "series: [",
        "- a\n- b\n",
        "",
        "series: !!python/object/apply:os.system ['true']\nquestionnaire: tiny\nkind: real\n",
        PLAN + "k: 5\n",
        PLAN.replace("k: 3", "k: three"),
        PLAN.replace("k: 3", "k: 3.5"),
        PLAN.replace("kind: real", "kind: fake"),
        PLAN.replace("{age: 1, language: 1}", "[age]"),
        PLAN.replace("{age: 1, language: 1}", "{age: -1}"),
        PLAN.replace("series: tiny\n", ""),
        PLAN + "tables: [[age]]\n",
    ],
)
def test_read_plan__not_a_plan__is_refused(text: str) -> None:
    assert problems(text)


def test_read_plan__bomb__is_refused_at_once() -> None:
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{name}: &{name} [{','.join(['*' + before] * 9)}]\n"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    began = time.perf_counter()
    assert "aliases" in problems(bomb)[0][1]
    assert time.perf_counter() - began < 2


@pytest.mark.parametrize(
    ("text", "where", "message"),
    [
        (PLAN.replace("all", "[mod]"), "variables.mod", "did you mean mood?"),
        (PLAN.replace("all", "[words]"), "variables.words", "never released"),
        (PLAN.replace("all", "[use]"), "variables.use", "never released"),
        (PLAN.replace("all", "[mood, quarter]"), "variables.quarter", "give it a level"),
        (PLAN.replace("{age: 1", "{age: 3"), "quasi_identifiers.age", "highest level of age is 2"),
        (PLAN.replace("{age: 1", "{ages: 1"), "quasi_identifiers.ages", "did you mean age?"),
        (PLAN + "l: 2\ndiversity: [moon]\n", "diversity.moon", "did you mean mood?"),
        (PLAN + "l: 2\ndiversity: [age]\n", "diversity.age", "quasi-identifier"),
        (PLAN.replace("all", "[mood]") + "l: 2\ndiversity: [needs]\n", "diversity.needs", "not among"),
    ],
)
def test_series_findings__plan_that_does_not_fit__names_the_entry(text: str, where: str, message: str) -> None:
    ((found, told),) = findings(text)
    assert found == where
    assert message in told


def test_series_findings__question_asked_otherwise_in_a_version__is_named() -> None:
    other = tiny(question("extra", Role.SENSITIVE))
    same_name = tiny(question("extra", Role.INSENSITIVE))
    ((where, _),) = findings(PLAN, other, same_name)
    assert where == "variables.extra"


def test_series_of__two_valued_item__needs_two_however_large_l() -> None:
    two = tiny(question("yes", Role.SENSITIVE, values=values(0, 1, -2)))
    plan = read_plan(PLAN + "l: 3\ndiversity: [yes, mood, needs]\n".replace("yes", "'yes'"), source="p").plan
    items = series_of(plan, instrument(two)).diversity
    found = [(item.name, len(item.variables), item.needed) for item in items]
    assert found == [("yes", 1, 2), ("mood", 1, 3), ("needs", 3, 3)]


def test_series_in__what_was_frozen__comes_back() -> None:
    series = series_of(read_plan(PLAN + "l: 2\ndiversity: [needs]\n", source="p").plan, instrument())
    assert series_in(series.to_bytes()) == series


def test_read_plan__table_over_quarters_without_a_span__is_refused() -> None:
    ((_, message),) = problems(TOTALS + "quasi_identifiers: {quarter: 1}\ntables: [[quarter]]\n")
    assert "first and last" in message


def test_open_ended__table_over_entries__is_refused() -> None:
    ((where, _),) = findings(TOTALS + "quasi_identifiers: {entry: 0}\ntables: [[entry]]\n")
    assert where == "tables.0.entry"


def test_release__plan_names_an_unknown_variable__says_the_line(
    station: Station, capsys: pytest.CaptureFixture[str]
) -> None:
    station.receive(responses(12))
    assert station.release("out", PLAN.replace("all", "[mood, hair]")) == 1
    assert "plan.yaml, line 5: tiny has no variable hair" in capsys.readouterr().err
    assert not (station.root / "out").exists()


@pytest.mark.parametrize("value", ["!!int --5", "!!int ''", "!!int '5 '", "0b11", "9999999999", "five"])
def test_read_plan__number_spelt_strangely__is_one_problem(value: str) -> None:
    ((line, message),) = problems(PLAN.replace("k: 3", f"k: {value}"))
    assert line == 7
    assert "whole number" in message


@pytest.mark.parametrize("name", ["entry", "questionnaire_version", "quarter", "channel", "language"])
def test_series_findings__noted_by_the_software_and_named_without_a_level__is_refused(name: str) -> None:
    plan = PLAN.replace("variables: all", f"variables: [mood, {name}]").replace(", language: 1", "")
    ((where, message),) = findings(plan)
    assert where == f"variables.{name}"
    assert "quasi-identifier" in message
