"""What the words after `python3 tests` mean. Standard library only."""

from __future__ import annotations

import difflib
import importlib.util
from dataclasses import dataclass

from tests.test_command.phases import ERRAND_EXTRAS, ERRANDS, ERRANDS_WITHOUT_BROWSERS, LINTERS, PHASES, Phase


class UsageProblem(Exception):  # noqa: N818 - not a defect of ours
    """The words were not understood; the message teaches the right ones."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """What was asked for: phases and pytest's own options, or an errand and its options."""

    phases: tuple[Phase, ...] = ()
    options: tuple[str, ...] = ()
    errand: str = ""
    wants_help: bool = False

    @property
    def needs_browsers(self) -> bool:
        """Whether Chromium and Firefox have to be there. An errand may want them, unless it is known not to."""
        if self.errand:
            return self.errand not in ERRANDS_WITHOUT_BROWSERS
        return any(phase.needs_browsers for phase in self.phases)

    @property
    def extras(self) -> frozenset[str]:
        """The extras of setup.cfg that the environment must have."""
        return frozenset({"report", "research", "test"}) | ERRAND_EXTRAS.get(self.errand, frozenset())


def parsed(words: list[str]) -> Order:
    """The order in these words: names first; from the first option (or after `--`) on, everything is pytest's.

    Raises: UsageProblem for an unknown name, or for pytest's options without a phase that runs pytest.
    """
    if {"-h", "--help", "help"} & set(words[:1]):
        return Order(wants_help=True)
    if words and words[0] in errands():
        return Order(errand=errands()[words[0]], options=tuple(words[1:]))
    names, options = _split(words)
    phases = tuple(phase for phase in PHASES if not names or phase.name in _meant(names))
    if options:
        phases = tuple(phase for phase in phases if phase.has_tests)
    if not phases:
        raise UsageProblem(f"{' '.join(names)} runs no pytest, so it takes no options.")
    return Order(phases=phases, options=options)


def errands() -> dict[str, str]:
    """Word -> module, for the errands whose module exists."""
    return {word: module for word, module in ERRANDS.items() if _is_runnable(module)}


def _is_runnable(module: str) -> bool:
    try:
        return importlib.util.find_spec(f"{module}.__main__") is not None
    except ModuleNotFoundError:
        return False


def _split(words: list[str]) -> tuple[list[str], tuple[str, ...]]:
    first = next((place for place, word in enumerate(words) if word.startswith("-")), len(words))
    rest = words[first + 1 :] if words[first : first + 1] == ["--"] else words[first:]
    return words[:first], tuple(rest)


def _meant(names: list[str]) -> frozenset[str]:
    """The phases these names stand for; `checks` is short for those without pytest."""
    known = {phase.name for phase in PHASES}
    for name in names:
        if name not in known | {"checks"}:
            raise UsageProblem(_advice(name, sorted(known | {"checks", *errands()})))
    return frozenset(names) | (frozenset(LINTERS) if "checks" in names else frozenset())


def _advice(name: str, known: list[str]) -> str:
    if "/" in name or name.endswith(".py"):
        return f"Name the phase first: python3 tests unit -- {name}"
    close = difflib.get_close_matches(name, known, n=1)
    meant = f" Did you mean {close[0]}?" if close else ""
    return f"There is no {name!r} here.{meant} Known: {', '.join(known)}."


def help_text() -> str:
    """What `python3 tests --help` prints."""
    phases = "\n".join(f"  {phase.name:<11} {phase.purpose}" for phase in PHASES)
    more = "".join(f"\n  {word:<11} python -m {module}" for word, module in errands().items())
    return f"""python3 tests [NAME ...] [-- PYTEST OPTIONS]

Makes the environment (.venv in the checkout), then runs everything and prints every failure. Nothing is needed but
Python 3.11; missing Debian packages are named before they are installed. The last line gives the totals.

  python3 tests                        everything
  python3 tests unit                   one phase, in seconds
  python3 tests checks                 everything but the tests
  python3 tests sqlite -k route        options go to pytest, in every phase named before them
  python3 tests unit -- tests/unit/test_x.py   a path instead of the phase's own folders

Names:
{phases}
  checks      {", ".join(LINTERS)}{more}

Ends with 0 when all is well, 1 when anything failed or nothing was tested, 2 for a wrong word or a missing package,
130 after Ctrl-C."""
