"""Hybrid keys and suite 2: both halves open, both are proven, and nothing is sealed with less than was asked for."""

import hashlib
import json
import uuid
from pathlib import Path
from typing import Any

import pytest

from selfhelp_survey.errors import SealingError
from selfhelp_survey.sealing import base64url, ml_kem
from selfhelp_survey.sealing.bundle import BundleHeader, read_bundle, write_bundle
from selfhelp_survey.sealing.challenge import answer_challenge, check_answer, make_challenge
from selfhelp_survey.sealing.envelope import (
    MOST_RECIPIENTS,
    Damaged,
    NotForThisKey,
    _Drawn,
    _seal,
    key_ids,
    open_response,
    seal_response,
)
from selfhelp_survey.sealing.key_file import Cost, load_private_key, load_public_key, save_private_key
from selfhelp_survey.sealing.keys import (
    PrivateKey,
    PublicKey,
    generate_private_key,
    private_bytes,
    private_key_from_bytes,
    read_public_key,
)
from selfhelp_survey.sealing.signing import sign_document, verify_document
from selfhelp_survey.sealing.suites import HYBRID, X25519
from tests.unit.sealing.conftest import PASSPHRASE

pytestmark = pytest.mark.hybrid
NONCE = bytes(range(32))
ENTRY = 8 + HYBRID.wrapped_length


# -- keys -----------------------------------------------------------------------------------------------------------


def test_read_public_key__of_a_hybrid_text__gives_the_key(third: PrivateKey) -> None:
    text = third.public.text
    assert (text[:5], len(text)) == ("shs2.", 1672)
    assert read_public_key(f" {text}\n") == third.public
    assert third.public.is_hybrid


def test_read_public_key__any_one_character_of_a_hybrid_text_changed__is_refused(third: PrivateKey) -> None:
    text = third.public.text
    for place in range(len(text)):
        changed = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
        with pytest.raises(SealingError):
            read_public_key(changed)


@pytest.mark.parametrize("cut", [1, 2, 100, 1579, 1667])
def test_read_public_key__hybrid_text_cut_short__is_refused_and_says_to_copy_it_again(
    third: PrivateKey, cut: int
) -> None:
    with pytest.raises(SealingError, match="copy"):
        read_public_key(third.public.text[:-cut])


def test_read_public_key__prefix_of_the_other_kind__is_refused(first: PrivateKey, third: PrivateKey) -> None:
    for text in ("shs2." + first.public.text[5:], "shs1." + third.public.text[5:], "shs3." + third.public.text[5:]):
        with pytest.raises(SealingError, match="copy"):
            read_public_key(text)


def test_public_key__bytes_that_are_no_ml_kem_key__are_refused(third: PrivateKey) -> None:
    """The first coefficient is 3329, one more than FIPS 203 section 7.2 lets an encapsulation key hold."""
    largest, too_large = b"\x00\x0d\x00", b"\x01\x0d\x00"
    opening, signing, rest = third.public.opening, third.public.signing, bytes(ml_kem.PUBLIC_LENGTH - 3)
    assert PublicKey(opening, signing, largest + rest).is_hybrid
    with pytest.raises(SealingError, match="not a research public key"):
        PublicKey(opening, signing, too_large + rest)


@pytest.mark.parametrize("length", [1, 32, ml_kem.PUBLIC_LENGTH - 1, ml_kem.PUBLIC_LENGTH + 1])
def test_public_key__ml_kem_half_of_another_length__is_refused(third: PrivateKey, length: int) -> None:
    with pytest.raises(SealingError):
        PublicKey(third.public.opening, third.public.signing, bytes(length))


def test_fingerprint__of_a_hybrid_key__covers_every_half(third: PrivateKey, fourth: PrivateKey) -> None:
    key, other = third.public, fourth.public
    digest = hashlib.sha256(b"SHS2 research key" + key.mlkem + key.opening + key.signing).hexdigest()
    assert key.fingerprint.replace(" ", "") == digest
    mixed = (
        PublicKey(other.opening, key.signing, key.mlkem),
        PublicKey(key.opening, other.signing, key.mlkem),
        PublicKey(key.opening, key.signing, other.mlkem),
        PublicKey(key.opening, key.signing),
    )
    assert len({key.fingerprint, *(each.fingerprint for each in mixed)}) == 5


def test_private_key_from_bytes__of_a_hybrid_key__gives_the_key(third: PrivateKey) -> None:
    assert len(private_bytes(third)) == 128
    assert private_key_from_bytes(private_bytes(third)).public == third.public


