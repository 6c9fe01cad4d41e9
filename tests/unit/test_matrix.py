"""`python3 tests matrix`: which pairs there are, which Pythons count as found, and what it adds up to."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.matrix.__main__ import run_pair
from tests.matrix.interpreters import find_interpreter
from tests.matrix.order import WITHOUT_DJANGO, parsed
from tests.matrix.pairs import DJANGOS, PYTHONS, Pair, is_possible, pairs
from tests.matrix.table import Row, exit_code, table
from tests.test_command.declared import declared
from tests.test_command.phases import PHASES
from tests.test_command.summary import Outcome, Totals
from tests.unit.docs.pages import ROOT, rows, section, text_of

OLD, NEW = Pair(python="3.11", django="5.2"), Pair(python="3.13", django="6.1")
HERE = f"{sys.version_info.major}.{sys.version_info.minor}"


def outcome(*, passed: int = 1, failed: int = 0) -> Outcome:
    return Outcome(phase="unit", seconds=1, passed=not failed, totals=Totals(passed=passed, failed=failed))


def named(*words: str) -> list[str]:
    return [pair.name for pair, _ in parsed(list(words)).runs]


def a_python(path: Path, answer: str) -> None:
    """Something that is called like a Python and answers so."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{answer}\n")
    path.chmod(0o755)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with an empty path and an empty pyenv."""
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    return tmp_path


def test_pairs__pythons_and_djangos__are_those_setup_cfg_promises() -> None:
    metadata = (ROOT / "setup.cfg").read_text("utf-8")
    assert re.findall(r"Python :: (3\.\d+)$", metadata, re.MULTILINE) == list(PYTHONS)
    assert re.findall(r"Django :: (\d+\.\d+)$", metadata, re.MULTILINE) == list(DJANGOS)
    lowest, above = re.findall(r"\d+\.\d+", next(line for line in declared()[""] if line.startswith("Django>")))
    assert min(DJANGOS, key=float) == lowest
    assert float(max(DJANGOS, key=float)) == pytest.approx(float(above) - 0.1)


def test_page_on_support__table_of_what_was_run__has_every_pair() -> None:
    page = section(text_of("explanation/support-and-fixes.md"), "What it runs on")
    assert "| | " + " | ".join(f"Django {django}" for django in DJANGOS) + " |" in page
    words = {True: "passed", False: "not supported by Django"}
    told = {python: cells for python, *cells in rows(page)}
    assert told == {f"Python {each}": [words[is_possible(each, django)] for django in DJANGOS] for each in PYTHONS}


@pytest.mark.parametrize(
    ("python", "django", "possible"),
    [
        ("3.11", "5.2", True),
        ("3.11", "6.0", False),
        ("3.12", "6.0", True),
        ("3.13", "6.1", True),
        ("3.13", "4.2", False),
    ],
)
def test_is_possible__django_6__needs_python_3_12(python: str, django: str, possible: bool) -> None:
    assert is_possible(python, django) is possible


def test_pair__django_on_a_python_too_old__cannot_be_made() -> None:
    with pytest.raises(ValueError, match="not tested"):
        Pair(python="3.11", django="6.1")


def test_pairs__all__are_seven() -> None:
    assert len(pairs(PYTHONS, tuple(DJANGOS))) == 7


def test_environment__of_a_pair__is_its_pythons_and_holds_its_django() -> None:
    environment = NEW.environment(Path("/a/python"))
    assert environment.folder == ROOT / ".venv-matrix" / "py313"
    assert (environment.pins, environment.maker) == (("Django==6.1.*",), Path("/a/python"))
    assert ".venv-matrix/" in (ROOT / ".gitignore").read_text("utf-8").splitlines()


def test_parsed__no_word__is_every_pair_and_under_each_python_once_what_knows_no_django() -> None:
    told = {pair.name: [(phase.name, phase.folders) for phase in phases] for pair, phases in parsed([]).runs}
    assert len(told) == 7
    whole = next(phase for phase in PHASES if phase.name == "unit").folders
    for name, phases in told.items():
        is_first = name.endswith("django52")
        pages = ("sqlite", ("tests/django", "tests/store") if is_first else ("tests/django",))
        assert phases == ([("unit", whole), pages] if is_first else [pages])


def test_parsed__no_word__leaves_out_what_is_the_same_with_every_version() -> None:
    marks = {phase.name: phase.arguments[-2:] for _, phases in parsed([]).runs for phase in phases}
    assert marks == {"unit": ("-m", "not once"), "sqlite": ("-m", "not postgresql and not once")}


def test_without_django__those_folders__import_none() -> None:
    files = [path for folder in WITHOUT_DJANGO for path in [ROOT / folder, *(ROOT / folder).rglob("*.py")]]
    text = "".join(path.read_text("utf-8") for path in files if path.is_file())
    assert len(text) > 100_000
    assert re.findall(r"^(?:from|import) (?:django|formtools|modeltranslation)\b.*$", text, re.MULTILINE) == []


def test_parsed__choices__are_kept_and_the_rest_goes_to_pytest() -> None:
    order = parsed(["--python", "3.12", "--django", "6.0", "--phase", "unit", "--", "-k", "route", "--python"])
    ((pair, phases),) = order.runs
    assert (pair.name, [phase.name for phase in phases]) == ("py312-django60", ["unit"])
    assert order.options == ("-k", "route", "--python")


@pytest.mark.parametrize(
    "words", [["--python", "3.10"], ["--python", "3.11", "--django", "6.0"], ["--phase", "lint"], ["-k", "x"]]
)
def test_parsed__wrong_words__end_with_two(words: list[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        parsed(words)


def test_parsed__one_python_of_three__has_its_djangos() -> None:
    assert named("--python", "3.12") == ["py312-django52", "py312-django60", "py312-django61"]


def test_parsed__unit_alone__is_each_python_once() -> None:
    assert named("--phase", "unit") == ["py311-django52", "py312-django52", "py313-django52"]


def test_find_interpreter__nothing_there__is_none(machine: Path) -> None:
    assert find_interpreter("3.12") is None


def test_find_interpreter__name_that_runs_nothing__is_passed_over(machine: Path) -> None:
    """As pyenv's stand-ins do for versions that are not switched on."""
    a_python(machine / "path" / "python3.12", "exit 127")
    kept = machine / "pyenv" / "versions" / "3.12.1" / "bin" / "python3.12"
    a_python(kept, "echo 3.12")
    assert find_interpreter("3.12") == kept


