"""Fixtures of the rubric."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import pytest

from tests.browsers import Browsing
from tests.journeys.demo_site import DemoSite, running_demo_site
from tests.rubric.evidence import Evidence
from tests.rubric.neutral_site import running_neutral_site
from tests.rubric.screens import Screen, walked_screens


@pytest.fixture(scope="session")
def neutral_site() -> Iterator[str]:
    """The address of a slow site that "leave quickly" leads to."""
    with running_neutral_site() as address:
        yield address


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, neutral_site: str) -> Iterator[DemoSite]:
    """The example site as it is before anybody answered."""
    with running_demo_site(tmp_path_factory.mktemp("rubric"), tmp_path_factory, leave_url=neutral_site) as site:
        yield site


@pytest.fixture(scope="session")
def screens_in(demo: DemoSite, chromium: Browsing) -> Callable[[str], tuple[Screen, ...]]:
    """Every screen in a language, walked once."""
    return cache(lambda language: tuple(walked_screens(demo, chromium, language=language)))


@pytest.fixture
def screens(screens_in: Callable[[str], tuple[Screen, ...]]) -> tuple[Screen, ...]:
    """Every screen in English."""
    return screens_in("en")


@pytest.fixture
def evidence(record_property: Callable[[str, object], None]) -> Evidence:
    """Takes down what the test saw."""
    return Evidence(record_property)