@pytest.mark.parametrize("length", [96, 127, 129])
def test_private_key_from_bytes__length_of_neither_kind__is_refused(length: int) -> None:
    with pytest.raises(SealingError, match="64 bytes, a hybrid one 128"):
        private_key_from_bytes(bytes(length))


def test_derive__another_ml_kem_half__differs(third: PrivateKey, fourth: PrivateKey) -> None:
    other = PrivateKey(third.opening, third.signing, fourth.mlkem)
    plain = PrivateKey(third.opening, third.signing)
    assert len({key.derive(b"ledger", 32) for key in (third, other, plain)}) == 3


def test_private_key__hybrid_one_printed__shows_nothing_of_itself(third: PrivateKey) -> None:
    assert private_bytes(third)[:32].hex() not in repr(third) + str(vars(third))
    assert "MLKEM" not in repr(third)


def test_verify_document__signed_by_a_hybrid_key__names_it(third: PrivateKey, first: PrivateKey) -> None:
    signed = sign_document({"format": "x"}, third)
    assert verify_document(signed, [first.public, third.public]) == third.public


# -- key files ------------------------------------------------------------------------------------------------------


@pytest.fixture
def key_file(tmp_path: Path, third: PrivateKey) -> Path:
    path = tmp_path / "research.key"
    save_private_key(third, path, passphrase=PASSPHRASE, cost=Cost(memory=64, passes=1))
    return path


def test_load_private_key__of_a_hybrid_key__gives_every_half(key_file: Path, third: PrivateKey) -> None:
    assert private_bytes(load_private_key(key_file, passphrase=PASSPHRASE)) == private_bytes(third)
    assert load_public_key(key_file) == third.public


def test_save_private_key__either_kind__writes_the_format_that_older_versions_read_where_they_can(
    key_file: Path, tmp_path: Path, first: PrivateKey
) -> None:
    save_private_key(first, tmp_path / "plain", passphrase=PASSPHRASE, cost=Cost(memory=64, passes=1))
    formats = [json.loads(path.read_text())["format"] for path in (tmp_path / "plain", key_file)]
    assert formats == ["shs-private-key/1", "shs-private-key/2"]


@pytest.mark.parametrize("written", ["shs-private-key/1", "shs-private-key/3", "", None, ["shs-private-key/2"]])
def test_load_private_key__format_changed__is_refused(key_file: Path, written: Any) -> None:
    key_file.write_text(json.dumps(json.loads(key_file.read_text()) | {"format": written}))
    with pytest.raises(SealingError, match="use the other copy"):
        load_private_key(key_file, passphrase=PASSPHRASE)


# -- envelopes ------------------------------------------------------------------------------------------------------


def test_open_response__hybrid_for_two__each_opens_and_nobody_else(
    third: PrivateKey, fourth: PrivateKey, first: PrivateKey
) -> None:
    envelope = seal_response(b"payload", [third.public, fourth.public], suite=HYBRID)
    assert envelope[4] == 2
    assert key_ids(envelope) == (third.public.key_id, fourth.public.key_id)
    assert open_response(envelope, third) == open_response(envelope, fourth) == b"payload"
    for other in (first, generate_private_key(is_hybrid=True)):
        with pytest.raises(NotForThisKey):
            open_response(envelope, other)


def test_open_response__one_half_alone__does_not_open_it(third: PrivateKey, fourth: PrivateKey) -> None:
    """Who has broken X25519, or ML-KEM, and not both, has nothing. The id of the whole key is lent to each."""
    envelope = seal_response(b"payload", [third.public], suite=HYBRID)
    for broken in (
        PrivateKey(third.opening, third.signing, fourth.mlkem),
        PrivateKey(fourth.opening, third.signing, third.mlkem),
    ):
        assert broken.public.key_id != third.public.key_id
        broken.__dict__["public"] = third.public
        with pytest.raises(Damaged):
            open_response(envelope, broken)


def test_seal_response__default_suite_for_hybrid_keys__uses_their_x25519_half(
    third: PrivateKey, first: PrivateKey
) -> None:
    envelope = seal_response(b"payload", [third.public, first.public])
    assert envelope[4] == 1
    assert open_response(envelope, third) == open_response(envelope, first) == b"payload"
    assert third.public.opening_key.public_bytes_raw() == third.public.opening


