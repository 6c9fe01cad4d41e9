"""Fixtures of the journeys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.demo_site import DemoSite, running_demo_site
from tests.journeys.web_host import build_wheel, fetch, make_host
from tests.made_once import made_once


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoSite]:
    """The example site as it is before anybody answered."""
    with running_demo_site(tmp_path_factory.mktemp("demo"), tmp_path_factory) as site:
        yield site


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The locked files themselves, fetched once, checked by pip against their hashes."""
    return made_once(tmp_path_factory, "shelf", fetch)


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as a wheel."""
    (built,) = (made_once(tmp_path_factory, "build", build_wheel) / "dist").glob("*.whl")
    return built


@pytest.fixture(scope="session")
def host(shelf: Path, wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a host with the locked packages, gunicorn and the wheel, and nothing else."""
    folder = made_once(tmp_path_factory, "host", lambda folder: make_host(folder, shelf=shelf, wheel=wheel))
    return folder / ".venv" / "bin" / "python"
