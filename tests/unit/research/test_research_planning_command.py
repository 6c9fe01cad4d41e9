"""`selfhelp-research plan` as researchers call it: what it prints, writes and refuses, and what comes of a plan."""

import json
import re
import shlex
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from selfhelp_survey.authoring.yaml_writer import write_questionnaire
from selfhelp_survey.core.questionnaire import Page, Role
from selfhelp_survey.core.response import Mark
from selfhelp_survey.errors import ReleaseRefused, SurveyError
from selfhelp_survey.research.command_line import run
from selfhelp_survey.research.errors import VerificationError
from selfhelp_survey.research.plan import ReleasePlan
from selfhelp_survey.research.plan_reader import read_plan
from selfhelp_survey.research.planning.candidates import candidates
from selfhelp_survey.research.planning.marginals import Marginals
from selfhelp_survey.research.planning.pilot import read_pilot
from selfhelp_survey.research.planning.projection import Pool, Projector
from selfhelp_survey.research.planning.sample import Model
from selfhelp_survey.research.planning.wishes import Wishes
from selfhelp_survey.research.planning.years import Calendar
from tests.unit.docs.pages import fenced, text_of
from tests.unit.research.conftest import Station
from tests.unit.research.planned import PACKAGE, exit_marginals, exit_survey, version_of
from tests.unit.research.survey import PLAN, TOTALS, question, response, responses, text, tiny

pytestmark = pytest.mark.once

Spoken = Callable[[Sequence[str]], tuple[int, str]]
QUICK = ("--n", "60", "--respondents", "100", "--draws", "3", "--k", "3")


def plan(*arguments: str | Path) -> int:
    """The exit code of the command on these arguments, with little modelled."""
    return run(["plan", *map(str, arguments), *QUICK])


@pytest.fixture
def survey(tmp_path: Path) -> Path:
    """The tiny survey as a file."""
    path = tmp_path / "tiny.yaml"
    path.write_text(write_questionnaire(tiny()), encoding="utf-8")
    return path


@pytest.fixture
def spoken(survey: Path, capsys: pytest.CaptureFixture[str]) -> Spoken:
    """Calls the command; its exit code, and what stands on stderr. {survey} stands for the tiny survey's file."""

    def call(arguments: Sequence[str]) -> tuple[int, str]:
        given = [argument.format(survey=survey) for argument in arguments]
        code = run(["plan", *given[:1], *QUICK, *given[1:]])
        return code, capsys.readouterr().err

    return call


def test_plan_page__its_command_with_its_seed__still_prints_what_the_page_shows(
    capsys: pytest.CaptureFixture[str],
) -> None:
    page = text_of("how-to/plan-a-series.md")
    (line,) = (body for body in fenced(page, "") if "--priorities" in body)
    assert run(shlex.split(line)[1:]) == 0
    assert fenced(page, "text") == [capsys.readouterr().out]


def test_plan__out__is_a_plan_that_a_release_takes(station: Station, survey: Path) -> None:
    written = station.root / "proposed.yaml"
    assert plan(survey, "--a-year", "60", "--series", "tiny", "--out", written) == 0
    station.receive(responses(30))
    assert run(station.with_key("release", written, "--out", station.root / "out")) == 0
    assert len(station.rows("out")) == 30


