"""The second environment, `.venv-lowest`: what the package needs at exactly the lowest versions setup.cfg allows.

Standard library only. What tests the package (the extra `test`) may be of any version. `python -m` makes it beside the
first phases; the phases that want it make sure that it is there, and say what was wrong.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable
from pathlib import Path

from example_project.front_door.environment import ROOT, Environment, EnvironmentRefused, made_environment
from tests.test_command.declared import declared

FOLDER = ROOT / ".venv-lowest"
EXTRAS = frozenset({"report", "research", "test"})
_REQUIREMENT = re.compile(r"(?P<name>[\w.-]+)(\[[\w,-]+\])?>=(?P<lowest>[\w.]+)(,[^;]*)?")


def made_lowest_environment() -> Path:
    """The Python of `.venv-lowest`, made or brought up to date if need be. Raises: EnvironmentRefused."""
    needed = declared()
    pins = lowest_pins(needed[""] + needed["research"] + needed["report"])
    return made_environment(EXTRAS, Environment(folder=FOLDER, pins=pins))


def lowest_pins(requirements: Iterable[str]) -> tuple[str, ...]:
    """`name==lowest` for each requirement, sorted and each once.

    Raises: ValueError for one without a lower bound, or with conditions: which version is the lowest then?
    """
    return tuple(sorted({_lowest_pin(requirement) for requirement in requirements}))


def _lowest_pin(requirement: str) -> str:
    found = _REQUIREMENT.fullmatch(requirement.replace(" ", ""))
    if found is None:
        raise ValueError(f"{requirement!r} in setup.cfg has no plain lower bound (name>=version).")
    return f"{found['name']}=={found['lowest']}"


if __name__ == "__main__":
    with contextlib.suppress(EnvironmentRefused, KeyboardInterrupt):
        made_lowest_environment()
