import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfhelp_survey.errors import SealingError
from selfhelp_survey.sealing.errors import NotTrusted
from selfhelp_survey.sealing.keys import PrivateKey, generate_private_key
from selfhelp_survey.sealing.signing import canonical_bytes, read_json_object, sign_document, verify_document

SIGNER = generate_private_key()
DOCUMENT: dict[str, Any] = {"format": "manifest/1", "files": {"b": "2", "a": "ä"}, "k": 5, "rows": [1, 2.5, None, True]}

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
texts = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(scalars | texts, lambda held: st.lists(held) | st.dictionaries(texts, held), max_leaves=12)


@given(st.dictionaries(texts.filter(lambda name: name != "signature"), values, max_size=5))
def test_verify_document__signed_written_and_read_again__names_its_signer(document: dict[str, Any]) -> None:
    again = json.loads(json.dumps(sign_document(document, SIGNER), indent=3))
    assert verify_document(again, [SIGNER.public]) == SIGNER.public


def test_verify_document__one_of_several_trusted__names_the_one(first: PrivateKey, second: PrivateKey) -> None:
    signed = sign_document(DOCUMENT, second)
    assert verify_document(signed, [first.public, second.public]) == second.public


@pytest.mark.parametrize(
    "changes",
    [
        {"k": 4},
        {"k": 5.0},
        {"k": "5"},
        {"more": None},
        {"files": {"b": "2"}},
        {"files": {"b": "2", "a": "a"}},
        {"rows": [2.5, 1, None, True]},
        {"rows": [1, 2.5, None, 1]},
        {"format": "manifest/2"},
    ],
)
def test_verify_document__edited__says_it_was_changed(changes: dict[str, Any]) -> None:
    with pytest.raises(NotTrusted, match="changed after it was signed"):
        verify_document(sign_document(DOCUMENT, SIGNER) | changes, [SIGNER.public])


def test_verify_document__key_taken_away__says_it_was_changed() -> None:
    signed = sign_document(DOCUMENT, SIGNER)
    del signed["k"]
    with pytest.raises(NotTrusted, match="changed"):
        verify_document(signed, [SIGNER.public])


def test_verify_document__any_character_of_the_value_changed__says_it_was_changed() -> None:
    signed = sign_document(DOCUMENT, SIGNER)
    value = signed["signature"]["value"]
    for place in range(len(value)):
        changed = value[:place] + ("A" if value[place] != "A" else "B") + value[place + 1 :]
        with pytest.raises(NotTrusted, match="changed"):
            verify_document(signed | {"signature": signed["signature"] | {"value": changed}}, [SIGNER.public])


def test_verify_document__key_not_trusted__says_so(stranger: PrivateKey) -> None:
    for trusted in ([], [SIGNER.public]):
        with pytest.raises(NotTrusted, match="not trusted here"):
            verify_document(sign_document(DOCUMENT, stranger), trusted)


def test_verify_document__signed_by_a_stranger_under_a_trusted_name__is_refused(stranger: PrivateKey) -> None:
    signed = sign_document(DOCUMENT, stranger)
    named = {"fingerprint": SIGNER.public.fingerprint, "key": SIGNER.public.text}
    with pytest.raises(NotTrusted, match="changed"):
        verify_document(signed | {"signature": signed["signature"] | named}, [SIGNER.public])


@pytest.mark.parametrize("extra", [{"fingerprint": "e768"}, {"key": "shs1."}, {"more": 1}])
def test_verify_document__signature_block_edited__is_refused(extra: dict[str, Any]) -> None:
    signed = sign_document(DOCUMENT, SIGNER)
    with pytest.raises(NotTrusted):
        verify_document(signed | {"signature": signed["signature"] | extra}, [SIGNER.public])


@pytest.mark.parametrize("signature", [None, "", 1, [], {}, {"value": None}, {"value": 1}])
def test_verify_document__unsigned__says_so(signature: object) -> None:
    with pytest.raises(NotTrusted, match="not signed"):
        verify_document(DOCUMENT | {"signature": signature}, [SIGNER.public])
    with pytest.raises(NotTrusted, match="not signed"):
        verify_document(DOCUMENT, [SIGNER.public])


def test_sign_document__signed_already__is_refused() -> None:
    with pytest.raises(SealingError, match="signed already"):
        sign_document(sign_document(DOCUMENT, SIGNER), SIGNER)


def test_sign_document__given_document__is_left_alone() -> None:
    document = {"a": 1}
    assert sign_document(document, SIGNER)["a"] == 1
    assert document == {"a": 1}


def test_canonical_bytes__keys_in_any_order__are_sorted_and_tight() -> None:
    assert canonical_bytes({"b": [1, "ä\n"], "a": {"d": None, "c": 1.5}}) == (
        '{"a":{"c":1.5,"d":null},"b":[1,"ä\\n"]}'.encode()
    )


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), {1: 2}, {"a": {1: 2}}, [{None: 1}], {1: 1, "a": 2}, {1}, b"x", "\ud800"]
)
def test_canonical_bytes__what_json_would_not_give_back__is_refused(value: object) -> None:
    with pytest.raises(SealingError):
        canonical_bytes(value)


@pytest.mark.parametrize("text", ["", "[]", "1", "{", '{"a":1,"a":2}', '{"b":{"a":1,"a":1}}', "[" * 100000, b"\xff"])
def test_read_json_object__no_object_or_a_name_twice__is_none(text: str | bytes) -> None:
    assert read_json_object(text) is None
