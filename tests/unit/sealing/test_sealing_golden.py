"""What was sealed once must open for ever. The files are never written again; a new format adds new ones."""

import hashlib
import hmac
import json
import re
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305

from selfhelp_survey.sealing import draft_cipher
from selfhelp_survey.sealing.bundle import check_bundle, read_bundle
from selfhelp_survey.sealing.challenge import answer_challenge, check_answer
from selfhelp_survey.sealing.envelope import open_response
from selfhelp_survey.sealing.keys import PrivateKey, private_bytes, read_public_key
from selfhelp_survey.sealing.receipt import make_receipt, read_receipt, sealed_digest

GOLDEN = Path(__file__).parents[2] / "data" / "golden"
PAGE = Path(__file__).parents[3] / "docs" / "reference" / "envelope.md"
DIGESTS = {
    "envelope-1.bin": "cb814644b1f56ed0d15aecc2768934231d210bd60bf2af4e9f47cad5483f3e96",
    "bundle-1.bundle": "3237cc83d2fbee374e5ce19c1e2e977f8dde1d57b4b6687e74e35948c7c34db8",
    "vectors-1.json": "25dd7a9fb82a1da055ef34ac0fb77d168690a4271ab47cd9823948b6aa4a247a",
    "envelope-2.bin": "9bd7aceeb995611b119a7f4edf3d87708f771d7bbab7999f4afd5a6a42c6866a",
    "bundle-2.bundle": "d04a49413176f2af79cf460321f935b984c76c890f2e59e08b8be9a9c10949ac",
    "vectors-2.json": "b713b63669f166be6407a844d961588118ddd8d9c440c84c3d112d20c3b32614",
}
KEY_FILES = {
    "first.json": "8b3e7b7f8ff236f13cd11a29c2da1d261ce3ee4a7649d5a4bd00d4fb5912f270",
    "second.json": "da6932c6d494d1d4f29dfe297dbb9e44ec93e15bdac9270986c24f538fe8fc73",
    "third.json": "e268c563bee1fe9e54732f209d8e0419cbbe76f2b689d9693e6b1aa47ab4a087",
    "fourth.json": "90610f716b742e8fb0e73503a3f8bee451dc59711bb26ab3fcaf9349c5031ca3",
}


@pytest.fixture
def vectors() -> Any:
    return json.loads((GOLDEN / "vectors-1.json").read_text())


@pytest.fixture
def hybrid_vectors() -> Any:
    return json.loads((GOLDEN / "vectors-2.json").read_text())


@pytest.mark.parametrize("name", KEY_FILES)
def test_key_file__on_disk__is_what_was_published(name: str) -> None:
    assert hashlib.sha256((GOLDEN.parent / "keys" / name).read_bytes()).hexdigest() == KEY_FILES[name]


@pytest.mark.parametrize("name", DIGESTS)
def test_golden_file__on_disk__is_what_was_published(name: str) -> None:
    assert hashlib.sha256((GOLDEN / name).read_bytes()).hexdigest() == DIGESTS[name]


def test_open_response__golden_envelope__opens_with_both_keys(first: PrivateKey, second: PrivateKey) -> None:
    envelope = (GOLDEN / "envelope-1.bin").read_bytes()
    for private in (first, second):
        assert open_response(envelope, private).decode() == "golden response 1, with an ä"


@pytest.mark.hybrid
def test_open_response__golden_hybrid_envelope__opens_with_both_keys(third: PrivateKey, fourth: PrivateKey) -> None:
    envelope = (GOLDEN / "envelope-2.bin").read_bytes()
    for private in (third, fourth):
        assert open_response(envelope, private).decode() == "golden hybrid response 1, with an ä"


@pytest.mark.hybrid
def test_read_bundle__golden_bundle_of_both_suites__opens_by_the_suite_byte(
    third: PrivateKey, fourth: PrivateKey
) -> None:
    bundle = read_bundle(GOLDEN / "bundle-2.bundle")
    rows = list(bundle.rows())
    assert [row.sealed[4] for row in rows] == [2, 2, 1]
    for private in (third, fourth):
        opened = [open_response(row.sealed, private).decode() for row in rows]
        assert opened == [f"golden hybrid response {number}, with an ä" for number in (1, 2, 3)]
    assert bundle.header.recipients == (third.public.fingerprint, fourth.public.fingerprint)


