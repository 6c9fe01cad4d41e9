import base64
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfhelp_survey.errors import SealingError
from selfhelp_survey.sealing.draft_cipher import (
    DraftKeys,
    derive_draft_keys,
    new_secret,
    open_draft,
    read_secret,
    seal_draft,
    write_secret,
)
from selfhelp_survey.sealing.padding import TooLarge, pad

PEPPER = b"pepper of this test, 32 bytes ok"
KEYS = derive_draft_keys(bytes(32), pepper=PEPPER)
OTHER = derive_draft_keys(bytes([1]) * 32, pepper=PEPPER)

scalars = st.none() | st.booleans() | st.integers() | st.text()
states = st.dictionaries(st.text(), scalars | st.lists(scalars) | st.dictionaries(st.text(), scalars), max_size=8)


def sealed_raw(keys: DraftKeys, padded: bytes, *, version: bytes = b"\1") -> bytes:
    nonce = bytes(12)
    return version + nonce + keys.cipher.encrypt(nonce, padded, version + keys.id.bytes)


@given(states)
def test_open_draft__of_any_sealed_state__gives_it_back(state: dict[str, object]) -> None:
    assert open_draft(KEYS, seal_draft(KEYS, state)) == state


def test_open_draft__of_a_memoryview__gives_the_state() -> None:
    assert open_draft(KEYS, memoryview(seal_draft(KEYS, {"a": "ä"}))) == {"a": "ä"}


def test_open_draft__of_half_a_surrogate_pair__gives_it_back() -> None:
    assert open_draft(KEYS, seal_draft(KEYS, {"a": "\ud83d"})) == {"a": "\ud83d"}


def test_open_draft__box_of_another_row__is_refused() -> None:
    with pytest.raises(SealingError):
        open_draft(OTHER, seal_draft(KEYS, {"a": 1}))


def test_open_draft__same_cipher_key_but_another_row_id__is_refused() -> None:
    moved = DraftKeys(uuid.UUID(int=1), KEYS.cipher, KEYS.csrf)
    with pytest.raises(SealingError):
        open_draft(moved, seal_draft(KEYS, {"a": 1}))


def test_open_draft__same_secret_on_a_site_with_another_pepper__is_refused() -> None:
    elsewhere = derive_draft_keys(bytes(32), pepper=b"another")
    with pytest.raises(SealingError):
        open_draft(elsewhere, seal_draft(KEYS, {"a": 1}))


def test_open_draft__any_one_byte_flipped__is_refused() -> None:
    box = seal_draft(KEYS, {"a": 1})
    for place in range(len(box)):
        flipped = bytearray(box)
        flipped[place] ^= 1
        with pytest.raises(SealingError):
            open_draft(KEYS, bytes(flipped))


@pytest.mark.parametrize("length", [0, 1, 12, 13, 28, 29, 4124])
def test_open_draft__cut_short__is_refused(length: int) -> None:
    with pytest.raises(SealingError):
        open_draft(KEYS, seal_draft(KEYS, {"a": 1})[:length])


def test_open_draft__one_byte_more__is_refused() -> None:
    with pytest.raises(SealingError):
        open_draft(KEYS, seal_draft(KEYS, {"a": 1}) + b"\0")


def test_open_draft__version_it_does_not_know__is_refused() -> None:
    with pytest.raises(SealingError):
        open_draft(KEYS, sealed_raw(KEYS, pad(b"{}"), version=b"\2"))


@pytest.mark.parametrize("text", [b"", b"[]", b"1", b"{", b'"marker', b"\xff", b"[" * 4000, b'{"a":' * 700])
def test_open_draft__well_sealed_but_no_state__is_refused_without_quoting_it(text: bytes) -> None:
    with pytest.raises(SealingError) as caught:
        open_draft(KEYS, sealed_raw(KEYS, pad(text)))
    assert "marker" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_open_draft__well_sealed_but_padded_wrongly__is_refused() -> None:
    with pytest.raises(SealingError):
        open_draft(KEYS, sealed_raw(KEYS, b"\xff" * 4096))


