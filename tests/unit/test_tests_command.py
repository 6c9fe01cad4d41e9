"""What `python3 tests` understands and how it counts."""

from __future__ import annotations

import sys
import time
from importlib import metadata
from pathlib import Path

import pytest
from packaging.version import Version

from tests.test_command import entrance
from tests.test_command.command_line import UsageProblem, errands, help_text, parsed
from tests.test_command.declared import declared
from tests.test_command.lowest import FOLDER, lowest_pins
from tests.test_command.neighbours import place
from tests.test_command.phases import PHASES
from tests.test_command.run import command, lowest_made_meanwhile
from tests.test_command.summary import Outcome, Totals, exit_code, read_totals, summary

REPORT = """<testsuites><testsuite>
<testcase classname="tests.unit.test_a" name="test_one"/>
<testcase classname="tests.unit.test_a" name="test_two"><failure message="no"/></testcase>
<testcase classname="tests.unit.test_a" name="test_three"><skipped/></testcase>
<testcase classname="tests.unit.test_a" name="test_four"/>
<testcase classname="tests.unit.test_a" name="test_four"><error message="tear-down"/></testcase>
</testsuite></testsuites>"""


def names(*words: str) -> list[str]:
    return [phase.name for phase in parsed(list(words)).phases]


def test_parsed__no_word__means_every_phase() -> None:
    assert names() == [phase.name for phase in PHASES]


def test_parsed__phase_names__keep_the_running_order() -> None:
    assert names("sqlite", "unit") == ["unit", "sqlite"]


def test_parsed__checks__means_every_phase_without_pytest() -> None:
    assert names("checks") == ["lint", "format", "types", "imports", "migrations"]


def test_parsed__option__goes_to_pytest_with_all_that_follows() -> None:
    assert parsed(["sqlite", "-k", "route", "-x"]).options == ("-k", "route", "-x")


def test_parsed__double_dash__is_left_out() -> None:
    assert parsed(["unit", "--", "tests/unit/test_x.py"]).options == ("tests/unit/test_x.py",)


def test_parsed__options_without_a_name__leave_out_the_checks() -> None:
    assert names("-k", "route") == [phase.name for phase in PHASES if phase.has_tests]


def test_parsed__options_for_a_check__are_refused() -> None:
    with pytest.raises(UsageProblem, match="runs no pytest"):
        parsed(["lint", "-k", "route"])


def test_parsed__misspelt_name__suggests_the_right_one() -> None:
    with pytest.raises(UsageProblem, match="Did you mean sqlite"):
        parsed(["sqlight"])


def test_parsed__path_without_phase__teaches() -> None:
    with pytest.raises(UsageProblem, match=r"python3 tests unit -- tests/unit/test_x\.py"):
        parsed(["tests/unit/test_x.py"])


def test_help_text__every_phase__is_named() -> None:
    assert all(f"  {phase.name} " in help_text() for phase in PHASES)


def test_needs_browsers__only_browser_phase__is_true() -> None:
    assert parsed(["browser"]).needs_browsers
    assert not parsed(["unit", "sqlite"]).needs_browsers


def test_needs_browsers__errands__only_lock_and_matrix_do_without() -> None:
    assert {word for word in errands() if not parsed([word]).needs_browsers} == {"lock", "matrix"}


@pytest.mark.parametrize(("word", "is_needed"), [("postgresql", True), ("lowest-pg", True), ("sqlite", False)])
def test_missing_packages__debian_has_no_postgresql_yet__is_asked_for_by_the_phases_that_use_it(
    word: str, is_needed: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(entrance, "DEBIAN_POSTGRESQL", tmp_path)
    assert ("postgresql" in entrance.missing_packages(parsed([word]))) is is_needed


def test_missing_packages__debian_has_postgresql__is_not_asked_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "15" / "bin").mkdir(parents=True)
    (tmp_path / "15" / "bin" / "postgres").touch()
    monkeypatch.setattr(entrance, "DEBIAN_POSTGRESQL", tmp_path)
    assert entrance.missing_packages(parsed(["postgresql"])) == {}


