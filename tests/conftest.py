"""Fixtures of every kind of test. Nothing heavy is imported here: the pure tests run without Django and browsers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

if TYPE_CHECKING:
    from tests.browsers import Browsing, Firefox

# Machines are noisy, and a fresh clone first has to work out its table of characters: neither is a failure.
hypothesis_settings.register_profile("calm", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("calm")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browsing]:
    """Chromium, started once; `chromium.open(...)` gives a fresh, empty profile each time."""
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # playwright keeps a loop in this thread
    from tests.browsers import running_chromium

    with running_chromium() as browsing:
        yield browsing


@pytest.fixture
def firefox() -> Iterator[Firefox]:
    """Firefox with a new profile, as in Tor Browser at its safest level: no script, no SVG, no web font."""
    from tests.browsers import SAFEST, running_firefox

    with running_firefox(SAFEST) as browser:
        yield browser
