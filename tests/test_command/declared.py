"""What setup.cfg asks for, as it stands there. Standard library only."""

from __future__ import annotations

import configparser

from example_project.front_door.environment import ROOT


def declared() -> dict[str, tuple[str, ...]]:
    """Extra -> its requirements, in order; what every installation needs stands under the empty name."""
    metadata = configparser.ConfigParser(interpolation=None)
    metadata.read(ROOT / "setup.cfg", encoding="utf-8")
    needed = {"": metadata["options"]["install_requires"], **metadata["options.extras_require"]}
    return {extra: tuple(line for line in lines.splitlines() if line) for extra, lines in needed.items()}