@pytest.mark.parametrize(("word", "is_needed"), [("deployment", True), ("faults", False)])
def test_missing_packages__machine_has_no_servers_yet__are_asked_for_by_the_phase_that_runs_the_guides(
    word: str, is_needed: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(entrance, "SERVERS", str(tmp_path))
    assert (entrance.missing_packages(parsed([word])).keys() >= {"nginx-light", "tor"}) is is_needed


@pytest.mark.parametrize(("word", "is_needed"), [("archive", True), ("unit", False)])
def test_missing_packages__r_cannot_read_spss_files_yet__is_asked_for_by_the_phase_that_does(
    word: str, is_needed: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(entrance, "R_FOREIGN", tmp_path / "foreign")
    assert ("r-cran-foreign" in entrance.missing_packages(parsed([word]))) is is_needed


def test_parsed__lock__passes_the_names_on_and_brings_its_tools() -> None:
    order = parsed(["lock", "django"])
    assert (order.errand, order.options) == ("tests.lock", ("django",))
    assert order.extras == {"lock", "report", "research", "test"}


@pytest.mark.parametrize("words", [[], ["unit"], ["checks"], ["lowest"]])
def test_parsed__phases__bring_no_tools_of_an_errand(words: list[str]) -> None:
    assert parsed(words).extras == {"report", "research", "test"}


def test_lowest_pins__of_any_spelling__are_exactly_the_lower_bounds() -> None:
    asked = ("Django>=5.2,<6.2", "psycopg[binary] >= 3.2.2", "psycopg>=3.2.2", "ruamel.yaml>=0.18.6")
    assert lowest_pins(asked) == ("Django==5.2", "psycopg==3.2.2", "ruamel.yaml==0.18.6")


@pytest.mark.parametrize("line", ["tqdm", "tqdm<5", "tqdm==4.66", "tqdm>4", "tqdm>=4.66; python_version<'3.12'"])
def test_lowest_pins__no_plain_lower_bound__is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="tqdm"):
        lowest_pins([line])


def test_lowest_pins__of_setup_cfg__cover_web_host_and_workstation() -> None:
    needed = declared()
    names = {pin.partition("==")[0] for pin in lowest_pins(needed[""] + needed["research"])}
    assert {"Django", "cryptography", "django-formtools", "psycopg", "numpy", "tqdm"} <= names
    assert len(names) == len({line.partition(">=")[0].partition("[")[0] for line in needed[""] + needed["research"]})


def test_installed__in_the_environment_of_lowest_versions__are_the_pins() -> None:
    """In every other environment: nothing below them."""
    needed = declared()
    exact = Path(sys.prefix) == FOLDER
    for pin in lowest_pins(needed[""] + needed["research"]):
        name, _, version = pin.partition("==")
        lowest, here = Version(version), Version(metadata.version(name))
        assert here == lowest if exact else here >= lowest, name


def test_command__at_lowest__runs_in_the_other_environment() -> None:
    phase = parsed(["lowest"]).phases[0]
    assert phase.at_lowest
    assert command(phase, (), Path("r.xml"), python=Path("other/bin/python"))[:3] == [
        "other/bin/python",
        "-m",
        "pytest",
    ]


def test_command__own_path__replaces_the_folders_of_the_phase() -> None:
    words = command(parsed(["unit"]).phases[0], ("tests/unit/test_tests_command.py::test_x",), Path("r.xml"))
    assert words[-2:] == ["--junit-xml=r.xml", "tests/unit/test_tests_command.py::test_x"]


@pytest.mark.parametrize(
    ("test", "where"),
    [
        ("journeys/test_a.py", (0, "journeys")),
        ("rubric/pages/test_a.py", (1, "rubric/pages")),
        ("rubric/test_a.py", (1, "rubric")),
        ("unit/test_a.py", (2, "unit")),
    ],
)
def test_place__of_a_test__is_by_the_folder_asked_for_and_then_its_own(test: str, where: tuple[int, str]) -> None:
    assert place(Path(test), [Path("journeys"), Path("rubric")]) == where


@pytest.mark.parametrize(
    ("words", "is_made"), [(["types", "lowest"], True), (["lowest"], False), (["types", "unit"], False)]
)
def test_lowest_made_meanwhile__only_where_it_is_wanted_later__is_begun_and_ended(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, words: list[str], *, is_made: bool
) -> None:
    lasting = "import pathlib, sys, time; pathlib.Path(sys.argv[1]).touch(); time.sleep(60)"
    maker = (sys.executable, "-c", lasting, str(tmp_path / "begun"))
    monkeypatch.setattr("tests.test_command.run.MAKER", maker)
    with lowest_made_meanwhile(parsed(words).phases) as made:
        while is_made and not (tmp_path / "begun").exists():
            time.sleep(0.01)
    assert (made is not None) is is_made
    assert made is None or made.poll() is not None


def test_read_totals__one_test_with_two_entries__is_counted_once(tmp_path: Path) -> None:
    (tmp_path / "report.xml").write_text(REPORT)
    assert read_totals(tmp_path / "report.xml") == Totals(passed=1, failed=2, skipped=1)


@pytest.mark.parametrize("text", [None, "", "<testsuites><testsuite>"])
def test_read_totals__no_whole_report__is_none(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "report.xml").write_text(text)
    assert read_totals(tmp_path / "report.xml") is None


def test_summary__last_line__is_the_plain_total_of_all_runs() -> None:
    outcomes = [
        Outcome(phase="lint", seconds=1, passed=False),
        Outcome(phase="unit", seconds=1, passed=True, totals=Totals(passed=3)),
        Outcome(phase="sqlite", seconds=1, passed=False, totals=Totals(passed=4, failed=1)),
    ]
    assert summary(outcomes).splitlines()[-2:] == ["Failed: lint, sqlite", "7 passed, 1 failed"]


@pytest.mark.parametrize(
    ("passed", "totals", "code"),
    [(True, Totals(passed=1), 0), (True, Totals(), 1), (True, Totals(skipped=2), 1), (False, Totals(passed=1), 1)],
)
def test_exit_code__failure_or_nothing_executed__is_one(passed: bool, totals: Totals, code: int) -> None:
    assert exit_code([Outcome(phase="unit", seconds=1, passed=passed, totals=totals)]) == code


def test_exit_code__checks_alone__need_no_test() -> None:
    assert exit_code([Outcome(phase="lint", seconds=1, passed=True)]) == 0
