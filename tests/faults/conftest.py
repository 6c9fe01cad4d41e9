"""Fixtures of the faults: one PostgreSQL with an open survey for all tests of a process, and sites on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.database_proxy import DatabaseProxy, running_proxy
from tests.faults.production_site import Prepared, ProductionSite, prepared_database, production_site
from tests.faults.visitor import WORDS, Visitor


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


@pytest.fixture(scope="module")
def proxy(prepared: Prepared) -> Iterator[DatabaseProxy]:
    """What stands between a site and its database, where a test wants it there."""
    with running_proxy(prepared.postgres) as listening:
        yield listening


@pytest.fixture
def ready(site: ProductionSite) -> Visitor:
    """Somebody on the check page, with every question answered."""
    visitor = site.visitor()
    visitor.walk(words=WORDS)
    return visitor
