"""Where `cryptography` cannot use ML-KEM: everything but the hybrid suite works, and what needs it says so.

At the lowest versions this is the truth; elsewhere the one function that finds out is told so.
"""

import json
from typing import Any

import pytest

from selfhelp_survey.sealing import ml_kem
from selfhelp_survey.sealing.bundle import read_bundle
from selfhelp_survey.sealing.challenge import make_challenge
from selfhelp_survey.sealing.envelope import key_ids, open_response, seal_response
from selfhelp_survey.sealing.errors import Damaged, HybridNotOffered, NotForThisKey, UnknownSuite
from selfhelp_survey.sealing.key_file import load_private_key, load_public_key
from selfhelp_survey.sealing.keys import PrivateKey, PublicKey, generate_private_key, read_public_key
from selfhelp_survey.sealing.receipt import read_receipt
from selfhelp_survey.sealing.suites import HYBRID, X25519, suite_of
from tests.unit.sealing.conftest import KEYS, PASSPHRASE

pytestmark = pytest.mark.usefixtures("without_ml_kem")
GOLDEN = KEYS.parent / "golden"
NEEDS = "cryptography >= 48"


@pytest.fixture
def vectors() -> Any:
    return json.loads((GOLDEN / "vectors-2.json").read_text())


@pytest.fixture
def public(vectors: Any) -> PublicKey:
    """The third test key, as its text is read here."""
    return read_public_key(vectors["key"]["third"])


def test_generate_private_key__hybrid__is_refused_with_the_fix() -> None:
    with pytest.raises(HybridNotOffered, match=NEEDS):
        generate_private_key(is_hybrid=True)
    assert not generate_private_key().public.is_hybrid


def test_load_private_key__of_a_hybrid_key__is_refused_with_the_fix() -> None:
    with pytest.raises(HybridNotOffered, match=NEEDS):
        load_private_key(KEYS / "third.json", passphrase=PASSPHRASE)


def test_suite_of__hybrid__is_refused_with_the_fix_and_the_other_is_not() -> None:
    with pytest.raises(HybridNotOffered, match=NEEDS):
        suite_of("hybrid")
    assert suite_of("x25519") is X25519


def test_make_challenge__for_a_hybrid_key__is_refused_and_not_made_weaker(public: PublicKey) -> None:
    with pytest.raises(HybridNotOffered, match=NEEDS):
        make_challenge(public, bytes(32))


def test_seal_response__hybrid__is_refused_and_not_sealed_with_less(public: PublicKey) -> None:
    with pytest.raises(HybridNotOffered, match=NEEDS):
        seal_response(b"", [public], suite=HYBRID)


def test_unwrap__hybrid__is_refused_as_a_suite_this_machine_does_not_know(first: PrivateKey) -> None:
    with pytest.raises(HybridNotOffered, match=NEEDS):
        HYBRID.unwrap(bytes(HYBRID.wrapped_length), first, info=b"")
    assert issubclass(HybridNotOffered, UnknownSuite)


def test_read_public_key__hybrid__is_read_whole_and_checked(public: PublicKey, vectors: Any) -> None:
    assert public.is_hybrid
    assert (public.text, public.fingerprint) == (vectors["key"]["third"], vectors["key"]["fingerprint"])
    assert load_public_key(KEYS / "third.json") == public
    assert read_receipt(vectors["receipt"], [public]).signer == public


def test_seal_response__to_the_x25519_half_of_a_hybrid_key__works(public: PublicKey, first: PrivateKey) -> None:
    envelope = seal_response(b"payload", [public, first.public])
    assert key_ids(envelope) == (public.key_id, first.public.key_id)
    assert open_response(envelope, first) == b"payload"


def test_open_response__hybrid_envelope_for_others__is_told_apart_from_a_damaged_one(first: PrivateKey) -> None:
    envelope = (GOLDEN / "envelope-2.bin").read_bytes()
    with pytest.raises(NotForThisKey):
        open_response(envelope, first)
    with pytest.raises(Damaged):
        open_response(envelope[:-1], first)


def test_read_bundle__with_hybrid_envelopes__names_their_recipients(public: PublicKey) -> None:
    assert {key_ids(row.sealed)[0] for row in read_bundle(GOLDEN / "bundle-2.bundle").rows()} == {public.key_id}


def test_is_offered__here__is_false() -> None:
    assert not ml_kem.is_offered()
