"""A pytest plugin: the tests of one folder follow each other, in the order of the folders asked for.

Inside a folder they stay shuffled. Processes that take a stretch of the tests each (`--dist worksteal`) then start the
site of a folder once or twice instead of each of them every one, and the longest journeys do not come last.
"""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.hookimpl(trylast=True)  # after pytest-randomly
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Sort, and keep the order of what is in one folder."""
    asked = [config.invocation_params.dir / argument.partition("::")[0] for argument in config.args]
    items.sort(key=lambda item: place(item.path, asked))


def place(path: Path, asked: list[Path]) -> tuple[int, str]:
    """Where a test comes: the number of the first folder or file asked for that holds it, then its own folder."""
    holds = (number for number, folder in enumerate(asked) if path.is_relative_to(folder))
    return next(holds, len(asked)), str(path.parent)
