"""Research keys for the tests of this folder: the four published test keys and one fresh stranger."""

from pathlib import Path

import pytest

from selfhelp_survey.sealing import ml_kem
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
def third() -> PrivateKey:
    """The third published test key, a hybrid one."""
    return load_private_key(KEYS / "third.json", passphrase=PASSPHRASE)


@pytest.fixture(scope="session")
def fourth() -> PrivateKey:
    """The fourth published test key, a hybrid one."""
    return load_private_key(KEYS / "fourth.json", passphrase=PASSPHRASE)


@pytest.fixture
def without_ml_kem(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine whose `cryptography` cannot use ML-KEM."""
    monkeypatch.setattr(ml_kem, "is_offered", lambda: False)


@pytest.fixture(scope="session")
def stranger() -> PrivateKey:
    """A key nothing was sealed to and nobody trusts."""
    return generate_private_key()
