"""Fixtures of the faults: one PostgreSQL with an open survey for all tests of a process, and sites on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.production_site import Prepared, ProductionSite, prepared_database, production_site


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prepared]:
    """The server and the template database: made once."""
    with prepared_database(tmp_path_factory.mktemp("prepared")) as ready:
        yield ready


@pytest.fixture(scope="module")
def shared_site(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProductionSite]:
    """A running site with two hosts, shared by the tests of a module."""
    with production_site(prepared, tmp_path_factory.mktemp("site"), hosts=2) as site:
        yield site


@pytest.fixture
def site(shared_site: ProductionSite) -> ProductionSite:
    """The module's site, with nothing in it."""
    shared_site.empty()
    return shared_site