def test_seal_draft__same_state_twice__gives_different_boxes() -> None:
    assert seal_draft(KEYS, {"a": 1}) != seal_draft(KEYS, {"a": 1})


def test_seal_draft__states_of_many_sizes__take_few_lengths() -> None:
    lengths = {len(seal_draft(KEYS, {"a": "x" * size})) for size in range(0, 8000, 40)}
    assert lengths == {29 + 4096, 29 + 8192}


def test_seal_draft__more_than_64_kib__is_too_large() -> None:
    with pytest.raises(TooLarge):
        seal_draft(KEYS, {"a": "x" * 65536})


def test_seal_draft__state_with_marker__shows_it_in_no_spelling() -> None:
    box = seal_draft(KEYS, {"a": "MARKER"})
    spellings = (b"MARKER", base64.b64encode(b"MARKER"), b"MARKER".hex().encode(), "MARKER".encode("utf-16-le"))
    assert not any(spelling in box for spelling in spellings)


def test_derive_draft_keys__same_secret__gives_the_same_row_and_token() -> None:
    again = derive_draft_keys(bytes(32), pepper=PEPPER)
    assert (again.id, again.token("a")) == (KEYS.id, KEYS.token("a"))


def test_derive_draft_keys__row_cipher_and_token_key__tell_nothing_of_each_other() -> None:
    parts = {KEYS.id.bytes, KEYS.csrf[:16], OTHER.id.bytes, OTHER.csrf[:16]}
    assert len(parts) == 4


@pytest.mark.parametrize("length", [0, 31, 33])
def test_derive_draft_keys__secret_of_another_length__is_refused(length: int) -> None:
    with pytest.raises(SealingError, match="32 bytes"):
        derive_draft_keys(bytes(length), pepper=PEPPER)


def test_draft_keys__printed__show_nothing() -> None:
    assert repr(KEYS) == "DraftKeys()"


def test_token__two_pages__differ() -> None:
    assert KEYS.token("about") != KEYS.token("check")


def test_token__two_drafts__differ() -> None:
    assert KEYS.token("about") != OTHER.token("about")


def test_is_token__own_token__is_true() -> None:
    assert KEYS.is_token("about", KEYS.token("about"))


@pytest.mark.parametrize("given", ["", " ", "0" * 32, "é" * 32, "\ud800", "\0", "x" * 5000])
def test_is_token__anything_else__is_false(given: str) -> None:
    assert not KEYS.is_token("about", given)


def test_is_token__token_of_another_page__is_false() -> None:
    assert not KEYS.is_token("about", KEYS.token("check"))


@given(st.binary(min_size=32, max_size=32))
def test_read_secret__of_any_written_secret__gives_it_back(secret: bytes) -> None:
    assert len(write_secret(secret)) == 43
    assert read_secret(write_secret(secret)) == secret


def test_new_secret__twice__differs_and_is_32_bytes() -> None:
    assert len(new_secret()) == 32
    assert new_secret() != new_secret()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A",
        "A" * 42,
        "A" * 44,
        "A" * 5000,
        "A" * 42 + "=",
        "A" * 42 + "B",  # spare bits that are not zero: a second spelling of the same bytes
        "A" * 42 + "\0",
        "A" * 42 + "\n",
        "\n" + "A" * 42,
        "A" * 42 + " ",
        "A" * 42 + "+",
        "A" * 42 + "/",
        "A" * 42 + "!",
        "A" * 42 + "é",
        "\N{FULLWIDTH LATIN CAPITAL LETTER A}" * 43,
        "\ud800" * 43,
        "A" * 43 + "; v=" + "A" * 43,
        '"' + "A" * 41 + '"',
    ],
)
def test_read_secret__hostile_cookie__is_none(text: str) -> None:
    assert read_secret(text) is None


@given(st.text(max_size=60))
def test_read_secret__any_text__is_none_or_its_one_spelling(text: str) -> None:
    secret = read_secret(text)
    assert secret is None or write_secret(secret) == text