def test_plan__out_that_exists__is_never_overwritten(
    survey: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text("mine")
    assert plan(survey, "--out", path) == 2
    assert path.read_text() == "mine"
    assert "nothing is overwritten" in capsys.readouterr().err
    assert plan(survey, "--out", tmp_path / "nowhere" / "plan.yaml") == 2
    assert "make it first" in capsys.readouterr().err


def test_plan__json__is_one_object_with_the_plan_and_every_figure(
    survey: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert plan(survey, "--json", "--a-year", "60", "--diversity", "mood") == 0
    document = json.loads(capsys.readouterr().out)
    assert document["plan"]["questionnaire"] == "tiny"
    assert document["plan"]["diversity"] == ["mood"]
    assert [row["responses"] for row in document["sizes"]] == [60]
    assert set(document["sizes"][0]["released"]) == {"median", "low", "high"}
    assert {"releases", "released", "held", "waiting", "delay", "loss", "smallest"} < document["curve"][0].keys()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["nowhere.yaml"], 2, "There is no file nowhere.yaml"),
        (["exit_surveys"], 2, "no shipped questionnaire of this code"),
        (["{survey}", "--priorities", "lnguage"], 1, "Did you mean 'language'?"),
        (["{survey}", "--diversity", "moods"], 1, "did you mean mood?"),
        (["{survey}", "--marginals", "nowhere.yaml"], 1, "nowhere.yaml, the file cannot be read"),
        (["{survey}", "--pilot", "{survey}"], 1, "Never plan from responses that wait"),
        (["{survey}", "--a-year", "0"], 2, "Between 1 and 100,000"),
        (["{survey}", "--draws", "0"], 2, "Model 1 to"),
    ],
)
def test_plan__what_cannot_be__is_refused_with_the_way_out(
    arguments: list[str], code: int, said: str, spoken: Spoken
) -> None:
    ended, told = spoken(arguments)
    assert ended == code
    assert said in told