def test_find_interpreter__another_version_behind_the_name__is_passed_over(machine: Path) -> None:
    a_python(machine / "path" / "python3.12", "echo 3.11")
    assert find_interpreter("3.12") is None


def test_find_interpreter__several_of_pyenv__is_the_newest_by_number(machine: Path) -> None:
    for version in ("3.12.9", "3.12.10", "3.12-dev"):
        a_python(machine / "pyenv" / "versions" / version / "bin" / "python3.12", "echo 3.12")
    found = find_interpreter("3.12")
    assert found is not None
    assert found.parents[1].name == "3.12.10"


def test_find_interpreter__the_real_one_of_this_run__is_found(machine: Path) -> None:
    base = Path(sys.base_prefix) / "bin" / f"python{HERE}"
    (machine / "path").mkdir()
    (machine / "path" / f"python{HERE}").symlink_to(base)
    assert find_interpreter(HERE) == machine / "path" / f"python{HERE}"


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ((Row(pair=NEW, outcomes=(outcome(),)),), 0),
        ((Row(pair=NEW, outcomes=(outcome(), outcome(failed=1))),), 1),
        ((Row(pair=NEW, outcomes=(outcome(passed=0),)),), 1),
        ((Row(pair=NEW, outcomes=(outcome(),)), Row(pair=OLD)), 1),
    ],
    ids=["all passed", "one failed", "nothing tested", "one not run"],
)
def test_exit_code__only_what_ran_and_passed__is_zero(rows: tuple[Row, ...], code: int) -> None:
    assert exit_code(rows) == code


def test_table__python_missing__is_named_as_not_run_with_a_way_to_get_it() -> None:
    lines = table((Row(pair=OLD), Row(pair=NEW, outcomes=(outcome(passed=3, failed=2),)))).splitlines()
    assert lines[2].split() == ["py311-django52", "not", "run"]
    assert lines[3].split() == ["py313-django61", "unit", "FAILED", "3", "2", "0", "1.0"]
    assert "Python 3.11 is not on this machine: pyenv install 3.11, or" in lines[-2]
    assert lines[-1] == "1 of 2 pairs run: 3 passed, 2 failed"


def test_run_pair__its_python_is_missing__is_not_run_and_not_well(machine: Path) -> None:
    row = run_pair(OLD, PHASES, ())
    assert not row.was_run
    assert exit_code([row]) == 1
