import copy
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfhelp_survey.errors import SealingError
from selfhelp_survey.sealing.key_file import load_public_key
from selfhelp_survey.sealing.keys import (
    KNOWN_TEST_FINGERPRINTS,
    PrivateKey,
    PublicKey,
    generate_private_key,
    private_bytes,
    private_key_from_bytes,
    read_fingerprint,
    read_public_key,
)
from tests.unit.sealing.conftest import KEYS


def test_read_public_key__of_its_text__gives_the_key(first: PrivateKey) -> None:
    assert read_public_key(first.public.text) == first.public


def test_read_public_key__white_space_around__is_allowed(first: PrivateKey) -> None:
    assert read_public_key(f"  {first.public.text}\n") == first.public


def test_read_public_key__any_one_character_changed__is_refused(first: PrivateKey) -> None:
    text = first.public.text
    for place in range(len(text)):
        changed = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
        with pytest.raises(SealingError):
            read_public_key(changed)


@pytest.mark.parametrize("text", ["", "shs1.", "shs2." + "A" * 88, "shs1." + "A" * 87, "shs1." + "A" * 89, "é" * 93])
def test_read_public_key__not_a_key__is_refused_and_says_to_copy_it_again(text: str) -> None:
    with pytest.raises(SealingError, match="copy"):
        read_public_key(text)


@pytest.mark.parametrize("inside", [" ", "\n", "="])
def test_read_public_key__something_inside__is_refused(first: PrivateKey, inside: str) -> None:
    with pytest.raises(SealingError):
        read_public_key(first.public.text[:40] + inside + first.public.text[40:])


def test_read_public_key__refused__does_not_quote_the_text() -> None:
    with pytest.raises(SealingError) as caught:
        read_public_key("shs1.MARKER")
    assert "MARKER" not in str(caught.value)


@given(st.text(max_size=100))
def test_read_public_key__any_text__is_refused(text: str) -> None:
    with pytest.raises(SealingError):
        read_public_key("shs1." + text)


@pytest.mark.parametrize("opening", [bytes(32), b"\1" + bytes(31), b"\xec" + b"\xff" * 30 + b"\x7f"])
def test_public_key__weak_opening_half__is_refused(opening: bytes) -> None:
    with pytest.raises(SealingError):
        PublicKey(opening, bytes(32))


@pytest.mark.parametrize("length", [0, 31, 33])
def test_public_key__half_of_another_length__is_refused(first: PrivateKey, length: int) -> None:
    with pytest.raises(SealingError):
        PublicKey(first.public.opening, bytes(length))
    with pytest.raises(SealingError):
        PublicKey(bytes(length), first.public.signing)


def test_fingerprint__of_a_key__is_its_digest_in_groups_of_four(first: PrivateKey) -> None:
    public = first.public
    digest = hashlib.sha256(b"SHS1 research key" + public.opening + public.signing).hexdigest()
    assert [len(group) for group in public.fingerprint.split(" ")] == [4] * 16
    assert public.fingerprint.replace(" ", "") == digest


def test_fingerprint__another_signing_half__differs(first: PrivateKey, second: PrivateKey) -> None:
    mixed = PublicKey(first.public.opening, second.public.signing)
    assert mixed.fingerprint != first.public.fingerprint
    assert mixed.key_id != first.public.key_id


def test_key_id__of_a_key__begins_its_fingerprint(first: PrivateKey) -> None:
    assert first.public.fingerprint.replace(" ", "").startswith(first.public.key_id.hex())
    assert len(first.public.key_id) == 8


@pytest.mark.parametrize("separator", ["", " ", ":", "-", "\n"])
def test_read_fingerprint__as_people_type_it__gives_the_one_spelling(first: PrivateKey, separator: str) -> None:
    typed = separator.join(first.public.fingerprint.upper().split(" "))
    assert read_fingerprint(typed) == first.public.fingerprint


@pytest.mark.parametrize("text", ["", "e768", "g" * 64, "0" * 63, "0" * 65])
def test_read_fingerprint__not_64_digits__is_refused(text: str) -> None:
    with pytest.raises(SealingError, match="64 hex digits"):
        read_fingerprint(text)


def test_known_test_fingerprints__of_the_published_keys__are_refused_ones() -> None:
    published = [load_public_key(KEYS / f"{name}.json") for name in ("first", "second", "third", "fourth")]
    assert [key.fingerprint for key in published] == list(KNOWN_TEST_FINGERPRINTS)
    assert all(key.is_known_test_key for key in published)


@pytest.mark.parametrize("is_hybrid", [False, pytest.param(True, marks=pytest.mark.hybrid)])
def test_known_test_fingerprints__of_a_fresh_key__are_not_its_own(is_hybrid: bool) -> None:
    assert not generate_private_key(is_hybrid=is_hybrid).public.is_known_test_key


def test_verify__own_signature__is_true(first: PrivateKey) -> None:
    assert first.public.verify(b"message", first.sign(b"message"))


@pytest.mark.parametrize("signature", [b"", bytes(63), bytes(64), bytes(65), b"\xff" * 64])
def test_verify__no_signature__is_false(first: PrivateKey, signature: bytes) -> None:
    assert not first.public.verify(b"message", signature)


def test_verify__another_message_or_key__is_false(first: PrivateKey, second: PrivateKey) -> None:
    assert not first.public.verify(b"messagf", first.sign(b"message"))
    assert not second.public.verify(b"message", first.sign(b"message"))


def test_derive__same_purpose__is_the_same_and_another_differs(first: PrivateKey) -> None:
    assert first.derive(b"ledger", 32) == first.derive(b"ledger", 32)
    assert first.derive(b"ledger", 32) != first.derive(b"seed", 32)
    assert len(first.derive(b"ledger", 64)) == 64


def test_derive__another_key__differs(first: PrivateKey, second: PrivateKey) -> None:
    assert first.derive(b"ledger", 32) != second.derive(b"ledger", 32)


def test_generate_private_key__twice__differs() -> None:
    assert generate_private_key().public != generate_private_key().public


def test_private_key_from_bytes__of_its_bytes__gives_the_key(first: PrivateKey) -> None:
    assert private_key_from_bytes(private_bytes(first)).public == first.public


@pytest.mark.parametrize("length", [0, 32, 63, 65])
def test_private_key_from_bytes__another_length__is_refused(length: int) -> None:
    with pytest.raises(SealingError):
        private_key_from_bytes(bytes(length))


def test_private_key__printed__shows_nothing_of_itself(first: PrivateKey) -> None:
    shown = repr(first) + str(vars(copy.copy(first)))
    assert private_bytes(first).hex() not in shown
    assert "X25519PrivateKey" not in repr(first)