@pytest.mark.parametrize("given", [["--n", "60,"], ["--n", "0"], ["--k", "-3"], ["--kind", "other"], ["--seed", "x"]])
def test_plan__arguments_that_are_none__exit_with_two(survey: Path, given: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        run(["plan", str(survey), *given])
    assert caught.value.code == 2


@pytest.mark.parametrize(("count", "code"), [(19, 1), (20, 0)])
def test_release__rows_around_the_minimum_of_a_proposed_plan__nothing_below_it(
    station: Station, survey: Path, count: int, code: int
) -> None:
    written = station.root / "proposed.yaml"
    assert plan(survey, "--a-year", "60", "--minimum-size", "20", "--minimum-new", "10", "--out", written) == 0
    station.receive(responses(count))
    assert run(station.with_key("release", written, "--out", station.root / "out")) == code
    assert (station.root / "out").exists() == (code == 0)
    assert [path.name for path in station.root.iterdir() if "partial" in path.name] == []


def pilot(station: Station, name: str, *, series: str = "new") -> Marginals:
    """What a release of the station tells as a pilot."""
    return read_pilot(station.root / name, version_of(tiny()), [station.private.public], series=series)


def test_pilot__finished_release__tells_shares_and_spreads_what_was_coarsened(station: Station) -> None:
    station.receive([*responses(10, age=1), *responses(6, start=50, age=3), *responses(4, start=90, age=None)])
    station.release("out")
    told = pilot(station, "out")
    assert told.source == "the pilot tiny, release 1"
    assert told.shares["age"] == pytest.approx({1: 0.5, 2: 0.15, 3: 0.15, -1: 0.2})
    assert told.shares["language"] == {"en": 1.0}
    assert sum(told.shares["mood"].values()) == pytest.approx(1)


def test_pilot__multiple_question__tells_each_value_among_those_who_were_asked(station: Station) -> None:
    ticked = [*responses(6, needs=(1, 3)), *responses(4, start=50, needs=(-2,))]
    station.receive(ticked)
    station.release("out")
    assert pilot(station, "out").shares["needs"] == pytest.approx({1: 0.6, 2: 0.0, 3: 0.6, -1: 0.0, -2: 0.4})


def test_pilot__some_reached_part_two__tells_their_share(station: Station) -> None:
    later = Page(name="later", part=2, title=text("Later"), questions=(question("sleep", Role.SENSITIVE),))
    survey = replace(tiny(), pages=(*tiny().pages, later))
    sent = [replace(one, sent=("all", "later")) for one in responses(9, of=survey)]
    station.receive([*sent, *responses(3, start=50, of=survey)], of=[survey])
    assert station.release("out") == 0
    told = read_pilot(station.root / "out", version_of(survey), [station.private.public], series="new")
    assert told.goes_on == 0.75
    assert told.shares["sleep"] == {-1: 1.0}


def test_plan__from_a_pilot__says_so(station: Station, survey: Path, capsys: pytest.CaptureFixture[str]) -> None:
    station.receive(responses(30))
    station.release("out")
    assert plan(survey, "--pilot", station.root / "out", "--key", station.key, "--series", "new") == 0
    assert "the pilot tiny, release 1" in capsys.readouterr().out


def test_pilot__responses_that_wait__are_refused_whatever_holds_them(station: Station) -> None:
    station.receive(responses(30))
    for held in (station.ledger, station.key, station.root / "1.bundle", station.root):
        with pytest.raises(SurveyError):
            read_pilot(held, version_of(tiny()), [station.private.public], series="new")
    with pytest.raises(ReleaseRefused, match="minimality and downcoding"):
        pilot(station, station.ledger.name)


def test_pilot__of_the_series_itself_or_of_totals_or_of_another_survey__is_refused(station: Station) -> None:
    station.receive(responses(30))
    station.release("out")
    with pytest.raises(ReleaseRefused, match="give the new series another name"):
        pilot(station, "out", series="tiny")
    station.receive(responses(30, start=100))
    station.release("counted", f"{TOTALS}tables: [[mood]]\n")
    with pytest.raises(ReleaseRefused, match="holds totals"):
        pilot(station, "counted")
    with pytest.raises(ReleaseRefused, match="another questionnaire"):
        read_pilot(station.root / "out", exit_survey(), [station.private.public], series="new")


def test_pilot__changed_afterwards__is_refused(station: Station) -> None:
    station.receive(responses(30))
    station.release("out")
    path = station.root / "out" / "responses.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("1", "2", 1), encoding="utf-8")
    with pytest.raises(VerificationError):
        pilot(station, "out")


def test_pilot__rehearsal__may_tell_what_real_responses_never_do(station: Station) -> None:
    station.receive([response(number, mark=Mark.REHEARSAL) for number in range(30)])
    station.release("out", PLAN.replace("real", "rehearsal"))
    assert pilot(station, "out").shares["age"] == {1: 1.0}


def shipped_projector(plan: ReleasePlan) -> Projector:
    """Projects plans of the exit survey as the command does, with the minima and items of the shipped one."""
    wishes = Wishes(
        version=exit_survey(), series=plan.series, priorities=tuple(plan.levels), diversity=plan.diversity, k=plan.k,
        l=plan.l, minimum_size=plan.minimum_size, minimum_new=plan.minimum_new,
    )  # fmt: skip
    rule, random = wishes.rule(), np.random.default_rng(7)
    names = [*plan.levels, *(part for item in rule.items for part in item.variables)]
    model = Model(version=wishes.version, marginals=exit_marginals())
    people = model.respondents(names, 700, random=random, tell=lambda _count: None)
    hierarchies = tuple(held.hierarchy for held in candidates(wishes.version, tuple(plan.levels), people))
    return Projector(
        pool=Pool(respondents=people, hierarchies=hierarchies), rule=rule,
        calendar=Calendar(releases=4, minimum_new=plan.minimum_new), draws=[random.random(300) for _ in range(60)],
    )  # fmt: skip


def test_shipped_plan__figures_in_its_comment__are_those_of_the_model() -> None:
    shipped = (PACKAGE / "research" / "plans" / "exit_records.yaml").read_text(encoding="utf-8")
    comment = " ".join(line.removeprefix("#").strip() for line in shipped.splitlines() if line.startswith("#"))
    whole, without_age = comment.split("take the line a2_age out")
    plan = read_plan(shipped, source="p").plan
    gives = shipped_projector(plan)
    for told, left_out in ((whole, ()), (without_age, ("a2_age",))):
        pairs = re.findall(r"(\d+) %(?: of the rows| go)? at (\d+)", told)
        assert pairs
        top = {held.name: held.top for held in gives.pool.hierarchies}
        levels = {**top, **{name: level for name, level in plan.quasi_identifiers if name not in left_out}}
        for share, size in pairs:
            assert gives.project(levels, int(size)).released.median == pytest.approx(int(share) / 100, abs=0.07)
