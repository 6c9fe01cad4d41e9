"""What the words after `python3 tests matrix` mean."""

from __future__ import annotations

import argparse
from dataclasses import dataclass

from tests.matrix.pairs import DJANGOS, PYTHONS, Pair, pairs
from tests.test_command.phases import PHASES, Phase

OFFERED = ("unit", "sqlite", "postgresql")
USUAL = ("unit", "sqlite")
DESCRIPTION = """\
The tests under every supported Python with every supported Django, each pair in an environment of its own in
.venv-matrix. A Python that this machine lacks is named as not run, and makes the exit code 1.

  python3 tests matrix                                      unit and sqlite, everywhere: long
  python3 tests matrix --python 3.13 --django 6.1           one pair
  python3 tests matrix --phase unit -- -k route             everything after -- goes to pytest
"""


@dataclass(frozen=True, kw_only=True)
class Order:
    """What was asked for: at least one pair and one phase, and pytest's own options."""

    pairs: tuple[Pair, ...]
    phases: tuple[Phase, ...]
    options: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.pairs or not self.phases:
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
    return Order(pairs=asked, phases=phases, options=tuple(words[place + 1 :]))


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