def test_read_bundle__golden_bundle__gives_header_and_responses(first: PrivateKey, second: PrivateKey) -> None:
    bundle = read_bundle(GOLDEN / "bundle-1.bundle")
    opened = {row.row.hex: open_response(row.sealed, second).decode() for row in bundle.rows()}
    assert opened == {digit * 32: f"golden response {n}, with an ä" for n, digit in enumerate("159", start=1)}
    assert bundle.header.site == "golden"
    assert [held.text for held in bundle.header.questionnaires] == ['{"code":"exit","note":"ä"}']
    assert bundle.header.recipients == (first.public.fingerprint, second.public.fingerprint)
    assert check_bundle(GOLDEN / "bundle-1.bundle").count == 3


def test_draft_cipher__golden_vector__gives_the_same_bytes(vectors: Any) -> None:
    golden = vectors["draft"]
    secret = draft_cipher.read_secret(golden["secret"])
    assert secret == bytes(range(32))
    keys = draft_cipher.derive_draft_keys(secret, pepper=golden["pepper"].encode())
    box = draft_cipher._seal(keys, json.loads(golden["state"]), nonce=bytes.fromhex(golden["nonce"]))
    assert keys.id.hex == golden["row"]
    assert keys.token("about") == golden["token of page 'about'"]
    assert (len(box), box[:48].hex()) == (golden["length of box"], golden["first 48 bytes of box"])
    assert hashlib.sha256(box).hexdigest() == golden["sha256 of box"]


def test_keys__golden_vector__are_the_same(vectors: Any, first: PrivateKey) -> None:
    golden = vectors["key"]
    assert read_public_key(golden["first"]) == first.public
    assert first.public.fingerprint == golden["fingerprint"]
    assert first.public.key_id.hex() == golden["key id"]
    assert first.derive(b"ledger", 32).hex() == golden["derive(b'ledger', 32)"]


@pytest.mark.hybrid
def test_hybrid_keys__golden_vector__are_the_same(hybrid_vectors: Any, third: PrivateKey) -> None:
    golden = hybrid_vectors["key"]
    assert read_public_key(golden["third"]) == third.public
    assert third.public.text == golden["third"]
    assert third.public.fingerprint == golden["fingerprint"]
    assert third.public.key_id.hex() == golden["key id"]
    assert third.derive(b"ledger", 32).hex() == golden["derive(b'ledger', 32)"]


@pytest.mark.hybrid
def test_hybrid_challenge__golden_vector__gives_the_same_answer(hybrid_vectors: Any, third: PrivateKey) -> None:
    golden = hybrid_vectors["challenge"]
    assert answer_challenge(golden["text"], third) == golden["answer"]
    assert check_answer(golden["answer"], public=third.public, digest=bytes.fromhex(golden["digest"]))


@pytest.mark.hybrid
def test_receipt__golden_vector_of_a_hybrid_key__is_the_same_text(hybrid_vectors: Any, third: PrivateKey) -> None:
    receipt = read_receipt(hybrid_vectors["receipt"], [third.public])
    assert make_receipt(third, site=receipt.site, rows=receipt.rows) == hybrid_vectors["receipt"]


def test_challenge__golden_vector__gives_the_same_answer(vectors: Any, first: PrivateKey) -> None:
    golden = vectors["challenge"]
    assert answer_challenge(golden["text"], first) == golden["answer"]
    assert check_answer(golden["answer"], public=first.public, digest=bytes.fromhex(golden["digest"]))


def test_receipt__golden_vector__is_the_same_text(vectors: Any, first: PrivateKey) -> None:
    receipt = read_receipt(vectors["receipt"], [first.public])
    assert list(receipt.rows.values()) == [sealed_digest(b"a sealed value")]
    assert make_receipt(first, site=receipt.site, rows=receipt.rows) == vectors["receipt"]