def test_seal_response__hybrid_with_a_key_that_is_none__is_refused_and_seals_nothing_less(
    third: PrivateKey, first: PrivateKey
) -> None:
    with pytest.raises(SealingError, match=f"{first.public.fingerprint} is not hybrid.*keygen --hybrid"):
        seal_response(b"payload", [third.public, first.public], suite=HYBRID)


def test_open_response__any_one_byte_of_a_hybrid_envelope_flipped__is_refused_for_both(
    third: PrivateKey, fourth: PrivateKey
) -> None:
    envelope = seal_response(b"payload", [third.public, fourth.public], suite=HYBRID)
    for place in range(len(envelope)):
        flipped = bytearray(envelope)
        flipped[place] ^= 1
        for private in (third, fourth):
            with pytest.raises(SealingError):
                open_response(bytes(flipped), private)


@pytest.mark.parametrize("length", [6, 100, 1181, 1182, 1194, 1210, 5305])
def test_open_response__hybrid_envelope_cut_or_lengthened__is_damaged(third: PrivateKey, length: int) -> None:
    envelope = seal_response(b"payload", [third.public], suite=HYBRID)
    assert len(envelope) == 6 + ENTRY + 12 + 4096 + 16
    for changed in (envelope[:length], envelope + bytes(4096)):
        with pytest.raises(Damaged):
            open_response(changed, third)


def test_open_response__wrapped_key_moved_to_the_other_suite__is_refused(third: PrivateKey) -> None:
    """The suite stands in `info`: a recipient who knows the data key cannot pass a wrapping on under another number."""
    drawn = _Drawn(bytes(range(32)), bytes(12))
    for suite, other in ((HYBRID, b"\1"), (X25519, b"\2")):
        envelope = _seal(b"payload", [third.public], suite=suite, drawn=drawn)
        with pytest.raises(SealingError):
            open_response(envelope[:4] + other + envelope[5:], third)


def test_open_response__same_length_whatever_the_answers__takes_few(third: PrivateKey, fourth: PrivateKey) -> None:
    both = [third.public, fourth.public]
    lengths = {len(seal_response(b"x" * size, both, suite=HYBRID)) for size in range(0, 12000, 500)}
    assert {length - 6 - 2 * ENTRY - 12 - 16 for length in lengths} == {4096, 8192, 12288}


def test_write_bundle__largest_hybrid_envelope__fits_a_line(tmp_path: Path, third: PrivateKey) -> None:
    others = [generate_private_key(is_hybrid=True).public for _ in range(MOST_RECIPIENTS - 1)]
    envelope = seal_response(b"x" * 65532, [third.public, *others], suite=HYBRID)
    header = BundleHeader(site="demo", questionnaires=(), recipients=(third.public.fingerprint,))
    write_bundle(tmp_path / "bundle", header, [(uuid.UUID(int=1), envelope)])
    (row,) = read_bundle(tmp_path / "bundle").rows()
    assert open_response(row.sealed, third) == b"x" * 65532


# -- challenges -----------------------------------------------------------------------------------------------------


def test_check_answer__by_the_right_hybrid_key__is_true(third: PrivateKey) -> None:
    challenge = make_challenge(third.public, NONCE)
    answer = answer_challenge(challenge.text, third)
    assert check_answer(answer, public=third.public, digest=challenge.digest)


@pytest.mark.parametrize("missing", ["mlkem", "opening"])
def test_answer_challenge__a_half_missing__is_refused(third: PrivateKey, fourth: PrivateKey, missing: str) -> None:
    text = make_challenge(third.public, NONCE).text
    halves = {"opening": third.opening, "signing": third.signing, "mlkem": third.mlkem}
    broken = PrivateKey(**(halves | {missing: getattr(fourth, missing)}))  # type: ignore[arg-type]
    broken.__dict__["public"] = third.public
    with pytest.raises(Damaged):
        answer_challenge(text, broken)


def test_answer_challenge__that_leaves_the_hybrid_half_out__is_refused(third: PrivateKey) -> None:
    key_id = third.public.key_id
    info = b"SHS1 challenge\0" + bytes([1]) + key_id
    weak = b"\1" + key_id + X25519.wrap(NONCE, third.public, info=info)
    with pytest.raises(Damaged, match="leaves out a half"):
        answer_challenge("shs1c." + base64url.encode(weak), third)


def test_answer_challenge__wrong_hybrid_key__is_told_it_is_not_for_it(third: PrivateKey, fourth: PrivateKey) -> None:
    for other in (fourth, PrivateKey(third.opening, third.signing)):
        with pytest.raises(NotForThisKey):
            answer_challenge(make_challenge(third.public, NONCE).text, other)
