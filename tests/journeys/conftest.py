"""Fixtures of the journeys."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.journeys.demo_site import DemoSite, running_demo_site


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoSite]:
    """The example site, made once from nothing."""
    with running_demo_site(tmp_path_factory.mktemp("demo")) as site:
        yield site
