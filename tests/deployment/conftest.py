"""Fixtures of the deployment guides: one site set up by them, for all tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.deployment.deployed_site import DeployedSite, deployed_site


@pytest.fixture(scope="session")
def site() -> Iterator[DeployedSite]:
    """The site that the guides describe, with PostgreSQL of its own."""
    with deployed_site() as made:
        yield made
