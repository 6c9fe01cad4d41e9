"""What the words after `python3 tests matrix` mean."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tests.matrix.pairs import DJANGOS, PYTHONS, Pair, pairs
from tests.test_command.phases import PHASES, Phase

OFFERED = ("unit", "sqlite", "postgresql")
USUAL = ("unit", "sqlite")
WITHOUT_DJANGO = frozenset({"tests/unit", "tests/unit/test_tests_command.py", "tests/properties", "tests/store"})
"""Where Django is not imported: run under each Python once, with the first of its Djangos."""
MARKS = {"unit": "not once", "sqlite": "not postgresql and not once", "postgresql": "not once"}
"""What `once` marks says the same with every version."""
DESCRIPTION = """\
The tests under every supported Python with every supported Django, each Python in an environment of its own in
.venv-matrix, where one Django takes the place of another. What does not import Django runs under each Python once; what
says the same with every version is left to `python3 tests`. A Python that this machine lacks is named as not run, and
makes the exit code 1.

  python3 tests matrix                                      unit and sqlite, everywhere: long
  python3 tests matrix --python 3.13 --django 6.1           one pair
  python3 tests matrix --phase unit -- -k route             everything after -- goes to pytest
"""


@dataclass(frozen=True, kw_only=True)
class Order:
    """What was asked for: at least one pair, each with at least one phase, and pytest's own options."""

    runs: tuple[tuple[Pair, tuple[Phase, ...]], ...]
    options: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.runs or not all(phases for _, phases in self.runs):
            raise ValueError("nothing to run")


def parsed(words: list[str]) -> Order:
    """The order in these words. Ends the program with 2 for wrong ones, 0 for help."""
    place = words.index("--") if "--" in words else len(words)
    parser = _parser()
    chosen = parser.parse_args(words[:place])
    asked = pairs(chosen.python or PYTHONS, chosen.django or tuple(DJANGOS))
    if not asked:
        parser.error("that Django does not run on that Python")
    names = chosen.phase or USUAL
    phases = tuple(phase for phase in PHASES if phase.name in names)
    return Order(runs=tuple(_runs(asked, phases)), options=tuple(words[place + 1 :]))


def _runs(asked: tuple[Pair, ...], phases: tuple[Phase, ...]) -> Iterator[tuple[Pair, tuple[Phase, ...]]]:
    """Each pair with its phases; one that nothing is left for is left out."""
    seen: set[str] = set()
    for pair in asked:
        left_out = WITHOUT_DJANGO if pair.python in seen else frozenset()
        seen.add(pair.python)
        its_own = tuple(fitted for phase in phases if (fitted := _fitted(phase, left_out)).folders)
        if its_own:
            yield pair, its_own


def _fitted(phase: Phase, left_out: frozenset[str]) -> Phase:
    """The phase without these folders, and without what is marked as the same with every version."""
    folders = tuple(folder for folder in phase.folders if folder not in left_out)
    return replace(phase, folders=folders, arguments=(*phase.arguments, "-m", MARKS[phase.name]))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python3 tests matrix",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    for name, known in (("python", PYTHONS), ("django", tuple(DJANGOS)), ("phase", OFFERED)):
        told = f"only this one; may stand several times: {', '.join(known)}"
        parser.add_argument(f"--{name}", action="append", choices=known, metavar=name.upper()[0], help=told)
    return parser