def test_reference_page__test_vectors__are_the_golden_ones(vectors: Any, hybrid_vectors: Any) -> None:
    blocks = re.findall(r"```json\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert [json.loads(block) for block in blocks] == [vectors, hybrid_vectors]


def test_open_response__golden_envelope__agrees_with_a_slow_reader_written_from_the_page(first: PrivateKey) -> None:
    envelope = (GOLDEN / "envelope-1.bin").read_bytes()
    assert read_slowly(envelope, first, entry=88) == open_response(envelope, first)


@pytest.mark.hybrid
def test_open_response__golden_hybrid_envelope__agrees_with_a_slow_reader_written_from_the_page(
    third: PrivateKey,
) -> None:
    envelope = (GOLDEN / "envelope-2.bin").read_bytes()
    assert read_slowly(envelope, third, entry=1176) == open_response(envelope, third)


def read_slowly(envelope: bytes, private: PrivateKey, *, entry: int) -> bytes:
    """The slow, obvious twin: the page's layout, and HPKE spelled out from RFC 9180 sections 4.1, 5.1 and 6.1."""
    assert envelope[:5] == b"SHS1" + (b"\1" if entry == 88 else b"\2")
    count = envelope[5]
    entries = [envelope[6 + entry * place : 6 + entry * (place + 1)] for place in range(count)]
    mine = next(each for each in entries if each[:8] == private.public.key_id)
    info = envelope[:6] + b"".join(each[:8] for each in entries) + mine[:8]
    data_key = (hpke_open if entry == 88 else hybrid_open)(mine[8:], private, info)
    start = 6 + entry * count
    nonce, head = envelope[start : start + 12], envelope[: start + 12]
    padded = AESGCM(data_key).decrypt(nonce, envelope[start + 12 :], head)
    return padded[4 : 4 + int.from_bytes(padded[:4], "big")]


def hpke_open(wrapped: bytes, private: PrivateKey, info: bytes) -> bytes:
    enc, sealed = wrapped[:32], wrapped[32:]
    kem = b"KEM\x00\x20"
    shared = private.opening.exchange(X25519PublicKey.from_public_bytes(enc))
    eae = extract(b"", kem, b"eae_prk", shared)
    secret = expand(eae, kem, b"shared_secret", (enc + private.public.opening, 32))
    return aead_open(sealed, secret, b"HPKE\x00\x20\x00\x01\x00\x03", info)


def hybrid_open(wrapped: bytes, private: PrivateKey, info: bytes) -> bytes:
    """The KEM of suite 2: two shared secrets, one hash. The halves come from the 64 and 32 bytes of the key file."""
    of_mlkem, of_x25519, sealed = wrapped[:1088], wrapped[1088:1120], wrapped[1120:]
    seed, opening = private_bytes(private)[:64], private_bytes(private)[64:96]
    one = MLKEM768PrivateKey.from_seed_bytes(seed).decapsulate(of_mlkem)
    x25519 = X25519PrivateKey.from_private_bytes(opening)
    two = x25519.exchange(X25519PublicKey.from_public_bytes(of_x25519))
    public = x25519.public_key().public_bytes_raw()
    secret = hashlib.sha3_256(one + two + of_x25519 + public + bytes.fromhex("5c2e2f2f5e5c")).digest()
    return aead_open(sealed, secret, b"HPKE\x64\x7a\x00\x01\x00\x03", info)


def aead_open(sealed: bytes, secret: bytes, suite: bytes, info: bytes) -> bytes:
    psk_hash, info_hash = extract(b"", suite, b"psk_id_hash", b""), extract(b"", suite, b"info_hash", info)
    context = b"\0" + psk_hash + info_hash
    schedule = extract(secret, suite, b"secret", b"")
    key = expand(schedule, suite, b"key", (context, 32))
    nonce = expand(schedule, suite, b"base_nonce", (context, 12))
    return ChaCha20Poly1305(key).decrypt(nonce, sealed, b"")


def extract(salt: bytes, suite: bytes, label: bytes, ikm: bytes) -> bytes:
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + ikm, "sha256")


def expand(prk: bytes, suite: bytes, label: bytes, info_and_length: tuple[bytes, int]) -> bytes:
    info, length = info_and_length
    labeled = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    return hmac.digest(prk, labeled + b"\1", "sha256")[:length]
