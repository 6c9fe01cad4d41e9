import os
import random

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st

from selfhelp_survey.errors import SealingError
from selfhelp_survey.sealing.envelope import (
    MOST_RECIPIENTS,
    Damaged,
    NotForThisKey,
    UnknownSuite,
    _Drawn,
    _seal,
    key_ids,
    open_response,
    seal_response,
)
from selfhelp_survey.sealing.keys import PrivateKey, generate_private_key
from selfhelp_survey.sealing.padding import TooLarge, pad
from selfhelp_survey.sealing.suites import DEFAULT_SUITE, SUITES, X25519, Suite, suite_of

READER = generate_private_key()


@settings(max_examples=50)
@given(st.binary(max_size=9000))
def test_open_response__of_any_payload__gives_it_back(payload: bytes) -> None:
    assert open_response(seal_response(payload, [READER.public]), READER) == payload


def test_open_response__two_recipients__each_opens(first: PrivateKey, second: PrivateKey) -> None:
    envelope = seal_response(b"payload", [first.public, second.public])
    assert open_response(envelope, first) == open_response(envelope, second) == b"payload"


def test_open_response__of_a_memoryview__gives_the_payload(first: PrivateKey) -> None:
    assert open_response(memoryview(seal_response(b"payload", [first.public])), first) == b"payload"


def test_open_response__third_key__is_told_it_is_not_for_it(
    first: PrivateKey, second: PrivateKey, stranger: PrivateKey
) -> None:
    with pytest.raises(NotForThisKey, match="not sealed to this research key"):
        open_response(seal_response(b"payload", [first.public, second.public]), stranger)


def test_open_response__key_id_of_a_recipient_but_another_key__is_refused(
    first: PrivateKey, stranger: PrivateKey
) -> None:
    envelope = bytearray(seal_response(b"payload", [first.public]))
    envelope[6:14] = stranger.public.key_id
    with pytest.raises(Damaged):
        open_response(bytes(envelope), stranger)


def test_open_response__any_one_byte_flipped__is_refused_for_both(first: PrivateKey, second: PrivateKey) -> None:
    envelope = seal_response(b"payload", [first.public, second.public])
    for place in range(len(envelope)):
        flipped = bytearray(envelope)
        flipped[place] ^= 1
        for private in (first, second):
            with pytest.raises(SealingError):
                open_response(bytes(flipped), private)


def test_open_response__bytes_flipped__names_the_kind_of_damage(first: PrivateKey) -> None:
    envelope = seal_response(b"payload", [first.public])
    kinds = {0: Damaged, 4: UnknownSuite, 5: Damaged, 6: NotForThisKey, 14: Damaged, 60: Damaged, 95: Damaged}
    for place, kind in (kinds | {200: Damaged, len(envelope) - 1: Damaged}).items():
        flipped = bytearray(envelope)
        flipped[place] ^= 0x80
        with pytest.raises(kind):
            open_response(bytes(flipped), first)


def test_open_response__cut_or_lengthened__is_damaged(first: PrivateKey) -> None:
    envelope = seal_response(b"payload", [first.public])
    for length in [*range(110), 111, 1000, len(envelope) - 4096, len(envelope) - 1]:
        with pytest.raises(Damaged):
            open_response(envelope[:length], first)
    with pytest.raises(Damaged):
        open_response(envelope + bytes(4096), first)


def test_open_response__body_of_another_envelope__is_damaged(first: PrivateKey) -> None:
    one, other = (seal_response(payload, [first.public]) for payload in (b"one", b"other"))
    with pytest.raises(Damaged):
        open_response(one[:106] + other[106:], first)


def test_open_response__recipients_in_another_order__is_damaged(first: PrivateKey, second: PrivateKey) -> None:
    envelope = seal_response(b"payload", [first.public, second.public])
    swapped = envelope[:6] + envelope[94:182] + envelope[6:94] + envelope[182:]
    with pytest.raises(Damaged):
        open_response(swapped, first)


def test_open_response__wrapped_key_moved_to_a_shorter_list__is_damaged(first: PrivateKey, second: PrivateKey) -> None:
    """Whoever knows the data key (a recipient) still cannot pass the wrapping on under another list of recipients."""
    data_key, nonce = bytes(range(32)), bytes(12)
    envelope = _seal(b"payload", [first.public, second.public], suite=X25519, drawn=_Drawn(data_key, nonce))
    head = b"SHS1\1\1" + envelope[6:94] + nonce
    forged = head + AESGCM(data_key).encrypt(nonce, pad(b"payload"), head)
    with pytest.raises(Damaged):
        open_response(forged, first)


def test_open_response__same_recipient_twice__is_damaged(first: PrivateKey) -> None:
    envelope = seal_response(b"payload", [first.public])
    doubled = envelope[:5] + b"\2" + envelope[6:94] + envelope[6:94] + envelope[94:]
    with pytest.raises(Damaged):
        open_response(doubled, first)


