"""The roles of a test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.django.storage.database_roles import RoleNames


@pytest.fixture
def roles(transactional_db: None) -> Iterator[RoleNames]:
    """Both roles, with the rights that the shipped SQL gives them."""
    from tests.django.storage.database_roles import made_roles

    with made_roles() as names:
        yield names
