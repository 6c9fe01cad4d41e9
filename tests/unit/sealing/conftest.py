"""Research keys for the tests of this folder: the two published test keys and one fresh stranger."""

from pathlib import Path

import pytest

from selfhelp_survey.sealing.key_file import load_private_key
from selfhelp_survey.sealing.keys import PrivateKey, generate_private_key

KEYS = Path(__file__).parents[2] / "data" / "keys"
PASSPHRASE = "only for tests, never for people"


@pytest.fixture(scope="session")
def first() -> PrivateKey:
    """The first published test key."""
    return load_private_key(KEYS / "first.json", passphrase=PASSPHRASE)


@pytest.fixture(scope="session")
def second() -> PrivateKey:
    """The second published test key."""
    return load_private_key(KEYS / "second.json", passphrase=PASSPHRASE)


@pytest.fixture(scope="session")
def stranger() -> PrivateKey:
    """A key nothing was sealed to and nobody trusts."""
    return generate_private_key()