def test_open_response__padding_is_wrong_inside__is_damaged(first: PrivateKey) -> None:
    data_key, nonce = bytes(32), bytes(12)
    envelope = _seal(b"", [first.public], suite=X25519, drawn=_Drawn(data_key, nonce))
    head = envelope[:106]
    with pytest.raises(Damaged):
        open_response(head + AESGCM(data_key).encrypt(nonce, b"\xff" * 4096, head), first)


@pytest.mark.parametrize("number", [0, 3, 255])
def test_open_response__suite_nobody_knows__says_to_update(first: PrivateKey, number: int) -> None:
    envelope = bytearray(seal_response(b"payload", [first.public]))
    envelope[4] = number
    with pytest.raises(UnknownSuite, match="update"):
        open_response(bytes(envelope), first)


@given(st.binary(max_size=300))
def test_open_response__any_bytes__are_refused(data: bytes) -> None:
    for envelope in (data, b"SHS1" + data, b"SHS1\1\1" + READER.public.key_id + data):
        with pytest.raises(SealingError):
            open_response(envelope, READER)


def test_seal_response__no_recipient__is_refused() -> None:
    with pytest.raises(SealingError, match="1 to 16 different research keys"):
        seal_response(b"payload", [])


def test_seal_response__same_recipient_twice__is_refused(first: PrivateKey) -> None:
    with pytest.raises(SealingError, match="different"):
        seal_response(b"payload", [first.public, first.public])


def test_seal_response__most_recipients__each_opens_and_one_more_is_refused() -> None:
    keys = [generate_private_key() for _ in range(MOST_RECIPIENTS + 1)]
    envelope = seal_response(b"payload", [key.public for key in keys[:-1]])
    assert {open_response(envelope, key) for key in keys[:-1]} == {b"payload"}
    with pytest.raises(SealingError):
        seal_response(b"payload", [key.public for key in keys])


def test_seal_response__two_hundred_random_payloads__take_few_lengths(first: PrivateKey) -> None:
    rng = random.Random(7)  # noqa: S311 - lengths for a test
    envelopes = [seal_response(rng.randbytes(rng.randrange(12000)), [first.public]) for _ in range(200)]
    assert {len(envelope) - 122 for envelope in envelopes} == {4096, 8192, 12288}


@pytest.mark.parametrize(("length", "padded"), [(4092, 4096), (4093, 8192), (65532, 65536)])
def test_seal_response__around_a_step__takes_the_shortest(first: PrivateKey, length: int, padded: int) -> None:
    envelope = seal_response(b"x" * length, [first.public])
    assert len(envelope) == 122 + padded
    assert open_response(envelope, first) == b"x" * length


def test_seal_response__one_byte_over_the_largest__is_too_large(first: PrivateKey) -> None:
    with pytest.raises(TooLarge):
        seal_response(b"x" * 65533, [first.public])


def test_seal_response__same_payload_twice__shares_no_byte_run_but_the_head(first: PrivateKey) -> None:
    one, other = (seal_response(b"payload", [first.public]) for _ in range(2))
    assert one[:14] == other[:14]
    assert not {one[start : start + 8] for start in range(14, 4000)} & {
        other[start : start + 8] for start in range(14, 4000)
    }


def test_key_ids__of_an_envelope__lists_its_recipients_in_order(first: PrivateKey, second: PrivateKey) -> None:
    envelope = seal_response(b"payload", [second.public, first.public])
    assert key_ids(memoryview(envelope)) == (second.public.key_id, first.public.key_id)


@pytest.mark.parametrize("data", [b"", b"SHS", b"SHS1", b"SHS1\1", b"SHS1\1\0" + bytes(12 + 16 + 4096), b"plain text"])
def test_key_ids__of_no_envelope__is_refused(data: bytes) -> None:
    with pytest.raises(SealingError):
        key_ids(data)


def test_suites__every_number__is_its_own_key_and_the_first_is_the_default() -> None:
    assert [(number, suite.code) for number, suite in SUITES.items()] == [(1, "x25519"), (2, "hybrid")]
    assert all(number == suite.number for number, suite in SUITES.items())
    assert DEFAULT_SUITE is X25519


@pytest.mark.hybrid
@pytest.mark.parametrize("suite", SUITES.values(), ids=lambda suite: suite.code)
def test_suite__wrapped__has_the_length_it_states(third: PrivateKey, suite: Suite) -> None:
    wrapped = suite.wrap(os.urandom(32), third.public, info=b"")
    assert len(wrapped) == suite.wrapped_length


@pytest.mark.hybrid
@pytest.mark.parametrize("suite", SUITES.values(), ids=lambda suite: suite.code)
def test_suite_of__its_code__is_the_suite(suite: Suite) -> None:
    assert suite_of(suite.code) is suite


@pytest.mark.parametrize("code", ["", "X25519", "Hybrid", " hybrid", "none", None, 1, [], ["hybrid"]])
def test_suite_of__another_name__is_refused_and_names_the_two(code: object) -> None:
    with pytest.raises(SealingError, match="'x25519' or 'hybrid'"):
        suite_of(code)
